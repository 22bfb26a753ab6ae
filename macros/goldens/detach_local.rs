fn caller() {
    let handle = {
        struct __Outlive;
        impl ::outlive::__private::Site for __Outlive {
            const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
                name: "detach!",
                file: ::core::file!(),
                line: ::core::line!(),
                tracker: "app.tasks",
                timeout: LIMIT,
                grace: ::outlive::__private::NO_GRACE,
                span: ::outlive::__private::SpanKind::Linked,
            };
            fn covered<__T: ::outlive::__private::Track + ?::core::marker::Sized>() {
                const {
                    ::outlive::__private::prove(
                        &<__Outlive as ::outlive::__private::Site>::SPEC,
                        __T::BUDGET,
                    )
                }
            }
        }
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
            <__Outlive as ::outlive::__private::Site>::SPEC,
        );
        #[::outlive::__private::linkme::distributed_slice(::outlive::__private::SITES)]
        #[linkme(crate = ::outlive::__private::linkme)]
        static __ENTRY: &'static ::outlive::__private::TaskSite = &__SITE;
        ::outlive::__private::call_in(&__SITE, __Outlive, &(app.tasks))
            .spawn(
                ::outlive::__private::carry(&REQUEST_ID, write(db)),
                |__out| {
                    #[allow(unused_imports)]
                    use ::outlive::__private::{
                        ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                    };
                    (&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    };
}
