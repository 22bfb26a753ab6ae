//! A store that does not answer as it should: said once, waited for with longer and longer pauses.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::error::StoreError;

pub(crate) struct Trouble {
    what: &'static str,
    pauses: ExponentialBackoff,
    since: Option<Instant>,
    is_said: bool,
}

/// What passes by itself is not worth a word.
const SHORT: Duration = Duration::from_secs(1);

impl Trouble {
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, pauses: pauses(), since: None, is_said: false }
    }

    /// How long to wait before it is tried again.
    pub(crate) fn again(&mut self, error: &StoreError) -> Duration {
        let since = *self.since.get_or_insert_with(Instant::now);
        if !self.is_said && (!error.is_busy() || since.elapsed() >= SHORT) {
            self.is_said = true;
            tracing::error!(what = self.what, %error, "the jobs' store does not answer: it is tried again until it does");
        }
        self.pauses.next().unwrap_or(MOST)
    }

    pub(crate) fn over(&mut self) {
        let Some(since) = self.since.take() else { return };
        self.pauses = pauses();
        if std::mem::take(&mut self.is_said) {
            tracing::info!(what = self.what, after = ?since.elapsed(), "the jobs' store answers again");
        }
    }
}

const MOST: Duration = Duration::from_secs(5);

fn pauses() -> ExponentialBackoff {
    let builder = ExponentialBuilder::new().with_min_delay(Duration::from_millis(20)).with_max_delay(MOST);
    builder.with_jitter().without_max_times().build()
}
