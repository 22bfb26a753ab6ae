#[track_caller]
fn write_audit(db: Db, event: Event) -> ::outlive::__private::TaskHandle<Outcome> {
    const __RETRY: ::outlive::__private::Retry = ::outlive::__private::Retry::new(
        3u32,
        ::outlive::__private::duration(0u64, 100000000u32),
        ::outlive::__private::duration(2u64, 0u32),
    );
    const _: () = ::outlive::__private::pauses_fit(
        &<__Outlive as ::outlive::__private::Site>::SPEC,
        &__RETRY,
    );
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &AUDIT,
    );
    ::outlive::__private::record! {
        Task "write_audit", [here()], "AUDIT", ::outlive::__private::duration(5u64,
        0u32), ::outlive::__private::NO_GRACE, Linked, { ::outlive::__private::argument(&
        __Outlive, "db: Db", __Outlive::__TRAITS, 0); ::outlive::__private::argument(&
        __Outlive, "event: Event", __Outlive::__TRAITS, 1);
        ::outlive::__private::result(& __Outlive, "Outcome", __Outlive::__TRAITS, 2);
        __Outlive::write_audit; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Db, Event, Outcome
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn write_audit(db: Db, mut event: Event) -> Outcome {
            db.insert(event).await
        }
    }
    ::outlive::__private::call(&__SITE)
        .lives("db", (&&::outlive::__private::Life(&db)).__outlive_remaining())
        .lives("event", (&&::outlive::__private::Life(&event)).__outlive_remaining())
        .spawn(
            ::outlive::__private::attempts(
                __RETRY,
                {
                    let mut __copy0_kept = ::core::option::Option::Some(db);
                    let mut __copy1_kept = ::core::option::Option::Some(event);
                    move |__is_last| {
                        let __copy0 = ::outlive::__private::argument_of(
                            &mut __copy0_kept,
                            __is_last,
                        )?;
                        let __copy1 = ::outlive::__private::argument_of(
                            &mut __copy1_kept,
                            __is_last,
                        )?;
                        ::core::option::Option::Some(
                            __Outlive::write_audit(__copy0, __copy1),
                        )
                    }
                },
                ::outlive::__private::any_error,
            ),
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
