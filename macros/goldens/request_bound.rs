#[track_caller]
fn f<B: Row>(
    a: (u8, (Next, B)),
    request: Request<B>,
    b: B,
    s: &'static str,
) -> ::outlive::__private::TaskHandle<(u8, Reply)> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &AUDIT,
    );
    ::outlive::__private::record! {
        Task "f", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
        ::outlive::__private::NO_GRACE, Linked, { ::outlive::__private::argument(&
        __Outlive, "a: (u8, (Next, B))", __Outlive::__TRAITS, 0);
        ::outlive::__private::result(& __Outlive, "(u8, Reply)", __Outlive::__TRAITS, 1);
        }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Next, Reply
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn __f<B: Row>(
            a: (u8, (Next, B)),
            mut request: Request<B>,
            b: B,
            s: &'static str,
        ) -> (u8, Reply) {
            x
        }
    }
    const {
        ::outlive::__private::argument(
            &__Outlive,
            "request: Request<B>",
            &[
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Request<B>>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Request<B>>::__OUTLIVE_AGE,
                    ::outlive::__private::Ty::<Request<B>>::__OUTLIVE_INSTEAD,
                ),
            ],
            0,
        );
    };
    ::outlive::__private::call(&__SITE)
        .lives("a", (&&::outlive::__private::Life(&a.1.0)).__outlive_remaining())
        .lives("request", (&&::outlive::__private::Life(&request)).__outlive_remaining())
        .spawn(
            __Outlive::__f::<B>(a, request, b, s),
            || |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
