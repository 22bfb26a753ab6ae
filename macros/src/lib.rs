//! The attribute macros of [outlive](https://docs.rs/outlive). Use them through that crate, which
//! re-exports them: what they generate names it.

mod args;
mod borrow;
mod detach;
mod detached;
mod diagnostics;
mod duration;
mod item;
mod names;
mod paths;
mod settings;
mod site;
#[cfg(test)]
mod tests;
mod text;

use proc_macro::TokenStream;

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
/// | argument | meaning | without it |
/// | --- | --- | --- |
/// | `timeout = "5s"` | The longest that one run may take: a literal such as `"250ms"` or `"1m 30s"`, or a constant `Duration` expression. Zero is refused. With `max_timeout`, any expression. | required |
/// | `track = AUDIT` | A static `Tracker`, or an expression for an `Arc<Tracker>`. It is evaluated at each call and may name the function's arguments (`track = app.tasks`). | required |
/// | `max_timeout = "30s"` | The most that a `timeout` known only at run time may be; a longer one is cut to it. This is then what the proof is about. | `timeout` is constant |
/// | `grace = "500ms"` | At the timeout the task is told, and dropped this much later. | dropped at the timeout |
/// | `when_full = wait` | The call itself becomes `async` and resolves to the handle once the tracker has room: for producers in a loop. `when_full = reject` is the default. | the handle resolves to `Rejected::Full` |
/// | `inherit = [REQUEST_ID]` | tokio task-locals whose value at the call is cloned into the task. | none |
/// | `span = child` | The task's tracing span is a child of the caller's. `span = linked`, the default, is a root of its own that follows from it. | `linked` |
/// | `context = ctx` | The context that the task comes from, where contexts are passed and not ambient. | `Context::current()` |
/// | `on = handle` | The tokio runtime to run on. | the current one |
/// | `name = "audit.write"` | The name in reports. | the function's |
/// | `blocking` | On a plain `fn`: it runs on the blocking pool. The timeout resolves the handle; the thread cannot be stopped. | an `async fn` |
/// | `unfinished = spill` | A function that takes `Unfinished<(Db, Event)>`: it gets the arguments (without `self`, cloned at each call) of every call that did not end in `Ok`. | none |
/// | `crate = path` | The path under which outlive is known. | `::outlive` |
///
/// # Arguments and results
///
/// The task may outlive whatever it borrows from, so arguments and result are owned: `String` for
/// `&str`, `Vec<T>` for `&[T]`, `Arc<T>` or `T` for `&T`. Every argument lives for as long as the
/// task does, also one that the body does not name. The future has to be `Send`.
///
/// # Methods
///
/// Inherent methods take `self` by value, `self: Arc<Self>` or `self: &Arc<Self>`. A method of a
/// trait cannot be detached: let it call an inherent method or a function that is. A function in an
/// `impl<T>` block that has no receiver and uses the block's `T` needs a `where Self: Sized`, as
/// the macro does not see the block.
///
/// # Other attributes
///
/// Documentation, `#[must_use]`, `#[deprecated]`, `#[cfg]` and lint attributes stay on the
/// function; all others below this one, such as `#[tracing::instrument]`, go with the body.
#[proc_macro_attribute]
pub fn detached(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(detached::detached(attr.into(), item.into())).into()
}

/// `#[detached]` for a future that is no function: `detach!(timeout = "5s", track = AUDIT, future)`
/// starts it as a task and gives the `TaskHandle`.
///
/// The arguments are those of `#[detached]` and come first; the future is the last. As the macro
/// cannot tell a local from a static, `track` is a static if it is written in `UPPER_CASE`, and an
/// expression for an `Arc<Tracker>` otherwise. The site's name is `detach!`, unless `name` is given.
///
/// `blocking`, `unfinished` and `when_full = wait` need a function, and are refused.
#[proc_macro]
pub fn detach(input: TokenStream) -> TokenStream {
    diagnostics::in_block(detach::detach(input.into())).into()
}
