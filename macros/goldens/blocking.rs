#[allow(clippy::must_use_candidate)]
#[track_caller]
fn hash(password: Password) -> ::outlive::__private::TaskHandle<Hash> {
    struct __Outlive;
    impl ::outlive::__private::Site for __Outlive {
        const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
            name: "hash",
            file: ::core::file!(),
            line: ::core::line!(),
            tracker: "AUDIT",
            timeout: ::outlive::__private::duration(5u64, 0u32),
            grace: ::outlive::__private::NO_GRACE,
            span: ::outlive::__private::SpanKind::Linked,
        };
    }
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        <__Outlive as ::outlive::__private::Site>::SPEC,
        &AUDIT,
    );
    #[::outlive::__private::linkme::distributed_slice(::outlive::__private::SITES)]
    #[linkme(crate = ::outlive::__private::linkme)]
    static __ENTRY: &'static ::outlive::__private::TaskSite = &__SITE;
    impl __Outlive {
        const __TRAITS: [::outlive::__private::Traits; 2] = {
            #[allow(unused_imports)]
            use ::outlive::__private::{Ageless as _, Unbound as _};
            [
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Password>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Password>::__OUTLIVE_AGE,
                ),
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Hash>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Hash>::__OUTLIVE_AGE,
                ),
            ]
        };
    }
    const _: () = {
        ::outlive::__private::argument::<
            __Outlive,
        >("password: Password", __Outlive::__TRAITS[0]);
        ::outlive::__private::result::<__Outlive>("Hash", __Outlive::__TRAITS[1]);
    };
    #[allow(unused_imports)]
    use ::outlive::__private::{ViaAge as _, ViaAgeless as _};
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
            |__out| {
                #[allow(unused_imports)]
                use ::outlive::__private::{
                    ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                };
                (&&&&::outlive::__private::Probe(__out)).__outlive_fault()
            },
        )
}
