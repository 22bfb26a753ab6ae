//! A tower layer that runs each request in its context.

use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::open_body::hold;
use super::request_line::line_of;
use crate::context::{Context, Open, opened};
use crate::current::{InScope, Scope};
use crate::util::Entered;

/// A tower layer that runs every request in its own [`Context`], so that no handler can forget it.
///
/// The function makes the context from the request. All code of the inner service runs in it: its `call`, the future's
/// polls, and its drop when the client hangs up. So the request's values and labels cross into every detached call that is
/// made there. The request may have any type: axum's, hyper's, tonic's, or a message of a queue.
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
/// The function runs in the context of an outer layer, and its context replaces that one: start from [`Context::current`] to
/// extend it, or from [`Context::root`] to replace it. The request's span does not depend on this layer: a detached call
/// uses the current span.
///
/// The function can only read what outer layers have set: this layer must run *after* the one that sets the request id. In a
/// `ServiceBuilder` the first layer runs first, so add this one after it. In an axum `Router` the *last* `.layer` call runs
/// first, so call `.layer` with this one before it.
///
/// # Deadlines and shutdown
///
/// If the context has a deadline or a [`CancelSource`](crate::CancelSource), the handler can see that
/// ([`deadline`](Context::deadline), [`cancelled`](Context::cancelled)), but this layer does not drop the handler, because
/// it has no response to return instead. Use tower's `TimeoutLayer` for that.
///
/// If a [`Shutdown`](crate::Shutdown) runs the server, each request's context is cancelled before the server's budget is
/// over, with [`CancelCause::Shutdown`](crate::CancelCause::Shutdown). A stream or a WebSocket ends in time if it awaits
/// that: move `Context::current()` into it.
///
/// # What is not covered
///
/// An inner service that passes the request to its own task (tower's `Buffer`): put this layer inside it. A body that is
/// streamed after the response was returned: the server polls it outside of every layer's future, so its detached calls need
/// `context = ctx`. And a bare `tokio::spawn`, as everywhere.
// The parameter is called what users call it: rustc writes its name where a closure's argument has no type.
pub struct ContextLayer<F, Request> {
    context_of: ContextOf<F, Request>,
    /// Where it was made.
    #[cfg(debug_assertions)]
    place: &'static std::panic::Location<'static>,
}

impl<F, Request> ContextLayer<F, Request> {
    /// Makes a layer that runs each request in the context that `context_of` returns for it.
    ///
    /// In a closure, write the request's type: `|request: &Request| …`. It is called once for each request. It is cloned
    /// with the service, which axum does for each request, so put large captures into an `Arc`.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn new(context_of: F) -> Self
    // `ContextLayer::new(|request: &Request| Context::root().with_label("request", …))`
    where
        F: MakesContext<Request>,
    {
        Self {
            context_of: ContextOf { function: context_of, call: |function, request| function(request) },
            #[cfg(debug_assertions)]
            place: std::panic::Location::caller(),
        }
    }
}

/// A function that makes a request's context. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "`ContextLayer::new` takes a function that makes a `Context` from a reference to the request",
    label = "write `|request: &Request| …`, or a plain `fn of_request(request: &Request) -> Context`, which is not `async`",
    note = "in axum, `Request` is `axum::extract::Request`"
)]
pub trait MakesContext<Request>: Fn(&Request) -> Context {}

#[diagnostic::do_not_recommend]
impl<Request, F: Fn(&Request) -> Context> MakesContext<Request> for F {}

/// The function, and how it is called. The layer and its service are one for every `F`, so that a function of another kind is one
/// error.
struct ContextOf<F, Request> {
    function: F,
    call: fn(&F, &Request) -> Context,
}

impl<F: Clone, Request> Clone for ContextOf<F, Request> {
    fn clone(&self) -> Self {
        Self { function: self.function.clone(), call: self.call }
    }
}

impl<F: Clone, Request> Clone for ContextLayer<F, Request> {
    fn clone(&self) -> Self {
        Self {
            context_of: self.context_of.clone(),
            #[cfg(debug_assertions)]
            place: self.place,
        }
    }
}

impl<S, F: Clone, Request> Layer<S> for ContextLayer<F, Request> {
    type Service = ContextService<S, F, Request>;

    fn layer(&self, inner: S) -> Self::Service {
        #[cfg(debug_assertions)]
        crate::context::layer_wraps(self.place);
        ContextService { inner, context_of: self.context_of.clone() }
    }
}

impl<F, Request> fmt::Debug for ContextLayer<F, Request> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextLayer").field("context_of", &format_args!("{}", type_name::<F>())).finish()
    }
}

/// A service that runs each request in a [`Context`]: a [`ContextLayer`] wraps the inner service in it. It is ready when the
/// inner service is.
///
/// ```
/// use std::convert::Infallible;
/// use outlive::{Context, ContextLayer, ContextService};
/// use tower::{Layer, Service, ServiceExt, service_fn};
///
/// // With its type's name, for a field: a `fn` pointer has one, and a closure has none.
/// fn in_context<S>(inner: S) -> ContextService<S, fn(&u64) -> Context, u64> {
///     ContextLayer::new((|id| Context::root().with(*id)) as fn(&u64) -> Context).layer(inner)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let inner = service_fn(|_: u64| async { Ok::<_, Infallible>(Context::current().get::<u64>().copied()) });
/// let mut service = in_context(inner);
/// assert_eq!(service.ready().await.unwrap().call(42).await, Ok(Some(42)));
/// # }
/// ```
pub struct ContextService<S, F, Request> {
    inner: S,
    context_of: ContextOf<F, Request>,
}

impl<S: Clone, F: Clone, Request> Clone for ContextService<S, F, Request> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), context_of: self.context_of.clone() }
    }
}

impl<Request, S, F> Service<Request> for ContextService<S, F, Request>
where
    Request: 'static,
    S: Service<Request, Response: 'static>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ContextFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        #[cfg(debug_assertions)]
        crate::context::layer_sees_a_request();
        let (context, open) = opened((self.context_of.call)(&self.context_of.function, &request), || line_of(&request));
        let mut scope = Scope::new(context);
        let entered = Entered::new(&mut scope);
        let future = self.inner.call(request);
        drop(entered);
        ContextFuture { future: InScope::new(future, scope), open }
    }
}

impl<S: fmt::Debug, F, Request> fmt::Debug for ContextService<S, F, Request> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut service = f.debug_struct("ContextService");
        service.field("inner", &self.inner).field("context_of", &format_args!("{}", type_name::<F>())).finish()
    }
}

pin_project_lite::pin_project! {
    /// The future of a request in a [`ContextService`]: it is polled and dropped in the request's context.
    ///
    /// It gives what the inner service's future gives. Its panics are that future's.
    ///
    /// ```
    /// use std::time::Instant;
    /// use outlive::ContextFuture;
    ///
    /// /// The future of a layer of your own, around a `ContextService`.
    /// struct Timed<F> {
    ///     inner: ContextFuture<F>,
    ///     begun: Instant,
    /// }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the handler, at an await. The handler's detached calls run on.
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
