//! What the benches share: three ways to make one call, and the measuring of them, interleaved.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use outlive::{Tracker, detached};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

static BENCH: Tracker = Tracker::bounded("bench", 1 << 20);

tokio::task_local! {
    static REQUEST: u64;
}

/// What the body does: the least, so that what is around it shows.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// Done at its first poll.
    Nothing,
    /// Yields once.
    Yields,
    /// Waits for a timer.
    Waits,
}

async fn body(work: Work, value: u64) -> u64 {
    match work {
        Work::Nothing => {}
        Work::Yields => tokio::task::yield_now().await,
        Work::Waits => tokio::time::sleep(Duration::from_millis(1)).await,
    }
    value
}

/// A bare spawn: the limit.
#[must_use]
pub fn bare(work: Work, value: u64) -> JoinHandle<u64> {
    tokio::spawn(body(work, value))
}

/// What a careful engineer writes by hand. It has no bound, no counters, no cause, no report.
pub struct ByHand {
    tracker: TaskTracker,
    token: CancellationToken,
}

impl ByHand {
    /// Nothing runs yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "made in one place")]
    pub fn new() -> Self {
        Self { tracker: TaskTracker::new(), token: CancellationToken::new() }
    }

    /// One call.
    #[must_use]
    pub fn call(&self, work: Work, value: u64) -> JoinHandle<Option<u64>> {
        let token = self.token.child_token();
        self.tracker.spawn(
            REQUEST.scope(
                value,
                async move {
                    let body = AssertUnwindSafe(token.run_until_cancelled(body(work, value))).catch_unwind();
                    tokio::time::timeout(Duration::from_secs(5), body).await.ok()?.ok()?
                }
                .instrument(tracing::info_span!("audit")),
            ),
        )
    }
}

/// The same through the macro.
#[detached(timeout = "5s", track = BENCH)]
pub async fn outlived(work: Work, value: u64) -> u64 {
    body(work, value).await
}

/// Runs rounds of `calls` calls of each contender in turn, and gives each contender's median time a call.
pub fn interleaved<const N: usize>(rounds: usize, calls: u32, contenders: &mut [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    for round in 0..rounds {
        for turn in 0..N {
            // Whoever comes first in a round is another one each time.
            let who = (round + turn) % N;
            let start = Instant::now();
            contenders[who]();
            times[who].push(start.elapsed() / calls);
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    })
}
