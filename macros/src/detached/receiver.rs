//! May a task have this `self`? Which ones may, depends on who tracks the method.

use super::attributes;
use super::model::{Model, SelfKind};
use crate::arguments::{Args, Argument, Kind};
use crate::syntax::borrow::{self, Form};
use crate::syntax::expr::local;
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, once};
use proc_macro2::Span;
use syn::{Receiver, ReceiverKind};

/// How it begins that an `impl` lacks its attribute. Each of its methods would say the same.
const OUTLIVES: &str = "the task may outlive `&self`";

/// Does it say that of the `impl`?
pub(super) fn is_of_impl(error: &syn::Error) -> bool {
    error.to_string().starts_with(OUTLIVES)
}

/// `&self`, and no service that a clone could be of.
pub(super) fn borrows(model: &Model) -> bool {
    model.owner.is_none() && model.self_kind() == Some(SelfKind::Borrowed)
}

pub(super) fn receiver(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Some(receiver) = &model.receiver else {
        return;
    };
    for attr in &receiver.attrs {
        attributes::on_argument(model.kind, attr, "self", errors);
    }
    match (SelfKind::of(receiver), &model.owner) {
        (SelfKind::Borrowed, None) => borrowed(model, args, receiver, errors),
        (SelfKind::BorrowedMut, None) => errors.on(
            receiver,
            "`&mut self` would be borrowed for as long as the task runs, and the task may outlive \
             it: take `self` by value, or `self: std::sync::Arc<Self>` with a lock inside",
        ),
        (SelfKind::BorrowedMut, Some(_)) => errors.on(
            receiver,
            "`&mut self` would be borrowed for as long as the task runs, and the task works on a clone of the service: take `&self`; \
             what it alone changes is a variable in its body, and what others see a field such as \
             `std::sync::Arc<std::sync::Mutex<u64>>`",
        ),
        (SelfKind::Value, Some(_)) => errors.on(
            receiver,
            format!(
                "`self` by value would own the service for as long as the task runs: take `&self`, and the task works \
                 on a clone that does not own; or move the method to an `impl` without `#[owned_tasks]`, and write \
                 `#[{}(track = …)]`",
                model.kind.name()
            ),
        ),
        (SelfKind::Value, None) => {
            if let Some(mutability) = receiver.mutability.filter(|_| model.kind == Kind::Periodic) {
                errors.on(
                    mutability,
                    "each run works on a clone of `self`, so that what it changes is lost: keep what changes in a \
                     `std::sync::Arc<std::sync::Mutex<…>>`, or write the loop yourself in a `#[worker]`",
                );
            }
        }
        (SelfKind::Arc | SelfKind::SharedArc, Some(_)) if model.kind == Kind::Worker => errors.on(
            receiver,
            "a worker that holds an `Arc` of its service would own its owner, and neither would ever end: take `&self`, \
             with `#[derive(Clone, outlive::TaskOwner)]` on the service, and it works on a clone that does not own",
        ),
        (SelfKind::Borrowed, Some(_)) | (SelfKind::Arc | SelfKind::SharedArc, _) => {}
        (SelfKind::Other, owner) => {
            if let ReceiverKind::Typed(_, ty) = &receiver.kind {
                let borrows = borrow::unborrowed(ty, Form::Static).first.is_some();
                let shown = as_written(ty);
                if owner.is_some() {
                    errors.on(
                        ty,
                        format!("`self: {shown}` cannot be tracked by its service: take `&self`, or `self: std::sync::Arc<Self>`"),
                    );
                } else if borrows {
                    errors.on(
                        ty,
                        format!(
                            "`self: {shown}` would be borrowed for as long as the task runs, and the \
                             task may outlive it: take `self: std::sync::Arc<Self>`, or `self` by value"
                        ),
                    );
                }
            } else if owner.is_some() {
                errors.on(
                    receiver,
                    "a service of `&'static self` never goes, and a task works on a clone that does not own it: take `&self`",
                );
            }
        }
    }
}

/// `&self`, where no service tracks the method.
fn borrowed(model: &Model, args: &Args, receiver: &Receiver, errors: &mut Diagnostics) {
    if is_renamed(model.kind) {
        return errors.at(
            Span::call_site(),
            format!(
                "`#[owned_tasks]` knows the attributes of its methods by their own names, and a method of `&self` needs it: write \
                 `#[{}(…)]` here",
                model.kind.name()
            ),
        );
    }
    let message = if is_its_own(args) {
        format!(
            "{OUTLIVES}, and works on a clone of a service whose own tracker it has: put `#[outlive::owned_tasks]` on the `impl`, \
             and leave `track` out"
        )
    } else if args.has(Argument::Track) {
        // The `impl` may be a trait's, and each of its methods has a tracker of its own.
        "`&self` is borrowed, and the task may outlive it: write `self: &std::sync::Arc<Self>`; in the `impl` of a trait, call a \
         free function, which takes what it needs by value; in that of a service with an `OwnedTracker`, put \
         `#[outlive::owned_tasks]` on the `impl`, `#[derive(Clone, outlive::TaskOwner)]` on its type, and leave `track` out"
            .to_owned()
    } else if let Some(writer) = once::writer_of_methods() {
        format!(
            "{OUTLIVES}, and `#[owned_tasks]` does not see what `{writer}!` writes in its `impl`: write the methods out, or let \
             `{writer}!` write the whole `impl`, with `#[outlive::owned_tasks]` on it"
        )
    } else {
        format!(
            "{OUTLIVES}: put `#[outlive::owned_tasks]` on this `impl`, and `#[derive(Clone, outlive::TaskOwner)]` on its type, with \
             a field `tasks: outlive::OwnedTracker`; or take `self: &std::sync::Arc<Self>`, and name a tracker by `track`"
        )
    };
    errors.on(receiver, message);
}

/// `track = self.tasks`.
fn is_its_own(args: &Args) -> bool {
    args.value(Argument::Track).and_then(local).is_some_and(|local| local == "self")
}

/// `use outlive::detached as background`: only the source says how it is called.
fn is_renamed(kind: Kind) -> bool {
    let Some(source) = Span::call_site().source_text() else {
        return false;
    };
    let path = source.trim_start_matches("#[").split(['(', ']']).next().unwrap_or_default();
    let last = path.rsplit("::").next().unwrap_or_default().trim();
    source.starts_with("#[")
        && !last.is_empty()
        && last != kind.name()
        && last.chars().all(|char| char.is_alphanumeric() || char == '_')
}
