#[track_caller]
fn f(db: Db, __arg1: Event) -> my::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    static __SITE: my::outlive::__private::TaskSite = my::outlive::__private::site_of(
        &__Outlive,
        &crate::AUDIT,
    );
    my::outlive::__private::record! {
        Task "f", [here()], "crate::AUDIT", my::outlive::__private::Time(LIMIT)
        .__outlive_duration(), my::outlive::__private::NO_GRACE, Linked, {
        my::outlive::__private::argument(& __Outlive, "db: Db", __Outlive::__TRAITS, 0);
        my::outlive::__private::argument(& __Outlive, "_: Event", __Outlive::__TRAITS,
        1); __Outlive::f; }
    }
    impl __Outlive {
        my::outlive::__private::traits! {
            __OUTLIVE_BOUND Db, Event
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn f(db: Db, _: Event) {}
    }
    let __copies = (
        ::core::clone::Clone::clone(&db),
        ::core::clone::Clone::clone(&__arg1),
    );
    my::outlive::__private::call(&__SITE)
        .unfinished(
            __copies,
            |__call| my::outlive::__private::Hooked(__call, spill).__outlive_hooked(),
        )
        .lives("db", (&&my::outlive::__private::Life(&db)).__outlive_remaining())
        .lives("_", (&&my::outlive::__private::Life(&__arg1)).__outlive_remaining())
        .spawn(
            __Outlive::f(db, __arg1),
            || |__out| (&&&&&&&&&&my::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
