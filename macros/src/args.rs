//! The arguments as they were written: slots with the span of their key. Unknown, misspelt,
//! repeated and malformed ones are reported here; what a value means is `settings`' business.

use crate::diagnostics::Diagnostics;
use crate::kind::Kind;
use crate::settings::plain;
use crate::text::{self, as_written};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::buffer::Cursor;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, ExprLit, ExprPath, Lit, Token};

/// Every argument of any of the macros, with what one types.
const KNOWN: &[(&str, &str)] = &[
    ("timeout", "timeout = \"5s\""),
    ("every", "every = \"30s\""),
    ("track", "track = AUDIT"),
    ("max_timeout", "max_timeout = \"30s\""),
    ("grace", "grace = \"500ms\""),
    ("when_full", "when_full = wait"),
    ("inherit", "inherit = [REQUEST_ID]"),
    ("span", "span = child"),
    ("context", "context = ctx"),
    ("on", "on = handle"),
    ("name", "name = \"audit.write\""),
    ("blocking", "blocking"),
    ("unfinished", "unfinished = spill"),
    ("allow_request_bound", "allow_request_bound = \"reason\""),
    ("missed", "missed = delay"),
    ("immediate", "immediate"),
    ("restart", "restart = \"1s..1m\""),
    ("crate", "crate = outlive"),
];

/// Those that stand alone.
const FLAGS: &[&str] = &["blocking", "immediate"];

/// What others call the same thing.
const SYNONYMS: &[(&str, &str)] = &[
    ("deadline", "timeout"),
    ("duration", "timeout"),
    ("limit", "timeout"),
    ("tracker", "track"),
    ("tracked_by", "track"),
    ("max", "max_timeout"),
    ("grace_period", "grace"),
    ("full", "when_full"),
    ("on_full", "when_full"),
    ("overflow", "when_full"),
    ("task_locals", "inherit"),
    ("ctx", "context"),
    ("parent", "context"),
    ("runtime", "on"),
    ("handle", "on"),
    ("spawn_blocking", "blocking"),
    ("spill", "unfinished"),
    ("on_unfinished", "unfinished"),
    ("allow", "allow_request_bound"),
    ("request_bound", "allow_request_bound"),
    ("interval", "every"),
    ("period", "every"),
    ("each", "every"),
    ("on_missed", "missed"),
    ("missed_tick", "missed"),
    ("backoff", "restart"),
    ("back_off", "restart"),
    ("retry", "restart"),
    ("respawn", "restart"),
];

/// Those whose values are expressions of the user's, which may use imports and statics.
const EXPRESSIONS: &[&str] = &["timeout", "max_timeout", "grace", "track", "inherit", "context", "on", "every"];

pub(crate) struct Args {
    kind: Kind,
    written: Vec<Written>,
    /// Values of those that were misspelt.
    strays: Vec<Expr>,
    /// Something in the list could not be read: an argument that seems to be missing may be there.
    pub(crate) broken: bool,
}

struct Written {
    name: &'static str,
    key: Ident,
    value: Value,
}

enum Value {
    Flag,
    Given(Box<Expr>),
    /// Already reported.
    Bad,
}

pub(crate) enum Slot<'a> {
    Absent,
    Bad,
    Given(&'a Ident, &'a Expr),
}

impl Args {
    pub(crate) fn none(kind: Kind) -> Self {
        Self { kind, written: Vec::new(), strays: Vec::new(), broken: false }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.written.is_empty() && !self.broken
    }

    pub(crate) fn slot(&self, name: &str) -> Slot<'_> {
        match self.find(name) {
            None => Slot::Absent,
            Some(Written { key, value, .. }) => match value {
                Value::Given(expr) => Slot::Given(key, expr),
                Value::Flag | Value::Bad => Slot::Bad,
            },
        }
    }

    pub(crate) fn key(&self, name: &str) -> Option<&Ident> {
        self.find(name).map(|written| &written.key)
    }

    /// Was its value refused already?
    pub(crate) fn is_bad(&self, name: &str) -> bool {
        self.find(name).is_some_and(|written| matches!(written.value, Value::Bad))
    }

    /// The expressions, named and never evaluated: beside a mistake, what they use stays used.
    pub(crate) fn mentioned(&self) -> TokenStream {
        let given = self.written.iter().filter(|written| EXPRESSIONS.contains(&written.name));
        let given = given.filter_map(|written| match &written.value {
            Value::Given(expr) => Some(&**expr),
            Value::Flag | Value::Bad => None,
        });
        let mut values: Vec<&Expr> = Vec::new();
        for expr in given.chain(&self.strays) {
            match plain(expr) {
                Expr::Lit(_) | Expr::Unary(_) => {}
                Expr::Array(list) => values.extend(&list.elems),
                _ => values.push(expr),
            }
        }
        if values.is_empty() {
            return TokenStream::new();
        }
        // The branch does not come back, so that nothing has moved behind it.
        quote!(if false { let _ = (#(&(#values),)*); ::core::unreachable!() })
    }

    fn find(&self, name: &str) -> Option<&Written> {
        self.written.iter().find(|written| written.name == name)
    }

    /// An argument of another macro. Which one is meant is unclear, so nothing is missing.
    fn misplaced(&mut self, name: &'static str, key: &Ident, errors: &mut Diagnostics) {
        self.broken = true;
        errors.at(key.span(), self.kind.misplaced(name, example(name)));
        if self.find(name).is_none() {
            self.written.push(Written { name, key: key.clone(), value: Value::Bad });
        }
    }

    fn add(&mut self, name: &'static str, key: Ident, value: Value, errors: &mut Diagnostics) {
        if self.find(name).is_some() {
            errors.at(key.span(), format!("`{name}` is given twice: keep one of them"));
        } else {
            self.written.push(Written { name, key, value });
        }
    }
}

/// The example that a message shows for the argument.
pub(crate) fn example(name: &str) -> &'static str {
    KNOWN.iter().find(|(known, _)| *known == name).map_or("", |(_, example)| example)
}

/// All of an attribute's tokens.
pub(crate) fn parse(kind: Kind, tokens: TokenStream, errors: &mut Diagnostics) -> Args {
    let mut args = Args::none(kind);
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
    while starts_argument(input) {
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
    // `blocking, …`; a lone word at the end is the future.
    known(&key).is_some() && ahead.peek(Token![,]) && {
        let comma = ahead.parse::<Token![,]>();
        comma.is_ok() && !ahead.is_empty()
    }
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
        (known(key).is_some() && stands_alone).then(|| (at, key.clone()))
    })?;
    Some((key, tokens.into_iter().take(at - 1).collect()))
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
        let colon = ahead.peek(Token![:]) && !ahead.peek(Token![::]);
        if is_assignment(&ahead) || colon {
            pair(input, args, errors);
            return end(input, rest, args, errors);
        }
        let ends = ahead.is_empty() || ahead.peek(Token![,]);
        if let Some(name) = known(&key) {
            let called = called(&ahead);
            if ends || called.is_some() {
                let _ = input.call(Ident::parse_any);
                if called.is_some() {
                    let _ = input.parse::<TokenTree>();
                }
                flag(name, key, called, args, errors);
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
fn pair(input: ParseStream<'_>, args: &mut Args, errors: &mut Diagnostics) {
    let Ok(key) = input.call(Ident::parse_any) else {
        return;
    };
    let name = known(&key);
    let colon = input.parse::<Token![:]>().ok();
    if colon.is_none() {
        let _ = input.parse::<Token![=]>();
    }
    let empty = input.is_empty() || input.peek(Token![,]);
    let value = (!empty).then(|| value(input));
    let failed = match &value {
        Some(Err(error)) => {
            skip_to_comma(input);
            Some(error.clone())
        }
        _ => None,
    };
    let value = value.and_then(Result::ok);
    let Some(name) = name else {
        return unknown(&key, value.as_ref(), args, errors);
    };
    if !args.kind.accepts().contains(&name) {
        return args.misplaced(name, &key, errors);
    }
    let shown = || value.as_ref().map_or_else(|| example(name).to_owned(), |v| format!("{name} = {}", as_written(v)));
    if FLAGS.contains(&name) {
        errors.at(key.span(), no_value(name));
        return args.add(name, key, Value::Bad, errors);
    }
    if let Some(error) = failed {
        errors.push(error);
    } else if let Some(colon) = colon {
        errors.on(colon, format!("an argument is set with `=`: write `{}`", shown()));
    } else if empty {
        errors.at(key.span(), format!("`{key}` needs a value: write `{}`", shown()));
    }
    let value = value.map_or(Value::Bad, |expr| Value::Given(Box::new(expr)));
    args.add(name, key, value, errors);
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

fn unknown(key: &Ident, value: Option<&Expr>, args: &mut Args, errors: &mut Diagnostics) {
    let written = text::plain(key);
    let names: Vec<&'static str> = KNOWN.iter().map(|(name, _)| *name).collect();
    let accepted = args.kind.accepts();
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == written).map(|(_, name)| *name);
    let nearest = || text::nearest(&written, accepted).or_else(|| text::nearest(&written, &names));
    let meant = synonym.or_else(nearest);
    if let Some(meant) = meant {
        args.strays.extend(value.filter(|_| EXPRESSIONS.contains(&meant)).cloned());
    }
    if let Some(meant) = meant.filter(|meant| !accepted.contains(meant)) {
        args.misplaced(meant, key, errors);
    } else if let Some(meant) = meant {
        let flag = FLAGS.contains(&meant);
        let value = value.filter(|_| !flag).map(|value| format!(" = {}", as_written(value))).unwrap_or_default();
        errors.at(key.span(), format!("there is no argument `{written}`: did you mean `{meant}{value}`?"));
        // Taken as given, so that the same slip is not also reported as a missing argument.
        if args.find(meant).is_none() {
            args.add(meant, key.clone(), Value::Bad, errors);
        }
    } else {
        errors.at(key.span(), format!("there is no argument `{written}`; there are `{}`", accepted.join("`, `")));
    }
}

/// A known name without `= value`; `called` is what stands in parentheses behind it.
fn flag(name: &'static str, key: Ident, called: Option<TokenStream>, args: &mut Args, errors: &mut Diagnostics) {
    if !args.kind.accepts().contains(&name) {
        return args.misplaced(name, &key, errors);
    }
    if FLAGS.contains(&name) && called.is_none() {
        return args.add(name, key, Value::Flag, errors);
    }
    errors.at(
        key.span(),
        match called {
            _ if FLAGS.contains(&name) => no_value(name),
            None => format!("`{name}` needs a value: write `{}`", example(name)),
            Some(value) => format!("an argument is set with `=`: write `{name} = {}`", as_written(value)),
        },
    );
    args.add(name, key, Value::Bad, errors);
}

fn no_value(flag: &str) -> String {
    format!("`{flag}` takes no value: write `{flag}` alone, or leave it out")
}

/// A value without a key.
fn keyless(expr: &Expr, args: &mut Args, errors: &mut Diagnostics) {
    let shown = as_written(expr);
    let guess = match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(_) | Lit::Int(_) | Lit::Float(_) => match args.kind {
                Kind::Detached => Some("timeout"),
                Kind::Periodic => Some("every"),
                Kind::Worker => Some("grace"),
                Kind::OwnedTasks => None,
            },
            _ => None,
        },
        Expr::Path(path) => match path.path.segments.last() {
            Some(last) if is_upper_case(&last.ident) && args.kind != Kind::OwnedTasks => Some("track"),
            Some(last) if path.path.get_ident().is_some() => {
                return unknown(&last.ident, None, args, errors);
            }
            _ => None,
        },
        _ => None,
    };
    let Some(name) = guess else {
        args.broken = true;
        let first = args.kind.accepts().first().map_or("", |name| example(name));
        errors.on(expr, format!("`{shown}` has no name: arguments are written `name = value`, as in `{first}`"));
        return;
    };
    let fixed = match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(integer) if integer.suffix().is_empty() => format!("\"{shown}s\""),
            Lit::Int(_) | Lit::Float(_) => format!("\"{shown}\""),
            _ => shown.clone(),
        },
        _ => shown.clone(),
    };
    errors.on(expr, format!("`{shown}` has no name: write `{name} = {fixed}`"));
    args.strays.push(expr.clone());
    if args.find(name).is_none() {
        let key = Ident::new(name, Span::call_site());
        args.add(name, key, Value::Bad, errors);
    }
}

pub(crate) fn is_upper_case(ident: &Ident) -> bool {
    let name = text::plain(ident);
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

fn known(key: &Ident) -> Option<&'static str> {
    // `r#crate` is no way to write it, and the other names are no keywords.
    let key = key.to_string();
    KNOWN.iter().map(|(name, _)| *name).find(|name| key == *name)
}

/// A comma, or the end.
fn end(input: ParseStream<'_>, rest: Rest, args: &mut Args, errors: &mut Diagnostics) {
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
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
