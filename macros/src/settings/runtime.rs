//! Which runtime runs the task, and which context it comes from: `on` and `context`.

use super::scope::Scope;
use crate::arguments::{Args, Argument};
use crate::syntax::Diagnostics;
use crate::syntax::expr::plain;
use crate::syntax::text::{self, as_written};
use syn::Expr;

pub(super) fn runtime(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Expr> {
    value(Argument::On, ("the `Handle` of a runtime", "tokio::runtime::Handle"), args, scope, errors)
}

pub(super) fn context(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Expr> {
    value(Argument::Context, ("a `Context`", "outlive::Context"), args, scope, errors)
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
