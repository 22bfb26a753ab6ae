//! How often a body runs: what `every`, `missed`, `immediate` and `restart` mean.

use crate::args::{Args, Slot};
use crate::diagnostics::Diagnostics;
use crate::kind::Kind;
use crate::paths::{Root, located};
use crate::settings::{Constant, Scope, choice, constant, first_span, plain, zero};
use crate::text::as_written;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, Lit, LitStr, RangeLimits};

pub(crate) enum Run {
    Once,
    Every {
        every: TokenStream,
        missed: &'static str,
        immediate: bool,
    },
    /// Until its tracker drains. Restarted with a pause between these two.
    Kept {
        restart: Option<[TokenStream; 2]>,
    },
}

impl Run {
    pub(crate) fn is_loop(&self) -> bool {
        !matches!(self, Self::Once)
    }

    /// Is the body begun more than once? Then the arguments are cloned.
    pub(crate) fn repeats(&self) -> bool {
        matches!(self, Self::Every { .. } | Self::Kept { restart: Some(_) })
    }
}

pub(crate) fn run(
    args: &Args,
    root: &Root,
    scope: &Scope,
    checks: &mut TokenStream,
    errors: &mut Diagnostics,
) -> Option<Run> {
    match scope.kind {
        Kind::Detached | Kind::OwnedTasks => Some(Run::Once),
        Kind::Periodic => {
            let missed = ["Skip", "Delay", "Burst"][choice(args, "missed", &["skip", "delay", "burst"], errors)];
            let Slot::Given(key, written) = args.slot("every") else {
                return None;
            };
            let every = constant(key, written, root, scope, errors)?;
            let every = checked("__EVERY", "every", written, every, checks);
            Some(Run::Every { every, missed, immediate: args.key("immediate").is_some() })
        }
        Kind::Worker => match args.slot("restart") {
            Slot::Absent => Some(Run::Kept { restart: None }),
            Slot::Bad => None,
            Slot::Given(key, written) => {
                let pauses = restart(key, written, root, scope, checks, errors)?;
                Some(Run::Kept { restart: Some(pauses) })
            }
        },
    }
}

/// A range of durations: the first pause, and the longest.
fn restart(
    key: &Ident,
    written: &Expr,
    root: &Root,
    scope: &Scope,
    checks: &mut TokenStream,
    errors: &mut Diagnostics,
) -> Option<[TokenStream; 2]> {
    let [first, most] = match ends(written) {
        Ok(ends) => ends,
        Err(message) => {
            errors.on(written, message);
            return None;
        }
    };
    let from = constant(key, &first, root, scope, errors)?;
    let to = constant(key, &most, root, scope, errors)?;
    let known = from.known.zip(to.known);
    if known.is_some_and(|(from, to)| from > to) {
        let (first, most) = (as_written(&first), as_written(&most));
        let (first, most) = (first.trim_matches('"'), most.trim_matches('"'));
        errors.on(
            written,
            format!(
                "`restart` goes from the first pause to the longest, and {first} is longer than {most}: write \
                 `restart = \"{most}..{first}\"`"
            ),
        );
        return None;
    }
    let from = checked("__FIRST", "restart", &first, from, checks);
    let to = checked("__MOST", "restart", &most, to, checks);
    if known.is_none() {
        let span = located(first_span(written).unwrap_or_else(Span::call_site));
        checks.extend(quote_spanned! {span=>
            const _: () = ::core::assert!(
                ::core::time::Duration::as_nanos(&#from) <= ::core::time::Duration::as_nanos(&#to),
                "`restart` goes from the first pause to the longest: swap the two",
            );
        });
    }
    Some([from, to])
}

/// `"1s..1m"`, or a range of constants.
fn ends(written: &Expr) -> Result<[Expr; 2], String> {
    match plain(written) {
        Expr::Lit(literal) => {
            let Lit::Str(text) = &literal.lit else {
                return Err(no_range(None));
            };
            let value = text.value();
            match value.split_once("..") {
                Some((first, most))
                    if !first.trim().is_empty() && !most.trim().is_empty() && !most.starts_with('=') =>
                {
                    let part = |part: &str| -> Expr {
                        let part = LitStr::new(part.trim(), text.span());
                        syn::parse_quote!(#part)
                    };
                    Ok([part(first), part(most)])
                }
                _ => Err(no_range(Some(&value))),
            }
        }
        Expr::Range(range) if is_number(range.start.as_deref()) && is_number(range.end.as_deref()) => {
            let unit =
                |end: &Option<Box<Expr>>| end.as_ref().map(|end| format!("{}s", as_written(end))).unwrap_or_default();
            Err(format!("`restart` needs a unit: write `restart = \"{}..{}\"`", unit(&range.start), unit(&range.end)))
        }
        Expr::Range(range) => match (&range.start, &range.end, &range.limits) {
            (Some(first), Some(most), RangeLimits::HalfOpen(_)) => Ok([(**first).clone(), (**most).clone()]),
            _ => Err(no_range(None)),
        },
        _ => Err(no_range(None)),
    }
}

fn is_number(end: Option<&Expr>) -> bool {
    matches!(end.map(plain), Some(Expr::Lit(literal)) if matches!(literal.lit, Lit::Int(_)))
}

fn no_range(written: Option<&str>) -> String {
    let fixed = match written.map(str::trim) {
        Some(one) if one.contains("..=") => one.replacen("..=", "..", 1),
        Some(one) if one.starts_with(|c: char| c.is_ascii_digit()) && !one.contains('.') => format!("{one}..1m"),
        _ => "1s..1m".to_owned(),
    };
    format!(
        "`restart` is a range, from the first pause to the longest that doubling leads to: write \
         `restart = \"{fixed}\"`"
    )
}

/// What only the compiler knows becomes a constant of its own, so that whatever is wrong with it is one error.
fn checked(name: &str, key: &str, written: &Expr, value: Constant, checks: &mut TokenStream) -> TokenStream {
    if value.known.is_some() {
        return value.tokens;
    }
    let span = located(first_span(written).unwrap_or_else(Span::call_site));
    let (name, value, message) = (Ident::new(name, span), value.tokens, zero(key));
    checks.extend(quote_spanned! {span=>
        const #name: ::core::time::Duration = #value;
        const _: () = ::core::assert!(!::core::time::Duration::is_zero(&#name), #message);
    });
    quote!(#name)
}
