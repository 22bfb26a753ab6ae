//! The operations of a store.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod transaction;
mod trouble;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;

use crate::error::StoreError;
use crate::id::JobId;

#[cfg(feature = "postgres")]
pub(crate) use postgres::Postgres;
#[cfg(feature = "sqlite")]
pub(crate) use sqlite::Sqlite;
pub use transaction::JobDatabase;
pub(crate) use trouble::{Outage, Trouble};

/// How long SQLite itself waits for another process, or for the user's transaction. Callers with more time try again.
pub(crate) const BUSY: Duration = Duration::from_millis(200);

/// A century: the largest duration that fits into every column and clock.
pub(crate) const LONGEST: Duration = Duration::from_hours(36_525 * 24);

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A store of jobs. A worker passes its id, because only the worker that holds a row may change it.
pub(crate) trait Engine: Send + Sync {
    /// Another queue that uses the same connections.
    fn named(&self, queue: &str) -> Arc<dyn Engine>;

    /// The same queue with commits that wait for the disk.
    fn surviving_power_cuts(&self) -> Arc<dyn Engine>;

    #[cfg(feature = "sqlite")]
    fn sqlite_pool(&self) -> Option<&sqlx::SqlitePool> {
        None
    }

    fn migrate(&self) -> Answer<'_, ()>;

    /// Writes a job, and commits it. It may be called again after an error: the job is written once.
    fn push<'a>(&'a self, job: &'a NewJob) -> Answer<'a, Pushed>;

    /// Writes and commits all jobs, or none.
    fn push_all<'a>(&'a self, jobs: &'a [Arc<NewJob>]) -> Answer<'a, ()>;

    /// Registers a worker.
    fn register<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()>;

    /// Writes a heartbeat, and gives the jobs of dead workers back to the queue.
    fn beat<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()>;

    /// Fetches at most `most` jobs, of these functions or of all. The worker holds them then.
    fn fetch<'a>(&'a self, worker: &'a WorkerId, most: usize, only: Option<&'a [String]>) -> Answer<'a, Vec<Fetched>>;

    /// Notifies of jobs that any process commits, until an error. It calls `is_heard` when the notifications begin.
    fn listen<'a>(&'a self, news: &'a Notify, is_heard: &'a mut (dyn FnMut() + Send)) -> BoxFuture<'a, StoreError>;

    /// Records that the job's run begins: if the worker dies after this, the attempt is used up. Before it, a job's last
    /// attempt is not used up, because the job may have waited for its place.
    fn begin<'a>(&'a self, worker: &'a WorkerId, job: &'a Fetched) -> Answer<'a, ()>;

    /// Writes that these jobs are done, by one commit. Returns the ids of those whose rows the worker still held.
    fn done<'a>(&'a self, worker: &'a WorkerId, jobs: &'a [&'a Fetched]) -> Answer<'a, HashSet<String>>;

    /// Writes the end of a run. Returns whether the worker still held the row.
    fn finish<'a>(&'a self, worker: &'a WorkerId, job: &'a Fetched, last: &'a Last) -> Answer<'a, bool>;

    /// Gives all rows of the worker back to the queue, except these. Returns how many.
    fn hand_back<'a>(&'a self, worker: &'a WorkerId, keeps: &'a [String]) -> Answer<'a, u64>;

    /// Gives all rows back, and unregisters the worker.
    fn leave<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, u64>;

    /// The distinct reasons of jobs that were set aside.
    fn reasons(&self) -> Answer<'_, Vec<String>>;

    /// Puts the jobs that were set aside for this reason back into the queue, with this many attempts. Returns how many.
    fn take_up<'a>(&'a self, reason: &'a str, attempts: u32) -> Answer<'a, u64>;

    /// Puts all jobs that were set aside back into the queue. Returns how many.
    fn take_up_all(&self) -> Answer<'_, u64>;

    /// Counts the jobs in each state.
    fn census(&self) -> Answer<'_, Census>;

    /// The name of the queue.
    fn queue(&self) -> &str;

    /// The kind and the address of the store, without a password.
    fn place(&self) -> String;

    /// Deletes the jobs that ended longer ago. Returns how many.
    fn forget(&self, older_than: Duration) -> Answer<'_, u64>;
}

/// The id of a worker. It is unique, so that a new worker never waits for the name of an old one.
pub(crate) struct WorkerId {
    pub(crate) context: apalis_core::worker::context::WorkerContext,
    pub(crate) beat: Duration,
}

impl WorkerId {
    pub(crate) fn new(name: &str, beat: Duration) -> Self {
        let name = format!("{name}-{}", ulid::Ulid::generate());
        Self { context: apalis_core::worker::context::WorkerContext::new(&name), beat }
    }

    pub(crate) fn name(&self) -> &str {
        self.context.name()
    }

    /// After how many missed heartbeats it counts as dead.
    pub(crate) const MISSED: u32 = 3;
}

pub(crate) struct NewJob {
    pub(crate) id: JobId,
    pub(crate) function: &'static str,
    pub(crate) payload: Vec<u8>,
    /// The trace in apalis's format.
    pub(crate) trace: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) after: Option<Duration>,
    pub(crate) key: Option<String>,
    /// Whether it was sent. From then on only the store knows whether it was written.
    pub(crate) is_sent: AtomicBool,
}

impl NewJob {
    /// The metadata for apalis's board, and for tools that read apalis's trace.
    fn metadata(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let trace = self.trace.as_deref().map(|trace| ("apalis_core.tracing.context", trace));
        [("function", self.function)].into_iter().chain(trace)
    }
}

pub(crate) enum Pushed {
    New,
    /// There is a job with this key, which may have ended.
    There(JobId),
}

pub(crate) struct Fetched {
    pub(crate) id: String,
    pub(crate) payload: Vec<u8>,
    /// How many runs have ended without success.
    pub(crate) attempts: u32,
    pub(crate) most: u32,
    /// The exact time of the fetch, which identifies it: no later fetch of the row has the same.
    #[cfg(feature = "postgres")]
    pub(crate) lease: i64,
}

/// The number of jobs in each state: see [`QueueStatus`](outlive::status::QueueStatus).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Census {
    pub(crate) ready: u64,
    pub(crate) delayed: u64,
    pub(crate) running: u64,
    pub(crate) retrying: u64,
    pub(crate) set_aside: u64,
    pub(crate) killed: u64,
    pub(crate) oldest: Option<Duration>,
}

/// The columns of a store's answer, with the oldest age in seconds.
pub(crate) type CensusRow = (i64, i64, i64, i64, i64, i64, Option<i64>);

impl From<CensusRow> for Census {
    fn from((ready, delayed, running, retrying, set_aside, killed, oldest): CensusRow) -> Self {
        let count = |count: i64| u64::try_from(count).unwrap_or_default();
        Self {
            ready: count(ready),
            delayed: count(delayed),
            running: count(running),
            retrying: count(retrying),
            set_aside: count(set_aside),
            killed: count(killed),
            oldest: oldest.map(|seconds| Duration::from_secs(count(seconds))),
        }
    }
}

/// The change of a row when its run has ended.
pub(crate) enum Last {
    Done,
    /// It is tried again after this delay.
    Again {
        after: Duration,
        error: String,
    },
    /// Its attempts are used up. `ran` is whether the last attempt ran, or could not begin.
    Killed {
        ran: bool,
        error: String,
    },
    /// This worker cannot read it.
    SetAside {
        reason: String,
    },
    /// It goes back to the queue unchanged.
    Back,
}

/// The prefix of a reason for setting a job aside.
const SET_ASIDE_FOR: &str = "set aside: ";

/// The separator between the reasons of several workers.
pub(crate) const THEN: &str = "; then: ";

/// Appends this worker's reason to earlier ones, so that each worker sees in the row that it has tried.
fn all_reasons(before: Option<&str>, now: &str) -> String {
    match before.and_then(reason) {
        Some(before) if before.contains(now) => before,
        Some(before) => format!("{before}{THEN}{now}"),
        None => now.to_owned(),
    }
}

/// The reason in the result of a row.
fn reason(result: &str) -> Option<String> {
    let result: serde_json::Value = serde_json::from_str(result).ok()?;
    Some(result["Err"].as_str()?.strip_prefix(SET_ASIDE_FOR)?.to_owned())
}
