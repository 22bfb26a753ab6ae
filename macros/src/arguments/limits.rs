//! Elsewhere, when a task is cancelled and when it is dropped are two limits from its start. Here the second counts from the
//! first.

use super::args::Args;
use super::habits::written;
use super::kind::Kind;
use super::retries::{Said, string};
use super::table::Argument;
use crate::syntax::{duration, text};
use proc_macro2::{Ident, TokenTree};
use syn::Expr;

/// `None` where the key stands for itself.
pub(super) fn together(args: &Args, key: &Ident) -> Option<Said> {
    if matches!(args.kind, Kind::Worker | Kind::OwnedTasks) || args.behind(Argument::Grace).is_some() {
        return None;
    }
    let own = Argument::Timeout.key();
    let pairs = pairs(args);
    let find = |is: fn(&str) -> bool| pairs.iter().find(|(name, _)| is(&text::snake_case(name)));
    let own_one = || pairs.iter().find(|(name, _)| name == own);
    let soft = find(is_soft);
    let hard = find(is_hard);
    let (soft, hard) = match (soft, hard) {
        (Some(soft), Some(hard)) => (soft, hard),
        (Some(soft), None) => (soft, own_one()?),
        // `time_limit` beside a `timeout` may be the same once more.
        (None, Some(hard)) if text::snake_case(&hard.0).starts_with("hard") => (own_one()?, hard),
        _ => return None,
    };
    let mine = text::plain(key);
    if mine != soft.0 && mine != hard.0 {
        return None;
    }
    let first = pairs.iter().find(|(name, _)| name != own && (*name == soft.0 || *name == hard.0))?;
    if mine != first.0 {
        return Some(Said::Elsewhere);
    }
    let timeout = string(&soft.1).map_or_else(
        || written(Argument::Timeout, syn::parse2::<Expr>(soft.1.iter().cloned().collect()).ok().as_ref(), None),
        |text| format!("{own} = \"{text}\""),
    );
    if is_blocking(args) {
        return Some(Said::Now(format!(
            "a thread cannot be dropped, and is cancelled at its `timeout`: write `{timeout}` in place of `{}` and `{}`",
            soft.0, hard.0
        )));
    }
    let read = |value: &[TokenTree]| duration::read(&string(value)?).ok();
    let between = read(&hard.1).zip(read(&soft.1)).and_then(|(hard, soft)| hard.checked_sub(soft));
    let grace = between.filter(|grace| !grace.is_zero()).map_or_else(|| "1s".to_owned(), duration::shown);
    Some(Said::Now(format!(
        "a task is dropped `grace` after its `timeout`: write `{timeout}, grace = \"{grace}\"` in place of `{}` and `{}`",
        soft.0, hard.0
    )))
}

/// A thread has no grace.
pub(super) fn is_blocking(args: &Args) -> bool {
    let mut tokens = args.tokens.clone().into_iter();
    tokens.any(|token| matches!(token, TokenTree::Ident(word) if word == Argument::Blocking.key()))
}

fn is_soft(key: &str) -> bool {
    matches!(key, "soft_time_limit" | "soft_timeout" | "soft_limit" | "soft_deadline" | "cancel_after")
}

fn is_hard(key: &str) -> bool {
    matches!(
        key,
        "time_limit"
            | "hard_time_limit"
            | "hard_timeout"
            | "hard_limit"
            | "hard_deadline"
            | "kill_after"
            | "drop_after"
    )
}

/// The arguments that have a value.
fn pairs(args: &Args) -> Vec<(String, Vec<TokenTree>)> {
    let tokens: Vec<TokenTree> = args.tokens.clone().into_iter().collect();
    let is = |token: &TokenTree, char: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == char);
    let read = |argument: &[TokenTree]| match argument {
        [TokenTree::Ident(key), equals, value @ ..] if is(equals, '=') => Some((text::plain(key), value.to_vec())),
        _ => None,
    };
    tokens.split(|token| is(token, ',')).filter_map(read).collect()
}
