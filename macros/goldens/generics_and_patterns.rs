#[allow(clippy::must_use_candidate)]
#[track_caller]
fn r#type<T, const N: usize>(
    __arg0: Guard,
    __arg1: (T, T),
    _kept: Guard,
    f: impl Fn(&str),
) -> ::outlive::__private::TaskHandle<[T; N]>
where
    T: Debug,
{
    struct __Outlive;
    impl ::outlive::__private::Site for __Outlive {
        const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
            name: "type",
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
                    ::outlive::__private::Ty::<Guard>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Guard>::__OUTLIVE_AGE,
                ),
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Guard>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Guard>::__OUTLIVE_AGE,
                ),
            ]
        };
    }
    const _: () = {
        ::outlive::__private::argument::<__Outlive>("_: Guard", __Outlive::__TRAITS[0]);
        ::outlive::__private::argument::<
            __Outlive,
        >("_kept: Guard", __Outlive::__TRAITS[1]);
    };
    #[allow(unused_imports)]
    use ::outlive::__private::{ViaAge as _, ViaAgeless as _};
    impl __Outlive {
        #[doc(hidden)]
        #[allow(dead_code, clippy::unused_async)]
        async fn r#type<T, const N: usize>(
            _: Guard,
            (a, mut b): (T, T),
            _kept: Guard,
            f: impl Fn(&str),
        ) -> [T; N]
        where
            T: Debug,
        {
            x
        }
    }
    #[allow(clippy::used_underscore_binding)]
    let __own2 = _kept;
    const {
        #[allow(unused_imports)]
        use ::outlive::__private::{Ageless as _, Unbound as _};
        ::outlive::__private::result::<
            __Outlive,
        >(
            "[T; N]",
            ::outlive::__private::Traits(
                ::outlive::__private::Ty::<[T; N]>::__OUTLIVE_BOUND,
                ::outlive::__private::Ty::<[T; N]>::__OUTLIVE_AGE,
            ),
        );
    };
    ::outlive::__private::call(&__SITE)
        .lives("_", (&&::outlive::__private::Life(&__arg0)).__outlive_remaining())
        .lives("_kept", (&&::outlive::__private::Life(&__own2)).__outlive_remaining())
        .spawn(
            __Outlive::r#type::<T, N>(__arg0, __arg1, __own2, f),
            |__out| {
                #[allow(unused_imports)]
                use ::outlive::__private::{
                    ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                };
                (&&&&::outlive::__private::Probe(__out)).__outlive_fault()
            },
        )
}
