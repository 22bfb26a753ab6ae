#[allow(clippy::must_use_candidate)]
#[track_caller]
fn f(db: Db, __arg1: Event) -> my::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    impl my::outlive::__private::Site for __Outlive {
        const SPEC: my::outlive::__private::Spec = my::outlive::__private::Spec {
            name: "f",
            file: ::core::file!(),
            line: ::core::line!(),
            tracker: "crate::AUDIT",
            timeout: LIMIT,
            grace: my::outlive::__private::NO_GRACE,
            span: my::outlive::__private::SpanKind::Linked,
        };
    }
    static __SITE: my::outlive::__private::TaskSite = my::outlive::__private::site_of(
        <__Outlive as my::outlive::__private::Site>::SPEC,
        &crate::AUDIT,
    );
    #[my::outlive::__private::linkme::distributed_slice(my::outlive::__private::SITES)]
    #[linkme(crate = my::outlive::__private::linkme)]
    static __ENTRY: &'static my::outlive::__private::TaskSite = &__SITE;
    impl __Outlive {
        const __TRAITS: [my::outlive::__private::Traits; 2] = {
            #[allow(unused_imports)]
            use my::outlive::__private::{Ageless as _, Unbound as _};
            [
                my::outlive::__private::Traits(
                    my::outlive::__private::Ty::<Db>::__OUTLIVE_BOUND,
                    my::outlive::__private::Ty::<Db>::__OUTLIVE_AGE,
                ),
                my::outlive::__private::Traits(
                    my::outlive::__private::Ty::<Event>::__OUTLIVE_BOUND,
                    my::outlive::__private::Ty::<Event>::__OUTLIVE_AGE,
                ),
            ]
        };
    }
    const _: () = {
        my::outlive::__private::argument::<__Outlive>("db: Db", __Outlive::__TRAITS[0]);
        my::outlive::__private::argument::<
            __Outlive,
        >("_: Event", __Outlive::__TRAITS[1]);
    };
    #[allow(unused_imports)]
    use my::outlive::__private::{ViaAge as _, ViaAgeless as _};
    impl __Outlive {
        #[doc(hidden)]
        #[allow(dead_code, clippy::unused_async)]
        async fn f(db: Db, _: Event) {}
    }
    let __copies = (
        ::core::clone::Clone::clone(&db),
        ::core::clone::Clone::clone(&__arg1),
    );
    my::outlive::__private::call(&__SITE)
        .unfinished(__copies, spill)
        .lives("db", (&&my::outlive::__private::Life(&db)).__outlive_remaining())
        .lives("_", (&&my::outlive::__private::Life(&__arg1)).__outlive_remaining())
        .spawn(
            __Outlive::f(db, __arg1),
            |__out| {
                #[allow(unused_imports)]
                use my::outlive::__private::{
                    ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                };
                (&&&&my::outlive::__private::Probe(__out)).__outlive_fault()
            },
        )
}
