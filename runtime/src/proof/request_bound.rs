//! What belongs to a request, and is no argument for a task.

/// A type that belongs to one request, and means nothing when that is over.
///
/// A function with [`#[detached]`](macro@crate::detached) does not compile where an argument or its result is of such a
/// type: the task outlives the request, the client may have gone, and the server would work on for nobody. Refused with it
/// are `Option`, `Result`, `Vec`, `VecDeque`, arrays and slices, the values of a `HashMap` or `BTreeMap`, `Box`,
/// `Pin<Box<…>>`, `Arc`, `Mutex` and `RwLock` (of std and tokio) of such a type, and a tuple that is itself the argument or
/// the result.
///
/// ```compile_fail
/// # use outlive::{RequestBound, Tracker, detached};
/// # static AUDIT: Tracker = Tracker::bounded("audit", 64);
/// struct Upload(Vec<u8>); // our own extractor
///
/// impl RequestBound for Upload {}
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn store(upload: Upload) {} // its argument `upload: Upload` belongs to the request
/// ```
///
/// A [`Context`](crate::Context) is request-bound, unless `context = …` makes it the task's own: it ends with the request. What the
/// task needs of it as data is a [`DetachedContext`](crate::DetachedContext).
///
/// With the feature `axum`, these are request-bound: `axum::middleware::Next`, `axum::body::Body` and its
/// `BodyDataStream`, and an `http::Request` or `http::Response` whose body is. A request with a body of bytes is not: it
/// is one that a client of ours sends. With `tonic`, `tonic::Request` and `tonic::Streaming` are, and a `tonic::Response` of
/// what is: pass the message. A stream that a client of ours has opened is of the same type: say so, as below.
/// With `reqwest`, its `Body` is: it may stream what the client sends. Pass the bytes, and make the `Body` in the task.
/// With `deadpool`, `bb8` and `sqlx`, so are the connections that those pools lend, and sqlx's `Transaction`: a task that keeps
/// one takes it from the requests that wait for it. Pass the pool, and take a connection inside.
///
/// # What escapes
///
/// * An `impl Trait` argument or result, and a bare type parameter.
/// * A type that names a type parameter, unless the function's own bounds show that it is request-bound: whatever it is
///   called with, `http::Request<B>` passes, and with `B: RequestBound` it does not.
/// * A tuple inside something else (`Option<(Parts, Body)>`, `Result<(u8, Response), E>`), what a struct has in its
///   fields, the `E` of a `Result<T, E>`, the keys of a map, and containers other than those above.
/// * What the future of [`detach!`](crate::detach) captures.
/// * What a client of ours holds: a `reqwest::Response` is the answer to a request of the task's, and a task may own it. A
///   `reqwest::Request` whose body streams what the client sends is not seen to.
///
/// In a method's signature, and where the type names a type parameter, it is `cargo build` that refuses, and not `cargo
/// check`: the macro sees the method without its `impl`. In an `impl` without type parameters under
/// [`#[owned_tasks]`](macro@crate::owned_tasks), `cargo check` does.
///
/// # `allow_request_bound = "reason"`
///
/// lets all of one function's arguments and its result through. It is right where a whole handler must not be cut
/// half-way: a client that hangs up drops the handler's future at whatever await it has come to, and a handler that
/// charges a card and then writes the order may do the one and not the other. Detached, it runs to its end.
///
/// ```
/// # struct Request;
/// # struct Response;
/// # struct Next;
/// # impl Next { async fn run(self, _: Request) -> Response { Response } }
/// # impl RequestBound for Next {}
/// use outlive::{RequestBound, TaskError, Tracker, detached};
///
/// static ORDERS: Tracker = Tracker::bounded("orders", 64);
///
/// #[detached(timeout = "10s", track = ORDERS, allow_request_bound = "an order is charged and written, or neither")]
/// async fn to_its_end(request: Request, next: Next) -> Response {
///     next.run(request).await
/// }
///
/// async fn whole(request: Request, next: Next) -> Result<Response, TaskError> {
///     to_its_end(request, next).await
/// }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # whole(Request, Next).await.unwrap();
/// # }
/// ```
///
/// What it costs: the server works for clients that have left, and under load that is work that nobody asked for any
/// more. Nothing but the timeout ends a call, so make it short; the tracker's bound is a bound on such requests, so have
/// an answer for [`Rejected::Full`](crate::Rejected::Full). A body that is still being read fails when its client
/// goes. Where only a few lines must be whole, detach those, or make them a transaction of the store.
///
/// Go has the same choice in `context.WithoutCancel`, and nothing that asks whether it was meant.
pub trait RequestBound {}

macro_rules! containers {
    ($($type:ty [$($unsized:tt)*];)*) => {$(
        impl<T: RequestBound $($unsized)*> RequestBound for $type {}
    )*};
}

containers! {
    Option<T> [];
    Vec<T> [];
    std::collections::VecDeque<T> [];
    Box<T> [+ ?Sized];
    std::pin::Pin<Box<T>> [+ ?Sized];
    std::sync::Arc<T> [+ ?Sized];
    std::sync::Mutex<T> [+ ?Sized];
    std::sync::RwLock<T> [+ ?Sized];
    tokio::sync::Mutex<T> [+ ?Sized];
    tokio::sync::RwLock<T> [+ ?Sized];
    [T] [];
}

/// The task has one of its own, which lives as long as the task does. Where `context = ctx` says that it is this one, it may be an argument.
impl RequestBound for crate::context::Context {}

impl<T: RequestBound, const N: usize> RequestBound for [T; N] {}

impl<K, T: RequestBound> RequestBound for std::collections::BTreeMap<K, T> {}

impl<K, T: RequestBound, H> RequestBound for std::collections::HashMap<K, T, H> {}

impl<T: RequestBound, E> RequestBound for Result<T, E> {}
