//! The runtime of the polled task. If the program has one runtime, tokio is not asked: its handle has a reference count
//! that all cores would write to.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use tokio::runtime::{Handle, Id};

static FIRST: OnceLock<Id> = OnceLock::new();

/// Whether tasks were spawned on several runtimes. It is set before the spawn, so a task on another runtime sees it
/// set.
static ARE_SEVERAL: AtomicBool = AtomicBool::new(false);

/// Records the runtime of a task, before the spawn. Each spawn calls this.
#[inline]
pub(crate) fn spawns_on(runtime: &Handle) {
    let id = runtime.id();
    if *FIRST.get_or_init(|| id) != id {
        ARE_SEVERAL.store(true, Relaxed);
    }
}

/// The runtime of the task that this thread polls.
#[inline]
pub(super) fn current() -> Option<Id> {
    if ARE_SEVERAL.load(Relaxed) {
        return Handle::try_current().ok().map(|runtime| runtime.id());
    }
    FIRST.get().copied()
}
