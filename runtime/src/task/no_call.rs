//! What a call is of a service that several threads cannot share. That is one error, at the service's field; its methods have
//! none of their own, as nothing here asks for `Send`. It is never made.

#![allow(
    missing_docs,
    clippy::must_use_candidate,
    clippy::unused_async,
    reason = "each method is what `Call` has under that name"
)]

use std::future::Future;
use std::time::Duration;

use tokio::runtime::Handle;

use super::handle::TaskHandle;
use super::rhythm::Rhythm;
use super::unfinished::Unfinished;
use crate::context::Context;
use crate::current::Capture;
use crate::report::ErrorProbe;

/// With the links of a [`Call`](super::Call)'s chain.
#[must_use]
pub struct NoCall(());

/// What it would hand over, and begin.
pub struct NoJob(());

impl NoJob {
    #[must_use]
    pub fn hand_over(self) -> Self {
        self
    }

    #[must_use]
    pub fn begin(self) -> Self {
        self
    }
}

fn never<T>() -> T {
    unreachable!("a service that cannot be shared does not compile")
}

impl NoCall {
    pub(crate) fn new() -> Self {
        never()
    }

    pub fn timeout(self, _: Duration) -> Self {
        self
    }

    pub fn context(self, _: &Context) -> Self {
        self
    }

    pub fn carry(self, _: &'static [Capture]) -> Self {
        self
    }

    pub fn on(self, _: &Handle) -> Self {
        self
    }

    pub fn lives(self, _: &str, _: Option<Duration>) -> Self {
        self
    }

    pub fn once(self) -> Self {
        self
    }

    pub fn essential(self) -> Self {
        self
    }

    pub fn unfinished<A>(self, _: A, _: fn(Unfinished<A>)) -> Self {
        self
    }

    pub async fn wait(self) -> Self {
        self
    }

    pub fn spawn<F: Future>(self, _: F, _: impl Fn() -> ErrorProbe<F::Output>) -> TaskHandle<F::Output> {
        never()
    }

    pub fn spawn_method<M, F: Future>(
        self,
        _: M,
        _: F,
        _: impl Fn() -> ErrorProbe<F::Output>,
    ) -> TaskHandle<F::Output> {
        never()
    }

    pub fn spawn_blocking<T, W, H>(self, _: W, _: ErrorProbe<T>, _: H) -> TaskHandle<T>
    where
        W: FnOnce() -> T,
        H: FnOnce(NoJob) -> NoJob,
    {
        never()
    }

    pub fn periodic<F, R, S>(self, _: Rhythm, _: R, _: ErrorProbe<F::Output>, _: S) -> TaskHandle<()>
    where
        F: Future,
        R: FnMut() -> Option<F>,
        S: Fn(NoJob) -> NoJob,
    {
        never()
    }

    pub fn worker<F: Future>(self, _: F, _: ErrorProbe<F::Output>) -> TaskHandle<F::Output> {
        never()
    }

    pub fn worker_blocking<T, W, H>(self, _: W, _: ErrorProbe<T>, _: H) -> TaskHandle<T>
    where
        W: FnOnce() -> T,
        H: FnOnce(NoJob) -> NoJob,
    {
        never()
    }

    pub fn restarted<F, R>(self, _: Duration, _: Duration, _: R, _: ErrorProbe<F::Output>) -> TaskHandle<F::Output>
    where
        F: Future,
        R: FnMut() -> Option<F>,
    {
        never()
    }
}
