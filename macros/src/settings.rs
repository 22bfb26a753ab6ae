//! What the arguments mean, whichever of the macros takes them; each mistake is reported here once.

use crate::args::{Args, Slot, example, is_upper_case};
use crate::diagnostics::Diagnostics;
use crate::duration;
use crate::kind::Kind;
use crate::looping::{self, Run};
use crate::names;
use crate::owned::Owned;
use crate::paths::Root;
use crate::text::{self, as_written};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use std::time::Duration;
use syn::{Expr, ExprLit, Lit, LitStr, UnOp};

/// What stands around the arguments: which names their expressions may use.
pub(crate) struct Scope {
    pub(crate) kind: Kind,
    /// As messages name the macro.
    pub(crate) shown: &'static str,
    /// A whole line to type.
    pub(crate) line: &'static str,
    /// Where an omission is shown.
    pub(crate) at: Span,
    /// The service that tracks a method.
    pub(crate) owner: Option<Owned>,
    /// Another message says already where the tracker comes from.
    pub(crate) track_is_settled: bool,
    /// The function's arguments that are plain names, and `self`.
    pub(crate) arguments: Vec<String>,
    /// Names that only the body sees, as a pattern binds them.
    pub(crate) in_patterns: Vec<String>,
    /// The function's own type and const parameters.
    pub(crate) generics: Vec<String>,
    /// In `detach!` a local looks like a static, so only `UPPER_CASE` is one.
    pub(crate) locals: bool,
}

pub(crate) struct Settings {
    pub(crate) run: Run,
    /// Constants that only the compiler knows, with their proofs.
    pub(crate) checks: TokenStream,
    /// What the proof is about: `max_timeout` where there is one, else `timeout`.
    pub(crate) limit: Limit,
    pub(crate) grace: Option<TokenStream>,
    pub(crate) track: Track,
    /// Only with `max_timeout`.
    pub(crate) timeout: Option<TokenStream>,
    pub(crate) context: Option<Expr>,
    pub(crate) on: Option<Expr>,
    pub(crate) inherit: Vec<syn::ExprPath>,
    pub(crate) wait: bool,
    pub(crate) child: bool,
    pub(crate) name: Option<LitStr>,
    pub(crate) unfinished: Option<Expr>,
    pub(crate) blocking: bool,
    /// The reason, for those who read the code.
    pub(crate) allow_request_bound: Option<LitStr>,
}

impl Settings {
    /// Does an expression that is evaluated at the call name this argument?
    pub(crate) fn uses(&self, name: &str) -> bool {
        let track = match &self.track {
            Track::Static(_) | Track::Owner(_) => None,
            Track::Expression(expr) => Some(expr),
        };
        let expressions = [track, self.context.as_ref(), self.on.as_ref()];
        let tokens = expressions.into_iter().flatten().map(ToTokens::to_token_stream).chain(self.timeout.clone());
        tokens.flat_map(names::free).any(|used| text::plain(&used.ident) == name)
    }
}

pub(crate) struct Limit {
    pub(crate) duration: TokenStream,
    /// The first and the last token that the user wrote: the proof is reported there.
    pub(crate) start: Span,
    pub(crate) end: Span,
}

pub(crate) enum Track {
    Static(Expr),
    Expression(Expr),
    /// The service that the method is of.
    Owner(Owned),
}

impl Track {
    /// As the user wrote it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Static(expr) | Self::Expression(expr) => as_written(expr),
            Self::Owner(owner) => as_written(&owner.ty),
        }
    }
}

/// `crate = path`, on its own, as also the fallback needs it.
pub(crate) fn root(args: &Args, errors: &mut Diagnostics) -> Root {
    match args.slot("crate") {
        Slot::Absent | Slot::Bad => Root::default(),
        Slot::Given(_, expr) => match plain(expr) {
            Expr::Path(path) if path.qself.is_none() => Root::at(path.path.clone()),
            Expr::Lit(literal) => {
                let fixed = match &literal.lit {
                    Lit::Str(name) => name.value(),
                    _ => "outlive".to_owned(),
                };
                errors.on(expr, format!("`crate` is a path, not a literal: write `crate = {fixed}`"));
                Root::default()
            }
            _ => {
                errors.on(expr, "`crate` is the path under which outlive is known: write `crate = my_outlive`");
                Root::default()
            }
        },
    }
}

/// Is `when_full = wait` asked for? The fallback makes the function `async` then.
pub(crate) fn waits(args: &Args) -> bool {
    matches!(args.slot("when_full"), Slot::Given(_, expr) if is_word(expr, "wait"))
}

/// `None` where anything was reported, also before.
pub(crate) fn validate(args: &Args, root: &Root, scope: &Scope, errors: &mut Diagnostics) -> Option<Settings> {
    missing(args, scope, errors);
    let limits = limits(args, root, scope, errors);
    let grace = grace(args, root, scope, errors);
    let mut checks = TokenStream::new();
    let run = looping::run(args, root, scope, &mut checks, errors);
    let track = track(args, scope, errors);
    let wait = choice(args, "when_full", &["reject", "wait"], errors) == 1;
    let child = choice(args, "span", &["linked", "child"], errors) == 1;
    let inherit = inherit(args, errors);
    let context = run_time(args, "context", scope, errors).cloned();
    let on = run_time(args, "on", scope, errors).cloned();
    let name = name(args, errors);
    let unfinished = run_time(args, "unfinished", scope, errors).cloned();
    let allow_request_bound = allow_request_bound(args, errors);
    if !errors.is_empty() {
        return None;
    }
    let (limit, timeout) = limits?;
    Some(Settings {
        run: run?,
        checks,
        limit,
        grace,
        track: track?,
        timeout,
        context,
        on,
        inherit,
        wait,
        child,
        name,
        unfinished,
        blocking: args.key("blocking").is_some(),
        allow_request_bound,
    })
}

/// What a function of this kind cannot do without: the argument, and what it is.
fn required(scope: &Scope) -> Vec<(&'static str, &'static str)> {
    let mut required = match scope.kind {
        Kind::Detached => vec![("timeout", "a deadline")],
        Kind::Periodic => vec![("every", "a rhythm"), ("timeout", "a deadline for each run")],
        Kind::Worker | Kind::OwnedTasks => Vec::new(),
    };
    if scope.owner.is_none() && !scope.track_is_settled {
        required.push(("track", "a tracker"));
    }
    required
}

/// All that is missing, in one message.
fn missing(args: &Args, scope: &Scope, errors: &mut Diagnostics) {
    if args.broken {
        return;
    }
    let required = required(scope);
    let absent: Vec<_> = required.iter().filter(|(name, _)| args.key(name).is_none()).copied().collect();
    let where_from = "where `AUDIT` is a static of yours: `static AUDIT: Tracker = Tracker::bounded(\"audit\", 64);`";
    let (shown, line) = (scope.shown, scope.line);
    let example = |name: &'static str| match (scope.kind, name) {
        (Kind::Periodic, "timeout") => "timeout = \"10s\"",
        _ => example(name),
    };
    let message = match absent.as_slice() {
        [] => return,
        [("timeout", what)] => {
            let run = if scope.kind == Kind::Periodic { "run" } else { "task" };
            format!("{shown} needs {what}: add `{}`, so that no {run} hangs for ever", example("timeout"))
        }
        [("track", what)] => {
            format!("{shown} needs {what}, which the shutdown waits for: add `{}`, {where_from}", example("track"))
        }
        [(name, what)] => format!("{shown} needs {what}: add `{}`", example(name)),
        several => {
            let (last, first) = several.split_last().expect("there are several");
            let first: Vec<&str> = first.iter().map(|(_, what)| *what).collect();
            let examples: Vec<&str> = several.iter().map(|(name, _)| example(name)).collect();
            let what = if several.len() == required.len() {
                format!("write `{line}`")
            } else {
                format!("add `{}`", examples.join(", "))
            };
            let where_from = if last.0 == "track" { format!(", {where_from}") } else { String::new() };
            format!("{shown} needs {} and {}: {what}{where_from}", first.join(", "), last.1)
        }
    };
    errors.at(scope.at, message);
}

/// A duration that the compiler has to know.
pub(crate) struct Constant {
    pub(crate) tokens: TokenStream,
    /// Here already.
    pub(crate) known: Option<Duration>,
}

fn limits(args: &Args, root: &Root, scope: &Scope, errors: &mut Diagnostics) -> Option<(Limit, Option<TokenStream>)> {
    if scope.kind == Kind::Worker {
        // Its proof is about the grace.
        let private = root.private(Span::call_site());
        let none = quote::quote!(#private::NO_TIMEOUT);
        let limit = match args.slot("grace") {
            Slot::Given(_, grace) => Limit::new(none, grace),
            Slot::Absent | Slot::Bad => Limit { duration: none, start: scope.at, end: scope.at },
        };
        return Some((limit, None));
    }
    let Slot::Given(_, timeout) = args.slot("timeout") else {
        // Its own mistakes all the same.
        if let Slot::Given(key, max) = args.slot("max_timeout") {
            constant(key, max, root, scope, errors);
        }
        return None;
    };
    match args.slot("max_timeout") {
        Slot::Bad => None,
        Slot::Absent => {
            let key = args.key("timeout")?;
            let limit = constant(key, timeout, root, scope, errors)?;
            Some((Limit::new(limit.tokens, timeout), None))
        }
        Slot::Given(key, max) => {
            let limit = constant(key, max, root, scope, errors);
            let run = run_timeout(timeout, root, scope, errors);
            let (limit, run) = (limit?, run?);
            if let (Some(most), Some(fixed)) = (limit.known, run.known) {
                if fixed > most {
                    let (fixed, most) = (as_written(timeout), as_written(max));
                    errors.on(
                        timeout,
                        format!(
                            "`timeout` is longer than `max_timeout`: {fixed} against {most}; \
                             shorten the one or raise the other"
                        ),
                    );
                    return None;
                }
            }
            Some((Limit::new(limit.tokens, max), Some(run.tokens)))
        }
    }
}

impl Limit {
    fn new(duration: TokenStream, written: &Expr) -> Self {
        let mut spans = written.to_token_stream().into_iter().map(|t| t.span());
        let start = spans.next().unwrap_or_else(Span::call_site);
        Self { duration, start, end: spans.last().unwrap_or(start) }
    }
}

/// With `max_timeout`, `timeout` may be any expression.
fn run_timeout(expr: &Expr, root: &Root, scope: &Scope, errors: &mut Diagnostics) -> Option<Constant> {
    if let Some(result) = literal("timeout", expr, root) {
        return result.map_err(|error| errors.push(error)).ok();
    }
    sees_arguments("timeout", expr, scope, errors).then(|| Constant { tokens: expr.to_token_stream(), known: None })
}

fn grace(args: &Args, root: &Root, scope: &Scope, errors: &mut Diagnostics) -> Option<TokenStream> {
    let Slot::Given(key, expr) = args.slot("grace") else {
        return None;
    };
    constant(key, expr, root, scope, errors).map(|constant| constant.tokens)
}

pub(crate) fn constant(
    key: &Ident,
    expr: &Expr,
    root: &Root,
    scope: &Scope,
    errors: &mut Diagnostics,
) -> Option<Constant> {
    if let Some(result) = literal(&key.to_string(), expr, root) {
        return result.map_err(|error| errors.push(error)).ok();
    }
    let shown = as_written(expr);
    if scope.locals {
        if let Some(local) = local(expr) {
            errors.on(expr, at_run_time(key, &local.to_string(), &shown, scope));
            return None;
        }
    }
    for used in names::free(expr.to_token_stream()) {
        let name = text::plain(&used.ident);
        let why = if name == "Self" {
            let own = scope.owner.as_ref().map_or_else(|| "TheType".to_owned(), |owner| as_written(&owner.ty));
            format!(
                "`{key}` is a constant outside the `impl`, which cannot see `Self`: write the \
                 type's own name, as in `{key} = {}`",
                shown.replacen("Self", &own, 1)
            )
        } else if scope.generics.contains(&name) {
            format!(
                "`{key}` is one constant for every `{name}`: it cannot depend on a generic \
                 parameter; write a literal, as in `{}`",
                example(&key.to_string())
            )
        } else if !used.is_path && (scope.arguments.contains(&name) || scope.in_patterns.contains(&name)) {
            at_run_time(key, &name, &shown, scope)
        } else {
            continue;
        };
        errors.on(expr, why);
        return None;
    }
    Some(Constant { tokens: expr.to_token_stream(), known: None })
}

fn at_run_time(key: &Ident, name: &str, shown: &str, scope: &Scope) -> String {
    let why = format!("`{key}` has to be constant, and `{name}` is known only at run time");
    if key == "timeout" && scope.kind == Kind::Detached {
        format!("{why}: add the most it may be, as in `timeout = {shown}, max_timeout = \"30s\"`")
    } else {
        format!("{why}: write a literal, as in `{}`", example(&key.to_string()))
    }
}

/// The variable that a plain `limit`, `config.limit` or `config.limit()` starts with.
fn local(expr: &Expr) -> Option<&Ident> {
    match plain(expr) {
        Expr::Path(path) => path.path.get_ident().filter(|ident| !text::plain(ident).contains(char::is_uppercase)),
        Expr::Field(field) => local(&field.base),
        Expr::MethodCall(call) => local(&call.receiver),
        _ => None,
    }
}

/// A literal for a duration, good or bad; `None` for any other expression.
fn literal(key: &str, expr: &Expr, root: &Root) -> Option<syn::Result<Constant>> {
    let lit = match plain(expr) {
        Expr::Lit(literal) => &literal.lit,
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) && matches!(plain(&unary.expr), Expr::Lit(_)) => {
            let message = format!("`{key}`: a duration cannot be negative: write `{}`", example(key));
            return Some(Err(syn::Error::new_spanned(expr, message)));
        }
        _ => return None,
    };
    Some(match lit {
        Lit::Str(text) => duration::parse(key, text).and_then(|parsed| {
            if parsed.is_zero() {
                return Err(syn::Error::new(text.span(), zero(key)));
            }
            let span = crate::paths::located(text.span());
            let private = root.private(span);
            let (secs, nanos) = (parsed.as_secs(), parsed.subsec_nanos());
            Ok(Constant { tokens: quote_spanned!(span=> #private::duration(#secs, #nanos)), known: Some(parsed) })
        }),
        Lit::Int(integer) => Err(duration::integer(key, integer)),
        Lit::Float(float) => Err(duration::float(key, float)),
        other => Err(syn::Error::new_spanned(other, format!("`{key}` is a duration: write `{}`", example(key)))),
    })
}

pub(crate) fn zero(key: &str) -> String {
    match key {
        "grace" => "a grace of zero is no grace: leave `grace` out".to_owned(),
        "every" => format!("`every` of zero leaves no time between two runs: write `{}`", example(key)),
        "restart" => {
            format!("a pause of zero would restart what fails at once without end: write `{}`", example(key))
        }
        _ => format!("`{key}` of zero would end every task before it has begun: write `{}`", example(key)),
    }
}

fn track(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Track> {
    if let Some(owner) = &scope.owner {
        if let Some(key) = args.key("track").filter(|_| !args.is_bad("track")) {
            errors.at(
                key.span(),
                format!(
                    "the service's own `OwnedTracker` tracks its methods: leave `track` out, or, for another tracker, \
                     move the method to an `impl {}` without `#[owned_tasks]`",
                    as_written(&owner.ty)
                ),
            );
        }
        return Some(Track::Owner(owner.clone()));
    }
    let Slot::Given(_, written) = args.slot("track") else {
        return None;
    };
    if let Expr::Lit(_) = plain(written) {
        errors.on(
            written,
            "`track` is the tracker itself, not its name: write `track = AUDIT`, where `AUDIT` is \
             a static of yours: `static AUDIT: Tracker = Tracker::bounded(\"audit\", 64);`",
        );
        return None;
    }
    // `&AUDIT` is no less a static than `AUDIT`.
    let target = match plain(written) {
        Expr::Reference(reference) if reference.mutability.is_none() => plain(&reference.expr),
        expr => expr,
    };
    if is_static(target, scope) {
        return Some(Track::Static(target.clone()));
    }
    sees_arguments("track", written, scope, errors).then(|| Track::Expression(written.clone()))
}

fn is_static(expr: &Expr, scope: &Scope) -> bool {
    let Expr::Path(path) = expr else {
        return false;
    };
    let segments = &path.path.segments;
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
        return false;
    };
    if path.qself.is_some() || segments.iter().any(|s| !s.arguments.is_none()) {
        return false;
    }
    let name = text::plain(&first.ident);
    let outer = name == "Self" || scope.generics.contains(&name);
    let local = segments.len() == 1 && (scope.arguments.contains(&name) || scope.in_patterns.contains(&name));
    !outer && !local && (!scope.locals || is_upper_case(&last.ident))
}

/// An expression that is evaluated at each call, where the arguments are not yet taken apart.
fn run_time<'a>(args: &'a Args, name: &str, scope: &Scope, errors: &mut Diagnostics) -> Option<&'a Expr> {
    let Slot::Given(_, expr) = args.slot(name) else {
        return None;
    };
    if let Expr::Lit(_) = plain(expr) {
        errors.on(expr, format!("`{name}` cannot be a literal: write `{}`", example(name)));
        return None;
    }
    sees_arguments(name, expr, scope, errors).then_some(expr)
}

fn sees_arguments(key: &str, expr: &Expr, scope: &Scope, errors: &mut Diagnostics) -> bool {
    for used in names::free(expr.to_token_stream()) {
        let name = text::plain(&used.ident);
        if !used.is_path && scope.in_patterns.contains(&name) {
            errors.on(
                expr,
                format!(
                    "`{key}` is evaluated before the pattern that binds `{name}`: give the \
                     argument a plain name, use that here, and take it apart in the body"
                ),
            );
            return false;
        }
    }
    true
}

/// Which of these words; the first is the default.
pub(crate) fn choice(args: &Args, name: &str, words: &[&'static str], errors: &mut Diagnostics) -> usize {
    let Slot::Given(_, expr) = args.slot(name) else {
        return 0;
    };
    if let Some(index) = words.iter().position(|word| is_word(expr, word)) {
        return index;
    }
    let shown = match plain(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            other => as_written(other),
        },
        other => as_written(other),
    };
    let meant = text::nearest(&shown, words);
    errors.on(
        expr,
        match meant {
            Some(meant) if meant == shown => {
                format!("`{name}` is a plain word: write `{name} = {meant}`")
            }
            Some(meant) => format!("`{name}` cannot be `{shown}`: did you mean `{name} = {meant}`?"),
            None => {
                let (last, first) = words.split_last().expect("there are words");
                let first: Vec<String> = first.iter().map(|word| format!("`{name} = {word}`")).collect();
                format!("`{name}` cannot be `{shown}`: write {} or `{name} = {last}`", first.join(", "))
            }
        },
    );
    0
}

fn is_word(expr: &Expr, word: &str) -> bool {
    matches!(plain(expr), Expr::Path(path) if path.qself.is_none() && path.path.is_ident(word))
}

fn inherit(args: &Args, errors: &mut Diagnostics) -> Vec<syn::ExprPath> {
    let Slot::Given(_, expr) = args.slot("inherit") else {
        return Vec::new();
    };
    let Expr::Array(array) = plain(expr) else {
        let shown = as_written(expr);
        let fixed = match plain(expr) {
            Expr::Path(_) => shown,
            Expr::Tuple(tuple) => as_written(&tuple.elems),
            _ => "REQUEST_ID".to_owned(),
        };
        errors.on(expr, format!("`inherit` is a list of task-locals: write `inherit = [{fixed}]`"));
        return Vec::new();
    };
    let mut keys: Vec<syn::ExprPath> = Vec::new();
    for element in &array.elems {
        let shown = as_written(element);
        match plain(element) {
            Expr::Path(path) if keys.iter().any(|key| as_written(key) == shown) => {
                errors.on(path, format!("`{shown}` is inherited twice: keep one of them"));
            }
            Expr::Path(path) => keys.push(path.clone()),
            _ => errors.on(
                element,
                format!(
                    "`{shown}` is not the name of a task-local: write the static that \
                     `tokio::task_local!` declares, as in `inherit = [REQUEST_ID]`"
                ),
            ),
        }
    }
    keys
}

fn name(args: &Args, errors: &mut Diagnostics) -> Option<LitStr> {
    let Slot::Given(_, expr) = args.slot("name") else {
        return None;
    };
    if let Expr::Lit(literal) = plain(expr) {
        if let Lit::Str(name) = &literal.lit {
            if name.value().trim().is_empty() {
                errors.on(name, "`name` is empty: leave it out, and the function's own name is used");
            }
            return Some(name.clone());
        }
    }
    let fixed = match plain(expr) {
        Expr::Path(_) => as_written(expr),
        _ => "audit.write".to_owned(),
    };
    errors.on(expr, format!("`name` is a string: write `name = \"{fixed}\"`"));
    None
}

fn allow_request_bound(args: &Args, errors: &mut Diagnostics) -> Option<LitStr> {
    let Slot::Given(_, expr) = args.slot("allow_request_bound") else {
        return None;
    };
    let wrong = match plain(expr) {
        Expr::Lit(ExprLit { lit: Lit::Str(reason), .. }) if !reason.value().trim().is_empty() => {
            return Some(reason.clone());
        }
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) => "`allow_request_bound` says why, and this is empty",
        _ => "`allow_request_bound` is the reason, as a string",
    };
    errors.on(expr, format!("{wrong}: write `allow_request_bound = \"an order is charged and written, or neither\"`"));
    None
}

/// Without the invisible group that a `macro_rules!` variable stands in.
pub(crate) fn plain(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => plain(&group.expr),
        _ => expr,
    }
}

/// A run-time expression as a reference.
pub(crate) fn by_reference(expr: &Expr, span: Span) -> TokenStream {
    if matches!(plain(expr), Expr::Reference(_)) {
        return expr.to_token_stream();
    }
    let start = first_span(expr).unwrap_or(span);
    let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Parenthesis, expr.to_token_stream());
    group.set_span(crate::paths::located(start));
    let group = TokenTree::Group(group);
    quote_spanned!(crate::paths::located(start)=> &#group)
}

pub(crate) fn first_span(tokens: impl ToTokens) -> Option<Span> {
    tokens.into_token_stream().into_iter().next().map(|token| token.span())
}
