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

/// The work that a caller waits for.
struct Joined<V> {
    flight: Arc<Flight<V>>,
}

impl<V> From<Caller<V>> for Joined<V> {
    fn from(Caller { flight, handle }: Caller<V>) -> Self {
        // This marks a refusal as seen: the caller gets it as the result.
        drop(handle.map(TaskHandle::admitted));
        Self { flight }
    }
}

type Call<K, V, F> = fn(&Singleflight<K, V>, K, F) -> Caller<V>;

/// It clones the value. The future is one for every `V`, so that a value that is not `Clone` is one error.
type Take<V> = fn(&Flight<V>) -> Result<Landed<V>, Arc<TaskError>>;

pin_project_lite::pin_project! {
    /// The future of [`Singleflight::run`]: it joins or starts the work at its first poll, and waits for the result.
    ///
    /// It is one for every `F`, so that work that is no future is one error.
    ///
    /// ```
    /// use std::future::{Ready, ready};
    /// use std::time::Duration;
    /// use outlive::futures::Running;
    /// use outlive::{Singleflight, Tracker};
    ///
    /// static CACHE: Tracker = Tracker::bounded("cache", 64);
    /// static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::from_secs(5));
    ///
    /// fn user(id: u64) -> Running<'static, u64, String, Ready<String>> {
    ///     USERS.run(id, ready(format!("user {id}")))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// assert_eq!(user(7).await.unwrap().value, "user 7");
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If it is polled again after it has returned its value; and as [`Singleflight::run`] does.
    ///
    /// # Cancel safety
    ///
    /// Dropping it leaves the work running, and other callers waiting for it. If it was never polled, it has started nothing.
    #[must_use = "nothing runs before it is awaited: write `.await`"]
    pub struct Running<'s, K, V, F> {
        single: &'s Singleflight<K, V>,
        given: Option<(K, F)>,
        call: Call<K, V, F>,
        take: Take<V>,
        joined: Option<Joined<V>>,
        #[pin]
        landed: Option<OwnedNotified>,
    }
}

impl<'s, K, V, F> Running<'s, K, V, F> {
    pub(super) fn new(single: &'s Singleflight<K, V>, key: K, work: F, call: Call<K, V, F>, take: Take<V>) -> Self {
        Self { single, given: Some((key, work)), call, take, joined: None, landed: None }
    }
}

impl<K, V, F> Future for Running<'_, K, V, F> {
    type Output = Result<Landed<V>, Arc<TaskError>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some((key, work)) = this.given.take() {
            let joined = Joined::from((this.call)(this.single, key, work));
            this.landed.set(Some(joined.flight.landed.waiter()));
            *this.joined = Some(joined);
        }
        if let (Some(joined), Some(landed)) = (&this.joined, this.landed.as_mut().as_pin_mut()) {
            if !joined.flight.landed.is_set() && landed.poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        this.landed.set(None);
        let joined = this.joined.take().expect("it is not polled after it has returned its value");
        Poll::Ready((this.take)(&joined.flight))
    }
}
