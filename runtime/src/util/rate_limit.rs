//! Limits how many reports are sent in a second, and counts the others.

use std::sync::Mutex;
use std::time::Duration;

use super::sync::lock;
use tokio::time::Instant;

/// How many events of one kind pass within a [`WINDOW`].
const BURST: u32 = 5;
const WINDOW: Duration = Duration::from_secs(1);

/// Lets a few events pass at once, and counts the others.
#[derive(Default)]
pub(crate) struct RateLimit(Mutex<Allowance>);

#[derive(Default)]
struct Allowance {
    since: Option<Instant>,
    sent: u32,
    suppressed: u64,
}

impl RateLimit {
    /// The number of events suppressed before this one, or `None` if this one is to be suppressed, too.
    pub(crate) fn allow(&self, now: Instant) -> Option<u64> {
        let mut limit = lock(&self.0);
        // The clock went back: it is another runtime's, as paused clocks run ahead.
        let same = limit.since.is_some_and(|since| now.checked_duration_since(since).is_some_and(|past| past < WINDOW));
        if !same {
            limit.since = Some(now);
            limit.sent = 0;
        }
        if limit.sent == BURST {
            limit.suppressed += 1;
            return None;
        }
        limit.sent += 1;
        Some(std::mem::take(&mut limit.suppressed))
    }

    /// Takes the number of events suppressed since the last one that passed. The caller must report it.
    pub(crate) fn take_suppressed(&self) -> u64 {
        std::mem::take(&mut lock(&self.0).suppressed)
    }
}
