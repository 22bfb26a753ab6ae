//! The last known status of a queue, which `outlive::status()` and its page show.

use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use outlive::status::{QueueSource, QueueStatus};

use crate::engine::Engine;
use crate::error::StoreError;

pub(crate) struct Seen(Mutex<QueueStatus>);

impl Seen {
    pub(crate) fn new(name: &str, store: String) -> Self {
        let mut status = QueueStatus::default();
        (status.name, status.store) = (name.to_owned(), store);
        Self(Mutex::new(status))
    }

    /// Queries the store.
    pub(crate) async fn look(&self, engine: &dyn Engine) -> Result<QueueStatus, StoreError> {
        let looked = engine.census().await;
        let mut status = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match looked {
            Ok(census) => {
                status.ready = census.ready;
                status.delayed = census.delayed;
                status.running = census.running;
                status.retrying = census.retrying;
                status.set_aside = census.set_aside;
                status.killed = census.killed;
                status.oldest = census.oldest;
                (status.seen, status.failure) = (Some(SystemTime::now()), None);
                Ok(status.clone())
            }
            Err(error) => {
                status.failure = Some(error.to_string());
                Err(error)
            }
        }
    }

    /// Records that the store could not be queried.
    pub(crate) fn failed(&self, error: &StoreError) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failure = Some(error.to_string());
    }
}

impl QueueSource for Seen {
    fn last_seen(&self) -> QueueStatus {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
