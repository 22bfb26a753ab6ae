//! The origin of a run: a worker has fetched it, or its caller runs it in this process.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use outlive::__private::{Binding, Call, RemoteParent, Spill};
use outlive::{Reason, Unfinished};

use crate::id::JobId;

/// The origin of a run.
#[doc(hidden)]
pub struct Way(From);

enum From {
    /// A worker has fetched it.
    Queue(FromQueue),
    /// Its caller runs it. It is refused if its tracker is full.
    Caller(Kept),
}

struct FromQueue {
    /// The span in which it was enqueued.
    parent: RemoteParent,
    /// Runs when it has its place, before its body begins.
    begins: Option<BoxFuture<'static, ()>>,
    reason_cell: FailureReason,
}

/// The cell for the reason of a failed run.
#[derive(Clone, Default)]
#[doc(hidden)]
pub struct FailureReason(Arc<Mutex<Option<Reason>>>);

impl FailureReason {
    fn set(&self, reason: Reason) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
    }

    pub(crate) fn take(&self) -> Option<Reason> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Way {
    pub(crate) fn from_queue(
        parent: RemoteParent,
        begins: Option<BoxFuture<'static, ()>>,
        reason_cell: FailureReason,
    ) -> Self {
        Self(From::Queue(FromQueue { parent, begins, reason_cell }))
    }

    pub(crate) fn here(kept: Kept) -> Self {
        Self(From::Caller(kept))
    }

    #[doc(hidden)]
    pub async fn __enter<B: Binding>(self, call: Call<(), B>) -> Call<Spill<ReasonReceiver>, B> {
        match self.0 {
            From::Queue(FromQueue { parent, begins, reason_cell }) => {
                let call = call.unfinished(ReasonReceiver::Worker(reason_cell), ended).below(parent).wait().await;
                if let Some(begins) = begins {
                    begins.await;
                }
                call
            }
            From::Caller(mut kept) => {
                kept.is_called = true;
                call.unfinished(ReasonReceiver::Keeper(kept), ended)
            }
        }
    }
}

/// The receiver of a failed run's reason.
#[doc(hidden)]
pub enum ReasonReceiver {
    #[doc(hidden)]
    Worker(FailureReason),
    #[doc(hidden)]
    Keeper(Kept),
}

fn ended(call: Unfinished<ReasonReceiver>) {
    match call.into_parts() {
        (ReasonReceiver::Worker(reason_cell), reason) => reason_cell.set(reason),
        (ReasonReceiver::Keeper(mut kept), reason) => {
            kept.is_called = false;
            kept.reason = Some(reason);
        }
    }
}

/// The owner of a job while it runs in this process.
pub(crate) trait Keeper: Send + Sync {
    fn ran(&self, id: JobId);

    /// It failed, or did not begin. Without a reason, it could not be called.
    fn has_not_run(&self, id: JobId, reason: Option<&Reason>);
}

/// A job that runs in this process. Dropping it reports the result to its keeper.
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
        // A call that panics before its task is spawned has not run.
        if self.is_called && !std::thread::panicking() {
            self.keeper.ran(self.id);
        } else {
            self.keeper.has_not_run(self.id, self.reason.as_ref());
        }
    }
}
