async fn f(
    app: App,
    ctx: Context,
    handle: Handle,
) -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
        &__Outlive,
    );
    ::outlive::__private::record! {
        Task "a.b", [here()], "app.tasks", ::outlive::__private::duration(30u64, 0u32),
        ::outlive::__private::NO_GRACE, Child, { ::outlive::__private::argument(&
        __Outlive, "app: App", __Outlive::__TRAITS, 0); ::outlive::__private::argument(&
        __Outlive, "handle: Handle", __Outlive::__TRAITS, 1); __Outlive::f; } fn covered
        < __T : ::outlive::__private::Track + ? ::core::marker::Sized > () { const {
        ::outlive::__private::prove(& < __Outlive as ::outlive::__private::Site > ::SPEC,
        __T::BUDGET) } }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND App, Handle
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn f(app: App, ctx: Context, handle: Handle) {}
    }
    ::outlive::__private::call_in(&__SITE, __Outlive, &(app.tasks))
        .timeout(::outlive::__private::Time(app.limit).__outlive_duration())
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
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
