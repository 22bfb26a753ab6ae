//! The part of a function's record that exists only after a failure.

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::SystemTime;

use tokio::time::Instant;

use super::Rejected;
use super::report_limits::ReportLimits;
use super::{Outcome, Refusals};
use crate::util::RateLimit;
use crate::util::sync::lock;

/// The failures of a function. It is allocated at the first failure; most functions of a program have none.
#[derive(Default)]
pub(super) struct SiteLog {
    pub(super) limits: ReportLimits,
    refused: [AtomicU64; REFUSALS],
    never_started: AtomicU64,
    retries: AtomicU64,
    last_failure: Mutex<Option<LastFailure>>,
    failures: RateLimit,
}

const REFUSALS: usize = 5;

/// The last failure of a function.
#[derive(Clone)]
pub(crate) struct LastFailure {
    pub(crate) outcome: Outcome,
    pub(crate) cause: String,
    pub(crate) at: SystemTime,
    pub(crate) since: Instant,
}

/// The counter of a refusal. `None` for a full tracker, which is counted elsewhere, and for errors that are no refused call.
fn index(rejected: Rejected) -> Option<usize> {
    Some(match rejected {
        Rejected::Draining => 0,
        Rejected::OwnerGone => 1,
        Rejected::AlreadyStarted => 2,
        Rejected::NoRuntime => 3,
        Rejected::ZeroPeriod => 4,
        Rejected::Full | Rejected::NotPeriodic | Rejected::Ended => return None,
    })
}

impl SiteLog {
    pub(super) fn count_refused(&self, rejected: Rejected) {
        if let Some(index) = index(rejected) {
            self.refused[index].fetch_add(1, Relaxed);
        }
    }

    pub(super) fn count_never_started(&self) {
        self.never_started.fetch_add(1, Relaxed);
    }

    pub(super) fn count_retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(super) fn retries(&self) -> u64 {
        self.retries.load(Relaxed)
    }

    pub(super) fn refusals(&self) -> Refusals {
        let of = |rejected| index(rejected).map_or(0, |index| self.refused[index].load(Relaxed));
        Refusals {
            full: 0,
            draining: of(Rejected::Draining),
            owner_gone: of(Rejected::OwnerGone),
            already_started: of(Rejected::AlreadyStarted),
            no_runtime: of(Rejected::NoRuntime),
            zero_period: of(Rejected::ZeroPeriod),
            never_started: self.never_started.load(Relaxed),
        }
    }

    /// Keeps the failure. If many tasks fail at once, only the first few of each second are kept.
    pub(super) fn failed(&self, outcome: Outcome, now: Instant, cause: impl FnOnce() -> String) {
        if self.failures.allow(now).is_none() {
            return;
        }
        // The cause runs user code, so it is made outside of the lock.
        let failure = LastFailure { outcome, cause: cause(), at: SystemTime::now(), since: now };
        let before = lock(&self.last_failure).replace(failure);
        drop(before);
    }

    pub(super) fn last_failure(&self) -> Option<LastFailure> {
        lock(&self.last_failure).clone()
    }
}
