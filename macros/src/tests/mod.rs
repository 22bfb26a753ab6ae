//! The pure cores, without a compiler.

mod expansion;
mod mistakes;
mod robust;
mod units;

use proc_macro2::TokenStream;

fn tokens(source: &str) -> TokenStream {
    source.parse().unwrap_or_else(|error| panic!("{error}: {source}"))
}

fn detached(attr: &str, item: &str) -> (TokenStream, Vec<syn::Error>) {
    crate::detached::detached(tokens(attr), tokens(item))
}

fn detach(input: &str) -> (TokenStream, Vec<syn::Error>) {
    crate::detach::detach(tokens(input))
}

/// Each error as `what it underlines ⇒ message`.
fn shown(errors: &[syn::Error]) -> Vec<String> {
    errors
        .iter()
        .map(|error| {
            let place = error.span().source_text().unwrap_or_default();
            format!("{place} ⇒ {error}")
        })
        .collect()
}
