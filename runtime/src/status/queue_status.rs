//! A queue of durable jobs at one moment.

use std::time::{Duration, SystemTime};

/// A queue of durable jobs, as a worker of this process last saw it. `outlive-durable` has such queues, and fills this.
///
/// Its jobs are all that are in the store, whichever process has enqueued them or runs them.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct QueueStatus {
    /// Its name.
    pub name: String,
    /// What the store is, and where, without a password.
    pub store: String,
    /// Jobs that may run now.
    pub ready: u64,
    /// Jobs that may not run before a later time: those enqueued so, and those between two attempts.
    pub delayed: u64,
    /// Jobs that a worker holds.
    pub running: u64,
    /// Of those that are ready, delayed or running: how many have failed at least once.
    pub retrying: u64,
    /// Jobs that no worker could read, or whose function none has. They wait for a program that can.
    pub set_aside: u64,
    /// Jobs whose attempts are used up.
    pub killed: u64,
    /// For how long the oldest that is ready could have run.
    pub oldest: Option<Duration>,
    /// When the store said so. `None` where it has not yet been asked.
    pub seen: Option<SystemTime>,
    /// Why it could not be asked again since, in one line.
    pub failure: Option<String>,
}
