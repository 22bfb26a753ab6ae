//! How often a job is tried, and how long it waits in between: `attempts` and `backoff`.

use super::constant::check_constant;
use super::pauses::{Form, Pauses, pauses};
use super::retry::Count;
use super::scope::Scope;
use crate::arguments::{Args, Argument};
use crate::syntax::Diagnostics;
use crate::syntax::expr::plain;
use syn::{Expr, ExprLit, Lit, UnOp};

#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) attempts: Option<Count>,
    pub(crate) backoff: Option<Pauses>,
}

pub(super) fn kept(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Kept {
    let attempts = args.value(Argument::Attempts).and_then(|written| attempts(written, scope, errors));
    let form = Form { argument: Argument::Backoff, before: "", example: "1s..5m" };
    let backoff = args.value(Argument::Backoff).and_then(|written| pauses(form, written, scope, errors));
    Kept { attempts, backoff }
}

fn attempts(written: &Expr, scope: &Scope, errors: &mut Diagnostics) -> Option<Count> {
    let why = match plain(written) {
        Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => match literal.base10_parse::<u32>() {
            Ok(0) => {
                "`attempts` counts all of them, and none would never run: write `attempts = 1`, or more".to_owned()
            }
            Ok(count) => return Some(Count::Known(count)),
            Err(_) => format!("`attempts` is a number, at most {}: write `attempts = 5`", u32::MAX),
        },
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let fixed = text.value().trim().parse::<u32>().ok().filter(|count| *count > 0).unwrap_or(5);
            format!("`attempts` is a number: write `attempts = {fixed}`")
        }
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            "`attempts` cannot be negative: write `attempts = 5`".to_owned()
        }
        Expr::Lit(_) | Expr::Range(_) | Expr::Tuple(_) => "`attempts` is a number: write `attempts = 5`".to_owned(),
        _ => {
            let is_constant = check_constant(Argument::Attempts, written, scope, errors);
            return is_constant.then(|| Count::Expression(Box::new(written.clone())));
        }
    };
    errors.on(written, why);
    None
}
