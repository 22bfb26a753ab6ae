//! The last steps of a shutdown, such as flushing logs and traces. They always run.

use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::server::{StepResult, panicked};
use crate::util::catching;

pub(super) struct LastStep {
    pub(super) name: &'static str,
    pub(super) budget: Duration,
    work: Box<dyn FnOnce() -> Option<String> + Send>,
}

impl LastStep {
    pub(super) fn new<R: StepResult>(
        name: &'static str,
        budget: Duration,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> Self {
        Self { name, budget, work: Box::new(|| work().into_failure()) }
    }

    /// Runs the step on its own thread, so that a blocked runtime does not delay it, and it blocks nothing. Another thread
    /// limits its time, because the runtime's clock may have stopped. Returns why it failed, if it did.
    pub(super) async fn done(self) -> Option<String> {
        let Self { budget, work, .. } = self;
        let (ended, end) = mpsc::channel();
        let (done, is_done) = oneshot::channel();
        let runtime = Handle::try_current().ok();
        let step = move || {
            let _entered = runtime.as_ref().map(Handle::enter);
            let failure = catching(work).unwrap_or_else(|payload| Some(panicked(payload)));
            let _ = ended.send(failure);
        };
        let clock = move || {
            let failure = end.recv_timeout(budget).unwrap_or_else(|error| match error {
                RecvTimeoutError::Timeout => Some(format!("did not end within its budget of {budget:?}")),
                RecvTimeoutError::Disconnected => Some(NO_THREAD.to_owned()),
            });
            let _ = done.send(failure);
        };
        // If no thread can be spawned, the sender is dropped, and that is the failure.
        let _ = spawn(step);
        let _ = spawn(clock);
        is_done.await.unwrap_or_else(|_| Some(NO_THREAD.to_owned()))
    }
}

const NO_THREAD: &str = "there is no thread for it";

fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name("outlive-finally".to_owned()).spawn(work)
}
