fn caller() {
    let handle = {
        if false {
            let _ = (&(AUDIT),);
            ::core::unreachable!()
        }
        match async { 5 } {
            __future => {
                fn __handle<F: ::core::future::Future>(
                    _: F,
                ) -> ::outlive::__private::TaskHandle<F::Output> {
                    ::core::unreachable!()
                }
                __handle(__future)
            }
        }
    };
}
// error: `timeout` stands behind the future: write it before, as in `detach!(timeout = "5s", track = AUDIT, future)`
