//! Where generated code finds outlive.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// `::outlive`, or what `crate = …` says.
#[derive(Clone, Default)]
pub(crate) struct Root(Option<syn::Path>);

impl Root {
    pub(crate) fn at(path: syn::Path) -> Self {
        Self(Some(path))
    }

    /// As the user wrote it; nothing where it is the default.
    pub(crate) fn path(&self) -> Option<&syn::Path> {
        self.0.as_ref()
    }

    /// `<root>::__private`, with errors about it shown at `span`.
    pub(crate) fn private(&self, span: Span) -> TokenStream {
        match &self.0 {
            None => quote_spanned!(span=> ::outlive::__private),
            Some(path) => {
                let path = relocate(path.to_token_stream(), span);
                quote_spanned!(span=> #path::__private)
            }
        }
    }
}

/// Another place in the source, the same name resolution.
fn relocate(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let inner = relocate(group.stream(), span);
                token = TokenTree::Group(Group::new(group.delimiter(), inner));
            }
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}

/// Generated tokens that report their errors at the user's `span`.
pub(crate) fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}
