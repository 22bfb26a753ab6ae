#[allow(clippy::must_use_candidate)]
#[track_caller]
/// Writes.
#[must_use]
pub(crate) fn write_audit(
    db: Db,
    event: Event,
) -> ::outlive::__private::TaskHandle<Outcome> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        <__Outlive as ::outlive::__private::Site>::SPEC,
        &AUDIT,
    );
    ::outlive::__private::record! {
        "write_audit", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
        ::outlive::__private::duration(0u64, 500000000u32), Linked;
    }
    impl __Outlive {
        const __TRAITS: &'static [::outlive::__private::Traits] = &[
            ::outlive::__private::Traits(
                ::outlive::__private::Ty::<Db>::__OUTLIVE_BOUND,
                ::outlive::__private::Ty::<Db>::__OUTLIVE_AGE,
            ),
            ::outlive::__private::Traits(
                ::outlive::__private::Ty::<Event>::__OUTLIVE_BOUND,
                ::outlive::__private::Ty::<Event>::__OUTLIVE_AGE,
            ),
            ::outlive::__private::Traits(
                ::outlive::__private::Ty::<Outcome>::__OUTLIVE_BOUND,
                ::outlive::__private::Ty::<Outcome>::__OUTLIVE_AGE,
            ),
        ];
    }
    const _: () = {
        ::outlive::__private::argument::<__Outlive>("db: Db", __Outlive::__TRAITS[0]);
        ::outlive::__private::argument::<
            __Outlive,
        >("event: Event", __Outlive::__TRAITS[1]);
        ::outlive::__private::result::<__Outlive>("Outcome", __Outlive::__TRAITS[2]);
    };
    impl __Outlive {
        #[doc(hidden)]
        #[allow(dead_code, clippy::unused_async)]
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
            |__out| (&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
