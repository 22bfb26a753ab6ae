//! Errors are gathered, never returned at the first one: every independent mistake is shown at once.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::Display;

#[derive(Default)]
pub(crate) struct Diagnostics {
    errors: Vec<syn::Error>,
}

impl Diagnostics {
    /// An error at one span.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.errors.push(syn::Error::new(span, message));
    }

    /// An error that underlines all of `tokens`.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    pub(crate) fn into_errors(self) -> Vec<syn::Error> {
        self.errors
    }
}

/// What the compiler gets of an attribute macro: the items, then the errors.
pub(crate) fn after_items((mut output, errors): (TokenStream, Vec<syn::Error>)) -> TokenStream {
    output.extend(errors.iter().map(syn::Error::to_compile_error));
    output
}

/// What the compiler gets of a macro in expression position: one block.
pub(crate) fn in_block((output, errors): (TokenStream, Vec<syn::Error>)) -> TokenStream {
    if errors.is_empty() {
        return output;
    }
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote::quote!({ #(#errors)* #output })
}

/// An error in the place of a type: what uses that has no error of its own.
pub(crate) fn as_type(message: &str) -> TokenStream {
    // Of an array, as a macro in the place of a type itself gives `()`.
    quote::quote!([(); ::core::compile_error!(#message)])
}
