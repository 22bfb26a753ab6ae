//! Values that stand alone in the parentheses: which argument they are of.

use super::args::Args;
use super::kind::Kind;
use super::parse::unknown;
use super::row::Value;
use super::table::Argument;
use crate::syntax::expr::is_upper_case;
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, calendar, duration};
use proc_macro2::{Ident, Span};
use syn::{Expr, ExprLit, Lit};

/// A value without a key.
pub(super) fn keyless(expr: &Expr, args: &mut Args, errors: &mut Diagnostics) {
    let shown = as_written(expr);
    let first = |is: fn(&Value) -> bool| args.kind.arguments().find(|argument| is(argument.value()));
    let guess = match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) if duration::read(&text.value()).is_err() && calendar::period(&text.value()).is_none() => {
                args.broken = true;
                let line = args.kind.line(args.is_owned);
                return errors.on(
                    expr,
                    format!("`{shown}` has no name, and arguments are written `name = value`: write `{line}`"),
                );
            }
            Lit::Str(_) | Lit::Int(_) | Lit::Float(_) => first(|value| matches!(value, Value::Duration { .. })),
            _ => None,
        },
        Expr::Path(path) => {
            let upper_case = path.path.segments.last().is_some_and(|last| is_upper_case(&last.ident));
            let tracker = first(|value| matches!(value, Value::Tracker)).filter(|_| upper_case);
            match path.path.get_ident() {
                Some(_) if upper_case && args.kind == Kind::OwnedTasks => {
                    return errors.on(expr, Argument::Track.refusal(args.kind, &shown, None, ""));
                }
                Some(ident) if tracker.is_none() => return unknown(ident, None, args, errors),
                _ => tracker,
            }
        }
        _ => None,
    };
    if let Some((argument, value)) = misnamed(args.kind, expr) {
        let fixed = format!("{} = {}", argument.key(), as_written(value));
        errors.on(expr, format!("the name of an argument has neither quotes nor hyphens: write `{fixed}`"));
        args.strays.push(value.clone());
        return args.add_bad(argument, &Ident::new(argument.key(), Span::call_site()));
    }
    let Some(guess) = guess else {
        args.broken = true;
        let example = args.kind.arguments().next().map_or("", Argument::example);
        return errors
            .on(expr, format!("`{shown}` has no name: arguments are written `name = value`, as in `{example}`"));
    };
    let fixed = match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(integer) if integer.suffix().is_empty() => format!("\"{shown}s\""),
            Lit::Int(_) | Lit::Float(_) => format!("\"{shown}\""),
            _ => shown.clone(),
        },
        _ => shown.clone(),
    };
    // A second one is missing then, as a rule.
    let timeout = Argument::Timeout;
    let is_alone = guess == Argument::Every && args.behind(timeout).is_none();
    let more = if is_alone { ", timeout = \"10s\"" } else { "" };
    errors.on(expr, format!("`{shown}` has no name: write `{} = {fixed}{more}`", guess.key()));
    args.strays.push(expr.clone());
    args.add_bad(guess, &Ident::new(guess.key(), Span::call_site()));
    if is_alone {
        args.add_bad(timeout, &Ident::new(timeout.key(), Span::call_site()));
    }
}

/// `"timeout" = "5s"`, `when-full = wait`.
fn misnamed(kind: Kind, expr: &Expr) -> Option<(Argument, &Expr)> {
    let Expr::Assign(assigned) = expr else { return None };
    let name = match &*assigned.left {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        left => as_written(left).replace(" - ", "_"),
    };
    Argument::known(kind, &name)
        .filter(|argument| argument.is_taken_by(kind))
        .map(|argument| (argument, &*assigned.right))
}
