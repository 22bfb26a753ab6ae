//! The queues of durable jobs that this process has workers for.

use std::sync::{Arc, Mutex, Weak};

use super::QueueStatus;
use crate::util::sync::lock;
use crate::util::text::{CAUSE, shown};

/// A source of a queue's last known status. [`status()`](fn@crate::status) calls it, so it must not wait.
pub trait QueueSource: Send + Sync {
    /// The last known status.
    fn last_seen(&self) -> QueueStatus;
}

static SOURCES: Mutex<Vec<Weak<dyn QueueSource>>> = Mutex::new(Vec::new());

/// Adds a source to the status, until its last `Arc` is dropped.
pub fn show_queue(source: &Arc<dyn QueueSource>) {
    let mut sources = lock(&SOURCES);
    sources.retain(|known| known.strong_count() > 0);
    if !sources.iter().any(|known| std::ptr::addr_eq(known.as_ptr(), Arc::as_ptr(source))) {
        sources.push(Arc::downgrade(source));
    }
}

pub(super) fn queues() -> Vec<QueueStatus> {
    let sources: Vec<_> = lock(&SOURCES).iter().filter_map(Weak::upgrade).collect();
    let mut queues: Vec<_> = sources.iter().map(|source| source.last_seen()).collect();
    for queue in &mut queues {
        queue.failure = queue.failure.take().map(|failure| shown(&failure, CAUSE));
    }
    queues.sort_by(|one, other| (&one.name, &one.store).cmp(&(&other.name, &other.store)));
    queues
}
