//! Which runtime runs the task, and which context it comes from: `on` and `context`.

use super::scope::Scope;
use crate::arguments::{Args, Argument};
use crate::syntax::Diagnostics;
use crate::syntax::expr::plain;
use crate::syntax::text::{self, as_written};
use syn::{Expr, ExprLit, ExprPath, Lit};

pub(super) fn runtime(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Expr> {
    let written = args.value(Argument::On)?;
    if let Some(message) = word_of_pool(written, scope) {
        errors.on(written, message);
        return None;
    }
    value(Argument::On, ("the `Handle` of a runtime", "tokio::runtime::Handle"), args, scope, errors)
}

pub(super) fn context(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Expr> {
    let written = args.value(Argument::Context)?;
    if let Some(message) = word_of_context(written, scope) {
        errors.on(written, message);
        return None;
    }
    value(Argument::Context, ("a `Context`", "outlive::Context"), args, scope, errors)
}

/// A plain word, or one in quotes, that is no argument of the function.
fn word(written: &Expr, scope: &Scope) -> Option<String> {
    let name = match plain(written) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => value.value.to_string(),
        Expr::Path(ExprPath { qself: None, path, .. }) => text::plain(path.get_ident()?),
        _ => return None,
    };
    (!scope.locals && !scope.binds(&name)).then_some(name)
}

/// What others write for the pool of threads that block.
fn word_of_pool(written: &Expr, scope: &Scope) -> Option<String> {
    let shown = as_written(written);
    match word(written, scope)?.as_str() {
        "blocking" | "spawn_blocking" | "threads" | "thread_pool" => Some(format!(
            "`on` is the `Handle` of a runtime: for a thread of its own, write `blocking` in the place of `on = {shown}`, on a \
             plain `fn`"
        )),
        "current" | "current_thread" | "default" | "multi_thread" | "true" => Some(format!(
            "a task runs on its caller's runtime anyway: leave `on = {shown}` out; for another, take its handle as an argument, \
             `handle: tokio::runtime::Handle`, with `on = handle`"
        )),
        _ => None,
    }
}

/// What others write for the context that a call has anyway, and for none.
fn word_of_context(written: &Expr, scope: &Scope) -> Option<String> {
    let shown = as_written(written);
    match word(written, scope)?.as_str() {
        "background" | "empty" | "false" | "fresh" | "new" | "none" | "None" | "root" | "todo" => Some(
            "`context` is a `Context`: write `context = outlive::Context::root()`, which has nothing of the caller's"
                .to_owned(),
        ),
        "caller" | "current" | "inherit" | "inherited" | "parent" | "propagate" | "req" | "request" | "true" => {
            Some(format!(
                "the values and labels of the caller's context cross by themselves: leave `context = {shown}` out; where a context \
                 is passed by hand, take it as an argument, `ctx: outlive::Context`, with `context = ctx`"
            ))
        }
        _ => None,
    }
}

/// `what` it is, and its type.
fn value(
    argument: Argument,
    (what, ty): (&str, &str),
    args: &Args,
    scope: &Scope,
    errors: &mut Diagnostics,
) -> Option<Expr> {
    let (key, written) = (argument.key(), args.value(argument)?);
    let Expr::Path(path) = plain(written) else { return scope.run_time(argument, args, errors) };
    let (segments, shown) = (&path.path.segments, as_written(path));
    let is_lower_case = segments.last().is_some_and(|last| !text::plain(&last.ident).contains(char::is_uppercase));
    if is_lower_case && segments.len() > 1 {
        errors.on(
            written,
            format!("`{key}` is {what}, and `{shown}` is a function that gives one: write `{key} = {shown}()`"),
        );
        return None;
    }
    let is_unknown = is_lower_case && !scope.locals && !scope.binds(&shown) && shown != "self";
    if is_unknown {
        errors.on(
            written,
            format!(
                "`{shown}` is no argument of the function, which sees no variable around it: take it as one, as in `{shown}: \
                 {ty}`; of a function, the value is `{key} = {shown}()`, and of a static in lower case, `{key} = &{shown}`"
            ),
        );
        return None;
    }
    scope.run_time(argument, args, errors)
}
