//! What a request carries, as data. The thread-local state of the running code is in `current`.

mod cancel_cause;
mod cancel_source;
mod cancellation;
#[allow(clippy::module_inception, reason = "one public type a file")]
mod context;
mod detached;
mod detached_work;
mod habits;
#[cfg(debug_assertions)]
mod layer_seen;
#[cfg(debug_assertions)]
mod left_behind;
mod requests;
#[cfg(debug_assertions)]
mod unentered;
mod values;
mod wait;

pub use cancel_cause::CancelCause;
pub use cancel_source::CancelSource;
pub(crate) use cancellation::Link;
pub use context::Context;
pub use detached::{DetachedContext, HasAnEnd};
pub(crate) use detached_work::CountedWork;
pub use detached_work::DetachedWork;
#[cfg(debug_assertions)]
pub(crate) use layer_seen::beside_the_layer;
#[cfg(all(debug_assertions, feature = "tower"))]
pub(crate) use layer_seen::{layer_sees_a_request, layer_wraps};
pub use requests::OpenRequest;
pub(crate) use requests::Serving;
#[cfg(feature = "tower")]
pub(crate) use requests::{Open, opened};
#[cfg(debug_assertions)]
pub(crate) use unentered::{Proof, passes};
pub(crate) use values::Values;
pub(crate) use wait::Wait;
