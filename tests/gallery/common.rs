//! What the rows share: a database that takes its time, and two ways to look.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;

/// A database. Clones are connections to the same one.
#[derive(Clone, Default)]
pub(crate) struct Db {
    rows: Arc<Mutex<Vec<u64>>>,
    /// `None`: it hangs.
    takes: Option<Duration>,
}

impl Db {
    /// Every write takes this long.
    pub(crate) fn that_takes(time: Duration) -> Self {
        Self { takes: Some(time), ..Self::default() }
    }

    /// No write ever ends.
    pub(crate) fn that_hangs() -> Self {
        Self::default()
    }

    pub(crate) async fn insert(&self, row: u64) {
        match self.takes {
            Some(time) => sleep(time).await,
            None => pending().await,
        }
        self.rows.lock().unwrap().push(row);
    }

    /// What has been written, in order.
    pub(crate) fn rows(&self) -> Vec<u64> {
        self.rows.lock().unwrap().clone()
    }
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How many tasks there are on this runtime.
pub(crate) fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// Lets every task go as far as it comes without the clock.
pub(crate) async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}
