//! What is done last: logs and traces are flushed, whatever has become of the rest.

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

    /// On a thread of its own: what blocks the runtime does not keep it from its work, and it keeps nobody. Another thread looks
    /// at the clock, as the runtime's may stand still. Gives why it failed, if it did.
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
        // Where there is no thread, its sender goes, and that is said.
        let _ = spawn(step);
        let _ = spawn(clock);
        is_done.await.unwrap_or_else(|_| Some(NO_THREAD.to_owned()))
    }
}

const NO_THREAD: &str = "there is no thread for it";

fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name("outlive-finally".to_owned()).spawn(work)
}
