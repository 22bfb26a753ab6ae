//! The attribute macros of [outlive](https://docs.rs/outlive). Use them through that crate, which re-exports them: the
//! generated code names that crate.
//!
//! The pages of that crate begin with an example, and have this text below it; `durable` is in
//! [outlive-durable](https://docs.rs/outlive-durable).

mod arguments;
mod detach;
mod detached;
mod durable;
mod emit;
mod owned_tasks;
mod settings;
mod syntax;
mod task_owner;
#[cfg(test)]
mod tests;

use arguments::Kind;
use detached::elsewhere;
use proc_macro::TokenStream;
use syntax::diagnostics;

/// Makes an `async fn` a function whose call starts a task that outlives its caller. The task has a timeout and a tracker,
/// and its failures are reported by name.
///
/// The function keeps its name, visibility, generics, documentation and attributes. It is no longer
/// `async`, and returns a `TaskHandle<T>`, where `T` is the written return type. Dropping the
/// handle leaves the task running; awaiting it gives `Result<T, TaskError>`. A panic and a timeout are logged even if the
/// handle is awaited; an `Err` is logged only if it is not, because an awaited one is the caller's to handle.
///
/// Two arguments are required: the `timeout`, and the tracker (`track`) that the shutdown drains. The compiler checks both,
/// and that the tracker's drain budget covers `timeout + grace`.
///
#[doc = include_str!("../docs/detached.md")]
///
/// # Arguments and results
///
/// The task may outlive anything that it borrows, so arguments and result are owned: `String` for `&str`, `Vec<T>` for
/// `&[T]`, `Arc<T>` or `T` for `&T`. Every argument lives as long as the task, even one that the body does not use. The
/// future has to be `Send`.
///
/// These types are refused, also through an alias or inside an `Option`:
///
/// * a `RequestBound` type, as an argument or as the result, unless `allow_request_bound` allows it. Such a task is usually
///   the whole handler, and the server would work for a client that has left;
/// * an argument whose `MaxAge` is shorter than `timeout + grace` (with `max_timeout`, than `max_timeout + grace`). If the
///   argument implements `remaining`, each call checks it, and reports the argument by name if too little time is left.
///
/// For a free function, or in an `impl` with [`#[owned_tasks]`](macro@owned_tasks) and without type parameters,
/// `cargo check` reports these errors. For other methods, for `Self`, and for a type that names a type parameter,
/// `cargo build` does. An `impl Trait`, a bare type parameter and a tuple inside another type are not checked. A type that
/// names a type parameter is checked with the function's own bounds: `http::Request<B>` is accepted, unless they include
/// `B: RequestBound`. An unneeded `allow_request_bound` is no error, because outlive's features decide which types are
/// request-bound.
///
/// # Retries
///
/// `retry = "3, 100ms..2s"` tries a call again after an `Err`, with at most three attempts in all. The pauses between them
/// double from 100 ms to two seconds, with jitter. `retry = (ATTEMPTS, FIRST..MOST)` takes constants. It is one task, with
/// one place in its tracker, one timeout for all attempts, one outcome and one report, which has the number of `attempts`.
///
/// * An attempt that returns an `Err`, or exceeds `attempt = "1s"`, is tried again. A panic ends the call.
///   `retry_if = is_transient`, a `fn(&E) -> bool`, decides which `Err`s are tried again.
/// * The result is that of the last attempt. If the last attempt exceeds `attempt`, the call has timed out. A pause that
///   would exceed the timeout does not begin: the call returns the `Err` at once.
/// * Each attempt but the last works on clones of the arguments, and of a `self` that is taken by value.
/// * Each attempt has its own context, which is cancelled when the attempt ends; `Context::current().attempt()` is its
///   number.
/// * Attempts go on when a drain begins, because the drain's budget covers the timeout. When the drain cancels the task, a
///   pause ends at once, and no further attempt begins.
///
/// Pauses that use up the timeout even at their shortest do not compile, and neither does an `attempt` longer than the timeout.
///
/// # Methods
///
/// Inherent methods take `self` by value, `self: Arc<Self>` or `self: &Arc<Self>`; in an
/// [`#[owned_tasks]`](macro@owned_tasks) impl, also `&self`, and there the service tracks them. A trait method cannot be
/// detached: let it call a detached inherent method or function. A function without a receiver that uses the `T` of its
/// `impl<T>` block needs a `where Self: Sized`, because the macro does not see the block.
///
/// # Handlers
///
/// Call it from a handler. It is no handler itself: if axum's `get(…)` took it, each client would wait for the whole task. If
/// you want that, write a handler that awaits the call. A function that takes a handler's arguments apart, as in
/// `Path(order): Path<u64>`, or returns an `impl IntoResponse`, does not compile without `allow_request_bound`.
///
/// # Panics
///
/// A call does not panic outside a tokio runtime: it is refused with `Rejected::NoRuntime`. Your own code at the call may
/// panic, and then the call does: the `Clone` of an argument with `unfinished`, and `MaxAge::remaining`. A panic of the body
/// is the task's: the handle gives `TaskError::Panicked`.
///
/// # Cancel safety
///
/// The task does not depend on its caller: dropping the handle, or the future that made the call, leaves it running. With
/// `when_full = wait` the call is a future. Dropping that before it resolves starts nothing: the arguments are dropped, the
/// place goes to the next call, and no `unfinished` hook runs.
///
/// # Other attributes
///
/// Documentation, `#[must_use]`, `#[deprecated]`, `#[cfg]` and lint attributes stay on the function; all others below this
/// one, such as `#[tracing::instrument]`, apply to the body.
#[proc_macro_attribute]
pub fn detached(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(detached::detached(Kind::Detached, attr.into(), item.into())).into()
}

/// Starts a future as a detached task, and returns the `TaskHandle`: `detach!(timeout = "5s", track = AUDIT, future)`.
///
/// It takes a future. For a function, write the attribute [`#[detached]`](macro@detached); there is no attribute
/// `#[detach]`.
///
/// The arguments of `#[detached]` come first, and the future is last. The macro cannot distinguish a local from a static:
/// `track` in `UPPER_CASE` is a static, and otherwise an expression for an `Arc<Tracker>`. The site's name is `detach!`,
/// unless `name` is given.
///
/// `blocking`, `unfinished`, `retry` and `when_full = wait` need a function, and are refused. So is `allow_request_bound`,
/// because the future's captures are not checked.
#[proc_macro]
pub fn detach(input: TokenStream) -> TokenStream {
    diagnostics::in_block(detach::detach(input.into())).into()
}

/// Makes an `async fn` a loop: a call starts the loop, which runs the function periodically. Each run has a timeout, and
/// runs do not overlap.
///
/// Each run is counted and reported by name, as a [`#[detached]`](macro@detached) call is. A run that panics, times out or
/// returns an `Err` is reported, and the loop goes on with the next. When its tracker drains, or the last owner of its
/// service is dropped, the loop stops at once, and a run in progress may finish within its timeout.
///
/// The call returns a `TaskHandle<()>`. A run's result is checked for an `Err`, and dropped. A loop starts from
/// `Context::root()`: it does not have the values and labels of a request that starts it.
///
#[doc = include_str!("../docs/periodic.md")]
///
/// # Arguments
///
/// Each run gets clones of the arguments, and of a `self` by value, so these must be `Clone`. Changes to a clone are lost
/// after the run: keep state in an `Arc<Mutex<…>>`, or write the loop in a [`#[worker]`](macro@worker). A loop outlives any
/// request and any token: an argument that is `RequestBound`, or has any `MaxAge`, is refused.
///
/// In an `#[owned_tasks]` impl, a loop that takes only `&self` runs at most once per service: the handle of a second start
/// gives `Rejected::AlreadyStarted`. With `self: Arc<Self>` or `self: &Arc<Self>`, the loop holds only a `Weak` between two
/// runs. Elsewhere a loop may be started any number of times within its tracker's bound, and ends when its tracker drains.
///
/// A loop holds one place of the bound for as long as it lives. Its runs take no places, so a full tracker does not stop
/// them. Aborting the handle ends the loop and the run in progress.
#[proc_macro_attribute]
pub fn periodic(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(detached::detached(Kind::Periodic, attr.into(), item.into())).into()
}

/// Makes an `async fn` a worker: a call starts a task without a timeout. It is cancelled when its tracker drains or the last
/// owner of its service is dropped, and dropped after its grace.
///
/// When it is cancelled, `Context::current().cancelled().await` resolves. Its `TaskHandle<T>` gives the value that it
/// returns within the grace. Without a `grace` it is dropped at its first await after that, so a body that awaits something
/// after `cancelled()` does not compile without one. Without `restart`, a panic or an `Err` ends the worker, and is reported.
/// A worker starts from `Context::root()`.
///
#[doc = include_str!("../docs/worker.md")]
///
/// # Arguments
///
/// A worker owns its arguments and its `self`: `async fn run(mut self)` is an actor. With `restart`, each start gets clones
/// of them. A worker outlives any request and any token: an argument that is `RequestBound`, or has any `MaxAge`, is
/// refused.
///
/// In an `#[owned_tasks]` impl, a worker takes `&self`, and gets a clone that is not an owner. (An `Arc` of the service is
/// refused: the worker would keep its owner alive, and neither would end.) If it takes only `&self`, it runs at most once
/// per service: the handle of a second start gives `Rejected::AlreadyStarted`. Elsewhere a worker may be started any number
/// of times within its tracker's bound.
///
/// A worker holds one place of the bound for as long as it lives, also while it waits for a restart. Aborting its handle
/// drops it without its grace, except in a shielded section.
#[proc_macro_attribute]
pub fn worker(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(detached::detached(Kind::Worker, attr.into(), item.into())).into()
}

/// Makes an `async fn` durable: its calls are stored in a queue, and any process that has the function runs them, at least
/// once. Use it through outlive-durable, which re-exports it.
///
/// The function keeps its name, visibility, documentation and attributes. It is no longer `async`, takes only the arguments
/// that are not marked `#[state]`, and returns a `Job`. A `Job` does nothing until it is enqueued, or passed to a `Spill`,
/// which runs it in this process, and enqueues it only if that fails. Each run is a task like a
/// [`#[detached]`](macro@detached) call: it has a timeout and a tracker, and is counted and reported by name.
///
#[doc = include_str!("../docs/durable.md")]
///
/// # Arguments
///
/// Arguments are stored as JSON, each under its name, so they must be `Serialize + DeserializeOwned`. An argument marked
/// `#[state]`, such as a pool or a client, is not stored: the worker has a value of its type, and each run gets a clone.
///
/// A job may be older than the program that runs it. So make an argument that you add later an `Option`, or give the new
/// fields of its type a `#[serde(default)]`. For other changes, write another function with another name. A job that cannot
/// be read is set aside, with the reason, and stays in the queue.
///
/// # Result
///
/// The result is `()`, or a `Result<(), E>` with an `E` that is `Display`. After an `Err`, a panic or a timeout the job is
/// tried again.
#[proc_macro_attribute]
pub fn durable(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(durable::durable(attr.into(), item.into())).into()
}

/// Lets a service track its own tasks: in this inherent `impl`, methods with [`#[detached]`](macro@detached),
/// [`#[periodic]`](macro@periodic) or [`#[worker]`](macro@worker) name no tracker.
///
/// The service derives [`TaskOwner`](macro@TaskOwner). All other items of the block, and all other attributes, are left
/// unchanged. If the `impl` has no type parameters, `cargo check` verifies that the service's drain budget covers each
/// method; otherwise `cargo build` does.
///
/// | receiver | the task holds |
/// | --- | --- |
/// | `&self` | A clone of the service that does not own it; the service is `Clone`. |
/// | `self: Arc<Self>`, `self: &Arc<Self>` | That `Arc`; a periodic function, between two runs, only a `Weak`. Not for workers. |
///
/// When the last owner was dropped, calls on such a clone give `Rejected::OwnerGone`. If the service implements `Drop`, that
/// runs for these clones as well.
///
/// A function without a `self` has no service to track it, and must name its tracker. `#[owned_tasks(crate = path)]` gives
/// the path of outlive, if another crate re-exports it.
#[proc_macro_attribute]
pub fn owned_tasks(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(owned_tasks::owned_tasks(attr.into(), item.into())).into()
}

/// Makes a struct the owner of its tasks: its `OwnedTracker` field tracks them, and the field's type has the drain budget.
///
/// The struct is `Send + Sync + 'static`. Its one field of type `OwnedTracker` is found by that name; where the type is an
/// alias, mark the field with `#[tasks]`.
///
/// A service cancels its tasks, and waits for them, through its tracker alone. So fields of other types that cancel or wait
/// are refused: a `CancellationToken`, `DropGuard`, `JoinHandle`, `AbortHandle`, `AbortOnDropHandle`, `JoinSet`,
/// `JoinQueue`, `JoinMap` (with the feature `join-map`) or `TaskTracker`, outlive's `CancelSource`, `AbortOnDrop` or
/// `Group`, and a `Context`, which belongs to one request; also inside `Vec`, `Option`, `Arc`, `Box`, locks, cells, maps,
/// arrays and tuples. The check is on the type, so it sees through an alias (except an alias of a tuple), and does not
/// refuse your own type named `Context`. A type parameter is not checked.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[tasks]` on a field | This is the tracker. |
/// | `#[tasks(allow = "reason")]` on a field | The field is allowed, for this reason. |
/// | `#[tasks(crate = path)]` on the struct | The path of outlive, if another crate re-exports it. |
///
/// A field may itself be a service: a task's clone of the outer service owns neither. Behind an `Arc` or in a container an
/// inner service is refused, and as a type parameter it is not detected. `shutdown` ends only the service's own tasks; an
/// inner service has its own `shutdown`.
#[proc_macro_derive(TaskOwner, attributes(tasks, task_owner))]
pub fn task_owner(item: TokenStream) -> TokenStream {
    diagnostics::after_items(task_owner::task_owner(item.into())).into()
}

/// There is no such attribute: its one error says what to write.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn blocking(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(elsewhere::blocking(&attr.into(), item.into())).into()
}

/// There is no such attribute: its one error says what to write.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn scheduled(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(elsewhere::called("scheduled", Kind::Periodic, attr.into(), item.into())).into()
}

/// There is no such attribute: its one error says what to write.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn task(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(elsewhere::called("task", Kind::Detached, attr.into(), item.into())).into()
}
