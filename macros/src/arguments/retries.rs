//! Elsewhere, how often a call is tried and how long it waits in between are arguments of their own. Here they are one.

use super::args::Args;
use super::kind::Kind;
use super::table::Argument;
use crate::syntax::{duration, text};
use proc_macro2::{Ident, TokenStream, TokenTree};

/// Which of them a name is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All attempts.
    Attempts,
    /// Those behind the first.
    Retries,
    First,
    Most,
    /// What this library has.
    Own,
}

fn part(key: &str) -> Option<Part> {
    Some(match key {
        "attempts" | "max_attempts" | "tries" | "autoretry_for" | "retry_kwargs" => Part::Attempts,
        "retries" | "max_retries" | "retry_count" => Part::Retries,
        "backoff"
        | "backoff_range"
        | "initial_backoff"
        | "min_backoff"
        | "retry_backoff"
        | "retry_delay"
        | "retry_interval"
        | "default_retry_delay" => Part::First,
        "backoff_max" | "max_backoff" | "max_retry_delay" | "retry_backoff_max" => Part::Most,
        "retry" => Part::Own,
        _ => return None,
    })
}

/// Is it the longest pause?
pub(super) fn is_most(key: &str) -> bool {
    part(key) == Some(Part::Most)
}

pub(super) enum Said {
    /// What to say here.
    Now(String),
    /// It is said at another one of them.
    Elsewhere,
}

/// `None` where the key stands for itself.
pub(super) fn together(args: &Args, key: &Ident) -> Option<Said> {
    if args.kind != Kind::Detached || part(&text::snake_case(&text::plain(key))).is_none() {
        return None;
    }
    let parts = parts(&args.tokens);
    if parts.len() < 2 {
        return None;
    }
    let first = parts.iter().find(|written| written.part != Part::Own)?;
    if *key != first.key {
        return Some(Said::Elsewhere);
    }
    let names: Vec<String> = parts.iter().map(|written| format!("`{}`", written.key)).collect();
    let (last, first) = names.split_last()?;
    let fixed = fixed(&parts);
    Some(Said::Now(format!("{} and {last} are one argument: write `{fixed}` in their place", first.join(", "))))
}

struct Written {
    part: Part,
    key: String,
    value: Vec<TokenTree>,
}

/// Those of an attribute's arguments.
fn parts(tokens: &TokenStream) -> Vec<Written> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is = |token: &TokenTree, char: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == char);
    let read = |argument: &[TokenTree]| match argument {
        [TokenTree::Ident(key), equals, value @ ..] if is(equals, '=') => {
            let key = key.to_string();
            Some(Written { part: part(&text::snake_case(&key))?, key, value: value.to_vec() })
        }
        _ => None,
    };
    tokens.split(|token| is(token, ',')).filter_map(read).collect()
}

/// All of it as one.
fn fixed(parts: &[Written]) -> String {
    let value = |part: Part| parts.iter().find(|written| written.part == part).map(|written| written.value.as_slice());
    let number = |part: Part| value(part).and_then(count);
    let own = value(Part::Own).filter(|_| number(Part::Own).is_none()).and_then(string).unwrap_or_default();
    let own_count = own.split(',').next().and_then(|count| count.trim().parse().ok());
    let count = number(Part::Attempts)
        .or_else(|| number(Part::Retries).map(|count| count.saturating_add(1)))
        .or_else(|| number(Part::Own))
        .or(own_count)
        .filter(|count| *count > 1)
        .unwrap_or(3);
    let given = value(Part::First).and_then(string).unwrap_or_default();
    let own_range = own.split_once(',').map(|(_, range)| range.to_owned()).unwrap_or_default();
    let range = if given.is_empty() { own_range } else { given };
    let (first, most) = range.split_once("..").unwrap_or((&range, ""));
    let read = |written: &str| duration::read(written.trim()).ok().filter(|pause| !pause.is_zero());
    let most_of_its_own = value(Part::Most).and_then(string).unwrap_or_default();
    let most = if most_of_its_own.is_empty() { most } else { &most_of_its_own };
    let first = if read(first).is_some() { first.trim() } else { "100ms" };
    let is_longer = |most: &&str| read(most).zip(read(first)).is_some_and(|(most, first)| most >= first);
    let most = [most.trim(), "2s", "5m"].into_iter().find(is_longer).unwrap_or(first);
    format!("{} = \"{count}, {first}..{most}\"", Argument::Retry.key())
}

fn count(value: &[TokenTree]) -> Option<u32> {
    match value {
        [TokenTree::Literal(literal)] => literal.to_string().trim_matches('"').parse().ok(),
        _ => None,
    }
}

/// What stands in the quotes; of a number, seconds.
pub(super) fn string(value: &[TokenTree]) -> Option<String> {
    match value {
        [TokenTree::Literal(literal)] => {
            let written = literal.to_string();
            let seconds = || written.parse::<u32>().ok().map(|seconds| format!("{seconds}s"));
            written.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map(str::to_owned).or_else(seconds)
        }
        _ => None,
    }
}
