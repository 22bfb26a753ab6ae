fn caller() {
    let handle = {
        fn __handle<F: ::core::future::Future>(
            _: F,
        ) -> ::outlive::__private::TaskHandle<F::Output> {
            ::core::unreachable!()
        }
        if false {
            let _ = (&(AUDIT),);
            ::core::unreachable!()
        }
        __handle(async { 5 })
    };
}
// error: `timeout` stands behind the future: write it before, as in `detach!(timeout = "5s", track = AUDIT, future)`
