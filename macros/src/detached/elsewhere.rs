//! Attributes that there are none of, and that people look for: `#[blocking]`, `#[scheduled]`, `#[task]`.

use crate::arguments::Kind;
use crate::syntax::text::as_written;
use proc_macro2::{Span, TokenStream};
use quote::quote;

/// `#[blocking(timeout = "15s", track = THUMBS)]`: the function is what that would be, beside the one error that says so.
pub(crate) fn blocking(attr: &TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let has_some = !attr.is_empty();
    let comma = has_some.then(|| quote!(,));
    let args = if has_some { quote!(#attr #comma blocking) } else { quote!(timeout = "5s", track = AUDIT, blocking) };
    let fixed = as_written(&args);
    let says =
        format!("`blocking` is a word of `#[detached]`, and of `#[worker]`: write `#[outlive::detached({fixed})]`");
    instead(Kind::Detached, says, args, item)
}

/// One of the three, by the word of others. `name` is that word.
pub(crate) fn called(name: &str, kind: Kind, attr: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let line = kind.line(false).replacen("#[", "#[outlive::", 1);
    let says = format!(
        "there is no attribute `#[{name}]`: write `{line}`, where `AUDIT` is a static of yours: `static AUDIT: \
                        outlive::Tracker = outlive::Tracker::bounded(\"audit\", 64);`"
    );
    instead(kind, says, attr, item)
}

fn instead(kind: Kind, says: String, args: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let (output, _) = super::detached(kind, args, item);
    (output, vec![syn::Error::new(Span::call_site(), says)])
}
