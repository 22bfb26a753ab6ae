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
pub fn send_welcome(to: Address) -> ::outlive_durable::__private::Job {
    let _ = async move {
        let app: App = ::core::unreachable!();
        if false {
            let output: () = ::core::unreachable!();
            return output;
        }
        { body }
    };
    ::core::unreachable!()
}
// error: a durable function needs a tracker, which the shutdown waits for: add `track = AUDIT`, where `AUDIT` is a static of yours: `static AUDIT: outlive::Tracker = outlive::Tracker::bounded("audit", 64);`
