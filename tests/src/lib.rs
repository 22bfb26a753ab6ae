//! Behaviour, as a user would see it: one file a promise, in `tests/`. Here is what they share: a subscriber that
//! remembers spans and events, and turns.

#![doc(test(attr(deny(warnings), allow(dead_code))))]

mod trace;
mod turn;

pub use trace::{Event, Fields, Span, Trace};
pub use turn::Turn;

/// The program of the package's own README.
#[cfg(doctest)]
#[doc = include_str!("../../runtime/README.md")]
mod package_readme {}

/// The programs in the book. Those beside other crates are compiled by `integrations`.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../../docs/bugs.md")]
    mod bugs {}
    #[doc = include_str!("../../docs/cancel-safety.md")]
    mod cancel_safety {}
    #[doc = include_str!("../../docs/cost.md")]
    mod cost {}
    #[doc = include_str!("../../docs/from-frameworks.md")]
    mod from_frameworks {}
    #[doc = include_str!("../../docs/from-go.md")]
    mod from_go {}
    #[doc = include_str!("../../docs/from-tokio.md")]
    mod from_tokio {}
    #[doc = include_str!("../../docs/glossary.md")]
    mod glossary {}
    #[doc = include_str!("../../docs/is-this-for-me.md")]
    mod is_this_for_me {}
    #[doc = include_str!("../../docs/lints.md")]
    mod lints {}
    #[doc = include_str!("../../docs/partial-cancellation.md")]
    mod partial_cancellation {}
    #[doc = include_str!("../../docs/retries.md")]
    mod retries {}
    #[doc = include_str!("../../docs/services.md")]
    mod services {}
    #[cfg(feature = "testing")]
    #[doc = include_str!("../../docs/testing.md")]
    mod testing {}
    #[doc = include_str!("../../docs/trial.md")]
    mod trial {}
    #[doc = include_str!("../../docs/when-not-to-detach.md")]
    mod when_not_to_detach {}
}
