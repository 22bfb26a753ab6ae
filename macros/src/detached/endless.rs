//! The loop of old in the body of a function that is to end: a run of it would not.

use super::model::Model;
use crate::arguments::{Args, Argument, Kind};
use crate::syntax::item::Body;
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, borrow};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::Type;

/// Macros of others in which no `return` is hidden.
const PLAIN: &[&str] = &[
    "assert",
    "assert_eq",
    "dbg",
    "debug",
    "debug_assert",
    "eprintln",
    "error",
    "format",
    "info",
    "join",
    "matches",
    "println",
    "select",
    "trace",
    "vec",
    "warn",
    "write",
    "writeln",
];

pub(super) fn body(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Body::Braces(body) = &model.function.body else { return };
    if args.has(Argument::Blocking) && !model.is_async() && matches!(model.kind, Kind::Detached | Kind::Worker) {
        // A panic ends it, too.
        let text = body.stream().to_string();
        let may_panic = ["unwrap", "expect", "panic"].iter().any(|word| text.contains(word));
        if let Some(word) = endless(body.stream()).filter(|_| !may_panic) {
            errors.on(
                word,
                format!(
                    "`{}` never ends, and nothing can stop its thread, so that each shutdown waits for it in vain: write `while \
                     !outlive::Context::current().is_cancelled()` in the place of this",
                    model.name()
                ),
            );
        }
        return;
    }
    if !matches!(model.kind, Kind::Periodic | Kind::Detached) {
        return;
    }
    let Some(word) = endless(body.stream()) else { return };
    if model.kind == Kind::Detached {
        // Of `-> !` that is said.
        if !model.output().is_some_and(|ty| matches!(borrow::inside(ty), Type::Never(_))) {
            errors.on(word, cut(model, args));
        }
        return;
    }
    let every = args.value(Argument::Every).map(|every| format!(" every {}", as_written(every).replace('"', "")));
    errors.on(
        word,
        format!(
            "a run of `{}` would never end, and `#[periodic]` repeats it{}: write what the loop does once, without `loop` and \
             without an interval",
            model.name(),
            every.unwrap_or_default()
        ),
    );
}

/// A call that only its timeout ends.
fn cut(model: &Model, args: &Args) -> String {
    let written = |argument: Argument| {
        args.value(argument).map(|value| format!("{} = {}", argument.key(), as_written(value))).into_iter()
    };
    let both = || written(Argument::Grace).chain(written(Argument::Track));
    let list = |arguments: Vec<String>| match arguments.join(", ") {
        none if none.is_empty() => none,
        arguments => format!("({arguments})"),
    };
    let worker = list(both().collect());
    let timeout = written(Argument::Timeout).next().unwrap_or_else(|| "timeout = \"10s\"".to_owned());
    let every = ["every = \"30s\"".to_owned(), timeout].into_iter();
    let periodic = list(every.chain(both()).collect());
    format!(
        "`{}` never ends, so that each call would be cut at its timeout: of what runs until the shutdown, write `#[outlive::worker{worker}]`; \
         of what is repeated, `#[outlive::periodic{periodic}]`, with what the loop does once, and without `loop`",
        model.name()
    )
}

/// The `loop`, or `while true`, that a body ends with, if nothing in it ends it.
fn endless(body: TokenStream) -> Option<Ident> {
    let mut tokens: Vec<TokenTree> = body.into_iter().collect();
    if matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == ';') {
        tokens.pop();
    }
    match (tokens.pop()?, tokens.pop()?) {
        (TokenTree::Group(group), TokenTree::Ident(word)) if group.delimiter() == Delimiter::Brace => {
            let is_while = || matches!(tokens.last(), Some(TokenTree::Ident(before)) if before == "while");
            let is_endless = word == "loop" || word == "true" && is_while();
            (is_endless && !ends(group.stream())).then_some(word)
        }
        _ => None,
    }
}

/// A `break`, a `return`, a `?`, or a macro that may have one.
fn ends(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => ends(group.stream()),
        TokenTree::Punct(punct) if punct.as_char() == '!' => {
            let called = matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
            let name = match at.checked_sub(1).and_then(|before| tokens.get(before)) {
                Some(TokenTree::Ident(name)) => name.to_string(),
                _ => return false,
            };
            called && !PLAIN.contains(&name.as_str())
        }
        TokenTree::Punct(punct) => punct.as_char() == '?',
        TokenTree::Ident(word) => ["break", "return", "exit", "abort"].iter().any(|ends| word == ends),
        TokenTree::Literal(_) => false,
    })
}
