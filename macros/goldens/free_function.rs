#[track_caller]
/// Writes.
#[must_use]
pub(crate) fn write_audit(
    db: Db,
    event: Event,
) -> ::outlive::__private::TaskHandle<Outcome> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &AUDIT,
    );
    ::outlive::__private::record! {
        Task "write_audit", [here()], "AUDIT", ::outlive::__private::duration(5u64,
        0u32), ::outlive::__private::duration(0u64, 500000000u32), Linked, {
        ::outlive::__private::argument(& __Outlive, "db: Db", __Outlive::__TRAITS, 0);
        ::outlive::__private::argument(& __Outlive, "event: Event", __Outlive::__TRAITS,
        1); ::outlive::__private::result(& __Outlive, "Outcome", __Outlive::__TRAITS, 2);
        __Outlive::write_audit; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Db, Event, Outcome
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        #[inline]
        #[tracing::instrument]
        async fn write_audit(db: Db, mut event: Event) -> Outcome {
            db.insert(event).await
        }
    }
    ::outlive::__private::call(&__SITE)
        .lives("db", (&&::outlive::__private::Life(&db)).__outlive_remaining())
        .lives("event", (&&::outlive::__private::Life(&event)).__outlive_remaining())
        .spawn(
            __Outlive::write_audit(db, event),
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
