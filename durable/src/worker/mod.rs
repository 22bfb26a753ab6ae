//! The worker, which runs the jobs of a queue.

mod counts;
mod ends;
mod error;
mod one;
mod run;
mod set_aside;

use std::borrow::Borrow;
use std::collections::HashMap;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use outlive::status::{QueueSource, show_queue};
use outlive::{DrainReport, Shutdown, TaskOwner, Tracker, worker};
use tokio::sync::watch;

use crate::engine::LONGEST;
use crate::function::{Function, State, States, functions};
use crate::queue::Queue;

use counts::Counters;
use run::Loop;

pub use counts::JobCounts;
pub use error::JobsError;

/// The builder of a [`Worker`], which runs the jobs of a queue: by default those of all durable functions of the program.
///
/// ```no_run
/// use outlive::Shutdown;
/// use outlive_durable::{Jobs, Queue, WithWorker as _};
///
/// # #[derive(Clone)] struct Mailer;
/// # async fn example(queue: Queue, mailer: Mailer) {
/// let report = Shutdown::all()
///     .on(Shutdown::requested())
///     .phase("jobs")
///     .worker(Jobs::on(queue).state(mailer))
///     .run()
///     .await;
/// # }
/// ```
///
/// `DRAIN_SECS` is how long its shutdown may take. The default of 23 is a tracker's 20 seconds, plus time to give the
/// jobs of runs that were cut short back to the queue.
#[must_use = "nothing runs before `start`, or `Shutdown::worker`"]
pub struct Jobs<const DRAIN_SECS: u64 = 23> {
    queue: Queue,
    name: String,
    states: States,
    at_once: usize,
    poll: Duration,
    beat: Duration,
    functions: HashMap<&'static str, Known>,
    only: Option<Vec<String>>,
}

/// A function of the program, found by its name in the queue.
#[derive(Clone, Copy)]
enum Known {
    One(&'static Function),
    /// Several functions have the name, so its jobs are ambiguous.
    Several,
}

impl Jobs {
    /// Builds a worker for this queue.
    ///
    /// It runs the jobs of all durable functions of the program, unless [`only`](Self::only) names some.
    pub fn on(queue: impl Borrow<Queue>) -> Self {
        let mut known = HashMap::new();
        for function in functions() {
            known.entry(function.name).and_modify(|known| *known = Known::Several).or_insert(Known::One(function));
        }
        Self {
            queue: queue.borrow().clone(),
            name: "worker".to_owned(),
            states: States::default(),
            at_once: 16,
            poll: Duration::from_millis(100),
            beat: Duration::from_secs(5),
            functions: known,
            only: None,
        }
    }
}

impl<const DRAIN_SECS: u64> Jobs<DRAIN_SECS> {
    /// Adds the value for `#[state]` arguments of this type; each run gets a clone.
    pub fn state<T: State>(mut self, value: T) -> Self {
        self.states.insert(value);
        self
    }

    /// Restricts the worker to these functions, by their names in the queue. Other workers must run the others. The default
    /// is every durable function of the program.
    ///
    /// ```no_run
    /// # async fn example(queue: outlive_durable::Queue) {
    /// use outlive_durable::Jobs;
    ///
    /// let worker = Jobs::on(queue).only(["shop::mail::send_welcome"]).start();
    /// # }
    /// ```
    pub fn only<N: Into<String>>(mut self, functions: impl IntoIterator<Item = N>) -> Self {
        let only: Vec<String> = functions.into_iter().map(Into::into).collect();
        self.functions.retain(|name, _| only.iter().any(|only| only == name));
        Self { only: Some(only), ..self }
    }

    /// Sets the worker's name in the store and on a board. A suffix makes it unique.
    pub fn name(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Sets how many jobs it holds at once. The default is 16, the minimum one. Each function's tracker limits how many of
    /// them run.
    pub fn at_once(self, at_once: usize) -> Self {
        Self { at_once: at_once.clamp(1, 10_000), ..self }
    }

    /// Sets how often an idle worker polls for delayed jobs. The default is 100 ms. New jobs that may run at once are
    /// announced by a notification; without notifications, polling finds them as well.
    pub fn poll_every(self, poll: Duration) -> Self // `.poll_every(Duration::from_millis(100))`
    {
        Self { poll: poll.max(Duration::from_millis(1)), ..self }
    }

    /// Sets how often it writes a heartbeat. The default is 5 s, the minimum one second. After three missed heartbeats a
    /// worker counts as dead, and others run its jobs.
    pub fn heartbeat(self, beat: Duration) -> Self // `.heartbeat(Duration::from_secs(5))`
    {
        Self { beat: beat.clamp(Duration::from_secs(1), LONGEST), ..self }
    }

    /// Sets how long its shutdown may take, in seconds, as for a [`Tracker`].
    pub fn drain_budget<const SECS: u64>(self) -> Jobs<SECS> {
        let Self { queue, name, states, at_once, poll, beat, functions, only } = self;
        Jobs { queue, name, states, at_once, poll, beat, functions, only }
    }

    /// Checks that each function has its state, and that each name given to [`only`](Self::only) exists. Jobs of a function
    /// without its state would be set aside.
    ///
    /// [`start`](Self::start) logs the same as an error, and starts all the same. Call this in a test, or at the start of the
    /// program:
    ///
    /// ```
    /// use outlive_durable::{Jobs, JobsError, Queue};
    ///
    /// fn checked(queue: &Queue) -> Result<Jobs, JobsError> {
    ///     let jobs = Jobs::on(queue);
    ///     jobs.check()?;
    ///     Ok(jobs)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The first function with a missing state, or the first unknown name.
    pub fn check(&self) -> Result<(), JobsError> {
        let is_known = |name: &&String| self.functions.contains_key(name.as_str());
        if let Some(name) = self.only.iter().flatten().find(|name| !is_known(name)) {
            return Err(JobsError::UnknownFunction { name: name.clone() });
        }
        let mut functions: Vec<_> = self.known().collect();
        functions.sort_by_key(|function| function.name);
        for function in functions {
            if let Some(state) = function.states.iter().map(|of| of()).find(|state| !self.states.has(*state)) {
                return Err(JobsError::MissingState { function: function.name, state: state.name });
            }
        }
        Ok(())
    }

    fn known(&self) -> impl Iterator<Item = &'static Function> {
        self.functions.values().filter_map(|known| match known {
            Known::One(function) => Some(*function),
            Known::Several => None,
        })
    }

    /// Starts the worker. It stops when its last handle is dropped, so keep the [`Worker`], or give the `Jobs` to a
    /// [`Shutdown`] with [`WithWorker`].
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[must_use = "the worker ends when its last handle is dropped: keep it until its `shutdown`, or write `.worker(jobs)` in the `Shutdown`"]
    #[track_caller]
    pub fn start(self) -> Worker<DRAIN_SECS> {
        if let Err(error) = self.check() {
            tracing::error!("{error}");
        }
        for (name, _) in self.functions.iter().filter(|(_, known)| matches!(known, Known::Several)) {
            tracing::error!(
                function = name,
                "two durable functions are called `{name}`: give one of them another `name`"
            );
        }
        let seen: Arc<dyn QueueSource> = Arc::clone(&self.queue.seen) as _;
        show_queue(&seen);
        let (stop, stopped) = watch::channel(false);
        let (ended, has_ended) = watch::channel(false);
        let counters = Arc::new(Counters::default());
        let tracker = Arc::new(Tracker::unbounded("jobs").drain_budget::<DRAIN_SECS>());
        let budget = Duration::from_secs(DRAIN_SECS);
        let runs = Loop::new(self, stopped, Arc::clone(&counters), budget);
        work(Arc::clone(&tracker), runs, ended);
        Worker { shared: Arc::new(Shared { stop, has_ended, counters, tracker, place: Location::caller() }) }
    }
}

#[worker(track = tracker, name = "jobs", grace = "1s")]
async fn work<const SECS: u64>(tracker: Arc<Tracker<SECS>>, runs: Loop, ended: watch::Sender<bool>) {
    runs.run().await;
    let _ = ended.send(true);
}

/// A running worker. It stops when its last handle is dropped, or in its phase of a [`Shutdown`]. If the last handle is dropped
/// without a shutdown, a warning names the line that has started it.
///
/// When it stops, it fetches no more jobs, waits for its runs, and drops those that have not ended one second before its
/// budget is over. Runs that were cut short, by it or by the drain of their own tracker, are back in the queue before the
/// shutdown ends, and other workers run them.
///
/// ```no_run
/// use outlive::TaskOwner as _;
/// use outlive_durable::{Jobs, Queue};
///
/// # #[derive(Clone)] struct Mailer;
/// # async fn example(queue: &Queue, mailer: Mailer) {
/// let worker = Jobs::on(queue).state(mailer).start();
/// // … the service runs …
/// let report = worker.shutdown().await;
/// println!("{report}: {} runs succeeded", worker.counts().done);
/// # }
/// ```
#[must_use = "the worker stops when its last handle is dropped: keep it, and await its `shutdown()`"]
#[derive(Clone)]
pub struct Worker<const DRAIN_SECS: u64 = 23> {
    shared: Arc<Shared<DRAIN_SECS>>,
}

struct Shared<const DRAIN_SECS: u64> {
    stop: watch::Sender<bool>,
    has_ended: watch::Receiver<bool>,
    counters: Arc<Counters>,
    tracker: Arc<Tracker<DRAIN_SECS>>,
    /// Where it was started.
    place: &'static Location<'static>,
}

impl<const DRAIN_SECS: u64> Drop for Shared<DRAIN_SECS> {
    fn drop(&mut self) {
        let is_stopped = *self.stop.borrow() || *self.has_ended.borrow();
        if !is_stopped && !std::thread::panicking() {
            tracing::warn!(
                started_at = %self.place,
                "the last handle of a worker was dropped without a shutdown, and it fetches no more jobs: write \
                 `.worker(Jobs::on(&queue))` in the `Shutdown`, or keep the `Worker` until `worker.shutdown().await`"
            );
        }
    }
}

impl<const DRAIN_SECS: u64> Worker<DRAIN_SECS> {
    /// Its counters so far.
    #[must_use]
    pub fn counts(&self) -> JobCounts {
        self.shared.counters.read()
    }

    /// Waits until it has ended. Returns a note for the report: how many jobs it gave back from now on.
    async fn given_back(self) -> (String, Option<String>) {
        let before = self.counts().handed_back;
        let mut has_ended = self.shared.has_ended.clone();
        // An error if it was cut short: then it has ended, too.
        let _ = has_ended.wait_for(|ended| *ended).await;
        let note = match self.counts().handed_back - before {
            1 => "1 job given back to the queue".to_owned(),
            jobs => format!("{jobs} jobs given back to the queue"),
        };
        (note, None)
    }
}

impl<const DRAIN_SECS: u64> TaskOwner for Worker<DRAIN_SECS> {
    const DRAIN_BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    async fn shutdown(&self) -> DrainReport {
        let Shared { stop, has_ended, tracker, .. } = &*self.shared;
        stop.send_replace(true);
        let mut has_ended = has_ended.clone();
        // The worker limits itself to its budget; if it cannot, the tracker's drain ends it.
        let _ = tokio::time::timeout(Self::DRAIN_BUDGET, has_ended.wait_for(|ended| *ended)).await;
        tracker.drain().await
    }
}

/// Adds a worker to a [`Shutdown`].
///
/// Import it `as _`.
///
/// ```no_run
/// use outlive::Shutdown;
/// use outlive_durable::{Jobs, Queue, WithWorker as _};
///
/// # async fn example(queue: Queue) {
/// let report = Shutdown::all().on(Shutdown::requested()).phase("jobs").worker(Jobs::on(queue)).run().await;
/// println!("{report}"); // … [jobs] 3 jobs given back to the queue …
/// # }
/// ```
pub trait WithWorker {
    /// Starts the worker, and stops it in this phase. It also drains the static trackers of its functions in this phase,
    /// which gives running jobs their grace. The report says how many jobs it gave back to the queue.
    #[must_use]
    fn worker<const DRAIN_SECS: u64>(self, jobs: Jobs<DRAIN_SECS>) -> Self;
}

impl WithWorker for Shutdown {
    fn worker<const DRAIN_SECS: u64>(self, jobs: Jobs<DRAIN_SECS>) -> Self {
        let known: Vec<_> = jobs.known().collect();
        let worker = jobs.start();
        // Before the worker in the phase, so that it counts from before its end.
        let noted = self.__step(Duration::from_secs(DRAIN_SECS), worker.clone().given_back(), || {
            "other workers run what the worker holds when its lease is over".to_owned()
        });
        let with = noted.owner(worker);
        known.into_iter().fold(with, |shutdown, function| (function.drained)(shutdown))
    }
}
