//! Jobs that run in this process at once, and are stored only if they cannot run or fail.

mod as_spill;
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

use as_spill::AsSpill;
use shared::{Shared, Stage};

pub use buffer::SpillCounts;
pub use error::SpillError;
pub use hand_over::{HandOver, Lost, WithSpill};

/// Runs durable calls in this process, and writes those that cannot run, or fail, to a [`Queue`], from a bounded buffer.
///
/// A call with [`spawn_or_enqueue`](Job::spawn_or_enqueue) starts at once, like a detached call, without a write to the
/// store. If it succeeds, it is never written. Otherwise a background task writes it to the queue:
///
/// | the run here | the job in the queue |
/// | --- | --- |
/// | succeeded | none |
/// | refused (the tracker is full, or drains), never started, cut by a drain, lost with its runtime | as it was called |
/// | `Err`, a panic, its timeout | its first attempt is used up: it is tried again after the function's `backoff` |
///
/// A handle is cheap to clone. When the last handle is dropped, the held jobs are still handed over, as long as the runtime
/// exists.
///
/// **A process that is killed (SIGKILL, the OOM killer, a power cut) hands nothing over**: the jobs that ran in it, or
/// waited for the store, are lost. If that is not acceptable, use [`enqueue`](Job::enqueue).
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
    /// Begins to build a spill that writes to this queue.
    ///
    /// It holds at most 10,000 jobs and hands them over within 5 seconds, unless you set other limits.
    pub fn to(queue: impl Borrow<Queue>) -> SpillBuilder {
        let budget = Duration::from_secs(5);
        SpillBuilder { queue: queue.borrow().clone(), states: States::default(), capacity: 10_000, budget }
    }

    /// The counters of its calls so far.
    #[must_use]
    pub fn counts(&self) -> SpillCounts {
        self.0.shared.counts()
    }

    pub(crate) fn budget(&self) -> Duration {
        self.0.budget
    }

    /// Refuses further calls, and hands the held jobs over within its [budget](SpillBuilder::hand_over_within). Use it in a
    /// process without a [`Shutdown`](outlive::Shutdown), after draining the trackers. A job that still runs after half of
    /// the budget is handed over too, and may run twice.
    ///
    /// ```no_run
    /// # static AUDIT: outlive::Tracker = outlive::Tracker::bounded("audit", 8);
    /// # async fn example(spill: outlive_durable::Spill) {
    /// AUDIT.drain().await;
    /// let handed_over = spill.hand_over().await;
    /// assert!(handed_over.is_clean(), "{handed_over}");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with a time driver.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the held jobs are handed over all the same, as long as the runtime exists.
    pub async fn hand_over(&self) -> HandOver {
        self.0.shared.hand_over(self.0.budget).await
    }

    fn stop(&self) -> HandOver {
        self.0.shared.stop(self.0.budget)
    }
}

/// The builder of a [`Spill`].
///
/// ```no_run
/// use std::time::Duration;
/// use outlive_durable::{Queue, Spill};
///
/// # #[derive(Clone)] struct Db;
/// # async fn example(queue: &Queue, db: Db) {
/// let spill = Spill::to(queue)
///     .state(db)
///     .capacity(50_000) // jobs
///     .hand_over_within(Duration::from_secs(10))
///     .start();
/// # }
/// ```
#[must_use = "nothing is handed over before `start`"]
pub struct SpillBuilder {
    queue: Queue,
    states: States,
    capacity: usize,
    budget: Duration,
}

impl SpillBuilder {
    /// Adds the value for `#[state]` arguments of this type; each run gets a clone. A call whose state is missing does not
    /// run here, but is written to the queue for a worker that has it.
    pub fn state<T: State>(mut self, value: T) -> Self {
        self.states.insert(value);
        self
    }

    /// Sets how many jobs it holds at most, including those that run here, so that there is room for each of them if it
    /// fails. The default is 10,000, the minimum is one. It should be more than the trackers run and queue; the rest is room
    /// for jobs while the store does not answer. Each job is held as the JSON of its arguments.
    pub fn capacity(self, jobs: usize) -> Self {
        Self { capacity: jobs.max(1), ..self }
    }

    /// Sets how long the last phase may take. The default is 5 seconds.
    ///
    /// More than a year is cut to that. Jobs that still run have half of it to end.
    pub fn hand_over_within(self, budget: Duration) -> Self // `.hand_over_within(Duration::from_secs(5))`
    {
        Self { budget: budget.min(A_YEAR), ..self }
    }

    /// Starts the background writer.
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

/// The longest budget.
const A_YEAR: Duration = Duration::from_hours(365 * 24);

/// A job that may run in this process at once.
///
/// [`Plain`] is one, and [`Planned`](crate::Planned) is not: [`spawn_or_enqueue`](Job::spawn_or_enqueue) of a job with a delay,
/// a key or a queue does not compile.
///
/// ```
/// use outlive_durable::{Job, JobId, RunsNow, Spill, SpillError};
///
/// fn started<P: RunsNow>(job: Job<P>, spill: &Spill) -> Result<JobId, SpillError> {
///     job.spawn_or_enqueue(spill)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a job with `.after`, `.unique` or `.queue` is for a queue alone, and this would run it here and now",
    label = "write `.enqueue(&queue).await?`, or leave `.after`, `.unique` and `.queue` out"
)]
pub trait RunsNow {}

impl RunsNow for Plain {}

impl<P> Job<P> {
    /// Starts the job here, as a detached call, and writes it to the queue only if it cannot run or fails: see [`Spill`]. It
    /// never waits.
    ///
    /// The body sees the same context as in a worker: the caller's labels and trace, its [`JobId`] and its
    /// [`Attempt`](crate::Attempt), but not the caller's other values.
    ///
    /// # Errors
    ///
    /// If the job was neither started nor stored. After an `Ok`, the job runs or is stored, unless the process is killed, or
    /// its shutdown names the job as lost.
    pub fn spawn_or_enqueue<S: AsSpill + ?Sized>(self, spill: &S) -> Result<JobId, SpillError>
    where
        P: RunsNow,
    {
        let parts = self.into_parts().map_err(|error| match error {
            EnqueueError::Argument { name, error } => SpillError::Argument { name, error },
            error => unreachable!("nothing else was said of the job: {error}"),
        })?;
        spill.as_spill().0.shared.call(parts)
    }
}
