//! What is asked of a store, whichever it is.

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

/// How long SQLite itself waits for another process, or for a transaction of the user's. Who has time tries again.
pub(crate) const BUSY: Duration = Duration::from_millis(200);

/// A century: no column and no clock takes what a `Duration` may be.
pub(crate) const LONGEST: Duration = Duration::from_hours(36_525 * 24);

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A store of jobs. What it is asked for by a worker bears the worker's name: a row is changed by who holds it.
pub(crate) trait Engine: Send + Sync {
    /// Another queue, by the same connections.
    fn named(&self, queue: &str) -> Arc<dyn Engine>;

    /// The same queue, and each commit waits for the disk.
    fn surviving_power_cuts(&self) -> Arc<dyn Engine>;

    #[cfg(feature = "sqlite")]
    fn sqlite_pool(&self) -> Option<&sqlx::SqlitePool> {
        None
    }

    fn migrate(&self) -> Answer<'_, ()>;

    /// The job is there, and committed. What has failed may be tried again: it is there once.
    fn push<'a>(&'a self, job: &'a NewJob) -> Answer<'a, Pushed>;

    /// All of them are there, and committed; or none is.
    fn push_all<'a>(&'a self, jobs: &'a [Arc<NewJob>]) -> Answer<'a, ()>;

    /// The worker is alive from now on.
    fn register<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()>;

    /// It is alive still; and what the dead have left behind goes back to the queue.
    fn beat<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()>;

    /// As many jobs as there are, up to `most`, of these functions, or of all. They are the worker's.
    fn fetch<'a>(&'a self, worker: &'a WorkerId, most: usize, only: Option<&'a [String]>) -> Answer<'a, Vec<Fetched>>;

    /// Tells of jobs that were committed, in whatever process, until it cannot. `is_heard`: from now on.
    fn listen<'a>(&'a self, news: &'a Notify, is_heard: &'a mut (dyn FnMut() + Send)) -> BoxFuture<'a, StoreError>;

    /// The job's run begins: from now on, who dies with it has used up an attempt. Else the last one of a row stays: the job may
    /// have waited for its place.
    fn begin<'a>(&'a self, worker: &'a WorkerId, job: &'a Fetched) -> Answer<'a, ()>;

    /// These are done: all of them, by one commit. Gives the ids of those whose rows were still the worker's.
    fn done<'a>(&'a self, worker: &'a WorkerId, jobs: &'a [&'a Fetched]) -> Answer<'a, HashSet<String>>;

    /// Whether the row was still the worker's.
    fn finish<'a>(&'a self, worker: &'a WorkerId, job: &'a Fetched, last: &'a Last) -> Answer<'a, bool>;

    /// Gives all back to the queue that the worker holds, but for these. How many.
    fn hand_back<'a>(&'a self, worker: &'a WorkerId, keeps: &'a [String]) -> Answer<'a, u64>;

    /// Gives all back, and is no worker any more.
    fn leave<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, u64>;

    /// Why jobs were set aside: each reason once.
    fn reasons(&self) -> Answer<'_, Vec<String>>;

    /// Takes those up again that were set aside for this reason, with so many attempts. How many.
    fn take_up<'a>(&'a self, reason: &'a str, attempts: u32) -> Answer<'a, u64>;

    /// Takes all up again that were set aside. How many.
    fn take_up_all(&self) -> Answer<'_, u64>;

    /// How many jobs there are, of each kind.
    fn census(&self) -> Answer<'_, Census>;

    /// Its name.
    fn queue(&self) -> &str;

    /// What the store is, and where, without a password.
    fn place(&self) -> String;

    /// Deletes what ended longer ago. How many.
    fn forget(&self, older_than: Duration) -> Answer<'_, u64>;
}

/// A worker, for as long as it lives: no two have one name, so that none has to wait for another's to be free.
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

    /// When it is taken for dead.
    pub(crate) const MISSED: u32 = 3;
}

pub(crate) struct NewJob {
    pub(crate) id: JobId,
    pub(crate) function: &'static str,
    pub(crate) payload: Vec<u8>,
    /// As apalis writes it.
    pub(crate) trace: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) after: Option<Duration>,
    pub(crate) key: Option<String>,
    /// From then on, nobody but the store knows whether it is there.
    pub(crate) is_sent: AtomicBool,
}

impl NewJob {
    /// For who looks at the board, and for the tools that look for a trace where apalis has it.
    fn metadata(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let trace = self.trace.as_deref().map(|trace| ("apalis_core.tracing.context", trace));
        [("function", self.function)].into_iter().chain(trace)
    }
}

pub(crate) enum Pushed {
    New,
    /// Of this key there was one, which may have ended.
    There(JobId),
}

pub(crate) struct Fetched {
    pub(crate) id: String,
    pub(crate) payload: Vec<u8>,
    /// How many runs have ended without success.
    pub(crate) attempts: u32,
    pub(crate) most: u32,
    /// When it was fetched, exactly: no later fetch of the row has the same.
    #[cfg(feature = "postgres")]
    pub(crate) lease: i64,
}

/// How many jobs there are: see [`QueueStatus`](outlive::status::QueueStatus).
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

/// As a store gives it, column by column; the oldest in seconds.
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

/// What becomes of a row when its run has ended.
pub(crate) enum Last {
    Done,
    /// Tried again, not before.
    Again {
        after: Duration,
        error: String,
    },
    /// Its attempts are used up. `ran`: in the last of them, or before it could begin.
    Killed {
        ran: bool,
        error: String,
    },
    /// Nobody here can read it.
    SetAside {
        reason: String,
    },
    /// As it was.
    Back,
}

/// What was set aside begins with this.
const SET_ASIDE_FOR: &str = "set aside: ";

/// And between the reasons of several.
pub(crate) const THEN: &str = "; then: ";

/// Why nobody could read it, after this one could not either: each sees in the row that it has tried.
fn all_reasons(before: Option<&str>, now: &str) -> String {
    match before.and_then(reason) {
        Some(before) if before.contains(now) => before,
        Some(before) => format!("{before}{THEN}{now}"),
        None => now.to_owned(),
    }
}

/// Of the results that rows have, the reasons.
fn reason(result: &str) -> Option<String> {
    let result: serde_json::Value = serde_json::from_str(result).ok()?;
    Some(result["Err"].as_str()?.strip_prefix(SET_ASIDE_FOR)?.to_owned())
}
