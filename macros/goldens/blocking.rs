#[allow(clippy::must_use_candidate)]
#[track_caller]
fn hash(password: Password) -> ::outlive::__private::TaskHandle<Hash> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        <__Outlive as ::outlive::__private::Site>::SPEC,
        &AUDIT,
    );
    ::outlive::__private::record! {
        "hash", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
        ::outlive::__private::NO_GRACE, Linked;
    }
    impl __Outlive {
        const __TRAITS: &'static [::outlive::__private::Traits] = &[
            ::outlive::__private::Traits(
                ::outlive::__private::Ty::<Password>::__OUTLIVE_BOUND,
                ::outlive::__private::Ty::<Password>::__OUTLIVE_AGE,
            ),
            ::outlive::__private::Traits(
                ::outlive::__private::Ty::<Hash>::__OUTLIVE_BOUND,
                ::outlive::__private::Ty::<Hash>::__OUTLIVE_AGE,
            ),
        ];
    }
    const _: () = {
        ::outlive::__private::argument::<
            __Outlive,
        >("password: Password", __Outlive::__TRAITS[0]);
        ::outlive::__private::result::<__Outlive>("Hash", __Outlive::__TRAITS[1]);
    };
    impl __Outlive {
        #[doc(hidden)]
        #[allow(dead_code, clippy::needless_pass_by_value, clippy::missing_const_for_fn)]
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
            |__out| (&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
