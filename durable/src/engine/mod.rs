//! What is asked of a store, whichever it is.

mod sql;
mod sqlite;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;

use crate::error::StoreError;
use crate::id::JobId;

pub(crate) use sqlite::{BUSY, Sqlite, push};

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A store of jobs. What it is asked for by a worker bears the worker's name: a row is changed by who holds it.
pub(crate) trait Engine: Send + Sync {
    fn migrate(&self) -> Answer<'_, ()>;

    /// The job is there, and committed.
    fn push<'a>(&'a self, job: &'a NewJob) -> Answer<'a, Pushed>;

    /// All of them are there, and committed; or none is.
    fn push_all<'a>(&'a self, jobs: &'a [Arc<NewJob>]) -> Answer<'a, ()>;

    /// The worker is alive from now on.
    fn register<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()>;

    /// It is alive still; and what the dead have left behind goes back to the queue.
    fn beat<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()>;

    /// As many jobs as there are, up to `most`. They are the worker's.
    fn fetch<'a>(&'a self, worker: &'a WorkerId, most: usize) -> Answer<'a, Vec<Fetched>>;

    /// Whether the row was still the worker's.
    fn finish<'a>(&'a self, worker: &'a WorkerId, id: &'a str, last: &'a Last) -> Answer<'a, bool>;

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
    /// For the tools that look for it in apalis's metadata.
    pub(crate) trace: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) after: Option<Duration>,
    pub(crate) key: Option<String>,
    /// From then on, nobody but the store knows whether it is there.
    pub(crate) is_sent: AtomicBool,
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

/// Rows keep whole seconds: nothing runs before its time.
pub(crate) fn run_at(after: Duration) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = now.saturating_add(after);
    at.as_secs() + u64::from(at.subsec_nanos() > 0 && !after.is_zero())
}
