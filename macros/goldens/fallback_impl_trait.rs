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
fn f(db: Db) -> ::outlive::TaskHandle<impl Display> {
    match async move { body } {
        __future => {
            fn __handle<F: ::core::future::Future>(
                _: F,
            ) -> ::outlive::TaskHandle<F::Output> {
                ::core::unreachable!()
            }
            __handle(__future)
        }
    }
}
// error: a detached function needs a tracker, which the shutdown waits for: add `track = AUDIT`, where `AUDIT` is a static of yours: `static AUDIT: outlive::Tracker = outlive::Tracker::bounded("audit", 64);`
