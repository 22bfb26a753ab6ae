//! What runs the jobs of a queue.

mod counts;
mod ends;
mod error;
mod one;
mod run;
mod set_aside;

use std::borrow::Borrow;
use std::collections::HashMap;
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

/// The jobs of a queue, for a worker: every durable function that the program has.
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
/// `DRAIN_SECS` is how long its shutdown may take: with 23, a tracker's usual 20 seconds, and some to give back what was cut.
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

/// A function of the program's, by the name that rows have.
#[derive(Clone, Copy)]
enum Known {
    One(&'static Function),
    /// Two have it: a job of this name could be either's.
    Several,
}

impl Jobs {
    /// The jobs of this queue.
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
    /// What functions get for their `#[state]` of this type, a clone for each run.
    pub fn state<T: State>(mut self, value: T) -> Self {
        self.states.insert(value);
        self
    }

    /// Only the jobs of these functions, by the names that they have in the queue; those of others are for other workers. Without
    /// this, every durable function that the program has.
    pub fn only<N: Into<String>>(mut self, functions: impl IntoIterator<Item = N>) -> Self {
        let only: Vec<String> = functions.into_iter().map(Into::into).collect();
        self.functions.retain(|name, _| only.iter().any(|only| only == name));
        Self { only: Some(only), ..self }
    }

    /// What the worker is called, in the store and on a board; behind it stands what is different for each worker.
    pub fn name(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// How many jobs it holds at once, 16 without this; each function's tracker says how many of those run. At least one.
    pub fn at_once(self, at_once: usize) -> Self {
        Self { at_once: at_once.clamp(1, 10_000), ..self }
    }

    /// How often an idle worker looks for jobs whose time has come, each 100 ms without this. Of those that may run at once it
    /// hears, whoever has committed them; where it cannot hear, it finds them so too.
    pub fn poll_every(self, poll: Duration) -> Self {
        Self { poll: poll.max(Duration::from_millis(1)), ..self }
    }

    /// How often it says that it lives, each 5 s without this. One that has missed three is taken for dead, and others run what it
    /// held. At least a second: rows keep no less.
    pub fn heartbeat(self, beat: Duration) -> Self {
        Self { beat: beat.clamp(Duration::from_secs(1), LONGEST), ..self }
    }

    /// The same with another budget for its shutdown, as a [`Tracker`] has it.
    pub fn drain_budget<const SECS: u64>(self) -> Jobs<SECS> {
        let Self { queue, name, states, at_once, poll, beat, functions, only } = self;
        Jobs { queue, name, states, at_once, poll, beat, functions, only }
    }

    /// Whether each function has its state, and is there where it was [named](Self::only). Jobs of one without its state are set
    /// aside.
    ///
    /// # Errors
    ///
    /// The first that has not, and the type; the first that is not there.
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

    /// Starts the worker.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
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
        Worker { shared: Arc::new(Shared { stop, has_ended, counters, tracker }) }
    }
}

#[worker(track = tracker, name = "jobs", grace = "1s")]
async fn work<const SECS: u64>(tracker: Arc<Tracker<SECS>>, runs: Loop, ended: watch::Sender<bool>) {
    runs.run().await;
    let _ = ended.send(true);
}

/// A worker at work. When its last handle goes, or [`Shutdown`] comes to it, it stops.
///
/// It stops fetching at once, waits for the jobs that run, and cuts what has not ended a second before its budget is over.
/// What was cut, by it or by the drain of its own tracker, is back in the queue before the shutdown ends, and others run
/// it.
#[derive(Clone)]
pub struct Worker<const DRAIN_SECS: u64 = 23> {
    shared: Arc<Shared<DRAIN_SECS>>,
}

struct Shared<const DRAIN_SECS: u64> {
    stop: watch::Sender<bool>,
    has_ended: watch::Receiver<bool>,
    counters: Arc<Counters>,
    tracker: Arc<Tracker<DRAIN_SECS>>,
}

impl<const DRAIN_SECS: u64> Worker<DRAIN_SECS> {
    /// What it has done so far.
    #[must_use]
    pub fn counts(&self) -> JobCounts {
        self.shared.counters.read()
    }
}

impl<const DRAIN_SECS: u64> TaskOwner for Worker<DRAIN_SECS> {
    const DRAIN_BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    async fn shutdown(&self) -> DrainReport {
        let Shared { stop, has_ended, tracker, .. } = &*self.shared;
        stop.send_replace(true);
        let mut has_ended = has_ended.clone();
        // It holds itself to its budget; where it cannot, the tracker's drain ends it.
        let _ = tokio::time::timeout(Self::DRAIN_BUDGET, has_ended.wait_for(|ended| *ended)).await;
        tracker.drain().await
    }
}

/// A phase of the shutdown that takes a worker.
pub trait WithWorker {
    /// Starts the worker, and ends it in this phase; with it, the trackers of its functions that are statics: their
    /// drain gives the jobs that run their grace.
    #[must_use]
    fn worker<const DRAIN_SECS: u64>(self, jobs: Jobs<DRAIN_SECS>) -> Self;
}

impl WithWorker for Shutdown {
    fn worker<const DRAIN_SECS: u64>(self, jobs: Jobs<DRAIN_SECS>) -> Self {
        let known: Vec<_> = jobs.known().collect();
        let with = self.owner(jobs.start());
        known.into_iter().fold(with, |shutdown, function| (function.drained)(shutdown))
    }
}
