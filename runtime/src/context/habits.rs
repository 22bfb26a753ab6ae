//! What Go, tokio-util and other libraries call the methods of a `Context`, a `CancelSource` and the like.

#![allow(missing_docs, clippy::must_use_candidate, reason = "none is ever called")]

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use super::{CancelSource, Context, DetachedContext, DetachedWork, HasAnEnd};
use crate::util::habits;

#[diagnostic::on_unimplemented(
    message = "a context does not change, and its values are found by their types",
    label = "write `with(value)` instead of this, with a type of its own for the value: it gives a new context",
    note = "the new context is for what runs in it: `.scope(…).await`; in a request, the `ContextLayer` makes it"
)]
pub trait GivesANewOne<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context's values are found by their types, and do not change",
    label = "write `get::<RequestId>()` instead of this, with the type of the value",
    note = "what several tasks change goes in as an `Arc<Mutex<…>>`"
)]
pub trait FoundByType<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context's labels are for reports and spans, and code reads a value",
    label = "write `get::<RequestId>()` instead of this, with the type of the value; to add a label, `with_label(\"request\", id)`",
    note = "the value is set where the labels are, by `.with(RequestId(id))`, with a type of yours: `#[derive(Clone)] struct RequestId(String);`"
)]
pub trait ReadsNoLabel<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context is cancelled by its `CancelSource`, or by its deadline",
    label = "write `source.cancel(CancelCause::Requested)`, with the `source` of `.with_cancel(&source)`",
    note = "a task is ended by its handle: `handle.abort(CancelCause::Requested)`"
)]
pub trait CancelledBySource<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context is waited for by `cancelled`, which gives the cause",
    label = "write `cancelled()` instead of this"
)]
pub trait WaitedForByCancelled<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context says by `is_cancelled` whether it is cancelled",
    label = "write `is_cancelled()` instead of this"
)]
pub trait SaysCancelled<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context says by `cause` why it is cancelled",
    label = "write `cause()` instead of this"
)]
pub trait SaysCause<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context's child is made by `with_cancel`, with a source that cancels it",
    label = "write `with_cancel(&source)` instead of this, with `let source = outlive::CancelSource::new();` before it"
)]
pub trait MakesAChild<'a> {}

#[diagnostic::on_unimplemented(
    message = "a future runs in a context by `scope`",
    label = "write `scope(async {{ … }}).await` instead of this"
)]
pub trait RunsByScope<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context spawns nothing",
    label = "call a function with `#[detached]` instead: its task has the values of the context that is current"
)]
pub trait SpawnsNothing<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context without cancellation and deadline is made by `detach`",
    label = "write `detach()` instead of this"
)]
pub trait MadeByDetach<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context says by `deadline` when its time is over",
    label = "write `deadline()` instead of this: it gives the moment, if there is one"
)]
pub trait SaysDeadline<'a> {}

#[diagnostic::on_unimplemented(
    message = "what runs at the cancellation of a context is given to `on_cancel`",
    label = "write `on_cancel(|cause| …)` instead of this, and keep what it gives"
)]
pub trait CallsOnCancel<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context without values is made by `root`, and the one of the running code is found by `current`",
    label = "write `root()` or `current()` instead of this"
)]
pub trait MadeByRoot<'a> {}

#[diagnostic::on_unimplemented(
    message = "a context takes a time by `with_timeout`",
    label = "write `with_timeout(Duration::from_secs(5))` instead of this: it gives a new context"
)]
pub trait TakesATime<'a> {}

habits! {
    impl [] Context {
        (for<'a> GivesANewOne<'a>) {
            insert(..) set(..) put(..) add(..) with_value(..) with_values(..) set_value(..) insert_value(..) extend(..) with_extension(..)
            remove(..) set_label(..) add_label(..) with_labels(..)
        }
        (for<'a> ReadsNoLabel<'a>) { label(..) labels(..) get_label(..) label_value(..) }
        (for<'a> FoundByType<'a>) { get_mut(..) value(..) get_value(..) get_or_insert(..) extensions(..) values(..) get_or_default(..) }
        (for<'a> CancelledBySource<'a>) { cancel(..) abort(..) cancel_with(..) shutdown(..) stop(..) drop_guard() }
        (for<'a> WaitedForByCancelled<'a>) { done() canceled() wait() closed() finished() cancellation() wait_for_cancellation() }
        (for<'a> SaysCancelled<'a>) { is_done() is_canceled() is_closed() is_aborted() is_expired() is_cancellation_requested() }
        (for<'a> SaysCause<'a>) { err() error() reason() cancel_cause() }
        (for<'a> MakesAChild<'a>) { child(..) child_token() child_context(..) new_child(..) with_cancellation(..) token() cancel_token() }
        (for<'a> RunsByScope<'a>) {
            run(..) enter(..) attach(..) run_until_cancelled(..) with_context(..) instrument(..) sync_scope(..) block_on(..)
        }
        (for<'a> SpawnsNothing<'a>) { spawn(..) }
        (for<'a> MadeByDetach<'a>) { without_cancel() detached() into_detached() }
        (for<'a> SaysDeadline<'a>) { remaining() time_left() time_remaining() }
        (for<'a> TakesATime<'a>) { timeout(..) set_timeout(..) set_deadline(..) with_deadline_in(..) }
        (for<'a> CallsOnCancel<'a>) { after_func(..) on_done(..) on_cancelled(..) on_drop(..) }
        (for<'a> MadeByRoot<'a>) { fn new(..) fn background(..) fn todo(..) fn empty(..) fn builder(..) }
    }
}

/// What is awaited, and is no future: one error, in a `select!` as well.
macro_rules! no_future {
    ($($of:ty, ($($bound:tt)+))+) => {$(
        #[doc(hidden)]
        impl Future for $of
        where
            $($bound)+,
        {
            type Output = ();

            fn poll(self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<()> {
                unreachable!("an await of it does not compile")
            }
        }
    )+};
}

#[diagnostic::on_unimplemented(
    message = "a context is no future: its cancellation is one, by `cancelled`",
    label = "write `context.cancelled()` instead of this, with `let context = outlive::Context::current();` before it",
    note = "as a branch of a `select!`, it is `_ = context.cancelled() => …`"
)]
pub trait AwaitedByCancelled {}

#[diagnostic::on_unimplemented(
    message = "a `CancelSource` only cancels, and what waits has a context",
    label = "write `context.cancelled()` instead of this, with `let context = outlive::Context::current().with_cancel(&source);` before it",
    note = "as a branch of a `select!`, it is `_ = context.cancelled() => …`"
)]
pub trait AwaitedByItsContext {}

no_future! {
    Context, (for<'a> &'a Self: AwaitedByCancelled)
    CancelSource, (for<'a> &'a Self: AwaitedByItsContext)
}

#[diagnostic::on_unimplemented(
    message = "a `CancelSource` only cancels, and what waits has a context",
    label = "write `outlive::Context::current().with_cancel(&source)` with this source, and give that context to what waits"
)]
pub trait OnlyCancels<'a> {}

#[diagnostic::on_unimplemented(
    message = "dropping the last clone of a `CancelSource` cancels its contexts",
    label = "leave this out, and keep the source in a variable with a name: `let _source = …;`"
)]
pub trait CancelsWhenDropped<'a> {}

habits! {
    impl [] CancelSource {
        (for<'a> OnlyCancels<'a>) {
            token() child_token() context() child() subscribe() cancelled() canceled() is_cancelled() is_canceled() done() wait() cause() scope(_)
            run_until_cancelled(_)
        }
        (for<'a> CancelsWhenDropped<'a>) { drop_guard() drop_guard_ref() guard() }
    }
}

#[diagnostic::on_unimplemented(
    message = "a `DetachedContext` takes no label",
    label = "write this before the `.detach()`",
    note = "or behind a `.with_timeout(Duration::from_secs(5))`, which gives a `Context`"
)]
pub trait LabelledBefore<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `DetachedContext` is never cancelled, and knows why its request was",
    label = "write `origin_cause()` instead of this"
)]
pub trait SaysOriginCause<'a> {}

habits! {
    impl [] DetachedContext {
        (for<'a> HasAnEnd<'a>) { scope(_) deadline() with_deadline(_) with_cancel(_) done() }
        (for<'a> SaysOriginCause<'a>) { cause() is_cancelled() err() }
        (for<'a> LabelledBefore<'a>) { with_label(_, _) }
    }
}

#[diagnostic::on_unimplemented(
    message = "a request's detached work is waited for by `ended`",
    label = "write `ended()` instead of this",
    note = "`.live()` is the number of its tasks that are left"
)]
pub trait WaitedForByEnded<'a> {}

habits! {
    impl [] DetachedWork {
        (for<'a> WaitedForByEnded<'a>) { wait(..) join(..) join_all(..) done(..) idle(..) drain(..) close(..) len(..) is_empty(..) finished(..) }
    }
}
