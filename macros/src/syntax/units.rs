//! Durations as other libraries and languages write them, which have a unit that can be read.

use super::duration;
use super::expr::plain;
use super::text::{self, as_written};
use proc_macro2::Ident;
use syn::{BinOp, Expr, Lit, Member};

/// What to write in its place.
pub(crate) fn meant(expr: &Expr) -> Option<String> {
    let (number, unit) = match plain(expr) {
        Expr::MethodCall(call) if call.args.is_empty() => (&*call.receiver, text::plain(&call.method)),
        Expr::Field(field) => match &field.member {
            Member::Named(name) => (&*field.base, text::plain(name)),
            Member::Unnamed(_) => return None,
        },
        Expr::Call(call) if is_some(&call.func) => {
            return text_in(call.args.first()?);
        }
        Expr::Call(call) => {
            let Expr::Path(function) = plain(&call.func) else { return None };
            let mut segments = function.path.segments.iter().rev();
            let (unit, ty) = (text::plain(&segments.next()?.ident), segments.next()?);
            let unit = match unit.as_str() {
                // No `const fn`.
                "from_secs_f32" | "from_secs_f64" => "secs".to_owned(),
                _ => unit,
            };
            if ty.ident != "Duration" || unit.starts_with("from_") || call.args.len() != 1 {
                return None;
            }
            (call.args.first()?, unit)
        }
        Expr::Paren(paren) => return text_in(&paren.expr),
        Expr::Array(array) if array.elems.len() == 1 => return text_in(&array.elems[0]),
        Expr::Binary(_) if is_product(expr) => {
            return Some(format!("std::time::Duration::from_secs({})", as_written(expr)));
        }
        _ => return None,
    };
    let Expr::Lit(number) = plain(number) else { return None };
    let digits = match &number.lit {
        Lit::Int(integer) => integer.base10_digits().to_owned(),
        Lit::Float(float) => float.base10_digits().to_owned(),
        _ => return None,
    };
    let short = match unit.as_str() {
        "millis" | "milliseconds" | "ms" => "ms",
        "seconds" | "second" | "secs" | "sec" | "s" => "s",
        "minutes" | "minute" | "mins" | "min" | "m" => "m",
        "hours" | "hour" | "hrs" | "hr" | "h" => "h",
        "days" | "day" | "d" => "days",
        _ => return None,
    };
    let written = format!("{digits}{short}");
    duration::read(&written).is_ok().then(|| format!("\"{written}\""))
}

/// `None`, `"never"`, `false`: no end is meant.
pub(crate) fn is_endless(expr: &Expr) -> bool {
    let word = match plain(expr) {
        // `FOREVER` is a constant of the user's.
        Expr::Path(path) if path.path.get_ident().is_none_or(|ident| ident != "None" && is_upper_or_mixed(ident)) => {
            return false;
        }
        Expr::Path(path) => as_written(path),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            Lit::Bool(is_on) => is_on.value.to_string(),
            _ => return false,
        },
        _ => return false,
    };
    ["false", "forever", "inf", "infinite", "infinity", "never", "no", "none", "off", "unlimited"]
        .contains(&word.to_lowercase().as_str())
}

/// `"5s"`.
fn text_in(expr: &Expr) -> Option<String> {
    let Expr::Lit(literal) = plain(expr) else { return None };
    let Lit::Str(text) = &literal.lit else { return None };
    duration::read(&text.value()).is_ok().then(|| as_written(text))
}

/// `LIMIT * 2`: what a constant cannot do, and what it can.
pub(crate) fn in_a_constant(expr: &Expr) -> Option<String> {
    let Expr::Binary(both) = plain(expr) else { return None };
    let method = match both.op {
        BinOp::Add(_) => "saturating_add",
        BinOp::Mul(_) => "saturating_mul",
        BinOp::Sub(_) => "saturating_sub",
        _ => return None,
    };
    let (left, right) = match (plain(&both.left), plain(&both.right)) {
        (Expr::Lit(_), Expr::Path(_)) if matches!(both.op, BinOp::Mul(_)) => (&both.right, &both.left),
        _ => (&both.left, &both.right),
    };
    matches!(plain(left), Expr::Path(_)).then(|| format!("{}.{method}({})", as_written(left), as_written(right)))
}

fn is_upper_or_mixed(ident: &Ident) -> bool {
    text::plain(ident).contains(char::is_uppercase)
}

fn is_some(function: &Expr) -> bool {
    matches!(plain(function), Expr::Path(path) if path.path.is_ident("Some"))
}

/// `5 * 60`.
fn is_product(expr: &Expr) -> bool {
    match plain(expr) {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_)),
        Expr::Binary(both) => {
            matches!(both.op, BinOp::Mul(_) | BinOp::Add(_)) && is_product(&both.left) && is_product(&both.right)
        }
        _ => false,
    }
}
