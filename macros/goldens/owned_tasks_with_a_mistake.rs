::outlive::__private::attributes! {}
impl Server {
    #[allow(
        dead_code,
        unreachable_code,
        unused_assignments,
        unused_braces,
        unused_mut,
        unused_parens,
        unused_variables,
        clippy::all,
        clippy::pedantic
    )]
    fn consume(&self) -> ::outlive::TaskHandle<Outcome> {
        if false {
            let _ = (&(AUDIT),);
            ::core::unreachable!()
        }
        let _ = async move {
            if false {
                let output: Outcome = ::core::unreachable!();
                return output;
            }
            { body }
        };
        ::core::unreachable!()
    }
    #[track_caller]
    fn deliver(&self) -> ::outlive::__private::TaskHandle<Outcome> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_within(
            &__Outlive,
            <Server>::__OWNER_OF_consume.budget(),
        );
        ::outlive::__private::record! {
            Worker "deliver", [here()], "Server", ::outlive::__private::NO_TIMEOUT,
            ::outlive::__private::NO_GRACE, Apart, { ::outlive::__private::result(&
            __Outlive, "Outcome", __Outlive::__TRAITS, 0); }
        }
        impl __Outlive {
            ::outlive::__private::traits! {
                __OUTLIVE_BOUND Outcome
            }
        }
        Self::__OWNER_OF_consume
            .tracker(self)
            .looping(&__SITE, __Outlive)
            .once()
            .restarted(
                ::outlive::__private::duration(1u64, 0u32),
                ::outlive::__private::duration(60u64, 0u32),
                {
                    let __this = Self::__OWNER_OF_consume.lend(self);
                    move || {
                        let __this = Self::__OWNER_OF_consume.lend(&__this);
                        ::core::option::Option::Some(async move {
                            Self::__worker_is_for_inherent_methods_deliver(&__this).await
                        })
                    }
                },
                |__out: &Outcome| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __worker_is_for_inherent_methods_deliver(&self) -> Outcome {
        body
    }
    #[doc(hidden)]
    const __OWNER_OF_consume: ::outlive::__private::Ownership<Self> = ::outlive::__private::lending::<
        Self,
    >();
}
// error: the service's own `OwnedTracker` tracks its methods: leave `track` out, or, for another tracker, move the method to an `impl Server` without `#[owned_tasks]`, and take `self: std::sync::Arc<Self>`
