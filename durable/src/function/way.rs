//! How a run comes about: a worker has fetched it, or who calls the function has it run here and now.

use std::sync::Arc;

use outlive::__private::{Binding, Call, RemoteParent, Spill};
use outlive::{Reason, Unfinished};

use crate::id::JobId;

/// What a durable function is asked by.
#[doc(hidden)]
pub struct Way(From);

enum From {
    /// Below the span that it was enqueued in. It waits for its place.
    Queue(RemoteParent),
    /// It has a place at once, or none.
    Caller(Kept),
}

impl Way {
    pub(crate) fn from_queue(parent: RemoteParent) -> Self {
        Self(From::Queue(parent))
    }

    pub(crate) fn here(kept: Kept) -> Self {
        Self(From::Caller(kept))
    }

    #[doc(hidden)]
    pub async fn __enter<B: Binding>(self, call: Call<(), B>) -> Call<Spill<Option<Kept>>, B> {
        match self.0 {
            From::Queue(parent) => call.unfinished(None, ended).below(parent).wait().await,
            From::Caller(mut kept) => {
                kept.is_called = true;
                call.unfinished(Some(kept), ended)
            }
        }
    }
}

fn ended(call: Unfinished<Option<Kept>>) {
    let (kept, reason) = call.into_parts();
    if let Some(mut kept) = kept {
        kept.is_called = false;
        kept.reason = Some(reason);
    }
}

/// Whoever has the job while it runs here.
pub(crate) trait Keeper: Send + Sync {
    fn ran(&self, id: JobId);

    /// It has not ended well, or not begun. Without a reason, it could not be called.
    fn has_not_run(&self, id: JobId, reason: Option<&Reason>);
}

/// A job that runs here: what is dropped says what has become of it.
#[doc(hidden)]
pub struct Kept {
    keeper: Arc<dyn Keeper>,
    id: JobId,
    is_called: bool,
    reason: Option<Reason>,
}

impl Kept {
    pub(crate) fn new(keeper: Arc<dyn Keeper>, id: JobId) -> Self {
        Self { keeper, id, is_called: false, reason: None }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // A call that panics on its way to its task has not run.
        if self.is_called && !std::thread::panicking() {
            self.keeper.ran(self.id);
        } else {
            self.keeper.has_not_run(self.id, self.reason.as_ref());
        }
    }
}
