//! What stands around the arguments of a macro: who asks, and which names an expression may use.

use crate::arguments::{Args, Argument, Kind, Owner};
use crate::syntax::Diagnostics;
use crate::syntax::expr::plain;
use crate::syntax::{names, text};
use proc_macro2::Span;
use quote::ToTokens as _;
use syn::Expr;

pub(crate) struct Scope {
    pub(crate) kind: Kind,
    /// As messages name the macro.
    pub(crate) shown: &'static str,
    /// A whole line to type.
    pub(crate) line: &'static str,
    /// Where an omission is shown.
    pub(crate) at: Span,
    /// The service that tracks a method.
    pub(crate) owner: Option<Owner>,
    /// Another message says already where the tracker comes from.
    pub(crate) track_is_settled: bool,
    /// The function's arguments that are plain names, and `self`.
    pub(crate) inputs: Vec<String>,
    /// Names that only the body sees, as a pattern binds them.
    pub(crate) in_patterns: Vec<String>,
    /// The function's own type and const parameters.
    pub(crate) generics: Vec<String>,
    /// In `detach!` a local looks like a static, so only `UPPER_CASE` is one.
    pub(crate) locals: bool,
}

impl Scope {
    /// Does the name stand for an argument, or for a part of one?
    pub(super) fn binds(&self, name: &str) -> bool {
        let is = |bound: &String| bound == name;
        self.inputs.iter().any(is) || self.in_patterns.iter().any(is)
    }

    pub(super) fn has_generic(&self, name: &str) -> bool {
        self.generics.iter().any(|generic| generic == name)
    }

    /// An expression that is evaluated at each call, and is no literal.
    pub(super) fn run_time(&self, argument: Argument, args: &Args, errors: &mut Diagnostics) -> Option<Expr> {
        let expr = args.value(argument)?;
        if let Expr::Lit(_) = plain(expr) {
            let (key, example) = (argument.key(), argument.example());
            errors.on(expr, format!("`{key}` cannot be a literal: write `{example}`"));
            return None;
        }
        self.sees(argument, expr, errors).then(|| expr.clone())
    }

    /// When a call evaluates the expression, the arguments are not yet taken apart.
    pub(super) fn sees(&self, argument: Argument, expr: &Expr, errors: &mut Diagnostics) -> bool {
        let key = argument.key();
        for used in names::free(expr.to_token_stream()) {
            let used_name = text::plain(&used.ident);
            if !used.is_path && self.in_patterns.contains(&used_name) {
                errors.on(
                    expr,
                    format!(
                        "`{key}` is evaluated before the pattern that binds `{used_name}`: give the \
                         argument a plain name, use that here, and take it apart in the body"
                    ),
                );
                return false;
            }
        }
        true
    }
}
