//! The right to cancel.

use std::fmt;
use std::sync::Arc;

use super::CancelCause;
use super::cancellation::Cancellation;

/// The right to cancel the contexts that were made [with](crate::Context::with_cancel) it.
///
/// Clones cancel the same contexts. When the last clone is dropped, they are cancelled with
/// [`CancelCause::Disconnected`]: what `defer cancel()` is in Go, and cannot be forgotten. tokio-util's
/// `CancellationToken` is both sides in one value, and its drop cancels nothing.
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
    /// A source that has not cancelled anything yet.
    #[must_use = "dropping the last clone of a source cancels its contexts"]
    pub fn new() -> Self {
        Self { owned: Arc::new(CancelOnDrop(Arc::default())) }
    }

    /// Cancels every context of this source. The first cause stands; later ones are ignored.
    pub fn cancel(&self, cause: CancelCause) {
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
