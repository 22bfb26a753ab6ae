//! How often a call is tried: `retry`, `attempt` and `retry_if`.

use super::constant::{DurationValue, check_constant, constant};
use super::pauses::{Form, Pauses, pauses};
use super::scope::Scope;
use crate::arguments::{Args, Argument};
use crate::syntax::expr::{ends, is_type, is_upper_case, plain};
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, duration};
use proc_macro2::Span;
use syn::{Expr, ExprLit, Lit, LitStr, Pat, PatType, Type};

pub(crate) struct Retry {
    pub(crate) count: Count,
    pub(crate) pauses: Pauses,
    /// The longest that one attempt may take, and where that is written.
    pub(crate) attempt: Option<(DurationValue, Place)>,
    /// Which `Err` is tried again, where not each is.
    pub(crate) wanted: Option<Expr>,
    pub(crate) place: Place,
}

/// How many attempts, in all.
pub(crate) enum Count {
    Known(u32),
    Expression(Box<Expr>),
}

/// The first and the last token of what the user wrote.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) start: Span,
    pub(crate) end: Span,
}

impl Place {
    pub(crate) fn of(written: &Expr) -> Self {
        let (start, end) = ends(written);
        Self { start, end }
    }
}

const RANGE: &str = "100ms..2s";

/// `None` where there is none, or where it is no good.
pub(super) fn retry(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Retry> {
    let attempt = args.value(Argument::Attempt);
    let attempt =
        attempt.and_then(|written| Some((constant(Argument::Attempt, written, scope, errors)?, Place::of(written))));
    let wanted = scope.run_time(Argument::RetryIf, args, errors).filter(|wanted| is_function(wanted, errors));
    if !args.has(Argument::Retry) {
        let example = Argument::Retry.example();
        let [bounds, chooses] = [Argument::Attempt, Argument::RetryIf].map(|argument| args.key(argument));
        let (key, what, out) = match (bounds, chooses) {
            _ if args.broken => return None,
            (Some(key), None) => (key, "`attempt` bounds each attempt of a `retry`", "`attempt`"),
            (None, Some(key)) => (key, "`retry_if` chooses what a `retry` tries again", "`retry_if`"),
            (Some(key), Some(_)) => (key, "`attempt` and `retry_if` are for the attempts of a `retry`", "both"),
            (None, None) => return None,
        };
        errors.at(key.span(), format!("{what}, and there is none: add `{example}`, or leave {out} out"));
        return None;
    }
    let written = args.value(Argument::Retry)?;
    let place = Place::of(written);
    let (count, range) = parts(written, scope, errors)?;
    let shown = match &count {
        Count::Known(count) => format!("{count}, "),
        Count::Expression(_) => "3, ".to_owned(),
    };
    let pauses = pauses(Form { argument: Argument::Retry, before: &shown, example: RANGE }, &range, scope, errors)?;
    Some(Retry { count, pauses, attempt, wanted, place })
}

/// Not what it gives, and not one that takes the error away.
fn is_function(wanted: &Expr, errors: &mut Diagnostics) -> bool {
    let (fixed, why) = match plain(wanted) {
        Expr::Call(call) if call.args.is_empty() => {
            (as_written(&call.func), "is the function itself, and is called with the error")
        }
        Expr::Closure(closure) => {
            let mut by_reference = closure.clone();
            let input = by_reference.inputs.first_mut();
            let Some(Pat::Type(PatType { ty, .. })) = input.filter(|_| closure.inputs.len() == 1) else { return true };
            if matches!(**ty, Type::Reference(_) | Type::Infer(_)) {
                return true;
            }
            let owned = ty.clone();
            *ty = syn::parse_quote!(&#owned);
            let fixed = format!("|{}| {}", as_written(&by_reference.inputs), as_written(&by_reference.body));
            (fixed, "only looks at the error")
        }
        Expr::Path(path) if path.path.segments.last().is_some_and(|last| is_type(&last.ident)) => {
            let shown = as_written(path);
            errors.on(
                wanted,
                format!(
                    "`retry_if` is a function that looks at the error, and `{shown}` is a type: write `retry_if = is_transient`, where \
                     that is yours: `fn is_transient(error: &{shown}) -> bool {{ true }}`"
                ),
            );
            return false;
        }
        _ => return true,
    };
    errors.on(wanted, format!("`retry_if` {why}: write `retry_if = {fixed}`"));
    false
}

/// `"3, 100ms..2s"`, or `(ATTEMPTS, FIRST..MOST)`.
fn parts(written: &Expr, scope: &Scope, errors: &mut Diagnostics) -> Option<(Count, Expr)> {
    let wrong = |why: &str, fixed: &str| format!("`retry` {why}: write `retry = {fixed}`");
    let no_range = |count: &str| {
        let count = if count.parse::<u32>().is_ok_and(|count| count >= 2) { count } else { "3" };
        wrong("says how long to wait between two attempts as well", &format!("\"{count}, {RANGE}\""))
    };
    let message = match plain(written) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let value = text.value();
            match value.split_once(',') {
                Some((count, range)) => {
                    let range = LitStr::new(range.trim(), text.span());
                    match count.trim().parse::<u32>() {
                        Ok(count @ 2..) => return Some((Count::Known(count), syn::parse_quote!(#range))),
                        Ok(_) => none(&format!("\"2, {}\"", range.value())),
                        Err(_) => {
                            wrong("begins with the number of attempts", &format!("\"3, {}\"", good(&range.value())))
                        }
                    }
                }
                None if value.contains("..") => {
                    wrong("begins with the number of attempts", &format!("\"3, {}\"", good(&value)))
                }
                None => no_range(value.trim()),
            }
        }
        Expr::Lit(ExprLit { lit: Lit::Int(count), .. }) => no_range(count.base10_digits()),
        Expr::Tuple(tuple) if tuple.elems.len() == 2 => {
            let (count, range) = (&tuple.elems[0], tuple.elems[1].clone());
            match plain(count) {
                Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => match literal.base10_parse::<u32>() {
                    Ok(count @ 2..) => return Some((Count::Known(count), range)),
                    Ok(_) => none(&format!("(2, {})", as_written(&range))),
                    Err(_) => wrong("begins with the number of attempts", &format!("(3, {})", as_written(&range))),
                },
                Expr::Lit(_) | Expr::Range(_) | Expr::Unary(_) => {
                    wrong("begins with the number of attempts", &format!("\"3, {RANGE}\""))
                }
                _ => {
                    return check_constant(Argument::Retry, count, scope, errors)
                        .then(|| (Count::Expression(Box::new(count.clone())), range));
                }
            }
        }
        Expr::Range(range) => wrong("begins with the number of attempts", &format!("(3, {})", as_written(range))),
        Expr::Path(path) if path.path.segments.last().is_some_and(|last| is_upper_case(&last.ident)) => {
            wrong("says how long to wait between two attempts as well", &format!("({}, \"{RANGE}\")", as_written(path)))
        }
        Expr::Lit(ExprLit { lit: Lit::Bool(given), .. }) if !given.value => {
            "without `retry`, a call is tried once: leave `retry = false` out".to_owned()
        }
        _ => wrong("is a number of attempts, and the pauses between them", &format!("\"3, {RANGE}\"")),
    };
    errors.on(written, message);
    None
}

fn none(fixed: &str) -> String {
    format!(
        "`retry` counts all attempts, and the call itself is the first: write `retry = {fixed}`, or leave `retry` out"
    )
}

/// The range as it is written, where it is one.
fn good(range: &str) -> &str {
    let is_read = |part: &str| duration::read(part).is_ok();
    if range.split_once("..").is_some_and(|(first, most)| is_read(first) && is_read(most)) {
        range.trim()
    } else {
        RANGE
    }
}
