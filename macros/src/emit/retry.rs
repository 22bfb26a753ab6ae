//! A call that is tried again: its constants, their proofs, and the future of all its attempts.

use super::place;
use super::schedule::{check, checked, checked_pauses};
use crate::arguments::Argument;
use crate::settings::{Count, Retry};
use crate::syntax::paths::Root;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

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

/// The attempts as one future; `work` makes that of one.
pub(super) fn attempts(retry: &Retry, root: &Root, at: Span, work: &TokenStream) -> TokenStream {
    let private = root.private(at);
    let any = Ident::new("any_error", at);
    let any = || quote_spanned!(at=> #private::#any);
    let wanted = retry.wanted.as_ref().map_or_else(any, ToTokens::to_token_stream);
    quote_spanned!(at=> #private::attempts(__RETRY, #work, #wanted))
}
