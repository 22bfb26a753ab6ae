//! Reads the arguments of a macro. What is unknown, misspelt, misplaced, repeated or malformed is reported here.

use super::args::{Args, Content};
use super::elsewhere;
use super::habits::{self, Habit, habit};
use super::keyless::keyless;
use super::kind::Kind;
use super::limits;
use super::retries::{Said, together};
use super::row::Value;
use super::table::Argument;
use super::tracked::{self, Tracked};
use crate::syntax::Diagnostics;
use crate::syntax::expr::{is_static, is_upper_case};
use crate::syntax::nearest::nearest;
use crate::syntax::text::{self, as_written};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::buffer::Cursor;
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, ExprArray, ExprLit, ExprPath, Token, Type, TypePath, bracketed};

/// All of an attribute's tokens.
pub(crate) fn parse(kind: Kind, is_owned: bool, tokens: TokenStream, errors: &mut Diagnostics) -> Args {
    let mut args = Args::none(kind);
    args.is_owned = is_owned;
    args.tokens = tokens.clone();
    let list = |input: ParseStream<'_>| {
        while !input.is_empty() {
            one(input, Rest::Arguments, &mut args, errors);
        }
        Ok(())
    };
    if let Err(error) = list.parse2(tokens) {
        errors.push(error);
    }
    args
}

/// The `key = value` pairs that come before something else; what follows stays in `input`.
pub(crate) fn parse_leading(input: ParseStream<'_>, errors: &mut Diagnostics) -> Args {
    let mut args = Args::none(Kind::Detached);
    while starts_argument(input) || input.peek(Token![,]) {
        one(input, Rest::Future, &mut args, errors);
    }
    args
}

fn starts_argument(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let Ok(key) = ahead.call(Ident::parse_any) else {
        return false;
    };
    if is_assignment(&ahead) {
        return true;
    }
    if known(Kind::Detached, &key).is_none() {
        return false;
    }
    if ahead.peek(Token![:]) && !ahead.peek(Token![::]) {
        return true;
    }
    // `blocking, …`, `timeout("5s"), …`; a lone word or call at the end is the future.
    let _ = ahead.peek(syn::token::Paren).then(|| ahead.parse::<TokenTree>());
    ahead.parse::<Token![,]>().is_ok() && !ahead.is_empty()
}

/// The first argument that stands behind the future, where none may; and the tokens before it.
pub(crate) fn trailing(tokens: TokenStream) -> Option<(Ident, TokenStream)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: Option<usize>, expected: char| {
        let token = at.and_then(|at| tokens.get(at));
        matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == expected)
    };
    let (at, key) = tokens.iter().enumerate().find_map(|(at, token)| {
        let TokenTree::Ident(key) = token else {
            return None;
        };
        let stands_alone =
            is(at.checked_sub(1), ',') && is(Some(at + 1), '=') && !is(Some(at + 2), '=') && !is(Some(at + 2), '>');
        (known(Kind::Detached, key).is_some() && stands_alone).then(|| (at, key.clone()))
    })?;
    Some((key, tokens.into_iter().take(at - 1).collect()))
}

/// What stands behind a whole expression and a comma.
pub(crate) fn second(future: &TokenStream) -> Option<TokenStream> {
    let is_comma = |token: TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    if !future.clone().into_iter().any(is_comma) {
        return None;
    }
    let behind = |input: ParseStream<'_>| {
        input.parse::<Expr>()?;
        input.parse::<Token![,]>()?;
        input.parse::<TokenStream>()
    };
    behind.parse2(future.clone()).ok().filter(|second| !second.is_empty())
}

fn is_assignment(input: ParseStream<'_>) -> bool {
    input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>])
}

/// What may follow an argument.
#[derive(Clone, Copy, PartialEq)]
enum Rest {
    Arguments,
    Future,
}

fn one(input: ParseStream<'_>, rest: Rest, args: &mut Args, errors: &mut Diagnostics) {
    if input.peek(Token![,]) {
        let comma = input.parse::<Token![,]>();
        args.broken = true;
        errors.on(comma.ok(), "an argument is missing before this comma");
        return;
    }
    let ahead = input.fork();
    if let Ok(key) = ahead.call(Ident::parse_any) {
        let colon = ahead.peek(Token![:]) && !ahead.peek(Token![::]) || ahead.peek(Token![=>]);
        if is_assignment(&ahead) || colon {
            pair(input, rest, args, errors);
            return end(input, rest, args, errors);
        }
        let ends = ahead.is_empty() || ahead.peek(Token![,]);
        if let Some(argument) = known(args.kind, &key) {
            let called = called(&ahead);
            if ends || called.is_some() {
                let _ = input.call(Ident::parse_any);
                if called.is_some() {
                    let _ = input.parse::<TokenTree>();
                }
                flag(argument, key, called, args, errors);
                return end(input, rest, args, errors);
            }
        } else if let Some(inside) = called(&ahead).filter(|_| rest == Rest::Arguments) {
            // What stands in there may be anything.
            let value = syn::parse2::<Expr>(inside).ok();
            if value.is_none() || elsewhere::habit(args.kind, &text::plain(&key), None, &Tracked::ByService).is_some() {
                let _ = (input.call(Ident::parse_any), input.parse::<TokenTree>());
                unknown(&key, None, args, errors);
                return end(input, rest, args, errors);
            }
        }
    }
    match input.parse::<Expr>() {
        Ok(expr) => keyless(&expr, args, errors),
        Err(error) => {
            args.broken = true;
            errors.push(error);
            return skip(input);
        }
    }
    end(input, rest, args, errors);
}

/// What stands in the parentheses that come next, if that is all before the comma.
fn called(input: ParseStream<'_>) -> Option<TokenStream> {
    let ahead = input.fork();
    match ahead.parse::<TokenTree>().ok()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            (ahead.is_empty() || ahead.peek(Token![,])).then(|| group.stream())
        }
        _ => None,
    }
}

/// `key = value`, or `key: value`.
fn pair(input: ParseStream<'_>, rest: Rest, args: &mut Args, errors: &mut Diagnostics) {
    let Ok(key) = input.call(Ident::parse_any) else {
        return;
    };
    let argument = known(args.kind, &key);
    let colon = if input.peek(Token![=>]) {
        input.parse::<Token![=>]>().ok().map(ToTokens::into_token_stream)
    } else {
        input.parse::<Token![:]>().ok().map(ToTokens::into_token_stream)
    };
    if colon.is_none() {
        let _ = input.parse::<Token![=]>();
    }
    let empty = input.is_empty() || input.peek(Token![,]);
    let of_types = argument.is_some_and(|argument| matches!(argument.value(), Value::Types));
    let value = (!empty).then(|| if of_types { types(input) } else { value(input) });
    let failed = match &value {
        Some(Err(error)) => {
            skip_to_comma(input);
            Some(error.clone())
        }
        _ => None,
    };
    let value = value.and_then(Result::ok);
    if rest == Rest::Future && argument.is_none_or(|argument| argument == Argument::On) {
        args.ahead = input.cursor().token_stream();
    }
    let Some(argument) = argument else {
        return unknown(&key, value.as_ref(), args, errors);
    };
    if argument == Argument::On && tracked::is_meant(args, argument.key(), value.as_ref()) {
        args.strays.extend(value.clone());
        args.add_bad(Argument::Track, &key);
        let meant = habits::written(Argument::Track, value.as_ref(), None);
        return errors
            .at(key.span(), format!("`on` is a tokio runtime, and no tracker is named: did you mean `{meant}`?"));
    }
    if !argument.is_taken_by(args.kind) {
        let written = value.as_ref().map(|value| habits::written(argument, Some(value), None));
        return args.misplaced(argument, &key, written.as_deref(), errors);
    }
    if argument.is_flag() {
        errors.at(key.span(), no_value(argument));
        return args.add(argument, key, Content::Bad, errors);
    }
    let shown = || match &value {
        Some(value) => format!("{} = {}", argument.key(), as_written(value)),
        None => argument.example().to_owned(),
    };
    if let Some(error) = failed {
        errors.push(error);
    } else if let Some(colon) = colon {
        errors.on(colon, format!("an argument is set with `=`: write `{}`", shown()));
    } else if empty {
        errors.at(key.span(), format!("`{key}` needs a value: write `{}`", shown()));
    }
    let content = value.map_or(Content::Bad, |expr| Content::Given(Box::new(expr)));
    args.add(argument, key, content, errors);
}

/// A literal or a static, as most are, needs no look at all that an expression may be.
fn value(input: ParseStream<'_>) -> syn::Result<Expr> {
    let ends = |rest: Cursor<'_>| rest.eof() || rest.punct().is_some_and(|(punct, _)| punct.as_char() == ',');
    let next = input.cursor();
    if next.literal().is_some_and(|(_, rest)| ends(rest)) {
        return Ok(Expr::Lit(ExprLit { attrs: Vec::new(), lit: input.parse()? }));
    }
    if next.ident().is_some_and(|(ident, rest)| ends(rest) && is_upper_case(&ident)) {
        let path = input.parse::<Ident>()?.into();
        return Ok(Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path }));
    }
    input.parse()
}

/// A list of types, as the expression that it nearly is: `Local<u8>` is a path, too. What is no such list is read as any
/// other value.
fn types(input: ParseStream<'_>) -> syn::Result<Expr> {
    let ahead = input.fork();
    let Ok(list) = bracketed_types(&ahead) else {
        return value(input);
    };
    input.advance_to(&ahead);
    Ok(Expr::Array(list))
}

fn bracketed_types(input: ParseStream<'_>) -> syn::Result<ExprArray> {
    let content;
    let bracket_token = bracketed!(content in input);
    let one = |input: ParseStream<'_>| {
        Ok(match input.parse()? {
            Type::Path(TypePath { attrs, qself, path }) => Expr::Path(ExprPath { attrs, qself, path }),
            other => Expr::Verbatim(other.into_token_stream()),
        })
    };
    let elems = content.parse_terminated(one, Token![,])?;
    Ok(ExprArray { attrs: Vec::new(), bracket_token, elems })
}

pub(super) fn unknown(key: &Ident, value: Option<&Expr>, args: &mut Args, errors: &mut Diagnostics) {
    let shown = text::plain(key);
    let written = text::snake_case(&shown);
    match together(args, key) {
        None => {}
        Some(Said::Elsewhere) => return,
        Some(Said::Now(message)) => {
            args.spoil(Argument::Retry, key);
            return errors.at(key.span(), message);
        }
    }
    match limits::together(args, key) {
        None => {}
        Some(said) => {
            args.strays.extend(value.cloned());
            if !limits::is_blocking(args) {
                args.add_bad(Argument::Grace, key);
            }
            if args.behind(Argument::Timeout).is_none() {
                args.add_bad(Argument::Timeout, key);
            }
            if let Said::Now(message) = said {
                errors.at(key.span(), message);
            }
            return;
        }
    }
    let says = || {
        if tracked::is_meant(args, &written, value) {
            return Some(Habit::Means(Argument::Track, habits::written(Argument::Track, value, None)));
        }
        habit(args.kind, &written, value, &Tracked::of(args))
    };
    let (meant, fixed) = match says() {
        Some(Habit::Says(message)) => {
            args.strays.extend(value.cloned());
            // What is said of it is about the rhythm.
            if args.kind == Kind::Periodic
                && (elsewhere::is_of_calendar(&written) || elsewhere::is_pause(&written))
                && args.behind(Argument::Every).is_none()
            {
                args.add_bad(Argument::Every, key);
            }
            return errors.at(key.span(), message.replace(&format!("`{written}`"), &format!("`{shown}`")));
        }
        Some(Habit::Means(meant, fixed)) => (meant, fixed),
        None => {
            let taken: Vec<&'static str> = args.kind.arguments().map(Argument::key).collect();
            let near = || {
                let all: Vec<&'static str> = Argument::ALL.iter().map(|argument| argument.key()).collect();
                nearest(&written, &taken).or_else(|| nearest(&written, &all)).and_then(Argument::find)
            };
            let as_tracker = || {
                let is_open =
                    args.behind(Argument::Track).is_none() && Argument::Track.is_taken_by(args.kind) && !args.is_owned;
                let is_static = matches!(value, Some(Expr::Path(path)) if is_static(path));
                (is_open && is_static).then_some(Argument::Track)
            };
            let Some(meant) = Argument::by_synonym(&written).or_else(near).or_else(as_tracker) else {
                args.strays.extend(value.cloned());
                let all = taken.join("`, `");
                return errors.at(key.span(), format!("there is no argument `{shown}`; there are `{all}`"));
            };
            (meant, habits::written(meant, value, None))
        }
    };
    args.strays.extend(value.filter(|_| meant.uses_names()).cloned());
    if !meant.is_taken_by(args.kind) {
        return args.misplaced(meant, key, Some(&fixed), errors);
    }
    if !meant.is_flag() && args.behind(meant).is_some() {
        let own = meant.key();
        errors.at(
            key.span(),
            format!("there is no argument `{shown}`, and `{own}` says it already: leave `{shown}` out"),
        );
        return;
    }
    // With the function, which is known later, it says what the hook takes.
    match value {
        Some(Expr::Path(_))
            if Argument::by_synonym(&written) == Some(Argument::Unfinished)
                && !args.tokens.is_empty()
                && args.hook.is_none() =>
        {
            args.hook = value.map(|hook| (key.clone(), hook.clone()));
        }
        _ => errors.at(key.span(), format!("there is no argument `{shown}`: did you mean `{fixed}`?")),
    }
    args.add_bad(meant, key);
}

/// A known name without `= value`; `called` is what stands in parentheses behind it.
fn flag(argument: Argument, key: Ident, called: Option<TokenStream>, args: &mut Args, errors: &mut Diagnostics) {
    if !argument.is_taken_by(args.kind) {
        return args.misplaced(argument, &key, None, errors);
    }
    if argument.is_flag() && called.is_none() {
        return args.add(argument, key, Content::Flag, errors);
    }
    let name = argument.key();
    errors.at(
        key.span(),
        match called {
            _ if argument.is_flag() => no_value(argument),
            None => format!("`{name}` needs a value: write `{}`", argument.example()),
            Some(value) => format!("an argument is set with `=`: write `{}`", set(argument, value)),
        },
    );
    args.add(argument, key, Content::Bad, errors);
}

/// `retry(3)`, as it is written.
fn set(argument: Argument, value: TokenStream) -> String {
    match syn::parse2::<Expr>(value.clone()) {
        Ok(Expr::Assign(_)) => argument.example().to_owned(),
        Ok(value) => habits::written(argument, Some(&value), None),
        Err(_) if text::as_written(value.clone()).contains('=') => argument.example().to_owned(),
        Err(_) => listed(argument, value),
    }
}

/// `retry(3, "100ms..2s")`: a list of what the argument has in one text.
fn listed(argument: Argument, values: TokenStream) -> String {
    let parts: Vec<_> = as_written(values).split(',').map(|part| part.trim().trim_matches('"').to_owned()).collect();
    let joined = format!("\"{}\"", parts.join(", "));
    match argument.example().split_once(" = ") {
        Some((_, example)) if example.matches(',').count() + 1 == parts.len() => {
            format!("{} = {joined}", argument.key())
        }
        _ => argument.example().to_owned(),
    }
}

fn no_value(flag: Argument) -> String {
    let flag = flag.key();
    format!("`{flag}` takes no value: write `{flag}` alone, or leave it out")
}

fn known(kind: Kind, key: &Ident) -> Option<Argument> {
    // `r#crate` is no way to write it, and the other names are no keywords.
    Argument::known(kind, &key.to_string())
}

/// A comma, or the end.
fn end(input: ParseStream<'_>, rest: Rest, args: &mut Args, errors: &mut Diagnostics) {
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
        return;
    }
    if let Ok(semicolon) = input.parse::<Token![;]>() {
        if !std::mem::replace(&mut args.has_semicolon, true) {
            errors.on(semicolon, "a `;` stands between two arguments: write `,`");
        }
        return;
    }
    let next = input.fork().parse::<TokenTree>().ok();
    let shown = as_written(next.to_token_stream());
    errors.on(next, format!("a comma is missing before `{shown}`"));
    let ahead = input.fork();
    let starts_pair = ahead.call(Ident::parse_any).is_ok() && is_assignment(&ahead);
    if !starts_pair && rest == Rest::Arguments {
        args.broken = true;
        skip(input);
    }
}

/// Goes on behind the next comma.
fn skip(input: ParseStream<'_>) {
    skip_to_comma(input);
    let _ = input.parse::<Token![,]>();
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}
