//! A caller's run of a single flight.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::futures::OwnedNotified;

use super::flight::Flight;
use super::singleflight::Caller;
use super::{Landed, Singleflight};
use crate::error::TaskError;
use crate::task::TaskHandle;

/// What a single flight runs. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "a single flight runs a future that gives a `{V}`",
    label = "no such future: of a closure, leave `||` out, as in `async {{ … }}`; of a function, call it"
)]
pub trait Work<V>: Future<Output = V> {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = V>, V> Work<V> for F {}

type Call<K, V, F> = fn(&Singleflight<K, V>, K, F) -> Caller<V>;

pin_project_lite::pin_project! {
    /// The future of [`Singleflight::run`]. It joins or starts the work at its first poll. It is one for every `F`, so that
    /// work that is no future is one error.
    #[must_use = "nothing runs before it is awaited: write `.await`"]
    pub struct Running<'s, K, V, F> {
        single: &'s Singleflight<K, V>,
        given: Option<(K, F)>,
        call: Call<K, V, F>,
        flight: Option<Arc<Flight<V>>>,
        #[pin]
        landed: Option<OwnedNotified>,
    }
}

impl<'s, K, V, F> Running<'s, K, V, F> {
    pub(super) fn new(single: &'s Singleflight<K, V>, key: K, work: F, call: Call<K, V, F>) -> Self {
        Self { single, given: Some((key, work)), call, flight: None, landed: None }
    }
}

impl<K, V: Clone, F> Future for Running<'_, K, V, F> {
    type Output = Result<Landed<V>, Arc<TaskError>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some((key, work)) = this.given.take() {
            let Caller { flight, handle } = (this.call)(this.single, key, work);
            // This marks a refusal as seen: the caller gets it as the result.
            drop(handle.map(TaskHandle::admitted));
            this.landed.set(Some(flight.landed.waiter()));
            *this.flight = Some(flight);
        }
        if let (Some(flight), Some(landed)) = (&this.flight, this.landed.as_mut().as_pin_mut()) {
            if !flight.landed.is_set() && landed.poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        this.landed.set(None);
        let flight = this.flight.take().expect("it is not polled after it has returned its value");
        Poll::Ready(flight.take())
    }
}
