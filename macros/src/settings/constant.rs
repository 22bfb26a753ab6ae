//! Durations that the compiler has to know: a literal, which is read here, or a constant expression of the user's.

use super::scope::Scope;
use crate::arguments::{Argument, Kind};
use crate::syntax::expr::{is_upper_case, local, plain};
use crate::syntax::text::{self, as_written};
use crate::syntax::{Diagnostics, duration, names, units};
use proc_macro2::Span;
use quote::ToTokens as _;
use std::time::Duration;
use syn::{Expr, ExprUnary, Lit, UnOp};

pub(crate) enum DurationValue {
    /// A literal, and where it stands.
    Known(Duration, Span),
    Expression(Box<Expr>),
}

impl DurationValue {
    pub(crate) fn known(&self) -> Option<Duration> {
        match self {
            Self::Known(duration, _) => Some(*duration),
            Self::Expression(_) => None,
        }
    }
}

/// The value of an argument that has to be constant.
pub(super) fn constant(
    argument: Argument,
    expr: &Expr,
    scope: &Scope,
    errors: &mut Diagnostics,
) -> Option<DurationValue> {
    if is_broken(expr) {
        return None;
    }
    if let Some(result) = literal(argument, expr) {
        return result.map_err(|error| errors.push(error)).ok();
    }
    if let Some(fixed) = units::in_a_constant(expr) {
        let key = argument.key();
        errors.on(
            expr,
            format!("`{key}` is constant, and a constant cannot calculate with operators of a `Duration`: write `{key} = {fixed}`"),
        );
        return None;
    }
    check_constant(argument, expr, scope, errors).then(|| DurationValue::Expression(Box::new(expr.clone())))
}

/// Does it name only what the compiler may know?
pub(super) fn check_constant(argument: Argument, expr: &Expr, scope: &Scope, errors: &mut Diagnostics) -> bool {
    let shown = as_written(expr);
    let made_by_macro = || made_by_macro(argument, expr);
    let called = || called(argument, expr, scope);
    if let Some(why) = made_by_macro().or_else(|| lazy_static(argument, expr, scope)).or_else(called) {
        errors.on(expr, why);
        return false;
    }
    if scope.locals {
        if let Some(local) = local(expr) {
            errors.on(expr, at_run_time(argument, &local.to_string(), &shown, scope));
            return false;
        }
    }
    for used in names::free(expr.to_token_stream()) {
        let ident = text::plain(&used.ident);
        let key = argument.key();
        let why = if ident == "Self" {
            let own = scope.owner.as_ref().map_or_else(|| "TheType".to_owned(), |owner| as_written(&owner.ty));
            format!(
                "`{key}` is a constant outside the `impl`, which cannot see `Self`: write the \
                 type's own name, as in `{key} = {}`",
                shown.replacen("Self", &own, 1)
            )
        } else if scope.has_generic(&ident) {
            format!(
                "`{key}` is one constant for every `{ident}`: it cannot depend on a generic \
                 parameter; write a literal, as in `{}`",
                argument.example()
            )
        } else if !used.is_path && scope.binds(&ident) {
            at_run_time(argument, &ident, &shown, scope)
        } else {
            continue;
        };
        errors.on(expr, why);
        return false;
    }
    true
}

/// Is it made of nothing but literals, constants and `Duration`'s constructors? The compiler can look at its value then.
pub(super) fn is_constant(expr: &Expr, scope: &Scope) -> bool {
    let is_outer = names::free(expr.to_token_stream()).iter().all(|used| {
        let name = text::plain(&used.ident);
        name != "Self" && !scope.has_generic(&name) && (used.is_path || !scope.binds(&name))
    });
    is_outer
        && match plain(expr) {
            Expr::Lit(_) => true,
            Expr::Unary(unary) => matches!(plain(&unary.expr), Expr::Lit(_)),
            Expr::Path(_) => is_constant_path(expr),
            Expr::Call(call) => is_constructor(&call.func) && call.args.iter().all(is_constant_number),
            _ => false,
        }
}

fn is_constant_path(expr: &Expr) -> bool {
    matches!(plain(expr), Expr::Path(path)
        if path.qself.is_none() && path.path.segments.last().is_some_and(|last| is_upper_case(&last.ident)))
}

/// `Duration::from_…`.
fn is_constructor(function: &Expr) -> bool {
    let Expr::Path(path) = plain(function) else { return false };
    let mut segments = path.path.segments.iter().rev();
    let (Some(method), Some(ty)) = (segments.next(), segments.next()) else { return false };
    ty.ident == "Duration" && text::plain(&method.ident).starts_with("from_")
}

fn is_constant_number(expr: &Expr) -> bool {
    match plain(expr) {
        Expr::Lit(_) => true,
        Expr::Paren(inner) => is_constant_number(&inner.expr),
        Expr::Cast(cast) => is_constant_number(&cast.expr),
        Expr::Binary(both) => is_constant_number(&both.left) && is_constant_number(&both.right),
        _ => is_constant_path(expr),
    }
}

/// The value of an argument that may be known only at the call.
pub(super) fn at_call(
    argument: Argument,
    expr: &Expr,
    scope: &Scope,
    errors: &mut Diagnostics,
) -> Option<DurationValue> {
    if is_broken(expr) {
        return None;
    }
    if let Some(result) = literal(argument, expr) {
        return result.map_err(|error| errors.push(error)).ok();
    }
    scope.sees(argument, expr, errors).then(|| DurationValue::Expression(Box::new(expr.clone())))
}

fn at_run_time(argument: Argument, ident: &str, shown: &str, scope: &Scope) -> String {
    let key = argument.key();
    let why = format!("`{key}` has to be constant, and `{ident}` is known only at run time");
    if argument == Argument::Timeout && scope.kind == Kind::Detached {
        format!("{why}: add the most it may be, as in `timeout = {shown}, max_timeout = \"10s\"`")
    } else {
        format!("{why}: write a literal, as in `{}`", argument.example())
    }
}

/// A literal for a duration, good or bad; `None` for any other expression.
fn literal(argument: Argument, expr: &Expr) -> Option<syn::Result<DurationValue>> {
    let (key, example) = (argument.key(), argument.example());
    if units::is_endless(expr) {
        let why = match argument {
            Argument::Timeout | Argument::MaxTimeout => {
                format!(
                    "every call ends, so that none hangs for ever: write `{example}`; work without an end is a `#[worker]`"
                )
            }
            Argument::Every => {
                format!("a loop without a rhythm never runs: write `{example}`, or leave the attribute out")
            }
            _ => format!("without `{key}` there is none: leave it out"),
        };
        return Some(Err(syn::Error::new_spanned(expr, why)));
    }
    let lit = match plain(expr) {
        Expr::Lit(literal) => &literal.lit,
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) && matches!(plain(&unary.expr), Expr::Lit(_)) => {
            let message = format!("`{key}`: a duration cannot be negative: write `{example}`");
            return Some(Err(syn::Error::new_spanned(expr, message)));
        }
        _ => {
            let fixed = units::meant(expr)?;
            let why = if fixed.starts_with('"') { "is a string, or a `std::time::Duration`" } else { "needs a unit" };
            return Some(Err(syn::Error::new_spanned(expr, format!("`{key}` {why}: write `{key} = {fixed}`"))));
        }
    };
    Some(match lit {
        Lit::Str(text) => duration::parse(key, text).and_then(|parsed| {
            if parsed.is_zero() {
                return Err(syn::Error::new(text.span(), argument.zero()));
            }
            Ok(DurationValue::Known(parsed, text.span()))
        }),
        Lit::Int(integer) if integer.base10_digits() == "0" => Err(syn::Error::new(integer.span(), argument.zero())),
        Lit::Int(integer) => Err(duration::integer(key, integer)),
        Lit::Float(float) => Err(duration::float(key, float)),
        other => Err(syn::Error::new_spanned(other, format!("`{key}` is a duration: write `{example}`"))),
    })
}

/// `'5s'`: rustc has said already what is wrong, and what to write.
fn is_broken(expr: &Expr) -> bool {
    matches!(plain(expr), Expr::Lit(literal) if matches!(literal.lit, Lit::Verbatim(_)))
}

/// `concat!("5", "s")`: the attribute is read before any macro in it.
fn made_by_macro(argument: Argument, expr: &Expr) -> Option<String> {
    const TEXTS: &[&str] = &["concat", "env", "option_env", "stringify", "include_str", "format"];
    let Expr::Macro(call) = plain(expr) else { return None };
    let name = call.mac.path.segments.last()?.ident.to_string();
    TEXTS.contains(&name.as_str()).then(|| {
        let (key, example) = (argument.key(), argument.example());
        format!(
            "`{key}` is read before `{name}!` is expanded: write a literal, as in `{example}`, or a `Duration` constant"
        )
    })
}

/// `limit()`: what a function gives that takes nothing was read from somewhere, as a rule. That it is `const` only rustc knows.
fn called(argument: Argument, expr: &Expr, scope: &Scope) -> Option<String> {
    let Expr::Call(call) = plain(expr) else { return None };
    let Expr::Path(function) = plain(&call.func) else { return None };
    let segments = &function.path.segments;
    let is_of_type = segments.len() > 1
        && text::plain(&segments[segments.len() - 2].ident).starts_with(|first: char| first.is_uppercase());
    let is_function =
        segments.last().is_some_and(|last| text::plain(&last.ident).starts_with(|first: char| first.is_lowercase()));
    (call.args.is_empty() && is_function && !is_of_type).then(|| {
        let shown = as_written(expr);
        let why = at_run_time(argument, &shown, &shown, scope);
        format!("{why}; a `const fn` goes into `const {{ {shown} }}`")
    })
}

/// `*LIMIT`: what a `LazyLock` derefs to, which is made at run time.
fn lazy_static(argument: Argument, expr: &Expr, scope: &Scope) -> Option<String> {
    let Expr::Unary(ExprUnary { op: UnOp::Deref(_), expr: inner, .. }) = plain(expr) else { return None };
    let shown = as_written(inner);
    is_constant_path(inner).then(|| at_run_time(argument, &shown, &as_written(expr), scope))
}
