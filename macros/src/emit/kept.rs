//! What a queue has to know of a durable function.

use super::place::by_static_reference;
use super::schedule::checked_pauses;
use crate::arguments::Argument;
use crate::settings::{Count, Settings, Track};
use crate::syntax::expr::first_span;
use crate::syntax::paths::{Root, located};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};

/// The checks, the number of attempts, and the two pauses. Without their arguments they are `outlive`'s defaults.
pub(crate) fn kept(settings: &Settings, root: &Root) -> (TokenStream, TokenStream, [TokenStream; 2]) {
    let kept = &settings.kept;
    let private = root.private(Span::call_site());
    let (mut checks, first, most) = match &kept.backoff {
        Some(pauses) => checked_pauses(Argument::Backoff, pauses, root),
        None => (TokenStream::new(), quote!(#private::duration(1, 0)), quote!(#private::duration(300, 0))),
    };
    let attempts = match &kept.attempts {
        None => quote!(5),
        Some(Count::Known(count)) => Literal::u32_suffixed(*count).into_token_stream(),
        Some(Count::Expression(expr)) => {
            let span = located(first_span(expr).unwrap_or_else(Span::call_site));
            let constant = Ident::new("__ATTEMPTS", span);
            checks.extend(quote_spanned! {span=>
                const #constant: ::core::primitive::u32 = #expr;
                const _: () = ::core::assert!(
                    #constant > 0,
                    "`attempts` counts all of them, and none would never run: write `attempts = 1`, or more",
                );
            });
            quote!(#constant)
        }
    };
    (checks, attempts, [first, most])
}

/// Drains the tracker with the worker, where it is known.
pub(crate) fn drained(settings: &Settings) -> TokenStream {
    match &settings.track {
        Track::Static(tracker) => {
            let tracker = by_static_reference(tracker);
            quote!(|__shutdown| __shutdown.__drains(#tracker))
        }
        Track::Expression(_) | Track::Owner(_) => quote!(|__shutdown| __shutdown),
    }
}
