//! Where generated code finds outlive.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

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
            // The path keeps its own place: what is wrong with it is reported there, and once.
            Some(path) => quote_spanned!(span=> #path::__private),
        }
    }
}

/// Generated tokens that report their errors at the user's `span`.
pub(crate) fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}
