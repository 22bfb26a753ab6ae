//! What `#[owned_tasks]` tells the attribute of a method: `__owned { type; constant; fixed; root }` before its
//! arguments. Written and read here only.

use crate::paths::Root;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::LitBool;
use syn::parse::{ParseStream, Parser as _};

const WORD: &str = "__owned";

/// The service that tracks a method.
#[derive(Clone)]
pub(crate) struct Owned {
    /// As the user wrote it behind `impl`.
    pub(crate) ty: TokenStream,
    /// The constant of the `impl` by which methods reach the tracker.
    pub(crate) constant: Ident,
    /// No type parameters: a static can name the type, and the budget is proved in `cargo check`.
    pub(crate) is_fixed: bool,
    pub(crate) root: Root,
}

impl Owned {
    pub(crate) fn tell(&self) -> TokenStream {
        let Self { ty, constant, is_fixed, root } = self;
        let word = Ident::new(WORD, proc_macro2::Span::call_site());
        let root = root.path();
        let ty = TokenTree::Group(Group::new(proc_macro2::Delimiter::Bracket, ty.clone()));
        quote!(#word { #ty #constant #is_fixed #root })
    }

    /// What was told, and the arguments that the user wrote.
    pub(crate) fn take(attr: TokenStream) -> (Option<Self>, TokenStream) {
        let mut tokens = attr.clone().into_iter();
        match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(word)), Some(TokenTree::Group(told))) if word == WORD => {
                match read.parse2(told.stream()) {
                    Ok(owned) => (Some(owned), tokens.collect()),
                    Err(_) => (None, attr),
                }
            }
            _ => (None, attr),
        }
    }
}

fn read(input: ParseStream<'_>) -> syn::Result<Owned> {
    let ty;
    syn::bracketed!(ty in input);
    let ty = ty.parse()?;
    let constant = input.parse()?;
    let is_fixed = input.parse::<LitBool>()?.value;
    let root = if input.is_empty() { Root::default() } else { Root::at(input.call(syn::Path::parse_mod_style)?) };
    Ok(Owned { ty, constant, is_fixed, root })
}

/// Is it one of the attributes that make a task of a method? By its last segment, as macros have no other way.
pub(crate) fn is_task(path: &TokenStream) -> bool {
    let Some(TokenTree::Ident(last)) = path.clone().into_iter().last() else {
        return false;
    };
    crate::kind::TASKS.iter().any(|kind| last == kind.name())
}

/// The attribute's path, and what follows it.
pub(crate) fn split(attribute: TokenStream) -> (TokenStream, TokenStream) {
    let mut path = TokenStream::new();
    let mut rest = attribute.into_iter().peekable();
    while let Some(token) = rest.peek() {
        let part = match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => punct.as_char() == ':',
            TokenTree::Group(_) | TokenTree::Literal(_) => false,
        };
        if !part {
            break;
        }
        path.extend(rest.next());
    }
    (path, rest.collect())
}

/// The same attribute's tokens, with the service told; `None` for any other attribute.
pub(crate) fn told(attribute: &TokenStream, owned: &Owned) -> Option<TokenStream> {
    let (path, rest) = split(attribute.clone());
    if is_task(&path) {
        let tell = owned.tell();
        let mut rest = rest.into_iter();
        let group = match rest.next() {
            Some(TokenTree::Group(group)) => {
                let written = group.stream();
                let mut told = Group::new(group.delimiter(), quote!(#tell #written));
                told.set_span(group.span());
                told
            }
            Some(_) => return None,
            None => Group::new(proc_macro2::Delimiter::Parenthesis, tell),
        };
        return Some(path.into_iter().chain([TokenTree::Group(group)]).chain(rest).collect());
    }
    // `cfg_attr(condition, detached(…))`.
    if path.to_string() != "cfg_attr" {
        return None;
    }
    let mut rest = rest.into_iter();
    let Some(TokenTree::Group(group)) = rest.next() else {
        return None;
    };
    let mut found = false;
    let metas = metas(group.stream()).into_iter().enumerate().map(|(index, meta)| {
        let told = (index > 0).then(|| told(&meta, owned)).flatten();
        found |= told.is_some();
        told.unwrap_or(meta)
    });
    let metas: Vec<TokenStream> = metas.collect();
    let mut told = Group::new(group.delimiter(), quote!(#(#metas),*));
    told.set_span(group.span());
    let told = TokenTree::Group(told).into_token_stream();
    found.then(|| quote!(#path #told))
}

/// Between the commas.
fn metas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut metas = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => metas.push(TokenStream::new()),
            _ => metas.last_mut().expect("there is one from the start").extend([token]),
        }
    }
    metas
}

/// Is it one of ours, or does it hold one?
pub(crate) fn concerns(attribute: &TokenStream) -> bool {
    let (path, rest) = split(attribute.clone());
    is_task(&path)
        || path.to_string() == "cfg_attr"
            && matches!(
                rest.into_iter().next(),
                Some(TokenTree::Group(group)) if metas(group.stream()).iter().skip(1).any(concerns)
            )
}

/// The same attribute without ours: what is left of it.
pub(crate) fn without(attribute: &TokenStream) -> Option<TokenStream> {
    let (path, rest) = split(attribute.clone());
    if is_task(&path) {
        return None;
    }
    if path.to_string() != "cfg_attr" {
        return Some(attribute.clone());
    }
    let Some(TokenTree::Group(group)) = rest.into_iter().next() else {
        return Some(attribute.clone());
    };
    let metas: Vec<TokenStream> = metas(group.stream()).iter().filter_map(without).collect();
    Some(quote!(#path(#(#metas),*)))
}
