//! The number of refused calls, by reason.

/// How many calls of a function never ran, by reason. Their sum is [`Counts::rejected`](crate::Counts::rejected).
///
/// They are in [`status()`](fn@crate::status).
///
/// ```
/// for function in outlive::status().functions {
///     if function.refused.full > 0 {
///         println!("{}: its tracker was full {} times", function.name, function.refused.full);
///     }
/// }
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Refusals {
    /// The tracker and its queue were full.
    pub full: u64,
    /// The tracker was draining, or had drained.
    pub draining: u64,
    /// The service had no owner left.
    pub owner_gone: u64,
    /// The loop or the worker was started on its service already, and still ran.
    pub already_started: u64,
    /// The call was made outside a tokio runtime.
    pub no_runtime: u64,
    /// The period of the loop was zero.
    pub zero_period: u64,
    /// The call was still queued when a drain closed the queue, or the last owner was dropped.
    pub never_started: u64,
}
