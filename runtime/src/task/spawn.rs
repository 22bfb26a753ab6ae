//! Spawns tasks on tokio, at the caller's line, and with the function's name if tokio supports names.

use std::future::Future;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::tracker::TaskSite;

#[cfg(not(tokio_unstable))]
#[track_caller]
#[inline(always)]
pub(super) fn spawn<F>(runtime: &Handle, _: &TaskSite, future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    runtime.spawn(future)
}

#[cfg(tokio_unstable)]
#[track_caller]
pub(super) fn spawn<F>(runtime: &Handle, site: &TaskSite, future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    named(tokio::task::Builder::new().name(site.name()).spawn_on(future, runtime))
}

#[cfg(not(tokio_unstable))]
#[track_caller]
pub(super) fn spawn_blocking<R: Send + 'static>(
    runtime: &Handle,
    _: &TaskSite,
    work: impl FnOnce() -> R + Send + 'static,
) -> JoinHandle<R> {
    runtime.spawn_blocking(work)
}

#[cfg(tokio_unstable)]
#[track_caller]
pub(super) fn spawn_blocking<R: Send + 'static>(
    runtime: &Handle,
    site: &TaskSite,
    work: impl FnOnce() -> R + Send + 'static,
) -> JoinHandle<R> {
    named(tokio::task::Builder::new().name(site.name()).spawn_blocking_on(work, runtime))
}

/// Panics as `Handle::spawn_blocking` does, if no thread can be spawned.
#[cfg(tokio_unstable)]
#[track_caller]
fn named<R>(spawned: std::io::Result<JoinHandle<R>>) -> JoinHandle<R> {
    spawned.unwrap_or_else(|error| panic!("tokio cannot spawn: {error}"))
}
