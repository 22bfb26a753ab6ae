//! The pure cores, without a compiler.

mod accepted;
mod cases;
mod docs;
mod durable;
mod expansion;
mod fuzz;
mod habits;
mod handlers;
mod loops;
mod mistakes;
mod retries;
mod robust;
mod unheard;
mod units;

use crate::arguments::{Kind, TASKS};
use proc_macro2::TokenStream;
use quote::quote;

fn tokens(source: &str) -> TokenStream {
    source.parse().unwrap_or_else(|error| panic!("{error}: {source}"))
}

fn detached(attr: &str, item: &str) -> (TokenStream, Vec<syn::Error>) {
    task(Kind::Detached, attr, item)
}

fn task(kind: Kind, attr: &str, item: &str) -> (TokenStream, Vec<syn::Error>) {
    crate::detached::detached(kind, tokens(attr), tokens(item))
}

fn durable(attr: &str, item: &str) -> (TokenStream, Vec<syn::Error>) {
    crate::durable::durable(tokens(attr), tokens(item))
}

fn owned_tasks(attr: &str, item: &str) -> (TokenStream, Vec<syn::Error>) {
    crate::owned_tasks::owned_tasks(tokens(attr), tokens(item))
}

fn task_owner(item: &str) -> (TokenStream, Vec<syn::Error>) {
    crate::task_owner::task_owner(tokens(item))
}

/// What the compiler makes of an `#[owned_tasks]` impl: its methods' attributes are expanded, too.
fn owned_tasks_throughout(attr: &str, item: &str) -> (TokenStream, Vec<syn::Error>) {
    let (output, mut errors) = owned_tasks(attr, item);
    let Ok(file) = syn::parse2::<syn::File>(output.clone()) else {
        return (output, errors);
    };
    let (blocks, around): (Vec<_>, Vec<_>) =
        file.items.into_iter().partition(|item| matches!(item, syn::Item::Impl(_)));
    let Some(syn::Item::Impl(mut block)) = blocks.into_iter().next() else {
        return (output, errors);
    };
    let mut items = Vec::new();
    for item in block.items {
        let syn::ImplItem::Fn(mut method) = item else {
            items.push(quote!(#item));
            continue;
        };
        let of = |attr: &syn::Attribute| {
            TASKS.into_iter().find(|kind| attr.path().segments.last().is_some_and(|last| last.ident == kind.name()))
        };
        let Some((index, kind)) = method.attrs.iter().enumerate().find_map(|(at, attr)| Some((at, of(attr)?))) else {
            items.push(quote!(#method));
            continue;
        };
        let attr = method.attrs.remove(index);
        let args = attr.meta.require_list().unwrap().tokens.clone();
        let (output, more) = crate::detached::detached(kind, args, quote!(#method));
        items.push(output);
        errors.extend(more);
    }
    block.items = Vec::new();
    let (generics, ty) = (&block.generics, &block.self_ty);
    let of_trait = block.trait_.as_ref().map(|(path, token)| quote!(#path #token));
    let (generics, _, where_clause) = generics.split_for_impl();
    (quote!(#(#around)* impl #generics #of_trait #ty #where_clause { #(#items)* }), errors)
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
