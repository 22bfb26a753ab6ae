//! Values of other kinds: words, strings, lists of paths.

use crate::arguments::{Args, Argument};
use crate::syntax::Diagnostics;
use crate::syntax::expr::{self, is_static, is_upper_case, is_word, plain};
use crate::syntax::nearest::nearest;
use crate::syntax::text::as_written;
use syn::{Expr, ExprLit, ExprPath, Lit, LitStr};

/// Which of the argument's words.
pub(super) fn word(argument: Argument, args: &Args, errors: &mut Diagnostics) -> &'static str {
    let words = argument.words();
    let default = words.first().copied().unwrap_or_default();
    let Some(expr) = args.value(argument) else {
        return default;
    };
    if let Some(word) = words.iter().find(|word| is_word(expr, word)) {
        return word;
    }
    let key = argument.key();
    let shown = match plain(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            other => as_written(other),
        },
        other => as_written(other),
    };
    if argument == Argument::WhenFull && ["queue", "enqueue", "buffer", "queued"].contains(&&*shown.to_lowercase()) {
        errors.on(
            expr,
            format!(
                "how many calls may wait is the tracker's: leave `{key} = {}` out, and add `.queue(10_000)` to it",
                as_written(expr)
            ),
        );
        return default;
    }
    let meant = nearest(&shown, words).or_else(|| habit(argument, &shown));
    if let (Argument::Span, None, Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) = (argument, meant, plain(expr)) {
        let name = as_written(expr);
        errors.on(
            expr,
            format!("`span` says what the task's span hangs from, and `name` what it is called: write `name = {name}`"),
        );
        return default;
    }
    errors.on(
        expr,
        match meant {
            Some(meant) if meant == shown => {
                format!("`{key}` is a plain word: write `{key} = {meant}`")
            }
            Some(meant) => {
                // The import of a path goes with it.
                let import = if shown.contains("::") { " It needs no import" } else { "" };
                format!("`{key}` cannot be `{shown}`: did you mean `{key} = {meant}`?{import}")
            }
            None => {
                let (last, first) = words.split_last().expect("an argument that is a word has some");
                let first: Vec<String> = first.iter().map(|word| format!("`{key} = {word}`")).collect();
                format!("`{key}` cannot be `{shown}`: write {} or `{key} = {last}`", first.join(", "))
            }
        },
    );
    default
}

/// A word of others for it, or a path to it.
fn habit(argument: Argument, written: &str) -> Option<&'static str> {
    let word = written.rsplit("::").next().unwrap_or_default().to_lowercase();
    Some(match (argument, word.as_str()) {
        (Argument::WhenFull, "wait" | "block" | "blocking" | "await" | "backpressure" | "suspend") => "wait",
        (
            Argument::WhenFull,
            "reject" | "drop_newest" | "drop_oldest" | "drop_new" | "drop_old" | "overwrite" | "drop" | "discard"
            | "fail" | "error" | "abort",
        ) => "reject",
        (Argument::Missed, "skip" | "coalesce") => "skip",
        (Argument::Missed, "delay") => "delay",
        (Argument::Missed, "burst" | "catch_up") => "burst",
        (Argument::Site, "caller" | "track_caller") => "caller",
        (Argument::Span, "child" | "parent") => "child",
        _ => return None,
    })
}

/// What a context carries needs no `inherit`.
const CROSS: &str = "what a `Context` carries crosses by itself: leave `inherit` out, or list the statics that \
                     `tokio::task_local!` declares";

pub(super) fn inherit(args: &Args, errors: &mut Diagnostics) -> Vec<ExprPath> {
    let Some(expr) = args.value(Argument::Inherit) else {
        return Vec::new();
    };
    let Expr::Array(array) = plain(expr) else {
        let fixed = match plain(expr) {
            Expr::Tuple(tuple) => Some(as_written(&tuple.elems)),
            single => key_of(single),
        };
        errors.on(
            expr,
            match fixed {
                Some(fixed) => format!("`inherit` is a list of task-locals: write `inherit = [{fixed}]`"),
                None => format!("`inherit` is a list of task-locals, and {CROSS}, as in `inherit = [REQUEST_ID]`"),
            },
        );
        return Vec::new();
    };
    let mut types = array.elems.iter().filter(|element| matches!(plain(element), Expr::Path(path) if is_type(path)));
    if let Some(first) = types.next() {
        let (shown, fixed) = (as_written(first), static_of(&as_written(first)));
        let message = format!("`{shown}` is named as a type is, and {CROSS}, as in `inherit = [{fixed}]`");
        // Of several, it is the same.
        if types.next().is_some() {
            errors.on(expr, message);
        } else {
            errors.on(first, message);
        }
        return Vec::new();
    }
    let mut keys: Vec<ExprPath> = Vec::new();
    for element in &array.elems {
        let shown = as_written(element);
        match plain(element) {
            Expr::Path(path) if keys.iter().any(|key| as_written(key) == shown) => {
                errors.on(path, format!("`{shown}` is inherited twice: keep one of them"));
            }
            Expr::Path(path) => keys.push(path.clone()),
            single if key_of(single).is_some() => {
                let key_named = |element: &Expr| key_of(element).unwrap_or_else(|| as_written(element));
                let list: Vec<String> = array.elems.iter().map(key_named).collect();
                errors.on(
                    expr,
                    format!("`inherit` lists task-locals by their names: write `inherit = [{}]`", list.join(", ")),
                );
                return Vec::new();
            }
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

/// The static that is meant, also by `&REQUEST_ID` and `"REQUEST_ID"`.
fn key_of(expr: &Expr) -> Option<String> {
    match plain(expr) {
        Expr::Path(path) => {
            path.path.segments.last().is_some_and(|last| is_upper_case(&last.ident)).then(|| as_written(path))
        }
        Expr::Reference(reference) => key_of(&reference.expr),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => key_of(&syn::parse_str(&text.value()).ok()?),
        _ => None,
    }
}

/// `RequestId`.
fn is_type(path: &ExprPath) -> bool {
    path.path.segments.last().is_some_and(|last| expr::is_type(&last.ident))
}

/// `REQUEST_ID`, as a static for it is named.
fn static_of(ty: &str) -> String {
    let name = ty.split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default();
    let mut fixed = String::new();
    for char in name.chars() {
        if char.is_uppercase() && !fixed.is_empty() {
            fixed.push('_');
        }
        fixed.extend(char.to_uppercase());
    }
    fixed
}

pub(super) fn carry(args: &Args, errors: &mut Diagnostics) -> Vec<ExprPath> {
    let Some(expr) = args.value(Argument::Carry) else {
        return Vec::new();
    };
    let Expr::Array(array) = plain(expr) else {
        let shown = as_written(expr);
        let fixed = match plain(expr) {
            Expr::Path(_) => shown,
            Expr::Tuple(tuple) => as_written(&tuple.elems),
            _ => "SentryHub".to_owned(),
        };
        errors.on(expr, format!("`carry` is a list of types: write `carry = [{fixed}]`"));
        return Vec::new();
    };
    if array.elems.is_empty() {
        errors.on(expr, "`carry` lists nothing: write `carry = [SentryHub]`, or leave it out");
    }
    let mut types: Vec<ExprPath> = Vec::new();
    for element in &array.elems {
        let shown = as_written(element);
        match plain(element) {
            Expr::Path(path) if types.iter().any(|ty| as_written(ty) == shown) => {
                errors.on(path, format!("`{shown}` is carried twice: keep one of them"));
            }
            Expr::Path(path) if is_static(path) => errors.on(
                path,
                format!(
                    "`{shown}` is named as a static is, and `carry` lists types: of a `tokio::task_local!`, write `inherit = \
                     [{shown}]`; of a `thread_local!`, list the type that has `impl outlive::Carrier`"
                ),
            ),
            Expr::Path(path) => types.push(path.clone()),
            _ => errors.on(
                element,
                format!(
                    "`{shown}` is not the name of a type: write the one that has `impl outlive::Carrier`, as in \
                     `carry = [SentryHub]`"
                ),
            ),
        }
    }
    types
}

pub(super) fn name(args: &Args, errors: &mut Diagnostics) -> Option<LitStr> {
    let expr = args.value(Argument::Name)?;
    if let Expr::Lit(literal) = plain(expr) {
        if let Lit::Str(name) = &literal.lit {
            if name.value().trim().is_empty() {
                errors.on(name, "`name` is empty: leave it out, and the function's own name is used");
            } else if let Some(char) = name.value().chars().find(|char| is_unprintable(*char)) {
                let (shown, fixed) = (char.escape_default(), printable(&name.value()));
                errors.on(
                    name,
                    format!("`name` stands in logs, in one line, and cannot have `{shown}`: write `name = {fixed:?}`"),
                );
            }
            return Some(name.clone());
        }
    }
    let is_constant = matches!(plain(expr), Expr::Path(path) if path.path.segments.last().is_some_and(|last| is_upper_case(&last.ident)));
    let (why, fixed) = match plain(expr) {
        Expr::Path(_) if is_constant => {
            ("is a literal, as the value of a constant is not known here", "audit.write".to_owned())
        }
        Expr::Path(_) => ("is a string", as_written(expr)),
        Expr::Macro(_) => ("is read before a macro in it is expanded", "audit.write".to_owned()),
        _ => ("is a string", "audit.write".to_owned()),
    };
    errors.on(expr, format!("`name` {why}: write `name = \"{fixed}\"`"));
    None
}

/// What breaks a line, colours a terminal, turns the direction of what follows, or cannot be seen: what the run time escapes
/// in texts that come from outside.
fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// The name without it.
fn printable(name: &str) -> String {
    let words: Vec<&str> = name.split(is_unprintable).map(str::trim).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "audit.write".to_owned() } else { words.join(" ") }
}

pub(super) fn allow_request_bound(args: &Args, errors: &mut Diagnostics) -> Option<LitStr> {
    let expr = args.value(Argument::AllowRequestBound)?;
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
