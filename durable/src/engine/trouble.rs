//! A store that does not answer as it should: said once, waited for with longer and longer pauses.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::error::StoreError;

/// What a worker says of its store: once, whichever of its parts meet it, until all of them are answered again.
#[derive(Default)]
pub(crate) struct Outage(Mutex<State>);

#[derive(Default)]
struct State {
    /// How many of the worker's parts are not answered.
    parts: usize,
    since: Option<Instant>,
    is_said: bool,
}

/// One part of a worker that asks the store for something.
pub(crate) struct Trouble<'a> {
    what: &'static str,
    outage: &'a Outage,
    pauses: ExponentialBackoff,
    is_in: bool,
}

/// What passes by itself is not worth a word.
const SHORT: Duration = Duration::from_secs(1);

impl<'a> Trouble<'a> {
    pub(crate) fn new(what: &'static str, outage: &'a Outage) -> Self {
        Self { what, outage, pauses: pauses(), is_in: false }
    }

    /// How long to wait before it is tried again.
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
    /// It waits no more. That is no answer.
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
