fn caller() {
    let handle = {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
            &__Outlive,
            &AUDIT,
        );
        ::outlive::__private::record! {
            Task "detach!", [here()], "AUDIT", ::outlive::__private::duration(5u64,
            0u32), ::outlive::__private::NO_GRACE, Linked, {}
        }
        ::outlive::__private::Detachable::__outlive_detach(
            ::outlive::__private::call(&__SITE),
            async move { a + b },
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
            |__it| (&&__it).__outlive_begins(),
        )
    };
}
