//! Arguments by which others would tell a task to end, or when it has to. It has a context of its own for that.

use super::model::{Input, Model};
use super::results;
use crate::arguments::{Args, Argument, Kind};
use crate::syntax::expr::plain;
use crate::syntax::text::{self, as_written};
use crate::syntax::{Diagnostics, borrow, names};
use quote::ToTokens as _;
use syn::{Expr, GenericArgument, Path, PathArguments, Type};

/// What a channel, a flag or a signal is called by which a loop was ended before.
const NAMES: &[&str] = &["cancel", "quit", "shutdown", "stop", "terminate"];

/// What it is made of then.
const SIGNALS: &[&str] = &["AtomicBool", "Notify", "Receiver", "Shutdown"];

/// `true` where that is said.
pub(super) fn argument(model: &Model, args: &Args, input: &Input, errors: &mut Diagnostics) -> bool {
    let ty = &*input.written.ty;
    let Some(path) = inside(ty) else { return false };
    let Some(last) = path.segments.last() else { return false };
    let name = || text::plain(&input.outer);
    if last.ident == "Context" && matches!(borrow::inside(ty), Type::Reference(_)) && !is_given(args, &name()) {
        let (own, path, name, shown) = (model.kind.task(), as_written(path), name(), as_written(ty));
        errors.on(
            ty,
            format!(
                "`{name}: {shown}` is borrowed, and {own} has a context of its own: leave `{name}` out, and write `let {name} = \
                 {path}::current();` in the body; a `Context` of your own is passed as `{name}: std::sync::Arc<{path}>`"
            ),
        );
        return true;
    }
    let is_old_way = last.ident == "CancellationToken"
        || SIGNALS.iter().any(|signal| last.ident == signal) && NAMES.iter().any(|own| name().starts_with(own));
    let (ends, asks) = match model.kind {
        Kind::Worker => ("is cancelled when its tracker drains", "await `ctx.cancelled()`"),
        Kind::Periodic => ("ends when its tracker drains", "look at `ctx.is_cancelled()`, if a run is to end early"),
        _ => return false,
    };
    if !is_old_way {
        return false;
    }
    let name = name();
    errors.on(
        ty,
        format!(
            "`{0}` {ends}, and needs no `{name}` for that: leave `{name}` out, write `let ctx = outlive::Context::current();` in \
             the body, and {asks}",
            model.name()
        ),
    );
    true
}

/// Is it a `Context`, by its name?
pub(crate) fn is_context(input: &Input) -> bool {
    matches!(borrow::inside(&input.written.ty), Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Context"))
}

/// What is said of a `Context` by value, should it be outlive's.
pub(super) fn own_context(model: &Model, input: &Input) -> Option<String> {
    let Type::Path(path) = borrow::inside(&input.written.ty) else { return None };
    if !input.is_plain || path.path.segments.last()?.ident != "Context" {
        return None;
    }
    let (name, path) = (text::plain(&input.outer), as_written(&path.path));
    let (function, own) = (model.name(), model.kind.task());
    let or = if model.kind == Kind::Detached {
        format!("; where the task is to end with it, add `context = {name}`")
    } else {
        String::new()
    };
    Some(format!(
        "`{function}` outlives the request, and `{name}: {path}` belongs to it: leave `{name}` out, and write `let {name} = \
         {path}::current();` in the body, which is {own}'s own{or}"
    ))
}

/// `on = runtime`, where that is a `Runtime`: of a type by its name, as the compiler says it less well.
pub(super) fn runtime(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Some(written) = args.value(Argument::On) else { return };
    let Expr::Path(path) = plain(written) else { return };
    let Some(ident) = path.path.get_ident() else { return };
    let Some(input) = model.inputs.iter().find(|input| input.is_plain && input.outer == *ident) else { return };
    if inside(&input.written.ty).and_then(|ty| ty.segments.last()).is_some_and(|last| last.ident == "Runtime") {
        let shown = as_written(&*input.written.ty);
        errors.on(
            written,
            format!("`on` is the `Handle` of a runtime, and `{ident}` is `{shown}`: write `on = {ident}.handle()`"),
        );
    }
}

/// What is passed only behind a pointer, and what is held by a thread.
pub(super) fn unpassable(name: impl Fn() -> String, ty: &Type) -> Option<String> {
    let shown = || (name(), as_written(ty));
    if let Some(fixed) = results::boxed(ty) {
        let (name, shown) = shown();
        return Some(format!(
            "`{name}: {shown}` has no size that is known, and cannot be passed: write `{name}: {fixed}`"
        ));
    }
    if names::mentions(ty.to_token_stream(), "Rc") {
        let (name, shown) = shown();
        let fixed = shown.replace("std::rc::Rc<", "Rc<").replace("rc::Rc<", "Rc<");
        let fixed = fixed.replace("Rc<", "std::sync::Arc<");
        return Some(format!(
            "`{name}: {shown}` stays on its thread, and the task may run on another: write `{name}: {fixed}`"
        ));
    }
    match borrow::inside(ty) {
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let lock = match last.ident.to_string().as_str() {
                "MutexGuard" | "OwnedMutexGuard" => "Mutex",
                "RwLockReadGuard" | "RwLockWriteGuard" => "RwLock",
                _ => return None,
            };
            let PathArguments::AngleBracketed(args) = &last.arguments else { return None };
            let held = args.args.iter().find_map(|arg| match arg {
                GenericArgument::Type(ty) => Some(as_written(ty)),
                _ => None,
            })?;
            let (name, shown) = shown();
            Some(format!(
                "`{name}: {shown}` holds a lock of its caller's: write `{name}: std::sync::Arc<{lock}<{held}>>`, and lock it in the body"
            ))
        }
        _ => None,
    }
}

/// `context = ctx`.
fn is_given(args: &Args, name: &str) -> bool {
    let context = args.value(Argument::Context);
    context.is_some_and(|expr| names::free(expr.to_token_stream()).iter().any(|used| text::plain(&used.ident) == name))
}

/// Behind references, an `Arc` and an `Option`.
fn inside(ty: &Type) -> Option<&Path> {
    match borrow::inside(ty) {
        Type::Reference(reference) => inside(&reference.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            match &last.arguments {
                PathArguments::AngleBracketed(args) if last.ident == "Arc" || last.ident == "Option" => {
                    args.args.iter().find_map(|arg| match arg {
                        GenericArgument::Type(ty) => inside(ty),
                        _ => None,
                    })
                }
                _ => Some(&path.path),
            }
        }
        _ => None,
    }
}
