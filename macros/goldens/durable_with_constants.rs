#[allow(clippy::must_use_candidate, clippy::needless_pass_by_value)]
fn send_welcome() -> kept::__private::Job {
    struct __Durable;
    #[allow(clippy::too_many_arguments)]
    impl __Durable {
        async fn send_welcome(
            app: App,
            __way: kept::__private::Way,
        ) -> kept::__private::outlive::__private::TaskHandle<()> {
            struct __Outlive;
            static __SITE: kept::__private::outlive::__private::TaskSite = kept::__private::outlive::__private::site(
                &__Outlive,
            );
            kept::__private::outlive::__private::record! {
                Task "mail.welcome", [here()], "app.tasks",
                kept::__private::outlive::__private::Time(LIMIT).__outlive_duration(),
                kept::__private::outlive::__private::NO_GRACE, Linked, {
                kept::__private::outlive::__private::argument(& __Outlive, "app: App",
                __Outlive::__TRAITS, 0); __Outlive::send_welcome; } fn covered < __T :
                kept::__private::outlive::__private::Track + ? ::core::marker::Sized > ()
                { const { kept::__private::outlive::__private::prove(& < __Outlive as
                kept::__private::outlive::__private::Site > ::SPEC, __T::BUDGET) } }
            }
            impl __Outlive {
                kept::__private::outlive::__private::traits! {
                    __OUTLIVE_BOUND App
                }
                #[doc(hidden)]
                #[allow(clippy::needless_pass_by_value, clippy::missing_const_for_fn)]
                fn send_welcome(app: App) {
                    body
                }
            }
            __way
                .__enter(
                    kept::__private::outlive::__private::call_in(
                        &__SITE,
                        __Outlive,
                        &(app.tasks),
                    ),
                )
                .await
                .lives(
                    "app",
                    (&&kept::__private::outlive::__private::Life(&app))
                        .__outlive_remaining(),
                )
                .spawn_blocking(
                    move || __Outlive::send_welcome(app),
                    |__out| {
                        (&&&&&&&&&&kept::__private::outlive::__private::Probe(__out))
                            .__outlive_fault()
                    },
                    |__it| __it.hand_over(),
                )
        }
    }
    const _: () = {
        let _ = send_welcome;
    };
    const __FIRST: ::core::time::Duration = kept::__private::outlive::__private::Time(
            FIRST,
        )
        .__outlive_duration();
    const _: () = ::core::assert!(
        ! ::core::time::Duration::is_zero(& __FIRST),
        "a pause of zero would try again at once, when little has changed: write `backoff = \"1s..5m\"`"
    );
    const _: () = ::core::assert!(
        ::core::time::Duration::as_nanos(& __FIRST) <= ::core::time::Duration::as_nanos(&
        kept::__private::outlive::__private::duration(300u64, 0u32)),
        "`backoff` goes from the first pause to the longest: swap the two",
    );
    const __ATTEMPTS: ::core::primitive::u32 = ATTEMPTS;
    const _: () = ::core::assert!(
        __ATTEMPTS > 0,
        "`attempts` counts all of them, and none would never run: write `attempts = 1`, or more",
    );
    const __ARGUMENT_0: kept::__private::Access<App> = {
        use kept::__private::{ViaNothing as _, ViaNoState as _};
        kept::__private::Access::checked(
            kept::__private::StateProbe::<App>::__OUTLIVE_ACCESS,
            "`app: App` is cloned for each run, on any thread, and cannot be: a `#[state]` is `Clone + Send + Sync + 'static`; write `std::sync::Arc<App>`, or `std::sync::Arc<std::sync::Mutex<App>>`",
        )
    };
    static __FUNCTION: kept::__private::Function = kept::__private::Function {
        name: "mail.welcome",
        attempts: __ATTEMPTS,
        backoff: (__FIRST, kept::__private::outlive::__private::duration(300u64, 0u32)),
        states: &[__ARGUMENT_0.ty],
        drained: |__shutdown| __shutdown,
        run: |mut __arguments, __states, __way, __cut| {
            let __value0 = __states.__get(&__ARGUMENT_0)?;
            __arguments.__finish()?;
            ::core::result::Result::Ok(
                ::std::boxed::Box::pin(
                    kept::__private::drive(
                        __Durable::send_welcome(__value0, __way),
                        <() as kept::__private::JobResult>::__failure,
                        __cut,
                    ),
                ),
            )
        },
    };
    kept::__private::inventory::submit! {
        kept::__private::Listed(& __FUNCTION)
    }
    kept::__private::Job::__new(&__FUNCTION)
}
