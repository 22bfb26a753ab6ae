//! Compile-time checks of a function: its timeout fits into the tracker's drain budget, and its arguments may cross.

mod budget;
mod max_age;
mod message;
mod request_bound;
mod retry;

pub(crate) use budget::{does_not_fit, grace_period, is_grace, prove, within};
pub use max_age::MaxAge;
pub(crate) use message::Text;
pub(crate) use request_bound::PassedAs;
pub use request_bound::RequestBound;
pub use retry::Retry;
pub(crate) use retry::{attempt_fits, pauses_fit};
