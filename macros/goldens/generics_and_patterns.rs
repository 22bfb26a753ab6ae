#[track_caller]
fn r#type<T, const N: usize>(
    __arg0: Guard,
    __arg1: (T, T),
    _kept: Guard,
    f: impl Calls<fn(&str)>,
) -> ::outlive::__private::TaskHandle<[T; N]>
where
    T: Debug + Crosses,
{
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &AUDIT,
    );
    ::outlive::__private::record! {
        Task "type", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
        ::outlive::__private::NO_GRACE, Linked, { ::outlive::__private::argument(&
        __Outlive, "_: Guard", __Outlive::__TRAITS, 0); ::outlive::__private::argument(&
        __Outlive, "_kept: Guard", __Outlive::__TRAITS, 1); }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Guard, Guard
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn __type<T, const N: usize>(
            _: Guard,
            (a, mut b): (T, T),
            _kept: Guard,
            f: impl Calls<fn(&str)>,
        ) -> [T; N]
        where
            T: Debug + Crosses,
        {
            x
        }
    }
    #[allow(clippy::used_underscore_binding)]
    let __own2 = _kept;
    const {
        ::outlive::__private::result(
            &__Outlive,
            "[T; N]",
            &[
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<[T; N]>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<[T; N]>::__OUTLIVE_AGE,
                    ::outlive::__private::Ty::<[T; N]>::__OUTLIVE_INSTEAD,
                ),
            ],
            0,
        );
    };
    ::outlive::__private::call(&__SITE)
        .lives("_", (&&::outlive::__private::Life(&__arg0)).__outlive_remaining())
        .lives("_kept", (&&::outlive::__private::Life(&__own2)).__outlive_remaining())
        .spawn(
            __Outlive::__type::<T, N>(__arg0, __arg1, __own2, f),
            || |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
