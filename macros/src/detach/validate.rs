//! Can this expression become a task? Every mistake, each with the line to type instead.

use super::model::Model;
use super::nameless::nameless;
use crate::arguments::{self, Argument, Kind};
use crate::settings::{self, Scope, Settings};
use crate::syntax::{Diagnostics, text};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

const LINE: &str = "detach!(timeout = \"5s\", track = AUDIT, future)";

pub(crate) fn validate(model: &Model, errors: &mut Diagnostics) -> Option<Settings> {
    let args = &model.args;
    if model.future.is_empty() {
        let both_missing = args.is_empty();
        errors.at(Span::call_site(), format!("`detach!` needs a future to run: write `{LINE}`"));
        if both_missing {
            return None;
        }
    } else if let Some((key, _)) = arguments::trailing(model.future.clone()) {
        errors.at(key.span(), format!("`{key}` stands behind the future: write it before, as in `{LINE}`"));
        return None;
    } else if let Some(semicolon) = semicolon(&model.future) {
        errors.on(
            semicolon,
            "a `;` stands where `detach!` takes one future: leave it out, or write `async { … }` around it all",
        );
        return None;
    } else if is_none_yet(model, errors) {
        return None;
    }
    if let Some(word) = awaited(&model.future) {
        errors.on(word, "`detach!` awaits its future in the task: leave `.await` out");
        return None;
    }
    if let Some((path, inside)) = spawned(&model.future) {
        let way_out = if path.ends_with("spawn_blocking") {
            "put `#[detached(blocking, …)]` on a function with this work, and call that".to_owned()
        } else {
            format!("write `{inside}` alone")
        };
        errors.on(
            &model.future,
            format!(
                "`{path}` makes a task of its own, which would run on untracked when this one is dropped: {way_out}"
            ),
        );
        return None;
    }
    if let Some(key) = args.key(Argument::Blocking) {
        errors.at(
            key.span(),
            "`blocking` is for a plain `fn`, and `detach!` runs a future: put \
             `#[detached(blocking, …)]` on a function",
        );
    }
    if let Some(key) = args.key(Argument::Unfinished) {
        errors.at(
            key.span(),
            "`unfinished` hands back a function's arguments, and a future has none: put \
             `#[detached(unfinished = …, …)]` on a function",
        );
    }
    // One message, whichever of them there are.
    let retries = [Argument::Retry, Argument::Attempt, Argument::RetryIf];
    if let Some((argument, key)) = retries.into_iter().find_map(|argument| Some((argument, args.key(argument)?))) {
        let shown = argument.key();
        errors.at(
            key.span(),
            format!(
                "`{shown}` is for a call that can be repeated, and a future runs once: put `#[detached({}, …)]` on a function",
                Argument::Retry.example()
            ),
        );
        return None;
    }
    if let Some(key) = args.key(Argument::AllowRequestBound) {
        errors.at(
            key.span(),
            "`allow_request_bound` is about a function's arguments and result, which `detach!` does not see: leave it out",
        );
    }
    if settings::waits(args) {
        if let Some(key) = args.key(Argument::WhenFull) {
            errors.at(
                key.span(),
                "`when_full = wait` makes the call itself `async`, which `detach!` is not: put \
                 `#[detached(when_full = wait, …)]` on a function",
            );
        }
    }
    let scope = Scope {
        kind: Kind::Detached,
        shown: "`detach!`",
        line: LINE,
        at: Span::call_site(),
        owner: None,
        track_is_settled: false,
        inputs: vec!["self".to_owned()],
        in_patterns: Vec::new(),
        generics: Vec::new(),
        locals: true,
    };
    settings::validate(args, &scope, errors)
}

/// More than a future, or a block: `true` where that is said.
fn is_none_yet(model: &Model, errors: &mut Diagnostics) -> bool {
    if let Some((first, message)) = nameless(&model.future, &model.args) {
        errors.on(first, message);
        return true;
    } else if let Some(block) = block(&model.future) {
        errors.at(
            block.span_open(),
            "`detach!` runs a future, and a block that awaits is none yet: write `async move` before it",
        );
        return true;
    } else if let Some(second) = arguments::second(&model.future) {
        errors.on(
            second,
            "`detach!` runs one future, and this is a second one: write a `detach!` for each, or, for a task that runs both, \
             `async { tokio::join!(…) }`",
        );
        return true;
    }
    false
}

/// `{ f().await; }`, which gives nothing.
pub(crate) fn block(future: &TokenStream) -> Option<Group> {
    let mut tokens = future.clone().into_iter();
    let (Some(TokenTree::Group(group)), None) = (tokens.next(), tokens.next()) else { return None };
    let last = group.stream().into_iter().last();
    let is_statement = matches!(last, Some(TokenTree::Punct(punct)) if punct.as_char() == ';');
    let is_block = group.delimiter() == Delimiter::Brace && is_statement;
    (is_block && crate::detached::misused::awaited(group.stream()).is_some()).then_some(group)
}

/// `f().await`, where the future is `f()`.
pub(crate) fn awaited(future: &TokenStream) -> Option<TokenTree> {
    let mut tokens = future.clone().into_iter();
    let (mut before, mut last) = (None, None);
    for token in &mut tokens {
        before = last.replace(token);
    }
    let is_dot = matches!(&before, Some(TokenTree::Punct(punct)) if punct.as_char() == '.');
    last.filter(|last| is_dot && matches!(last, TokenTree::Ident(word) if word == "await"))
}

/// `tokio::spawn(f())`, and nothing else: its path, and what is in it.
fn spawned(future: &TokenStream) -> Option<(String, String)> {
    let mut tokens: Vec<TokenTree> = future.clone().into_iter().collect();
    let Some(TokenTree::Group(group)) = tokens.pop() else { return None };
    let is_path = tokens.iter().all(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    });
    let path = text::of(tokens);
    let is_tokios = ["spawn", "spawn_blocking", "spawn_local"].iter().any(|name| {
        path == *name
            || path
                .strip_suffix(name)
                .is_some_and(|module| ["tokio::", "task::"].iter().any(|own| module.ends_with(own)))
    });
    (is_path && is_tokios).then(|| (path, text::as_written(group.stream())))
}

/// The first one that is not inside of something.
pub(crate) fn semicolon(future: &TokenStream) -> Option<TokenTree> {
    future.clone().into_iter().find(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'))
}
