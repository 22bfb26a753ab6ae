//! Attributes that have their own way with a function, so that it cannot be a task as well.

use crate::arguments::Kind;
use crate::syntax::item::{Body, Function};
use crate::syntax::text::{self, as_written};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::Attribute;

/// `main` starts the program. `#[tokio::main]`, which stands above or below, has its own way with it.
pub(super) fn of_main(kind: Kind, function: &Function) -> Option<(TokenStream, syn::Error)> {
    let sig = &function.sig;
    let Body::Braces(body) = &function.body else { return None };
    if sig.ident != "main" || !sig.inputs.is_empty() {
        return None;
    }
    let message = format!(
        "`main` starts the program, and cannot be {}: leave `#[{}]` out here, and put it on a function that `main` calls",
        kind.made(),
        kind.name()
    );
    let error = syn::Error::new(sig.ident.span(), message);
    if sig.asyncness.is_none() || function.attrs.iter().any(|attr| is(attr, "main")) {
        return Some((function.written.clone(), error));
    }
    Some((quote!(fn main() { let _ = async #body; }), error))
}

/// A test, or what `#[tokio::main]` runs; and what is no method of a trait.
pub(super) fn of_others(kind: Kind, function: &Function) -> Option<(TokenStream, syn::Error)> {
    let (name, own) = (text::plain(&function.sig.ident), kind.name());
    if let Some(attr) = function.attrs.iter().find(|attr| is(attr, "async_trait")) {
        let message = format!(
            "`#[{}]` stands on a trait or on an `impl` of one, and `{name}` is a function: leave it out",
            shown(attr)
        );
        let error = syn::Error::new_spanned(attr, message);
        return Some((without(function, attr), error));
    }
    let runs = |what: &str, out: &str| {
        format!(
            "{what} runs `{name}` to its end, and `#[{own}]` makes a call of it start a task: leave `#[{own}]` out here, and put it \
             on a function that {out} calls"
        )
    };
    let error = if let Some(attr) = function.attrs.iter().find(|attr| is(attr, "test")) {
        let message = runs(&format!("`#[{}]`", shown(attr)), "the test");
        if attr.path().leading_colon.is_some() {
            // It is another attribute's, which stands above.
            syn::Error::new(function.sig.ident.span(), message)
        } else {
            syn::Error::new_spanned(attr, message)
        }
    } else if let Some(attr) = function.attrs.iter().find(|attr| is(attr, "main")) {
        syn::Error::new_spanned(attr, runs(&format!("`#[{}]`", shown(attr)), "it"))
    } else if function.sig.asyncness.is_none() && is_made_by_tokio(function) {
        syn::Error::new(function.sig.ident.span(), runs("`#[tokio::main]`", "it"))
    } else {
        return None;
    };
    Some((function.written.clone(), error))
}

/// By its last segment.
fn is(attr: &Attribute, name: &str) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == name)
}

fn shown(attr: &Attribute) -> String {
    if attr.path().leading_colon.is_some() { "test".to_owned() } else { as_written(attr.path()) }
}

fn without(function: &Function, left_out: &Attribute) -> TokenStream {
    let attrs = function.attrs.iter().filter(|attr| !std::ptr::eq(*attr, left_out));
    let (vis, sig) = (&function.vis, &function.sig);
    let body = match &function.body {
        Body::Braces(body) => body.to_token_stream(),
        Body::Missing(semicolon) => semicolon.to_token_stream(),
    };
    quote!(#(#attrs)* #vis #sig #body)
}

/// What `#[tokio::main]` has made of an `async fn`.
fn is_made_by_tokio(function: &Function) -> bool {
    matches!(&function.body, Body::Braces(body) if body.stream().to_string().contains("\"Failed building the Runtime\""))
}
