//! The block as it was, with its tasks told who tracks them, and one constant more.

use super::model::{self, Model};
use super::tell::{self, Owned};
use crate::paths::{Root, located};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};

pub(crate) fn expand(model: &Model, root: &Root) -> TokenStream {
    let head = &model.head;
    let Some(owned) = model.owned(root) else {
        let body = TokenTree::Group(model.body.clone());
        return quote!(#head #body);
    };
    let constant = constant(model, &owned, root);
    let tell = |attribute: &TokenStream| tell::told(attribute, &owned).map_or(Fate::Kept, Fate::Replaced);
    let body = rebuilt(&model.body, tell, &constant);
    quote!(#head #body)
}

/// Without the attributes.
pub(crate) fn bare(model: &Model) -> TokenStream {
    let (head, body) = (&model.head, rebuilt(&model.body, strip, &TokenStream::new()));
    quote!(#head #body)
}

/// What is no `impl` block, without them; a function has none in its body.
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

fn strip(attribute: &TokenStream) -> Fate {
    match tell::without(attribute) {
        None => Fate::Gone,
        Some(_) if !tell::concerns(attribute) => Fate::Kept,
        Some(left) => Fate::Replaced(left),
    }
}

/// What becomes of an attribute.
enum Fate {
    Kept,
    Replaced(TokenStream),
    Gone,
}

/// By this the methods reach the tracker. A service that owns no tasks, or is not `Clone`, is an error here, once.
fn constant(model: &Model, owned: &Owned, root: &Root) -> TokenStream {
    let name = &owned.constant;
    let span =
        located(model.ty.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span()));
    let private = root.private(Span::call_site());
    let function = Ident::new(if model.lends() { "lending" } else { "sharing" }, span);
    let start = root.private(span);
    let value = quote_spanned!(span=> #start::#function::<Self>());
    quote! {
        #[doc(hidden)]
        #[allow(dead_code, non_upper_case_globals)]
        const #name: #private::Ownership<Self> = #value;
    }
}

/// The body, with whatever becomes of its items' attributes.
fn rebuilt(written: &Group, fate: impl Fn(&TokenStream) -> Fate, more: &TokenStream) -> TokenTree {
    let tokens: Vec<TokenTree> = written.stream().into_iter().collect();
    let mut body = TokenStream::new();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let Some(group) = model::attribute(&tokens, index) else {
            body.extend([token.clone()]);
            index += 1;
            continue;
        };
        index += 2;
        let group = match fate(&group.stream()) {
            Fate::Gone => continue,
            Fate::Kept => group.clone(),
            Fate::Replaced(inside) => {
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
