#[allow(clippy::must_use_candidate)]
#[track_caller]
fn f<B>(
    a: (u8, (Next, B)),
    request: Request<B>,
    b: B,
    s: &'static str,
) -> ::outlive::__private::TaskHandle<(u8, Reply)> {
    struct __Outlive;
    impl ::outlive::__private::Site for __Outlive {
        const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
            name: "f",
            file: ::core::file!(),
            line: ::core::line!(),
            tracker: "AUDIT",
            timeout: ::outlive::__private::duration(5u64, 0u32),
            grace: ::outlive::__private::NO_GRACE,
            span: ::outlive::__private::SpanKind::Linked,
        };
    }
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        <__Outlive as ::outlive::__private::Site>::SPEC,
        &AUDIT,
    );
    #[::outlive::__private::linkme::distributed_slice(::outlive::__private::SITES)]
    #[linkme(crate = ::outlive::__private::linkme)]
    static __ENTRY: &'static ::outlive::__private::TaskSite = &__SITE;
    impl __Outlive {
        const __TRAITS: [::outlive::__private::Traits; 2] = {
            #[allow(unused_imports)]
            use ::outlive::__private::{Ageless as _, Unbound as _};
            [
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Next>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Next>::__OUTLIVE_AGE,
                ),
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Reply>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Reply>::__OUTLIVE_AGE,
                ),
            ]
        };
    }
    const _: () = {
        ::outlive::__private::argument::<
            __Outlive,
        >("a: (u8, (Next, B))", __Outlive::__TRAITS[0]);
        ::outlive::__private::result::<__Outlive>("(u8, Reply)", __Outlive::__TRAITS[1]);
    };
    #[allow(unused_imports)]
    use ::outlive::__private::{ViaAge as _, ViaAgeless as _};
    impl __Outlive {
        #[doc(hidden)]
        #[allow(dead_code, clippy::unused_async)]
        async fn f<B>(
            a: (u8, (Next, B)),
            mut request: Request<B>,
            b: B,
            s: &'static str,
        ) -> (u8, Reply) {
            x
        }
    }
    const {
        #[allow(unused_imports)]
        use ::outlive::__private::{Ageless as _, Unbound as _};
        ::outlive::__private::argument::<
            __Outlive,
        >(
            "request: Request<B>",
            ::outlive::__private::Traits(
                ::outlive::__private::Ty::<Request<B>>::__OUTLIVE_BOUND,
                ::outlive::__private::Ty::<Request<B>>::__OUTLIVE_AGE,
            ),
        );
    };
    ::outlive::__private::call(&__SITE)
        .lives("a", (&&::outlive::__private::Life(&a.1.0)).__outlive_remaining())
        .lives("request", (&&::outlive::__private::Life(&request)).__outlive_remaining())
        .spawn(
            __Outlive::f::<B>(a, request, b, s),
            |__out| {
                #[allow(unused_imports)]
                use ::outlive::__private::{
                    ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                };
                (&&&&::outlive::__private::Probe(__out)).__outlive_fault()
            },
        )
}
