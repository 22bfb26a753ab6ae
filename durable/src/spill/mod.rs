//! From detached to durable: a job that runs here and now, and is kept only when it cannot.

mod buffer;
mod error;
mod hand_over;
mod shared;
mod writer;

use std::borrow::Borrow;
use std::sync::Arc;
use std::time::Duration;

use outlive::Tracker;

use crate::error::EnqueueError;
use crate::function::{State, States};
use crate::id::JobId;
use crate::job::{Job, Plain};
use crate::queue::Queue;

use shared::{Shared, Stage};

pub use buffer::SpillCounts;
pub use error::SpillError;
pub use hand_over::{HandOver, Lost, WithSpill};

/// Where calls go that cannot run here: a bounded buffer in memory, and a writer that empties it into a [`Queue`].
///
/// A call with [`spawn_or_enqueue`](Job::spawn_or_enqueue) starts here at once, as a detached one does: no store is asked, and
/// what ends well never comes to the queue. What does not goes there, in this process's own time:
///
/// | what becomes of it here | in the queue |
/// | --- | --- |
/// | ended well | nothing |
/// | refused (the tracker is full, or drains), never started, cut by a drain, lost with its runtime | as it was called |
/// | `Err`, a panic, its timeout | its first attempt is used up: it is tried again after the function's `backoff` |
///
/// A handle is cheap to clone. When the last one is dropped, what is held is still handed over, as long as the runtime is there.
///
/// **A process that is killed (SIGKILL, the OOM killer, a power cut) hands nothing over**: what ran in it, and what waited for
/// the store, is gone. For work that must not be lost then there is only [`enqueue`](Job::enqueue).
///
/// ```no_run
/// use outlive::{Shutdown, Tracker};
/// use outlive_durable::{Queue, Spill, SpillError, WithSpill as _, durable};
/// # #[derive(Clone)] struct Db;
/// # impl Db { async fn insert(&self, _: String) -> Result<(), std::io::Error> { Ok(()) } }
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 64);
///
/// #[durable(timeout = "5s", track = AUDIT)]
/// async fn write_audit(#[state] db: Db, event: String) -> Result<(), std::io::Error> {
///     db.insert(event).await
/// }
///
/// # async fn serve(queue: Queue, db: Db) -> Result<(), Box<dyn std::error::Error>> {
/// let spill = Spill::to(&queue).state(db).start();
///
/// write_audit("signed in".to_owned()).spawn_or_enqueue(&spill)?; // runs already
///
/// let report = Shutdown::all().on(Shutdown::requested()).phase("stores").spill(&spill).run().await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Spill(Arc<Handle>);

struct Handle {
    shared: Arc<Shared>,
    budget: Duration,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.stage.send_if_modified(|stage| {
            let is_open = *stage == Stage::Open;
            if is_open {
                *stage = Stage::Leaving;
            }
            is_open
        });
    }
}

impl Spill {
    /// What goes to this queue, when it cannot run here.
    pub fn to(queue: impl Borrow<Queue>) -> SpillBuilder {
        let budget = Duration::from_secs(5);
        SpillBuilder { queue: queue.borrow().clone(), states: States::default(), capacity: 10_000, budget }
    }

    /// What has become of its calls so far.
    #[must_use]
    pub fn counts(&self) -> SpillCounts {
        self.0.shared.counts()
    }

    pub(crate) fn budget(&self) -> Duration {
        self.0.budget
    }

    /// The end, for a process that has no [`Shutdown`](outlive::Shutdown): refuses every call from now on, and hands over what it
    /// holds, within its [budget](SpillBuilder::hand_over_within). What still runs after half of that is handed over
    /// too: it may run twice. Drain the trackers before.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, what it holds is handed over all the same, as long as the runtime is there.
    pub async fn hand_over(&self) -> HandOver {
        self.0.shared.hand_over(self.0.budget).await
    }

    fn stop(&self) -> HandOver {
        self.0.shared.stop(self.0.budget)
    }
}

/// A [`Spill`] that has not been started.
#[must_use = "nothing is handed over before `start`"]
pub struct SpillBuilder {
    queue: Queue,
    states: States,
    capacity: usize,
    budget: Duration,
}

impl SpillBuilder {
    /// What functions get for their `#[state]` of this type, a clone for each run. A call whose state it has not cannot run
    /// here: it goes to the queue, for a worker that has.
    pub fn state<T: State>(mut self, value: T) -> Self {
        self.states.insert(value);
        self
    }

    /// How many jobs it holds at most, those that run here included, so that each has its place when it does not end well:
    /// 10,000 without this. More than the trackers run and queue; what is beyond that waits for a store that does not answer.
    /// Each is held as the JSON of its arguments. At least one.
    pub fn capacity(self, jobs: usize) -> Self {
        Self { capacity: jobs.max(1), ..self }
    }

    /// How long the last phase may take, 5 seconds without this.
    pub fn hand_over_within(self, budget: Duration) -> Self {
        Self { budget: budget.min(A_YEAR), ..self }
    }

    /// Starts its writer.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[must_use = "calls are given to it: `.spawn_or_enqueue(&spill)`"]
    pub fn start(self) -> Spill {
        let Self { queue, states, capacity, budget } = self;
        let shared = Arc::new(Shared::new(queue, states, capacity));
        writer::write(Arc::new(Tracker::unbounded("spill")), Arc::clone(&shared));
        Spill(Arc::new(Handle { shared, budget }))
    }
}

/// No shutdown takes longer, and no clock ends before.
const A_YEAR: Duration = Duration::from_hours(365 * 24);

/// What may run here and now.
#[diagnostic::on_unimplemented(
    message = "a job with `.after`, `.unique` or `.queue` is for a queue alone, and this would run it here and now",
    label = "write `.enqueue(&queue).await?`, or leave `.after`, `.unique` and `.queue` out"
)]
pub trait RunsNow {}

impl RunsNow for Plain {}

impl<P> Job<P> {
    /// Starts the job here, as a detached call, and puts it into the queue only when it cannot run: see [`Spill`]. It does not
    /// wait, for nothing.
    ///
    /// The body sees what it would see in a worker: the caller's labels and trace, its [`JobId`] and its
    /// [`Attempt`](crate::Attempt), and not the caller's other values.
    ///
    /// # Errors
    ///
    /// Why it neither runs nor is kept. An `Ok` says that one of both holds, until the process is killed, or its shutdown names the
    /// job as lost.
    pub fn spawn_or_enqueue(self, spill: &Spill) -> Result<JobId, SpillError>
    where
        P: RunsNow,
    {
        let parts = self.into_parts().map_err(|error| match error {
            EnqueueError::Argument { name, error } => SpillError::Argument { name, error },
            error => unreachable!("nothing else was said of the job: {error}"),
        })?;
        spill.0.shared.call(parts)
    }
}
