//! What is proved of a function when it is compiled: its time fits into its tracker's, and what crosses may cross.

mod budget;
mod max_age;
mod message;
mod request_bound;
mod retry;

pub(crate) use budget::{does_not_fit, grace_period, is_grace, prove, within};
pub use max_age::MaxAge;
pub(crate) use message::Text;
pub use request_bound::RequestBound;
pub use retry::Retry;
pub(crate) use retry::{attempt_fits, pauses_fit};
