//! The static record of a site, and the proof that the drain budget covers it.

use super::duration::{duration, typed};
use super::place::{at, at_limit, by_static_reference};
use super::{retry, schedule};
use crate::settings::{DurationValue, Place, Schedule, Settings, SiteOf, SpanKind, Track};
use crate::syntax::expr::ends;
use crate::syntax::paths::{Root, located};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

/// The marker, its `Site`, the static and its entry in the program's list of sites. `crossing` is what an item
/// asks of what crosses.
pub(crate) fn items(
    settings: &Settings,
    root: &Root,
    name: &str,
    line_at: Span,
    crossing: &TokenStream,
) -> TokenStream {
    let private = root.private(Span::call_site());
    let no_timeout = || quote!(#private::NO_TIMEOUT);
    let limit = settings.limit.duration.as_ref().map_or_else(no_timeout, |limit| duration(limit, root));
    let no_grace = || quote!(#private::NO_GRACE);
    let grace = settings.grace.as_ref().map_or_else(no_grace, |grace| duration(grace, root));
    let checked = settings.grace.as_ref().map(|grace| checked_grace(grace, root));
    let span = match settings.span {
        // A loop belongs to nobody's request.
        SpanKind::Linked if settings.schedule.is_loop() => "Apart",
        SpanKind::Linked => "Linked",
        SpanKind::Child => "Child",
    };
    let kind = match settings.schedule {
        Schedule::Once => "Task",
        Schedule::Periodic { .. } => "Periodic",
        Schedule::Worker { .. } => "Worker",
    };
    let [span, kind] = [span, kind].map(|word| Ident::new(word, Span::call_site()));
    let own_name = settings.name.as_ref().map(LitStr::value);
    let name = own_name.as_deref().unwrap_or(name);
    let tracker = settings.track.shown();
    // The user's own span: a macro's would give the line of the attribute.
    let here = Group::new(Delimiter::Bracket, quote_spanned!(line_at=> here()));
    // Not through `quote!`, which would copy the streams into new ones.
    let crossing = Group::new(Delimiter::Brace, crossing.clone());
    let (site, mut proof) = proof(settings, root);
    proof.extend(settings.limit.minutes.map(|minutes| quote!(const MINUTES: u64 = #minutes;)));
    let mut checks = schedule::checks(&settings.schedule, root);
    checks.extend(settings.retry.as_ref().map(|retry| retry::checks(retry, root)));
    let callers = (settings.site == SiteOf::Caller)
        .then(|| quote!(static __CALLERS: #private::Callers = #private::Callers::new();));
    // An empty stream costs as much as a full one.
    let [checks, proof] = [checks, proof].map(|tokens| (!tokens.is_empty()).then_some(tokens));
    let checked = checked.filter(|checked| !checked.is_empty());
    quote! {
        #checks
        #checked
        struct __Outlive;
        static __SITE: #private::TaskSite = #site;
        #callers
        #private::record! { #kind #name, #here, #tracker, #limit, #grace, #span, #crossing #proof }
    }
}

/// The initialiser that fails where the budget does not cover the timeout, shown at the timeout; and, where only the
/// call knows the budget, the function that fails to build then.
fn proof(settings: &Settings, root: &Root) -> (TokenStream, TokenStream) {
    let private = root.private(Span::call_site());
    match &settings.track {
        Track::Static(tracker) => {
            let tracker = by_static_reference(tracker);
            (at_limit(settings, root, "site_of", quote!(&__Outlive, #tracker)), TokenStream::new())
        }
        Track::Owner(owner) if owner.is_fixed => {
            let (ty, constant) = (&owner.ty, &owner.constant);
            let args = quote!(&__Outlive, <#ty>::#constant.budget());
            (at_limit(settings, root, "site_within", args), TokenStream::new())
        }
        Track::Expression(_) | Track::Owner(_) => {
            let spec = quote!(&<__Outlive as #private::Site>::SPEC, __T::BUDGET);
            let covered = at_limit(settings, root, "prove", spec);
            let covered = quote_spanned!(located(settings.limit.start)=> const { #covered });
            let proof = quote! {
                fn covered<__T: #private::Track + ?::core::marker::Sized>() { #covered }
            };
            (at_limit(settings, root, "site", quote!(&__Outlive)), proof)
        }
    }
}

/// A constant of the user's is looked at by the compiler, at its place.
fn checked_grace(grace: &DurationValue, root: &Root) -> TokenStream {
    let DurationValue::Expression(expr) = grace else {
        return TokenStream::new();
    };
    let (start, end) = ends(expr);
    let check = at(Place { start, end }, root, "grace", typed(expr, root));
    quote_spanned!(located(start)=> const _: () = #check;)
}
