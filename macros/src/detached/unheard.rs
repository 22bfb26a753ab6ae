//! What a worker would do behind `cancelled()`, without a grace: it is polled once, and dropped where that waits.

use super::misused::awaited;
use super::model::Model;
use crate::arguments::{Args, Argument, Kind};
use crate::syntax::Diagnostics;
use crate::syntax::item::Body;
use crate::syntax::text;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

pub(super) fn body(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let (Kind::Worker, Body::Braces(body)) = (model.kind, &model.function.body) else { return };
    if args.has(Argument::Grace) || args.has(Argument::Blocking) || !model.is_async() {
        return;
    }
    // Most bodies have no such word, and the text is at hand.
    if !body.stream().to_string().contains("cancelled") {
        return;
    }
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let contexts = contexts(&tokens);
    if let Some(word) = cut(&tokens, &contexts, true) {
        errors.on(
            word,
            format!(
                "`{}` has no `grace`, and is dropped at its first await behind `cancelled()`, which is here: add `grace = \"2s\"`",
                model.name()
            ),
        );
    }
}

/// What is bound to the worker's own context: `let ctx = Context::current();`.
fn contexts(tokens: &[TokenTree]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Ident(word) = token else { continue };
        let (Some(TokenTree::Ident(name)), true) = (tokens.get(at + 1), word == "let") else { continue };
        let value = &tokens[at + 2..];
        let end = value.iter().position(|token| is(token, ';')).unwrap_or(value.len());
        if text::of(value[..end].iter().cloned()).ends_with("Context::current()") {
            found.push(text::plain(name));
        }
    }
    found
}

/// The first `.await` that comes when the worker is cancelled, and after its context has said so. In doubt, none.
fn cut(tokens: &[TokenTree], contexts: &[String], is_body: bool) -> Option<Ident> {
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let word = |back: usize| match at.checked_sub(back).map(|before| &tokens[before]) {
            Some(TokenTree::Ident(word)) => word.to_string(),
            _ => String::new(),
        };
        let behind = || in_any_case(&tokens[at + 1..]);
        // `ctx.cancelled().await; …`
        if word(1) == "cancelled" && is_own(&tokens[..at - 1], contexts) {
            let mut rest = tokens[at + 1..].iter();
            let is_awaited = matches!((rest.next(), rest.next()), (Some(dot), Some(TokenTree::Ident(word))) if is(dot, '.') && word == "await");
            return is_awaited.then(|| awaited(rest.cloned().collect())).flatten();
        }
        let inside: Vec<TokenTree> = group.stream().into_iter().collect();
        if word(2) == "select" && at.checked_sub(1).is_some_and(|before| is(&tokens[before], '!')) {
            match arm(&inside, contexts) {
                Some(Arm::Awaits(word)) => return Some(word),
                Some(Arm::GoesOn) if is_body => return behind(),
                _ => {}
            }
        } else if group.delimiter() == Delimiter::Brace && is_repeated(tokens, at) {
            match broken(&inside, contexts) {
                Some(Arm::Awaits(word)) => return Some(word),
                Some(Arm::Breaks) => return behind(),
                _ => {}
            }
        }
    }
    None
}

/// The first `.await` that no condition stands before, but for what there is to write: that one may ask whether it was cancelled.
fn in_any_case(tokens: &[TokenTree]) -> Option<Ident> {
    let mut begins = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) if is_block(group) => {
                let head = text::of(tokens[begins..at].iter().cloned());
                if head.starts_with("if !") && head.ends_with(".is_empty()") {
                    if let Some(word) = awaited(group.stream()) {
                        return Some(word);
                    }
                }
                begins = at + 1;
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => begins = at + 1,
            TokenTree::Ident(word) if word == "await" && at > 0 && is(&tokens[at - 1], '.') => {
                let head = text::of(tokens[begins..at].iter().cloned());
                return (!head.starts_with("if") && !head.starts_with("match")).then(|| word.clone());
            }
            TokenTree::Ident(word) if word == "return" => return None,
            _ => {}
        }
    }
    None
}

/// What comes of `cancelled()` in a `select!`.
enum Arm {
    Awaits(Ident),
    Breaks,
    /// To what is behind the `select!`.
    GoesOn,
    Other,
}

/// Of the `select!` in the body of a loop.
fn broken(body: &[TokenTree], contexts: &[String]) -> Option<Arm> {
    body.windows(3).find_map(|three| match three {
        [TokenTree::Ident(word), bang, TokenTree::Group(group)] if word == "select" && is(bang, '!') => {
            arm(&group.stream().into_iter().collect::<Vec<_>>(), contexts)
        }
        _ => None,
    })
}

fn arm(select: &[TokenTree], contexts: &[String]) -> Option<Arm> {
    let at = select.iter().enumerate().position(|(at, token)| {
        matches!(token, TokenTree::Ident(word) if word == "cancelled") && is_own(&select[..at], contexts)
    })?;
    // `.cancelled() =>`
    let [TokenTree::Group(_), equals, arrow, rest @ ..] = &select[at + 1..] else { return None };
    if !is(equals, '=') || !is(arrow, '>') {
        return None;
    }
    let arm: TokenStream = match rest {
        [TokenTree::Group(block), ..] if block.delimiter() == Delimiter::Brace => block.stream(),
        _ => rest.iter().take_while(|token| !is(token, ',')).cloned().collect(),
    };
    if let Some(word) = awaited(arm.clone()) {
        return Some(Arm::Awaits(word));
    }
    let shown = text::as_written(arm);
    Some(match shown.trim_end_matches(';').trim() {
        "" | "()" => Arm::GoesOn,
        // It says nothing else that may be asked for behind the loop.
        only if only.starts_with("break") && !only.contains([';', '\'']) => Arm::Breaks,
        _ => Arm::Other,
    })
}

/// Is what stands before `cancelled` the worker's own context? A token of others has such a method, too.
fn is_own(before: &[TokenTree], contexts: &[String]) -> bool {
    let Some((dot, before)) = before.split_last() else { return false };
    if !is(dot, '.') {
        return false;
    }
    match before {
        [.., TokenTree::Ident(ty), colon, _, TokenTree::Ident(current), TokenTree::Group(_)] => {
            ty == "Context" && is(colon, ':') && current == "current"
        }
        [.., dot, TokenTree::Ident(_)] if is(dot, '.') => false,
        [.., TokenTree::Ident(name)] => contexts.contains(&text::plain(name)),
        _ => false,
    }
}

/// Is this the body of a loop?
fn is_repeated(tokens: &[TokenTree], at: usize) -> bool {
    let begins = |token: &TokenTree| is(token, ';') || matches!(token, TokenTree::Group(group) if is_block(group));
    let head = tokens[..at].iter().rev().take_while(|token| !begins(token));
    head.into_iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if ["for", "loop", "while"].iter().any(|own| word == own)))
}

fn is_block(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

fn is(token: &TokenTree, expected: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == expected)
}
