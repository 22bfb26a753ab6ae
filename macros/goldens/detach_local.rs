fn caller() {
    let handle = {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
            &__Outlive,
        );
        ::outlive::__private::record! {
            Task "detach!", [here()], "app.tasks", ::outlive::__private::Time(LIMIT)
            .__outlive_duration(), ::outlive::__private::NO_GRACE, Linked, {} fn covered
            < __T : ::outlive::__private::Track + ? ::core::marker::Sized > () { const {
            ::outlive::__private::prove(& < __Outlive as ::outlive::__private::Site >
            ::SPEC, __T::BUDGET) } }
        }
        ::outlive::__private::Detachable::__outlive_detach(
            ::outlive::__private::call_in(&__SITE, __Outlive, &(app.tasks)),
            ::outlive::__private::carry(
                &REQUEST_ID,
                __Given(write(db)).__outlive_future(),
            ),
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
            |__it| (&&__it).__outlive_begins(),
        )
    };
}
