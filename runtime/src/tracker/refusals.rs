//! How often calls were refused, by reason.

/// How often calls of a function never ran, by reason. Together they are [`Counts::rejected`](crate::Counts::rejected).
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Refusals {
    /// The tracker's bound and its queue were used up.
    pub full: u64,
    /// The tracker was draining, or had drained.
    pub draining: u64,
    /// The service had no owner left.
    pub owner_gone: u64,
    /// The loop ran already.
    pub already_started: u64,
    /// The call was made outside a tokio runtime.
    pub no_runtime: u64,
    /// The period of the loop was zero.
    pub zero_period: u64,
    /// Still queued when a drain ended the queue, or the last owner went.
    pub never_started: u64,
}
