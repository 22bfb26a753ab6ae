//! A call that is tried again: its constants, their proofs, and the future of all its attempts.

use super::place;
use super::schedule::{check, checked, checked_pauses};
use crate::arguments::Argument;
use crate::settings::{Count, Retry};
use crate::syntax::expr::{first_span, plain};
use crate::syntax::paths::{Root, located};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;

const ATTEMPT: &str = "__ATTEMPT";

/// What it is tried by, as a constant; and that it fits into the timeout.
pub(super) fn checks(retry: &Retry, root: &Root) -> TokenStream {
    let private = root.private(Span::call_site());
    let (mut checks, first, most) = checked_pauses(Argument::Retry, &retry.pauses, root);
    let count = match &retry.count {
        Count::Known(count) => Literal::u32_suffixed(*count).into_token_stream(),
        Count::Expression(expr) => expr.to_token_stream(),
    };
    let spec = || quote!(&<__Outlive as #private::Site>::SPEC, &__RETRY);
    let mut limit = TokenStream::new();
    let mut proofs = vec![place::at(retry.place, root, "pauses_fit", spec())];
    if let Some((attempt, place)) = &retry.attempt {
        check(ATTEMPT, Argument::Attempt, attempt, root, &mut checks);
        let attempt = checked(ATTEMPT, attempt, root);
        limit = quote!(.attempt(#attempt));
        proofs.push(place::at(*place, root, "attempt_fits", spec()));
    }
    quote! {
        #checks
        const __RETRY: #private::Retry = #private::Retry::new(#count, #first, #most) #limit;
        #(const _: () = #proofs;)*
    }
}

/// What is wrong with a function is one error, in outlive's words. A closure's argument has its type from rustc.
fn chosen(wanted: &Expr, root: &Root) -> TokenStream {
    let Expr::Path(path) = plain(wanted) else { return wanted.to_token_stream() };
    let at = first_span(path).map_or_else(Span::call_site, located);
    let private = root.private(at);
    let error = Ident::new("__error", at);
    quote_spanned!(at=> |#error| #private::Chosen(#error, #path).__outlive_chosen())
}

/// The attempts as one future; `work` makes that of one.
pub(super) fn attempts(retry: &Retry, root: &Root, at: Span, work: &TokenStream) -> TokenStream {
    let private = root.private(at);
    let any = Ident::new("any_error", at);
    let any = || quote_spanned!(at=> #private::#any);
    let wanted = retry.wanted.as_ref().map_or_else(any, |wanted| chosen(wanted, root));
    quote_spanned!(at=> #private::attempts(__RETRY, #work, #wanted))
}
