//! Outages of a store: they are reported once, and retried with growing pauses.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::error::StoreError;

/// The outage of a worker's store. It is reported once for all parts of the worker, until the store answers all of them
/// again.
#[derive(Default)]
pub(crate) struct Outage(Mutex<State>);

#[derive(Default)]
struct State {
    /// How many parts of the worker get no answer.
    parts: usize,
    since: Option<Instant>,
    is_said: bool,
}

/// One part of a worker that uses the store.
pub(crate) struct Trouble<'a> {
    what: &'static str,
    outage: &'a Outage,
    pauses: ExponentialBackoff,
    is_in: bool,
}

/// A shorter outage is not reported.
const SHORT: Duration = Duration::from_secs(1);

impl<'a> Trouble<'a> {
    pub(crate) fn new(what: &'static str, outage: &'a Outage) -> Self {
        Self { what, outage, pauses: pauses(), is_in: false }
    }

    /// Records an error. Returns how long to wait before the next try.
    pub(crate) fn again(&mut self, error: &StoreError) -> Duration {
        let mut state = self.outage.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::replace(&mut self.is_in, true) {
            state.parts += 1;
        }
        let since = *state.since.get_or_insert_with(Instant::now);
        if !state.is_said && (!error.is_busy() || since.elapsed() >= SHORT) {
            state.is_said = true;
            tracing::error!(what = self.what, %error, "the jobs' store does not answer: it is tried again until it does");
        }
        self.pauses.next().unwrap_or(MOST)
    }

    pub(crate) fn over(&mut self) {
        if !std::mem::take(&mut self.is_in) {
            return;
        }
        self.pauses = pauses();
        let mut state = self.outage.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.parts -= 1;
        if state.parts == 0 {
            let State { since, is_said, .. } = std::mem::take(&mut *state);
            if is_said {
                tracing::info!(after = ?since.map(|since| since.elapsed()), "the jobs' store answers again");
            }
        }
    }
}

impl Drop for Trouble<'_> {
    /// The part has stopped to wait, which does not end the outage.
    fn drop(&mut self) {
        if self.is_in {
            self.outage.0.lock().unwrap_or_else(PoisonError::into_inner).parts -= 1;
        }
    }
}

const MOST: Duration = Duration::from_secs(5);

fn pauses() -> ExponentialBackoff {
    let builder = ExponentialBuilder::new().with_min_delay(Duration::from_millis(20)).with_max_delay(MOST);
    builder.with_jitter().without_max_times().build()
}
