#[track_caller]
fn hash(password: Password) -> ::outlive::__private::TaskHandle<Hash> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &AUDIT,
    );
    ::outlive::__private::record! {
        Task "hash", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
        ::outlive::__private::NO_GRACE, Linked, { ::outlive::__private::argument(&
        __Outlive, "password: Password", __Outlive::__TRAITS, 0);
        ::outlive::__private::result(& __Outlive, "Hash", __Outlive::__TRAITS, 1);
        __Outlive::hash; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Password, Hash
        }
        #[doc(hidden)]
        #[allow(clippy::needless_pass_by_value, clippy::missing_const_for_fn)]
        fn hash(password: Password) -> Hash {
            slow(password)
        }
    }
    ::outlive::__private::call(&__SITE)
        .lives(
            "password",
            (&&::outlive::__private::Life(&password)).__outlive_remaining(),
        )
        .spawn_blocking(
            ::outlive::__private::carry_blocking(
                &REQUEST_ID,
                move || __Outlive::hash(password),
            ),
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
            |__it| __it.hand_over(),
        )
}
