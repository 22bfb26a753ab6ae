//! Errors are gathered, never returned at the first one: every independent mistake is shown at once.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
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

/// What the compiler gets of an attribute macro: the items, then the errors, or in their midst where they have a place.
pub(crate) fn after_items((output, errors): (TokenStream, Vec<syn::Error>)) -> TokenStream {
    if errors.is_empty() {
        return output;
    }
    let errors: TokenStream = errors.iter().map(syn::Error::to_compile_error).collect();
    let mut placed = false;
    let mut output = place(output, &errors, &mut placed);
    if !placed {
        output.extend(errors);
    }
    output
}

/// What the compiler gets of a macro in expression position: one block.
pub(crate) fn in_block((output, errors): (TokenStream, Vec<syn::Error>)) -> TokenStream {
    if errors.is_empty() {
        return output;
    }
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote!({ #(#errors)* #output })
}

/// Where the errors go that are also the type of something: what uses that has no error of its own.
const PLACE: &str = "__OUTLIVE_ERRORS";

/// Such a type. Of an array, as a macro in the place of a type itself gives `()`.
pub(crate) fn as_type() -> TokenStream {
    let place = Ident::new(PLACE, Span::call_site());
    quote!([(); #place])
}

fn place(tokens: TokenStream, errors: &TokenStream, placed: &mut bool) -> TokenStream {
    let mut one = |token: TokenTree| match token {
        TokenTree::Ident(ident) if ident == PLACE => {
            *placed = true;
            quote!({ #errors 0 })
        }
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), place(group.stream(), errors, placed));
            inside.set_span(group.span());
            TokenTree::Group(inside).into()
        }
        token => token.into(),
    };
    tokens.into_iter().map(&mut one).collect()
}
