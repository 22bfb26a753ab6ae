#[track_caller]
fn write_audit(db: Db) -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &AUDIT,
    );
    static __CALLERS: ::outlive::__private::Callers = ::outlive::__private::Callers::new();
    ::outlive::__private::record! {
        Task "write_audit", [here()], "AUDIT", ::outlive::__private::duration(5u64,
        0u32), ::outlive::__private::NO_GRACE, Linked, { ::outlive::__private::argument(&
        __Outlive, "db: Db", __Outlive::__TRAITS, 0); __Outlive::write_audit; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Db
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn write_audit(db: Db) {
            db.insert().await
        }
    }
    ::outlive::__private::call(::outlive::__private::called_from(&__SITE, &__CALLERS))
        .lives("db", (&&::outlive::__private::Life(&db)).__outlive_remaining())
        .spawn(
            __Outlive::write_audit(db),
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
