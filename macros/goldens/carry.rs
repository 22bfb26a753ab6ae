async fn write(db: Db) -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &AUDIT,
    );
    ::outlive::__private::record! {
        Task "write", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
        ::outlive::__private::NO_GRACE, Linked, { ::outlive::__private::argument(&
        __Outlive, "db: Db", __Outlive::__TRAITS, 0); __Outlive::write; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Db
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn write(db: Db) {}
    }
    ::outlive::__private::call(&__SITE)
        .carry(const {
            &[
                ::outlive::__private::Capture::of::<SentryHub>(),
                ::outlive::__private::Capture::of::<crate::Local<u8>>(),
            ]
        })
        .wait()
        .await
        .lives("db", (&&::outlive::__private::Life(&db)).__outlive_remaining())
        .spawn(
            __Outlive::write(db),
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
