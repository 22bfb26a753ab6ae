//! A queue of durable jobs at one moment.

use std::time::{Duration, SystemTime};

/// The status of a queue of durable jobs, as a worker of this process last saw it. `outlive-durable` provides it.
///
/// It counts all jobs in the store, whichever process enqueued or runs them.
///
/// ```
/// for queue in outlive::status().queues {
///     println!("{} in {}: {} ready, the oldest for {:?}", queue.name, queue.store, queue.ready, queue.oldest);
/// }
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct QueueStatus {
    /// Its name.
    pub name: String,
    /// The kind and the address of the store, without a password.
    pub store: String,
    /// Jobs that may run now.
    pub ready: u64,
    /// Jobs that may run only later: those enqueued with a delay, and those between two attempts.
    pub delayed: u64,
    /// Jobs that a worker holds.
    pub running: u64,
    /// Of the ready, delayed and running jobs: how many have failed at least once.
    pub retrying: u64,
    /// Jobs that no worker could read, or whose function no worker has. They wait for a program that can run them.
    pub set_aside: u64,
    /// Jobs whose attempts are used up.
    pub killed: u64,
    /// How long the oldest ready job has been ready.
    pub oldest: Option<Duration>,
    /// When the store was last seen. `None` if it has not been queried yet.
    pub seen: Option<SystemTime>,
    /// Why the store could not be queried since then, in one line.
    pub failure: Option<String>,
}
