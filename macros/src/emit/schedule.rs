//! The last link of a call's chain: once, again and again, or until the drain; and the checks of its durations.

use super::duration::{duration, typed};
use crate::arguments::Argument;
use crate::settings::{DurationValue, Every, Jitter, Missed, Pauses, Schedule, Settings, SiteOf, Track};
use crate::syntax::expr::first_span;
use crate::syntax::paths::{Root, located};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;

const EVERY: &str = "__EVERY";
const JITTER: &str = "__JITTER";
const FIRST: &str = "__FIRST";
const MOST: &str = "__MOST";

/// What only the compiler knows becomes a constant of its own, so that whatever is wrong with it is one error.
pub(super) fn checks(schedule: &Schedule, root: &Root) -> TokenStream {
    let mut checks = TokenStream::new();
    match schedule {
        Schedule::Once | Schedule::Worker { restart: None } => {}
        Schedule::Periodic { every, jitter, .. } => {
            if let Every::Constant(every) = every {
                check(EVERY, Argument::Every, every, root, &mut checks);
            }
            if let Some(jitter) = jitter {
                check(JITTER, Argument::Jitter, &jitter.most, root, &mut checks);
                if let Every::Constant(every) = every {
                    checks.extend(is_shorter(jitter, every, root));
                }
            }
        }
        Schedule::Worker { restart: Some(restart) } => {
            checks.extend(checked_pauses(Argument::Restart, restart, root).0);
        }
    }
    checks
}

/// The checks of a range of pauses, and the two as they are checked.
pub(super) fn checked_pauses(
    argument: Argument,
    pauses: &Pauses,
    root: &Root,
) -> (TokenStream, TokenStream, TokenStream) {
    let mut checks = TokenStream::new();
    check(FIRST, argument, &pauses.first, root, &mut checks);
    check(MOST, argument, &pauses.most, root, &mut checks);
    let (first, most) = (checked(FIRST, &pauses.first, root), checked(MOST, &pauses.most, root));
    if pauses.is_open() {
        checks.extend(ascends(argument, pauses, &first, &most));
    }
    (checks, first, most)
}

pub(super) fn check(constant: &str, argument: Argument, value: &DurationValue, root: &Root, checks: &mut TokenStream) {
    let DurationValue::Expression(expr) = value else {
        return;
    };
    let (constant, message, expr) = (named(constant, expr), argument.zero(), typed(expr, root));
    checks.extend(quote_spanned! {constant.span()=>
        const #constant: ::core::time::Duration = #expr;
        const _: () = ::core::assert!(!::core::time::Duration::is_zero(&#constant), #message);
    });
}

/// What is known here has been compared already; what only the start knows is cut then.
fn is_shorter(jitter: &Jitter, every: &DurationValue, root: &Root) -> TokenStream {
    if let (DurationValue::Known(..), DurationValue::Known(..)) = (&jitter.most, every) {
        return TokenStream::new();
    }
    let span = located(jitter.at);
    let (most, every) = (checked(JITTER, &jitter.most, root), checked(EVERY, every, root));
    quote_spanned! {span=>
        const _: () = ::core::assert!(
            ::core::time::Duration::is_zero(&#every)
                || ::core::time::Duration::as_nanos(&#most) < ::core::time::Duration::as_nanos(&#every),
            "`jitter` has to be shorter than `every`, or a run would be put off beyond the next one: shorten the one, or raise \
             the other",
        );
    }
}

/// The pauses grow. What is known here has been compared already.
fn ascends(argument: Argument, pauses: &Pauses, first: &TokenStream, most: &TokenStream) -> TokenStream {
    let span = located(pauses.at);
    let message = format!("`{}` goes from the first pause to the longest: swap the two", argument.key());
    // Of zero another says it.
    let unless =
        pauses.most.known().is_none().then(|| quote_spanned!(span=> ::core::time::Duration::is_zero(&#most) ||));
    quote_spanned! {span=>
        const _: () = ::core::assert!(
            #unless ::core::time::Duration::as_nanos(&#first) <= ::core::time::Duration::as_nanos(&#most),
            #message,
        );
    }
}

/// The duration, or the constant that was checked.
pub(super) fn checked(constant: &str, value: &DurationValue, root: &Root) -> TokenStream {
    match value {
        DurationValue::Known(..) => duration(value, root),
        DurationValue::Expression(expr) => {
            let constant = named(constant, expr);
            quote!(#constant)
        }
    }
}

fn named(constant: &str, expr: &Expr) -> Ident {
    Ident::new(constant, located(first_span(expr).unwrap_or_else(Span::call_site)))
}

/// `probe` sees whether the work's output is an error.
pub(super) fn spawn(
    settings: &Settings,
    root: &Root,
    at: Span,
    work: &TokenStream,
    probe: &TokenStream,
) -> TokenStream {
    let essential = settings.essential.then(|| quote_spanned!(at=> .essential()));
    match &settings.schedule {
        Schedule::Once => {
            if settings.blocking {
                let hand_over = at_its_place("hand_over", at);
                quote_spanned!(at=> .spawn_blocking(#work, #probe, #hand_over))
            } else if matches!(settings.track, Track::Owner(_))
                && settings.unfinished.is_none()
                && settings.site == SiteOf::Function
            {
                quote_spanned!(at=> .spawn_method(__Outlive, #work, || #probe))
            } else {
                quote_spanned!(at=> .spawn(#work, || #probe))
            }
        }
        Schedule::Periodic { every, jitter, missed, immediate } => {
            let missed = match missed {
                Missed::Skip => "Skip",
                Missed::Delay => "Delay",
                Missed::Burst => "Burst",
            };
            let missed = Ident::new(missed, at);
            let every = match every {
                Every::Constant(every) => checked(EVERY, every, root),
                Every::AtStart(expr) => typed(expr, root),
            };
            let none = || quote_spanned!(at=> ::core::time::Duration::ZERO);
            let jitter = jitter.as_ref().map_or_else(none, |jitter| checked(JITTER, &jitter.most, root));
            let private = root.private(at);
            let begin = at_its_place("begin", at);
            let rhythm = quote_spanned! {at=>
                #private::Rhythm { every: #every, jitter: #jitter, missed: #private::Missed::#missed, immediate: #immediate }
            };
            quote_spanned!(at=> #essential.periodic(#rhythm, #work, #probe, #begin))
        }
        Schedule::Worker { restart: Some(Pauses { first, most, .. }) } => {
            let (first, most) = (checked(FIRST, first, root), checked(MOST, most, root));
            quote_spanned!(at=> #essential.restarted(#first, #most, #work, #probe))
        }
        Schedule::Worker { restart: None } if settings.blocking => {
            let hand_over = at_its_place("hand_over", at);
            quote_spanned!(at=> #essential.worker_blocking(#work, #probe, #hand_over))
        }
        Schedule::Worker { restart: None } => quote_spanned!(at=> #essential.worker(#work, || #probe)),
    }
}

/// What is spawned later than the call: tokio shows the place of this as where that was.
fn at_its_place(method: &str, at: Span) -> TokenStream {
    let (method, what) = (Ident::new(method, at), Ident::new("__it", at));
    quote_spanned!(at=> |#what| #what.#method())
}
