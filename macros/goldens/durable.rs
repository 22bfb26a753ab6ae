#[allow(clippy::must_use_candidate, clippy::needless_pass_by_value)]
/// Greets.
pub(crate) fn send_welcome(
    to: Address,
    user: UserId,
) -> ::outlive_durable::__private::Job {
    struct __Durable;
    #[allow(clippy::too_many_arguments)]
    impl __Durable {
        async fn send_welcome(
            mailer: Mailer,
            to: Address,
            user: UserId,
            __way: ::outlive_durable::__private::Way,
        ) -> ::outlive_durable::__private::outlive::__private::TaskHandle<Outcome> {
            struct __Outlive;
            static __SITE: ::outlive_durable::__private::outlive::__private::TaskSite = ::outlive_durable::__private::outlive::__private::site_of(
                &__Outlive,
                &MAIL,
            );
            ::outlive_durable::__private::outlive::__private::record! {
                Task "send_welcome", [here()], "MAIL",
                ::outlive_durable::__private::outlive::__private::duration(30u64, 0u32),
                ::outlive_durable::__private::outlive::__private::NO_GRACE, Linked, {
                ::outlive_durable::__private::outlive::__private::argument(& __Outlive,
                "mailer: Mailer", __Outlive::__TRAITS, 0);
                ::outlive_durable::__private::outlive::__private::argument(& __Outlive,
                "to: Address", __Outlive::__TRAITS, 1);
                ::outlive_durable::__private::outlive::__private::argument(& __Outlive,
                "user: UserId", __Outlive::__TRAITS, 2);
                ::outlive_durable::__private::outlive::__private::result(& __Outlive,
                "Outcome", __Outlive::__TRAITS, 3); __Outlive::send_welcome; }
            }
            impl __Outlive {
                ::outlive_durable::__private::outlive::__private::traits! {
                    __OUTLIVE_BOUND Mailer, Address, UserId, Outcome
                }
                #[doc(hidden)]
                #[allow(clippy::unused_async)]
                #[tracing::instrument]
                async fn send_welcome(
                    mailer: Mailer,
                    to: Address,
                    mut user: UserId,
                ) -> Outcome {
                    body
                }
            }
            __way
                .__enter(::outlive_durable::__private::outlive::__private::call(&__SITE))
                .await
                .lives(
                    "mailer",
                    (&&::outlive_durable::__private::outlive::__private::Life(&mailer))
                        .__outlive_remaining(),
                )
                .lives(
                    "to",
                    (&&::outlive_durable::__private::outlive::__private::Life(&to))
                        .__outlive_remaining(),
                )
                .lives(
                    "user",
                    (&&::outlive_durable::__private::outlive::__private::Life(&user))
                        .__outlive_remaining(),
                )
                .spawn(
                    __Outlive::send_welcome(mailer, to, user),
                    || |__out| {
                        (&&&&&&&&&&::outlive_durable::__private::outlive::__private::Probe(
                            __out,
                        ))
                            .__outlive_fault()
                    },
                )
        }
    }
    const _: () = {
        let _ = send_welcome;
    };
    const __ARGUMENT_0: ::outlive_durable::__private::Access<Mailer> = {
        use ::outlive_durable::__private::{ViaNothing as _, ViaNoState as _};
        ::outlive_durable::__private::Access::checked(
            ::outlive_durable::__private::StateProbe::<Mailer>::__OUTLIVE_ACCESS,
            "`mailer: Mailer` is cloned for each run, on any thread, and cannot be: a `#[state]` is `Clone + Send + Sync + 'static`; write `std::sync::Arc<Mailer>`, or `std::sync::Arc<std::sync::Mutex<Mailer>>`",
        )
    };
    const __ARGUMENT_1: ::outlive_durable::__private::Codec<Address> = {
        use ::outlive_durable::__private::{ViaNothing as _, ViaNoState as _};
        ::outlive_durable::__private::Codec::checked(
            ::outlive_durable::__private::Probe::<Address>::__OUTLIVE_CODEC,
            "to",
            "`to: Address` travels to its worker as JSON, and cannot: it is not `Serialize + DeserializeOwned`; write `#[derive(serde::Serialize, serde::Deserialize)]` on it, or, where only the process has it, `#[state] to: Address`",
        )
    };
    const __ARGUMENT_2: ::outlive_durable::__private::Codec<UserId> = {
        use ::outlive_durable::__private::{ViaNothing as _, ViaNoState as _};
        ::outlive_durable::__private::Codec::checked(
            ::outlive_durable::__private::Probe::<UserId>::__OUTLIVE_CODEC,
            "user",
            "`user: UserId` travels to its worker as JSON, and cannot: it is not `Serialize + DeserializeOwned`; write `#[derive(serde::Serialize, serde::Deserialize)]` on it, or, where only the process has it, `#[state] user: UserId`",
        )
    };
    static __FUNCTION: ::outlive_durable::__private::Function = ::outlive_durable::__private::Function {
        name: ::core::concat!(::core::module_path!(), "::", "send_welcome"),
        attempts: 5u32,
        backoff: (
            ::outlive_durable::__private::outlive::__private::duration(1u64, 0u32),
            ::outlive_durable::__private::outlive::__private::duration(300u64, 0u32),
        ),
        states: &[__ARGUMENT_0.ty],
        drained: |__shutdown| __shutdown.__drains(&MAIL),
        run: |mut __arguments, __states, __way, __cut| {
            let __value0 = __states.__get(&__ARGUMENT_0)?;
            let __value1 = __arguments.__take(&__ARGUMENT_1)?;
            let __value2 = __arguments.__take(&__ARGUMENT_2)?;
            __arguments.__finish()?;
            ::core::result::Result::Ok(
                ::std::boxed::Box::pin(
                    ::outlive_durable::__private::drive(
                        __Durable::send_welcome(__value0, __value1, __value2, __way),
                        <Outcome as ::outlive_durable::__private::JobResult>::__failure,
                        __cut,
                    ),
                ),
            )
        },
    };
    ::outlive_durable::__private::inventory::submit! {
        ::outlive_durable::__private::Listed(& __FUNCTION)
    }
    ::outlive_durable::__private::Job::__new(&__FUNCTION)
        .__with(&__ARGUMENT_1, &to)
        .__with(&__ARGUMENT_2, &user)
}
