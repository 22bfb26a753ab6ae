//! The runtime of the task that is polled, in a program that has one: without a look at tokio's own record of it, whose count all
//! cores would write to.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use tokio::runtime::{Handle, Id};

static FIRST: OnceLock<Id> = OnceLock::new();

/// There have been tasks on others. Whoever is on another has seen it set: that was before its spawning.
static ARE_SEVERAL: AtomicBool = AtomicBool::new(false);

/// A task is about to be spawned there: every one is said before.
#[inline]
pub(crate) fn spawns_on(runtime: &Handle) {
    let id = runtime.id();
    if *FIRST.get_or_init(|| id) != id {
        ARE_SEVERAL.store(true, Relaxed);
    }
}

/// Of the task that is polled here.
#[inline]
pub(super) fn current() -> Option<Id> {
    if ARE_SEVERAL.load(Relaxed) {
        return Handle::try_current().ok().map(|runtime| runtime.id());
    }
    FIRST.get().copied()
}
