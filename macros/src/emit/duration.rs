//! A duration as an expression.

use crate::settings::DurationValue;
use crate::syntax::paths::{Root, located};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote_spanned};

pub(super) fn duration(value: &DurationValue, root: &Root) -> TokenStream {
    match value {
        DurationValue::Known(duration, span) => {
            let span = located(*span);
            let private = root.private(span);
            let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
            quote_spanned!(span=> #private::duration(#secs, #nanos))
        }
        DurationValue::Expression(expr) => expr.to_token_stream(),
    }
}
