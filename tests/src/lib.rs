//! Behaviour, as a user would see it: one file a promise, in `tests/`. Here is what they share: a subscriber that
//! remembers spans and events.

mod trace;

pub use trace::{Event, Fields, Span, Trace};
