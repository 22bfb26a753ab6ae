//! Cancels contexts.

use std::fmt;
use std::sync::Arc;

use super::CancelCause;
use super::cancellation::Cancellation;

/// Cancels the contexts that were made [with it](crate::Context::with_cancel).
///
/// Clones cancel the same contexts. When the last clone is dropped, the contexts are cancelled with
/// [`CancelCause::Disconnected`]. So a cancellation cannot be forgotten, as Go's `defer cancel()` can. tokio-util's
/// `CancellationToken` can both cancel and wait, and its drop cancels nothing.
///
/// ```
/// use outlive::{CancelCause, CancelSource, Context};
///
/// let source = CancelSource::new();
/// let context = Context::root().with_cancel(&source);
/// assert!(!context.is_cancelled());
///
/// source.cancel(CancelCause::Requested);
/// assert!(matches!(context.cause(), Some(CancelCause::Requested)));
///
/// let source = CancelSource::new();
/// let context = Context::root().with_cancel(&source);
/// drop(source); // the last clone: on an early return, with `?`, in a panic
/// assert!(matches!(context.cause(), Some(CancelCause::Disconnected)));
/// ```
#[derive(Clone)]
pub struct CancelSource {
    owned: Arc<CancelOnDrop>,
}

struct CancelOnDrop(Arc<Cancellation>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel(CancelCause::Disconnected);
    }
}

impl CancelSource {
    /// Makes a source that has cancelled nothing yet.
    #[must_use = "dropping the last clone of a source cancels its contexts"]
    pub fn new() -> Self // `CancelSource::new()`, and then `context.with_cancel(&source)`
    {
        Self { owned: Arc::new(CancelOnDrop(Arc::default())) }
    }

    /// Cancels every context of this source. The first cause is kept; later causes are ignored.
    ///
    /// It does not wait: it wakes whatever waits for a cancellation of these contexts, and returns.
    pub fn cancel(&self, cause: CancelCause) // `.cancel(CancelCause::Requested)`
    {
        self.owned.0.cancel(cause);
    }

    pub(crate) fn signal(&self) -> &Arc<Cancellation> {
        &self.owned.0
    }
}

impl Default for CancelSource {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CancelSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelSource")
            .field("cause", &self.owned.0.cancelled().map(|(_, cause)| cause))
            .finish_non_exhaustive()
    }
}
