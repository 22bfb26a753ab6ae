//! The attribute macros of [outlive](https://docs.rs/outlive). Use them through that crate, which
//! re-exports them: what they generate names it.

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
use proc_macro::TokenStream;
use syntax::diagnostics;

/// Makes of an `async fn` a function whose call starts a task that outlives its caller: bounded by
/// a deadline, held by a tracker, reported by name.
///
/// The function keeps its name, visibility, generics, documentation and attributes. It is no longer
/// `async`, and returns a `TaskHandle<T>`, where `T` is the written return type. Dropping the
/// handle leaves the task running; awaiting it gives `Result<T, TaskError>`.
///
/// Two arguments are required: how long one run may take, and which tracker the shutdown waits for.
/// Both are checked at compile time, and so is that the tracker's drain budget covers
/// `timeout + grace`.
///
#[doc = include_str!("../docs/detached.md")]
///
/// # Arguments and results
///
/// The task may outlive whatever it borrows from, so arguments and result are owned: `String` for
/// `&str`, `Vec<T>` for `&[T]`, `Arc<T>` or `T` for `&T`. Every argument lives for as long as the
/// task does, also one that the body does not name. The future has to be `Send`.
///
/// Refused by their type, an alias or an `Option` around it notwithstanding:
///
/// * what is `RequestBound`, as an argument or as the result, unless `allow_request_bound` says why. A task that needs
///   the whole request is the handler itself, and the server would work on for a client that has left;
/// * an argument whose `MaxAge` is shorter than the deadline, `timeout + grace` (with `max_timeout`, that). One that says
///   what it has left is asked at each call, and reported by name if that is less than the call's own deadline.
///
/// Where the function is free, or its `impl` bears [`#[owned_tasks]`](macro@owned_tasks) and has no type parameters, `cargo
/// check` says so. Of other methods, of `Self` and of a type that names a type parameter, `cargo build` does. An `impl
/// Trait`, a bare type parameter and a tuple inside another type are not looked into, and a type that names a type
/// parameter is judged by the function's own bounds: `http::Request<B>` passes, unless they say `B: RequestBound`. An
/// `allow_request_bound` that allows nothing is no mistake: what is request-bound may depend on outlive's features.
///
/// # Retries
///
/// `retry = "3, 100ms..2s"` tries a call again after an `Err`: up to three attempts in all. Between two of them is a pause, of
/// 100 ms first, then twice as long each time, up to two seconds, with jitter. `retry = (ATTEMPTS, FIRST..MOST)` takes constants.
/// It is one task, with one place in its tracker, one timeout for all of it, one outcome and one report, which has the number
/// of `attempts`.
///
/// * An attempt that gives an `Err`, or runs over `attempt = "1s"`, is tried again; a panic is the call's end, as ever.
///   `retry_if = is_transient`, a `fn(&E) -> bool`, leaves an `Err` be that no other attempt will change.
/// * The result is that of the last attempt. A last one that runs over `attempt` has timed out. A pause that would outlast the
///   timeout is not begun: the `Err` is the result at once.
/// * Each attempt but the last works on clones of the arguments, and of a `self` that is taken by value.
/// * Each has a context of its own, which is cancelled when it ends; `Context::current().attempt()` is its number.
/// * Attempts go on when a drain begins, as the drain covers the timeout; when it cancels the task, a pause ends, and no other attempt
///   begins.
///
/// Pauses that use up the timeout even at their shortest do not compile, and neither does an `attempt` longer than the timeout.
///
/// # Methods
///
/// Inherent methods take `self` by value, `self: Arc<Self>` or `self: &Arc<Self>`; in an
/// [`#[owned_tasks]`](macro@owned_tasks) impl, also `&self`, and there the service tracks them. A method of a
/// trait cannot be detached: let it call an inherent method or a function that is. A function in an
/// `impl<T>` block that has no receiver and uses the block's `T` needs a `where Self: Sized`, as
/// the macro does not see the block.
///
/// # Handlers
///
/// It is called from a handler, and is none itself: given to axum's `get(…)`, it would be one whose every client waits for the whole
/// task. Where that is meant, write a handler that awaits the call.
///
/// # Other attributes
///
/// Documentation, `#[must_use]`, `#[deprecated]`, `#[cfg]` and lint attributes stay on the
/// function; all others below this one, such as `#[tracing::instrument]`, go with the body.
#[proc_macro_attribute]
pub fn detached(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(detached::detached(Kind::Detached, attr.into(), item.into())).into()
}

/// `#[detached]` for a future that is no function: `detach!(timeout = "5s", track = AUDIT, future)`
/// starts it as a task and gives the `TaskHandle`.
///
/// The arguments are those of `#[detached]` and come first; the future is the last. As the macro
/// cannot tell a local from a static, `track` is a static if it is written in `UPPER_CASE`, and an
/// expression for an `Arc<Tracker>` otherwise. The site's name is `detach!`, unless `name` is given.
///
/// `blocking`, `unfinished`, `retry` and `when_full = wait` need a function, and are refused. So is `allow_request_bound`: what the
/// future captures, nobody looks at.
#[proc_macro]
pub fn detach(input: TokenStream) -> TokenStream {
    diagnostics::in_block(detach::detach(input.into())).into()
}

/// Makes a loop of bounded runs of an `async fn`: a call starts the loop, which begins a run every so often, and waits for
/// it to end.
///
/// Each run has the timeout, is counted and is reported by name, as a [`#[detached]`](macro@detached) call is. A run that
/// panics, is timed out or gives an `Err` is reported, and the loop goes on with the next. When its tracker drains, or the
/// service that owns it goes, the loop stops at once, and a run in progress may finish within its timeout.
///
/// The call gives a `TaskHandle<()>`; what a run returns is looked at for an `Err`, and dropped. A loop starts from
/// `Context::root()`: one that is started in a request does not carry that request's identity for ever.
///
#[doc = include_str!("../docs/periodic.md")]
///
/// # Arguments
///
/// Each run gets clones of the arguments, and of a `self` that is taken by value; so they are `Clone`. What a run changes
/// in its clone is lost with it: keep what changes in an `Arc<Mutex<…>>`, or write the loop in a
/// [`#[worker]`](macro@worker). A loop lasts longer than any request and any token: an argument that is `RequestBound` is
/// refused, and so is one that has a `MaxAge`, whatever it is.
///
/// In an `#[owned_tasks]` impl, a loop that takes nothing but `&self` runs once for each owner: the handle of a second
/// start gives `Rejected::AlreadyStarted`. With `self: Arc<Self>` or `self: &Arc<Self>`, the loop holds no more than a
/// `Weak` between two runs. Elsewhere a loop may be started any number of times, within its tracker's bound, and ends with
/// its tracker.
///
/// A loop takes one place of that bound for as long as it lives. Its runs take none, so that a full tracker does not keep
/// it from running. Aborting its handle ends the loop and the run in progress.
#[proc_macro_attribute]
pub fn periodic(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(detached::detached(Kind::Periodic, attr.into(), item.into())).into()
}

/// Makes a worker of an `async fn`: a call starts a task without a timeout, which is told when its tracker drains or the
/// service that owns it goes, and dropped after its grace.
///
/// It is told through its context: `Context::current().cancelled().await` resolves then. Whatever it returns within the
/// grace is what its `TaskHandle<T>` gives. Without `restart`, a panic or an `Err` ends it, and is reported. A worker
/// starts from `Context::root()`.
///
#[doc = include_str!("../docs/worker.md")]
///
/// # Arguments
///
/// A worker owns its arguments, and its `self`: `async fn run(mut self)` is an actor. With `restart` each beginning gets
/// clones of them. It lasts longer than any request and any token: an argument that is `RequestBound` is refused, and so is
/// one that has a `MaxAge`, whatever it is.
///
/// In an `#[owned_tasks]` impl, a worker takes `&self`, and works on a clone that does not own. (With an `Arc` of the
/// service it would own its owner, and neither would end; that is refused.) If it takes nothing else, it runs once for each
/// owner: the handle of a second start gives `Rejected::AlreadyStarted`. Elsewhere a worker may be started any number of
/// times, within its tracker's bound.
///
/// A worker takes one place of that bound for as long as it lives, also while it waits to begin anew. Aborting its handle
/// drops it without its grace, but for a shielded section.
#[proc_macro_attribute]
pub fn worker(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(detached::detached(Kind::Worker, attr.into(), item.into())).into()
}

/// Makes of an `async fn` a function whose call can be put into a queue, and is run from there, at least once, by any process that
/// has it. Use it through outlive-durable, which hands it on.
///
/// The function keeps its name, visibility, documentation and attributes. It is no longer `async`, takes its arguments without
/// those that are marked `#[state]`, and returns a `Job`, which is a value until it is enqueued, or given to a `Spill`: that runs
/// it here and now, and enqueues it only where it cannot. Each run is a task, as a [`#[detached]`](macro@detached) call is: with
/// its timeout, under its tracker, counted and reported by name.
///
#[doc = include_str!("../docs/durable.md")]
///
/// # Arguments
///
/// They travel as JSON, each under its name: they are `Serialize + DeserializeOwned`. An argument marked `#[state]` is what only
/// the process has, a pool or a client: the worker is given it by its type, and each run has a clone.
///
/// A job may be older than the program that reads it. An argument that was added since is an `Option`, or its
/// type's own fields have a `#[serde(default)]`; for what is to be read otherwise, write another function, under another name. A job
/// that cannot be read is set aside, with the reason, and stays in the queue.
///
/// # Result
///
/// `()`, or a `Result<(), E>` with an `E` that is `Display`: nobody waits for a value. After an `Err`, a panic or a timeout the job
/// is tried again.
#[proc_macro_attribute]
pub fn durable(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(durable::durable(attr.into(), item.into())).into()
}

/// On an inherent `impl` of a service: its methods that bear [`#[detached]`](macro@detached),
/// [`#[periodic]`](macro@periodic) or [`#[worker]`](macro@worker) are tracked by the service, and name no tracker.
///
/// The service derives [`TaskOwner`](macro@TaskOwner). All other items of the block, and all other attributes, pass through
/// untouched. Where the `impl` has no type parameters, `cargo check` proves that the service's drain budget covers each
/// method; else `cargo build` does.
///
/// | receiver | what the task holds |
/// | --- | --- |
/// | `&self` | A clone of the service that does not own it; the service is `Clone`. |
/// | `self: Arc<Self>`, `self: &Arc<Self>` | That `Arc`; a periodic function, between two runs, only a `Weak`. Not for workers. |
///
/// A clone that does not own outlives no owner: when the last of those is gone, what it still calls gives
/// `Rejected::OwnerGone`. If the service has a `Drop` of its own, it runs for these clones as well.
///
/// A function without a `self` has no service to track it, and names its tracker. `#[owned_tasks(crate = path)]` says
/// where outlive is, if another crate hands it on.
#[proc_macro_attribute]
pub fn owned_tasks(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(owned_tasks::owned_tasks(attr.into(), item.into())).into()
}

/// Makes a struct the owner of its tasks: they are tracked by its `OwnedTracker` field, whose type carries the drain budget.
///
/// The struct is `Send + Sync + 'static`. Its one field of type `OwnedTracker` is found by that name; where the type is an
/// alias, mark the field with `#[tasks]`.
///
/// A service has one cancel, and one place to wait. So other fields are refused that would be a second: a
/// `CancellationToken`, `DropGuard`, `JoinHandle`, `AbortHandle`, `AbortOnDropHandle`, `JoinSet`, `JoinQueue`, `JoinMap` (with
/// the feature `join-map`) or `TaskTracker`, outlive's `CancelSource`, `AbortOnDrop` or `Group`, and a `Context`, which belongs to one request; also inside `Vec`, `Option`, `Arc`, `Box`,
/// locks, cells, maps, arrays and tuples. They are known by their type, so that an alias is no way round (but one of a
/// tuple is), and a type of your own by the name of `Context` is not refused. A type parameter is not looked into.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[tasks]` on a field | This is the tracker. |
/// | `#[tasks(allow = "reason")]` on a field | It may be there, for this reason. |
/// | `#[tasks(crate = path)]` on the struct | Where outlive is, if another crate hands it on. |
///
/// A field may be a service of its own, as long as it is a plain field: when a task is given a clone of the outer one, it
/// owns neither. Behind an `Arc` or in a container it is refused, and as a type parameter it is not seen. `shutdown` is
/// about the service's own tasks; an inner service has its own `shutdown`.
#[proc_macro_derive(TaskOwner, attributes(tasks))]
pub fn task_owner(item: TokenStream) -> TokenStream {
    diagnostics::after_items(task_owner::task_owner(item.into())).into()
}
