//! A range of pauses: the first, and the longest that doubling leads to.

use super::constant::{DurationValue, constant};
use super::scope::Scope;
use crate::arguments::Argument;
use crate::syntax::expr::{first_span, plain};
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, duration};
use proc_macro2::Span;
use syn::{Expr, Lit, LitStr, RangeLimits};

/// The pauses before something begins anew.
pub(crate) struct Pauses {
    pub(crate) first: DurationValue,
    pub(crate) most: DurationValue,
    /// Where the range begins.
    pub(crate) at: Span,
}

impl Pauses {
    /// Has the compiler to compare the two?
    pub(crate) fn is_open(&self) -> bool {
        self.first.known().is_none() || self.most.known().is_none()
    }
}

/// How the argument is written around the range.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) argument: Argument,
    /// In the string, before the range.
    pub(super) before: &'a str,
    /// What stands there where the range is no good.
    pub(super) example: &'a str,
}

impl Form<'_> {
    fn write(self, range: &str) -> String {
        format!("`{} = \"{}{range}\"`", self.argument.key(), self.before)
    }
}

/// `"1s..1m"`, or a range of constants.
pub(super) fn pauses(form: Form<'_>, written: &Expr, scope: &Scope, errors: &mut Diagnostics) -> Option<Pauses> {
    let [first, most] = match ends(form, written) {
        Ok(ends) => ends,
        Err(message) => {
            errors.on(written, message);
            return None;
        }
    };
    if let Some(message) = with_number(form, &first, &most) {
        errors.on(written, message);
        return None;
    }
    if let Some(message) = without_unit(form, &first, &most) {
        errors.on(written, message);
        return None;
    }
    let from = constant(form.argument, &first, scope, errors)?;
    let to = constant(form.argument, &most, scope, errors)?;
    if from.known().zip(to.known()).is_some_and(|(from, to)| from > to) {
        let (first, most) = (as_written(&first), as_written(&most));
        let (first, most) = (first.trim_matches('"'), most.trim_matches('"'));
        let (key, fixed) = (form.argument.key(), form.write(&format!("{most}..{first}")));
        errors.on(
            written,
            format!(
                "`{key}` goes from the first pause to the longest, and {first} is longer than {most}: write {fixed}"
            ),
        );
        return None;
    }
    let at = first_span(written).unwrap_or_else(Span::call_site);
    Some(Pauses { first: from, most: to, at })
}

fn ends(form: Form<'_>, written: &Expr) -> Result<[Expr; 2], String> {
    match plain(written) {
        Expr::Lit(literal) => {
            let Lit::Str(text) = &literal.lit else {
                return Err(match &literal.lit {
                    Lit::Bool(is_on) if !is_on.value && form.argument == Argument::Restart => left_out(form),
                    _ => no_range(form, None),
                });
            };
            let value = text.value();
            if form.argument == Argument::Restart && NEVER.contains(&value.as_str()) {
                return Err(left_out(form));
            }
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
                _ => Err(no_range(form, Some(&value))),
            }
        }
        Expr::Range(range) if is_number(range.start.as_deref()) && is_number(range.end.as_deref()) => {
            let unit =
                |end: &Option<Box<Expr>>| end.as_ref().map(|end| format!("{}s", as_written(end))).unwrap_or_default();
            let fixed = form.write(&format!("{}..{}", unit(&range.start), unit(&range.end)));
            Err(format!("`{}` needs a unit: write {fixed}", form.argument.key()))
        }
        Expr::Range(range) => match (&range.start, &range.end, &range.limits) {
            (Some(first), Some(most), RangeLimits::HalfOpen(_)) => Ok([(**first).clone(), (**most).clone()]),
            _ => Err(no_range(form, None)),
        },
        Expr::Path(_) if form.argument == Argument::Restart && NEVER.contains(&as_written(written).as_str()) => {
            Err(left_out(form))
        }
        _ => Err(no_range(form, None)),
    }
}

const NEVER: [&str; 3] = ["never", "no", "off"];

fn left_out(form: Form<'_>) -> String {
    format!("nothing is restarted that does not say so: leave `{}` out", form.argument.key())
}

fn is_number(end: Option<&Expr>) -> bool {
    matches!(end.map(plain), Some(Expr::Lit(literal)) if matches!(literal.lit, Lit::Int(_)))
}

fn no_range(form: Form<'_>, written: Option<&str>) -> String {
    let (first, most) = form.example.split_once("..").unwrap_or_default();
    let fixed = match written.map(str::trim) {
        Some(one) if one.contains("..=") && !one.starts_with("..") && !one.ends_with('=') => {
            one.replacen("..=", "..", 1)
        }
        Some(one) if duration::read(one).is_ok() => format!("{one}..{most}"),
        Some(two) if separated(two).is_some() => separated(two).unwrap_or_default(),
        _ => format!("{first}..{most}"),
    };
    let what = if form.before.is_empty() { "is a range" } else { "has a range of pauses" };
    format!(
        "`{}` {what}, from the first pause to the longest that doubling leads to: write {}",
        form.argument.key(),
        form.write(&fixed)
    )
}

/// `"1s-1m"`, `"1s to 1m"`, `"1s, 1m"`, as a range.
fn separated(written: &str) -> Option<String> {
    let (first, most) = ["-", " to ", ",", ":"].iter().find_map(|between| written.split_once(between))?;
    let (first, most) = (first.trim(), most.trim());
    (duration::read(first).is_ok() && duration::read(most).is_ok()).then(|| format!("{first}..{most}"))
}

/// `"3, 1s..1m"`, where nothing counts the attempts.
fn with_number(form: Form<'_>, first: &Expr, most: &Expr) -> Option<String> {
    let (first, most) = (string(first)?, string(most)?);
    let (count, rest) = first.split_once(',').filter(|_| form.before.is_empty())?;
    let (key, fixed) = (form.argument.key(), form.write(&format!("{}..{most}", rest.trim())));
    count
        .trim()
        .parse::<u32>()
        .ok()
        .map(|_| format!("`{key}` has no number, and goes on for as long as it takes: write {fixed}"))
}

fn string(expr: &Expr) -> Option<String> {
    match plain(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// `"100..2s"`: a number in the string has the unit of the other end, or the one that is likely.
fn without_unit(form: Form<'_>, first: &Expr, most: &Expr) -> Option<String> {
    let (first, most) = (string(first)?, string(most)?);
    let is_bare = |part: &str| part.parse::<f64>().is_ok();
    let bare = [&first, &most].into_iter().find(|part| is_bare(part))?;
    let unit = |part: &str| if part.parse::<f64>().is_ok_and(|number| number >= 100.0) { "ms" } else { "s" };
    let with_unit = |part: &str| if is_bare(part) { format!("{part}{}", unit(part)) } else { part.to_owned() };
    let (key, fixed) = (form.argument.key(), form.write(&format!("{}..{}", with_unit(&first), with_unit(&most))));
    Some(format!("`{key}`: `{bare}` has no unit: write {fixed}"))
}
