//! The block as it was, with the service in its tasks' attributes, and one constant more.

use super::attribute;
use super::model::Model;
use crate::arguments::Owner;
use crate::syntax::expr::first_span;
use crate::syntax::paths::{Root, located};
use crate::syntax::text::as_written;
use crate::syntax::{diagnostics, editor};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::ItemStruct;

pub(crate) fn expand(model: &Model, root: &Root) -> TokenStream {
    let head = &model.head;
    let Some(owner) = model.owner(root) else {
        let body = TokenTree::Group(model.body.clone());
        return quote!(#head #body);
    };
    // Only the tasks need it, and an editor starts none.
    let constant = if editor::asks() { TokenStream::new() } else { constant(model, &owner, root) };
    let edit = |written: &TokenStream| attribute::with_owner(written, &owner).map_or(Edit::Keep, Edit::Replace);
    let body = rebuilt(&model.body, edit, &constant);
    let private = root.private(Span::call_site());
    // The methods' attributes need no import; one of the user's goes before this, and is used.
    quote! {
        #private::attributes! {}
        #head #body
    }
}

/// Beside errors that would be each method's as well: the handles are of a type that is the errors.
pub(crate) fn as_errors(model: &Model, root: &Root) -> TokenStream {
    let head = &model.head;
    let Some(owner) = model.owner(root) else {
        let body = TokenTree::Group(model.body.clone());
        return quote!(#head #body);
    };
    let owner = Owner { is_lost: true, ..owner };
    let edit = |written: &TokenStream| attribute::with_owner(written, &owner).map_or(Edit::Keep, Edit::Replace);
    let body = rebuilt(&model.body, edit, &TokenStream::new());
    let (name, error) = (&owner.constant, diagnostics::as_type());
    quote! {
        #head #body
        type #name = #error;
    }
}

/// What is no `impl` block, without the attributes; a function has none in its body.
pub(crate) fn stripped(item: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last() {
        if body.delimiter() == Delimiter::Brace {
            let body = rebuilt(body, strip, &TokenStream::new());
            tokens.pop();
            tokens.push(body);
        }
    }
    tokens.into_iter().collect()
}

/// What a struct lacks that has this attribute in the place of the derive. Its type is the errors, so that no call has one.
pub(crate) fn shutdown_of(item: &TokenStream) -> TokenStream {
    let Ok(ItemStruct { vis, ident, generics, .. }) = syn::parse2(item.clone()) else { return TokenStream::new() };
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let error = diagnostics::as_type();
    quote! {
        impl #impl_generics #ident #ty_generics #where_clause {
            #[allow(dead_code)]
            #vis fn shutdown(&self) -> #error { ::core::unreachable!() }
        }
    }
}

fn strip(written: &TokenStream) -> Edit {
    match attribute::without_task(written) {
        None => Edit::Remove,
        Some(_) if !attribute::makes_task(written) => Edit::Keep,
        Some(left) => Edit::Replace(left),
    }
}

/// What becomes of an attribute.
enum Edit {
    Keep,
    Replace(TokenStream),
    Remove,
}

/// By this the methods reach the tracker. A service that owns no tasks, or is not `Clone`, is an error here, once.
fn constant(model: &Model, owner: &Owner, root: &Root) -> TokenStream {
    let name = &owner.constant;
    let span = located(first_span(&model.ty).unwrap_or_else(Span::call_site));
    let private = root.private(Span::call_site());
    let start = root.private(span);
    let value = match (model.lends(), shown(model)) {
        (true, Some(parameters)) => {
            quote_spanned!(span=> #start::lending_of::<Self, #parameters, _>(#start::parameters))
        }
        (true, None) => quote_spanned!(span=> #start::lending::<Self>()),
        (false, _) => quote_spanned!(span=> #start::sharing::<Self>()),
    };
    quote! {
        #[doc(hidden)]
        const #name: #private::Ownership<Self> = #value;
    }
}

/// The type parameters that may lack something, as an error shows them.
fn shown(model: &Model) -> Option<TokenStream> {
    model.generics.type_params().next()?;
    let names: Vec<&Ident> = model
        .generics
        .type_params()
        .filter(|parameter| {
            let written: Vec<String> = parameter.bounds.iter().map(as_written).collect();
            !["Clone", "Send", "Sync", "'static"].iter().all(|bound| written.iter().any(|own| own == bound))
        })
        .map(|parameter| &parameter.ident)
        .collect();
    Some(if let [name] = names[..] { quote!(#name) } else { quote!((#(#names),*)) })
}

/// The body, with whatever becomes of its items' attributes.
fn rebuilt(written: &Group, edit: impl Fn(&TokenStream) -> Edit, more: &TokenStream) -> TokenTree {
    let tokens: Vec<TokenTree> = written.stream().into_iter().collect();
    let mut body = TokenStream::new();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let Some(group) = attribute::at(&tokens, index) else {
            body.extend([token.clone()]);
            index += 1;
            continue;
        };
        index += 2;
        let group = match edit(&group.stream()) {
            Edit::Remove => continue,
            Edit::Keep => group.clone(),
            Edit::Replace(inside) => {
                let mut replaced = Group::new(group.delimiter(), inside);
                replaced.set_span(group.span());
                replaced
            }
        };
        body.extend([token.clone(), TokenTree::Group(group)]);
    }
    body.extend(more.clone());
    let mut group = Group::new(written.delimiter(), body);
    group.set_span(written.span());
    TokenTree::Group(group)
}
