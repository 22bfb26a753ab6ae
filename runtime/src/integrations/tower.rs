//! A layer that handles each request in its context.

use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::open_body::hold;
use crate::context::{Context, Open, opened};
use crate::current::{InScope, Scope};
use crate::util::Entered;

/// A tower layer that gives every request its [`Context`]: no handler has to think of it, and none can forget it.
///
/// The function makes the context of what it sees of the request. All code of the service below runs in it: what
/// `call` does before there is a future, the future's polls, and its drop where the client has hung up. So every
/// detached call made there takes the request's values and labels along. The request itself may be of any type: axum's,
/// hyper's, tonic's, a message of a queue.
///
/// ```
/// use outlive::{Context, ContextLayer, TaskHandle, Tracker, detached};
/// use tower::{BoxError, ServiceBuilder, ServiceExt};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 64);
///
/// struct RequestId(u64);
///
/// struct Request {
///     id: u64,
/// }
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit() -> Option<u64> {
///     Context::current().get::<RequestId>().map(|id| id.0)
/// }
///
/// async fn handler(_: Request) -> Result<TaskHandle<Option<u64>>, BoxError> {
///     Ok(write_audit().admitted()?)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), BoxError> {
/// let service = ServiceBuilder::new()
///     .layer(ContextLayer::new(|request: &Request| {
///         Context::current().with(RequestId(request.id)).with_label("request", request.id)
///     }))
///     .service_fn(handler);
/// let task = service.oneshot(Request { id: 42 }).await?;
/// assert_eq!(task.await?, Some(42));
/// # Ok(())
/// # }
/// ```
///
/// # Layers above and below
///
/// The function runs in the context of the layer above, and what it gives takes that one's place: build on
/// [`Context::current`] to add to it, on [`Context::root`] to leave it behind. The request's span needs nothing of this
/// layer: a detached call finds the one it is made in.
///
/// What the function reads of the request has to be there already: this layer runs *after* the one that sets the request id. Of a
/// `ServiceBuilder` the first layer runs first, so it stands below that one. Of an axum `Router` the layer of the *last* `.layer` call runs
/// first, so it is given before that one.
///
/// # A context with an end
///
/// Where the context has a deadline or obeys a [`CancelSource`](crate::CancelSource), its code sees that
/// ([`deadline`](Context::deadline), [`cancelled`](Context::cancelled)), and this layer leaves it running: it has no
/// response to give in the handler's place. For that, tower's `TimeoutLayer` goes beside it.
///
/// Where a [`Shutdown`](crate::Shutdown) serves, each request's context is cancelled before its server's time is over, with
/// [`CancelCause::Shutdown`](crate::CancelCause::Shutdown). A handler that streams, or has taken over a WebSocket, ends in time if it
/// waits for that: take `Context::current()` along into the stream.
///
/// # What escapes
///
/// A service below that hands the request to a task of its own (tower's `Buffer`): put this layer below it. A body that
/// is streamed when the response has been given: the server polls it, outside of every layer's future; what it calls
/// says `context = ctx`. And, as everywhere, a bare `tokio::spawn`.
#[derive(Clone)]
pub struct ContextLayer<F> {
    context_of: F,
}

impl<F> ContextLayer<F> {
    /// A layer that gives each request the context that `context_of` makes of it.
    ///
    /// Name the request's type where it is a closure: `|request: &Request| …`. It is called once for each request, and
    /// cloned with the service: axum does that for each request, too, so what it captures stands in an `Arc`.
    pub fn new<R>(context_of: F) -> Self
    where
        F: Fn(&R) -> Context,
    {
        Self { context_of }
    }
}

impl<S, F: Clone> Layer<S> for ContextLayer<F> {
    type Service = ContextService<S, F>;

    fn layer(&self, inner: S) -> Self::Service {
        ContextService { inner, context_of: self.context_of.clone() }
    }
}

impl<F> fmt::Debug for ContextLayer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextLayer").field("context_of", &format_args!("{}", type_name::<F>())).finish()
    }
}

/// A service that handles each request in a [`Context`]: what a [`ContextLayer`] makes of the service below it.
///
/// It is ready when that one is.
#[derive(Clone)]
pub struct ContextService<S, F> {
    inner: S,
    context_of: F,
}

impl<R, S, F> Service<R> for ContextService<S, F>
where
    S: Service<R, Response: 'static>,
    F: Fn(&R) -> Context,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ContextFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let (context, open) = opened((self.context_of)(&request));
        let mut scope = Scope::new(context);
        let entered = Entered::new(&mut scope);
        let future = self.inner.call(request);
        drop(entered);
        ContextFuture { future: InScope::new(future, scope), open }
    }
}

impl<S: fmt::Debug, F> fmt::Debug for ContextService<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut service = f.debug_struct("ContextService");
        service.field("inner", &self.inner).field("context_of", &format_args!("{}", type_name::<F>())).finish()
    }
}

pin_project_lite::pin_project! {
    /// The future of a request that a [`ContextService`] handles: polled and dropped with the request's context in scope.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the handler, at an await. What that has detached runs on.
    #[must_use = "a request is handled only while its future is polled"]
    pub struct ContextFuture<F> {
        #[pin]
        future: InScope<F>,
        open: Option<Open>,
    }
}

impl<F, T: 'static, E> Future for ContextFuture<F>
where
    F: Future<Output = Result<T, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut polled = this.future.poll(cx);
        if let Poll::Ready(ended) = &mut polled {
            if let (Ok(response), Some(open)) = (ended, this.open.take()) {
                hold(response, open);
            }
        }
        polled
    }
}

impl<F> fmt::Debug for ContextFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextFuture").finish_non_exhaustive()
    }
}
