//! Carries the listed task-locals over to the task.

use std::future::Future;

use tokio::task::LocalKey;
use tokio::task::futures::TaskLocalFuture;

/// Carries a task-local over: its value is read here, at the call.
pub fn carry<K: Clone + Send + 'static, F: Future>(key: &'static LocalKey<K>, future: F) -> Carried<K, F> {
    match key.try_with(K::clone) {
        Ok(value) => Carried::With { future: key.scope(value, future) },
        Err(_) => Carried::Without { future },
    }
}

pin_project_lite::pin_project! {
    #[project = CarriedProjection]
    pub enum Carried<K: 'static, F> {
        With { #[pin] future: TaskLocalFuture<K, F> },
        Without { #[pin] future: F },
    }
}

impl<K: 'static, F: Future> Future for Carried<K, F> {
    type Output = F::Output;

    fn poll(self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<F::Output> {
        match self.project() {
            CarriedProjection::With { future } => future.poll(cx),
            CarriedProjection::Without { future } => future.poll(cx),
        }
    }
}

/// The same for a thread.
pub fn carry_blocking<K, R>(key: &'static LocalKey<K>, work: impl FnOnce() -> R) -> impl FnOnce() -> R
where
    K: Clone + Send + 'static,
{
    let value = key.try_with(K::clone).ok();
    move || match value {
        Some(value) => key.sync_scope(value, work),
        None => work(),
    }
}
