#[allow(clippy::must_use_candidate)]
async fn f(
    app: App,
    ctx: Context,
    handle: Handle,
) -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    impl ::outlive::__private::Site for __Outlive {
        const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
            name: "a.b",
            file: ::core::file!(),
            line: ::core::line!(),
            tracker: "app.tasks",
            timeout: ::outlive::__private::duration(30u64, 0u32),
            grace: ::outlive::__private::NO_GRACE,
            span: ::outlive::__private::SpanKind::Child,
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
    impl __Outlive {
        const __TRAITS: [::outlive::__private::Traits; 3] = {
            #[allow(unused_imports)]
            use ::outlive::__private::{Ageless as _, Unbound as _};
            [
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<App>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<App>::__OUTLIVE_AGE,
                ),
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Context>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Context>::__OUTLIVE_AGE,
                ),
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Handle>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Handle>::__OUTLIVE_AGE,
                ),
            ]
        };
    }
    const _: () = {
        ::outlive::__private::argument::<__Outlive>("app: App", __Outlive::__TRAITS[0]);
        ::outlive::__private::argument::<
            __Outlive,
        >("ctx: Context", __Outlive::__TRAITS[1]);
        ::outlive::__private::argument::<
            __Outlive,
        >("handle: Handle", __Outlive::__TRAITS[2]);
    };
    #[allow(unused_imports)]
    use ::outlive::__private::{ViaAge as _, ViaAgeless as _};
    impl __Outlive {
        #[doc(hidden)]
        #[allow(dead_code, clippy::unused_async)]
        async fn f(
            #[allow(unused_variables)]
            app: App,
            #[allow(unused_variables)]
            ctx: Context,
            #[allow(unused_variables)]
            handle: Handle,
        ) {}
    }
    ::outlive::__private::call_in(&__SITE, __Outlive, &(app.tasks))
        .timeout(app.limit)
        .context(&(ctx))
        .on(&handle)
        .wait()
        .await
        .lives("app", (&&::outlive::__private::Life(&app)).__outlive_remaining())
        .lives("ctx", (&&::outlive::__private::Life(&ctx)).__outlive_remaining())
        .lives("handle", (&&::outlive::__private::Life(&handle)).__outlive_remaining())
        .spawn(
            ::outlive::__private::carry(
                &REQUEST_ID,
                ::outlive::__private::carry(&TENANT, __Outlive::f(app, ctx, handle)),
            ),
            |__out| {
                #[allow(unused_imports)]
                use ::outlive::__private::{
                    ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                };
                (&&&&::outlive::__private::Probe(__out)).__outlive_fault()
            },
        )
}
