//! Types that belong to a request, and must not be arguments of a task.

/// A type that belongs to one request, and must not be an argument or a result of a detached function.
///
/// A [`#[detached]`](macro@crate::detached) function does not compile if an argument or its result has such a type: the task
/// outlives the request, and the server would work for a client that has left. The same is true of an `Option`, `Result`,
/// `Vec`, `VecDeque`, array or slice, `Box`, `Pin<Box<…>>`, `Arc`, `Mutex` or `RwLock` (of std and tokio) of such a type, of
/// a `HashMap` or `BTreeMap` with such values, and of a tuple that is itself the argument or the result.
///
/// ```compile_fail
/// # use outlive::{RequestBound, Tracker, detached};
/// # static AUDIT: Tracker = Tracker::bounded("audit", 64);
/// struct Upload(Vec<u8>); // your own extractor
///
/// impl RequestBound for Upload {}
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn store(upload: Upload) {} // its argument `upload: Upload` belongs to the request
/// ```
///
/// A [`Context`](crate::Context) is request-bound unless `context = …` makes it the task's: it is cancelled when the request ends.
/// To pass its values as data, pass a [`DetachedContext`](crate::DetachedContext).
///
/// With the feature `axum`, these are request-bound: `axum::middleware::Next`, `axum::body::Body` and its `BodyDataStream`,
/// and an `http::Request` or `http::Response` with a request-bound body. A request whose body is bytes is not: your service
/// may send it as a client. With `tonic`, `tonic::Request` and `tonic::Streaming` are, and a `tonic::Response` of a
/// request-bound type: pass the message. A `Streaming` that your own client has opened has the same type: allow it, as
/// below. With `reqwest`, its `Body` is, because it may stream the client's upload: pass the bytes, and make the `Body` in
/// the task. With `deadpool`, `bb8` and `sqlx`, pooled connections are, and sqlx's `Transaction`: a task that holds one
/// keeps it from the requests that wait for it. Pass the pool, and take a connection in the task.
///
/// # What is not checked
///
/// * An `impl Trait` argument or result, and a bare type parameter.
/// * A type that names a type parameter, unless the function's own bounds show that it is request-bound: `http::Request<B>`
///   is accepted for every `B`, and with `B: RequestBound` it is refused.
/// * A tuple inside another type (`Option<(Parts, Body)>`, `Result<(u8, Response), E>`), the fields of a struct, the `E` of
///   a `Result<T, E>`, the keys of a map, and containers other than those above.
/// * The captures of a future given to [`detach!`](crate::detach).
/// * A `reqwest::Response`, because it may be the answer to a request that the task sent. A `reqwest::Request` is not
///   checked either, though its body may stream the client's upload.
///
/// In a method's signature, and for a type that names a type parameter, `cargo build` reports the error and `cargo check`
/// does not, because the macro sees the method without its `impl`. In an `impl` without type parameters under
/// [`#[owned_tasks]`](macro@crate::owned_tasks), `cargo check` reports it.
///
/// # `allow_request_bound = "reason"`
///
/// allows all arguments and the result of one function. Use it where a whole handler must not be dropped half-way. When a
/// client hangs up, the handler's future is dropped at its current await, and a handler that charges a card and then writes
/// the order may have done only the first. A detached handler runs to its end.
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
/// The cost: the server works for clients that have left, which matters under load. Only the timeout ends such a call, so
/// make it short. The tracker's bound limits the number of such requests, so handle
/// [`Rejected::Full`](crate::Rejected::Full). Reading the request's body fails when the client has gone. If only a few lines
/// must not be dropped half-way, detach those, or put them into a transaction of the store.
///
/// Go's `context.WithoutCancel` makes the same choice, without a check that it was intended.
pub trait RequestBound {}

/// What to pass instead of a request-bound type, for the error. It is a trait of its own, because `RequestBound` may stand in a
/// trait object.
#[doc(hidden)]
pub trait PassedAs {
    const INSTEAD: &'static str;
}

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
