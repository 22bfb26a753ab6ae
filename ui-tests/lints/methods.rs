//! The calls that are banned.

use tokio::runtime::{Handle, LocalRuntime, Runtime};
use tokio::task::{self, AbortHandle, JoinHandle, JoinSet, LocalSet};
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDrop, AbortOnDropHandle, JoinMap, JoinQueue, LocalPoolHandle, TaskTracker};

pub fn free() {
    tokio::spawn(async {}); //~ clippy::disallowed_methods tokio::spawn
    task::spawn_blocking(|| ()); //~ clippy::disallowed_methods tokio::task::spawn_blocking
    task::spawn_local(async {}); //~ clippy::disallowed_methods tokio::task::spawn_local
}

/// A ban is one of the function, whatever it is called.
pub fn by_another_name() {
    use tokio::spawn as start;

    task::spawn(async {}); //~ clippy::disallowed_methods tokio::spawn
    start(async {}); //~ clippy::disallowed_methods tokio::spawn
    let start = tokio::spawn::<std::future::Ready<()>>; //~ clippy::disallowed_methods tokio::spawn
    start(std::future::ready(()));
}

pub fn on_a_runtime(handle: &Handle, runtime: &Runtime, local: &LocalRuntime, set: &LocalSet, pool: &LocalPoolHandle) {
    handle.spawn(async {}); //~ clippy::disallowed_methods tokio::runtime::Handle::spawn
    handle.spawn_blocking(|| ()); //~ clippy::disallowed_methods tokio::runtime::Handle::spawn_blocking
    runtime.spawn(async {}); //~ clippy::disallowed_methods tokio::runtime::Runtime::spawn
    runtime.spawn_blocking(|| ()); //~ clippy::disallowed_methods tokio::runtime::Runtime::spawn_blocking
    local.spawn_local(async {}); //~ clippy::disallowed_methods tokio::runtime::LocalRuntime::spawn_local
    local.spawn_blocking(|| ()); //~ clippy::disallowed_methods tokio::runtime::LocalRuntime::spawn_blocking
    set.spawn_local(async {}); //~ clippy::disallowed_methods tokio::task::LocalSet::spawn_local
    pool.spawn_pinned(async || {}); //~ clippy::disallowed_methods tokio_util::task::LocalPoolHandle::spawn_pinned
    pool.spawn_pinned_by_idx(async || {}, 0); //~ clippy::disallowed_methods tokio_util::task::LocalPoolHandle::spawn_pinned_by_idx
}

pub fn tracked(tracker: &TaskTracker, handle: &Handle, set: &LocalSet) {
    tracker.spawn(async {}); //~ clippy::disallowed_methods tokio_util::task::TaskTracker::spawn
    tracker.spawn_on(async {}, handle); //~ clippy::disallowed_methods tokio_util::task::TaskTracker::spawn_on
    tracker.spawn_local(async {}); //~ clippy::disallowed_methods tokio_util::task::TaskTracker::spawn_local
    tracker.spawn_local_on(async {}, set); //~ clippy::disallowed_methods tokio_util::task::TaskTracker::spawn_local_on
    tracker.spawn_blocking(|| ()); //~ clippy::disallowed_methods tokio_util::task::TaskTracker::spawn_blocking
    tracker.spawn_blocking_on(|| (), handle); //~ clippy::disallowed_methods tokio_util::task::TaskTracker::spawn_blocking_on
}

pub fn in_a_set(tasks: &mut JoinSet<()>, handle: &Handle, set: &LocalSet) {
    tasks.spawn(async {}); //~ clippy::disallowed_methods tokio::task::JoinSet::spawn
    tasks.spawn_on(async {}, handle); //~ clippy::disallowed_methods tokio::task::JoinSet::spawn_on
    tasks.spawn_local(async {}); //~ clippy::disallowed_methods tokio::task::JoinSet::spawn_local
    tasks.spawn_local_on(async {}, set); //~ clippy::disallowed_methods tokio::task::JoinSet::spawn_local_on
    tasks.spawn_blocking(|| ()); //~ clippy::disallowed_methods tokio::task::JoinSet::spawn_blocking
    tasks.spawn_blocking_on(|| (), handle); //~ clippy::disallowed_methods tokio::task::JoinSet::spawn_blocking_on
    tasks.detach_all(); //~ clippy::disallowed_methods tokio::task::JoinSet::detach_all
}

pub fn in_a_queue(tasks: &mut JoinQueue<()>, handle: &Handle) {
    tasks.spawn(async {}); //~ clippy::disallowed_methods tokio_util::task::JoinQueue::spawn
    tasks.spawn_on(async {}, handle); //~ clippy::disallowed_methods tokio_util::task::JoinQueue::spawn_on
    tasks.spawn_local(async {}); //~ clippy::disallowed_methods tokio_util::task::JoinQueue::spawn_local
    tasks.spawn_blocking(|| ()); //~ clippy::disallowed_methods tokio_util::task::JoinQueue::spawn_blocking
    tasks.spawn_blocking_on(|| (), handle); //~ clippy::disallowed_methods tokio_util::task::JoinQueue::spawn_blocking_on
    tasks.detach_all(); //~ clippy::disallowed_methods tokio_util::task::JoinQueue::detach_all
}

pub fn in_a_map(tasks: &mut JoinMap<u32, ()>, handle: &Handle, set: &LocalSet) {
    tasks.spawn(1, async {}); //~ clippy::disallowed_methods tokio_util::task::JoinMap::spawn
    tasks.spawn_on(2, async {}, handle); //~ clippy::disallowed_methods tokio_util::task::JoinMap::spawn_on
    tasks.spawn_local(3, async {}); //~ clippy::disallowed_methods tokio_util::task::JoinMap::spawn_local
    tasks.spawn_local_on(4, async {}, set); //~ clippy::disallowed_methods tokio_util::task::JoinMap::spawn_local_on
    tasks.spawn_blocking(5, || ()); //~ clippy::disallowed_methods tokio_util::task::JoinMap::spawn_blocking
    tasks.spawn_blocking_on(6, || (), handle); //~ clippy::disallowed_methods tokio_util::task::JoinMap::spawn_blocking_on
    tasks.detach_all(); //~ clippy::disallowed_methods tokio_util::task::JoinMap::detach_all
    tasks.abort(&1); //~ clippy::disallowed_methods tokio_util::task::JoinMap::abort
    tasks.abort_matching(|key| *key > 1); //~ clippy::disallowed_methods tokio_util::task::JoinMap::abort_matching
}

pub fn ends(task: &JoinHandle<()>, handle: &AbortHandle) {
    task.abort(); //~ clippy::disallowed_methods tokio::task::JoinHandle::abort
    handle.abort(); //~ clippy::disallowed_methods tokio::task::AbortHandle::abort
}

pub fn guards(task: AbortOnDropHandle<()>, handle: AbortOnDrop) {
    task.abort(); //~ clippy::disallowed_methods tokio_util::task::AbortOnDropHandle::abort
    drop(task.detach()); //~ clippy::disallowed_methods tokio_util::task::AbortOnDropHandle::detach
    handle.abort(); //~ clippy::disallowed_methods tokio_util::task::AbortOnDrop::abort
    drop(handle.detach()); //~ clippy::disallowed_methods tokio_util::task::AbortOnDrop::detach
}

pub fn tokens() {
    let token = CancellationToken::new(); //~ clippy::disallowed_methods tokio_util::sync::CancellationToken::new
    let by_reference = token.drop_guard_ref(); //~ clippy::disallowed_methods tokio_util::sync::CancellationToken::drop_guard_ref
    drop(by_reference);
    let guard = token.drop_guard(); //~ clippy::disallowed_methods tokio_util::sync::CancellationToken::drop_guard
    drop(guard);
}
