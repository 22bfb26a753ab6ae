//! The attributes of a method: which of them make a task of it, and the same ones with the service, or without.

use crate::arguments::{Owner, TASKS};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

/// The brackets behind a `#`.
pub(super) fn at(tokens: &[TokenTree], index: usize) -> Option<&Group> {
    match (tokens.get(index)?, tokens.get(index + 1)?) {
        (TokenTree::Punct(pound), TokenTree::Group(group))
            if pound.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group)
        }
        _ => None,
    }
}

/// Is it one of the attributes that make a task of a method? By its last segment, as macros have no other way.
fn is_task(path: &TokenStream) -> bool {
    let Some(TokenTree::Ident(last)) = path.clone().into_iter().last() else {
        return false;
    };
    TASKS.iter().any(|kind| last == kind.name())
}

/// The attribute's path, and what follows it.
pub(super) fn split(attribute: TokenStream) -> (TokenStream, TokenStream) {
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

/// The same attribute with the service before its arguments; `None` where it makes no task.
pub(super) fn with_owner(attribute: &TokenStream, owner: &Owner) -> Option<TokenStream> {
    let (path, rest) = split(attribute.clone());
    if is_task(&path) {
        let mut rest = rest.into_iter();
        let group = match rest.next() {
            Some(TokenTree::Group(group)) => {
                let written = group.stream();
                let mut arguments = Group::new(group.delimiter(), quote!(#owner #written));
                arguments.set_span(group.span());
                arguments
            }
            Some(_) => return None,
            None => Group::new(Delimiter::Parenthesis, owner.to_token_stream()),
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
        let replaced = (index > 0).then(|| with_owner(&meta, owner)).flatten();
        found |= replaced.is_some();
        replaced.unwrap_or(meta)
    });
    let metas: Vec<TokenStream> = metas.collect();
    let mut inside = Group::new(group.delimiter(), quote!(#(#metas),*));
    inside.set_span(group.span());
    let inside = TokenTree::Group(inside).into_token_stream();
    found.then(|| quote!(#path #inside))
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

/// Is it one that makes a task, or does it hold one?
pub(super) fn makes_task(attribute: &TokenStream) -> bool {
    let (path, rest) = split(attribute.clone());
    is_task(&path)
        || path.to_string() == "cfg_attr"
            && matches!(
                rest.into_iter().next(),
                Some(TokenTree::Group(group)) if metas(group.stream()).iter().skip(1).any(makes_task)
            )
}

/// What is left of the attribute without those that make a task.
pub(super) fn without_task(attribute: &TokenStream) -> Option<TokenStream> {
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
    let metas: Vec<TokenStream> = metas(group.stream()).iter().filter_map(without_task).collect();
    Some(quote!(#path(#(#metas),*)))
}
