//! Carries the listed task-locals over to the task.

use std::future::Future;

use tokio::task::LocalKey;
use tokio::task::futures::TaskLocalFuture;

/// A key that `inherit` lists. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "`inherit` lists the statics that `tokio::task_local!` declares, and this is `{Self}`",
    label = "not a task-local of tokio",
    note = "what a `thread_local!` holds crosses with `carry = [YourType]`, whose `impl outlive::Carrier` captures it at the call"
)]
pub trait TaskLocal {
    type Value: 'static;

    fn key(&'static self) -> &'static LocalKey<Self::Value>;
}

impl<K: 'static> TaskLocal for LocalKey<K> {
    type Value = K;

    fn key(&'static self) -> &'static LocalKey<K> {
        self
    }
}

/// Carries a task-local over: its value is read here, at the call.
pub fn carry<L, K, F>(key: &'static L, future: F) -> Carried<K, F>
where
    L: TaskLocal<Value = K>,
    K: Clone + Send + 'static,
    F: Future,
{
    let key = key.key();
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
pub fn carry_blocking<L, K, R>(key: &'static L, work: impl FnOnce() -> R) -> impl FnOnce() -> R
where
    L: TaskLocal<Value = K>,
    K: Clone + Send + 'static,
{
    let key = key.key();
    let value = key.try_with(K::clone).ok();
    move || match value {
        Some(value) => key.sync_scope(value, work),
        None => work(),
    }
}
