//! What would compile, and not do what it looks like; and what rustc would say of it less well.

use super::model::{Input, Model};
use super::parameters::{needed, parameters};
use crate::arguments::{Args, Argument, Kind};
use crate::settings::Settings;
use crate::syntax::item::Body;
use crate::syntax::text::{self, as_written};
use crate::syntax::{Diagnostics, borrow, bounds, names};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{GenericArgument, Pat, PathArguments, ReturnType, Type, TypeImplTrait, TypeParamBound};

/// The threads and the borrows that an argument of any type may be bound to.
pub(super) fn open_types(model: &Model, errors: &mut Diagnostics) {
    // Its arguments travel, and are of one type each.
    if model.kind == Kind::Durable {
        return;
    }
    for input in &model.inputs {
        let Type::ImplTrait(opaque) = borrow::inside(&input.written.ty) else { continue };
        if borrow::unborrowed(&input.written.ty, borrow::Form::Static).first.is_some() {
            continue;
        }
        if let Some(fixed) = of_async_fn(opaque) {
            let name = as_written(&input.written.pat);
            errors.on(
                opaque,
                format!(
                    "the futures of an `AsyncFn` may be bound to a thread, and the task is not: write `{name}: {fixed}`"
                ),
            );
            continue;
        }
        let written: Vec<&TypeParamBound> = opaque.bounds.iter().collect();
        let missing = match bounds::missing(&written, &["Send", "'static"]) {
            none if none.is_empty() => none,
            _ => bounds::missing(&written, needed(&written)),
        };
        if !missing.is_empty() {
            let (name, fixed) = (as_written(&input.written.pat), with(as_written(opaque), &missing));
            let or = converted(opaque).map(|ty| format!(", or take `{name}: {ty}`")).unwrap_or_default();
            errors.on(
                opaque,
                format!(
                    "`{name}` may borrow, or be bound to its thread, and the task goes on without both: write `{name}: {fixed}`{or}"
                ),
            );
        }
    }
    parameters(model, errors);
}

/// `impl AsyncFn(u64)`, as a function that gives a future which may be sent.
fn of_async_fn(opaque: &TypeImplTrait) -> Option<String> {
    let [TypeParamBound::Trait(bound), ..] = opaque.bounds.iter().collect::<Vec<_>>()[..] else { return None };
    let last = bound.path.segments.last()?;
    let name = last.ident.to_string();
    let (name, PathArguments::Parenthesized(args)) = (name.strip_prefix("Async")?, &last.arguments) else {
        return None;
    };
    let given = match &args.output {
        ReturnType::Default => "()".to_owned(),
        ReturnType::Type(_, ty) => as_written(ty),
    };
    let inputs = as_written(&args.inputs);
    Some(format!("impl {name}({inputs}) -> std::pin::Pin<Box<dyn Future<Output = {given}> + Send>> + Send + 'static"))
}

/// What a caller's value is turned into by `impl Into<String>` and the like.
fn converted(opaque: &TypeImplTrait) -> Option<String> {
    let [TypeParamBound::Trait(bound)] = opaque.bounds.iter().collect::<Vec<_>>()[..] else { return None };
    let last = bound.path.segments.last()?;
    if last.ident == "ToString" {
        return Some("String".to_owned());
    }
    let of = match &last.arguments {
        PathArguments::AngleBracketed(args) if args.args.len() == 1 => args.args.first()?,
        _ => return None,
    };
    match (last.ident.to_string().as_str(), of) {
        ("Into", GenericArgument::Type(ty)) => Some(as_written(ty)),
        ("AsRef", GenericArgument::Type(ty)) => {
            let Type::Path(path) = borrow::inside(ty) else { return None };
            match path.path.segments.last()?.ident.to_string().as_str() {
                "str" => Some("String".to_owned()),
                "Path" => Some("std::path::PathBuf".to_owned()),
                "OsStr" => Some("std::ffi::OsString".to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// These bounds, and those that are missing.
pub(super) fn with(bounds: String, missing: &[&str]) -> String {
    let bounds = Some(bounds).filter(|bounds| !bounds.is_empty());
    bounds.into_iter().chain(missing.iter().map(|bound| (*bound).to_owned())).collect::<Vec<_>>().join(" + ")
}

/// What a run does to its own copy of a value, the next one does not see.
pub(super) fn counters(model: &Model, errors: &mut Diagnostics) {
    if model.kind != Kind::Periodic {
        return;
    }
    for input in &model.inputs {
        let Pat::Ident(pat) = &*input.written.pat else { continue };
        let Some(mutability) = pat.mutability else { continue };
        let Some(shared) = plain_value(&input.written.ty) else { continue };
        let name = text::plain(&input.outer);
        errors.on(
            mutability,
            format!(
                "each run has its own `{name}`, as it was at the start, so that what it changes is lost: share it, as in `{name}: \
                 {shared}`; or leave `mut` out, and change a copy in the body"
            ),
        );
    }
}

/// How a value that only its owner changes is shared.
fn plain_value(ty: &Type) -> Option<String> {
    let Type::Path(path) = borrow::inside(ty) else { return None };
    let name = path.path.segments.last()?.ident.to_string();
    Some(match name.as_str() {
        "bool" => "std::sync::Arc<std::sync::atomic::AtomicBool>".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => {
            let (sign, bits) = name.split_at(1);
            format!(
                "std::sync::Arc<std::sync::atomic::Atomic{}{}>",
                sign.to_uppercase(),
                if bits == "size" { "size" } else { bits }
            )
        }
        "f32" | "f64" | "u128" | "i128" | "char" | "Vec" | "VecDeque" | "HashMap" | "HashSet" | "BTreeMap"
        | "BTreeSet" | "Option" => format!("std::sync::Arc<std::sync::Mutex<{}>>", as_written(path)),
        _ => return None,
    })
}

/// `.await` in a function that runs on a thread.
pub(super) fn awaits(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Body::Braces(body) = &model.function.body else { return };
    if model.is_async()
        || !args.has(Argument::Blocking)
        || args.is_bad(Argument::Blocking)
        || model.kind == Kind::Periodic
    {
        return;
    }
    if let Some(word) = awaited(body.stream()) {
        errors.on(
            word,
            format!(
                "a `blocking` function has a thread to itself, and awaits nothing: write `async fn {}`, and leave `blocking` out",
                model.name()
            ),
        );
    }
}

/// The first `.await` that is in no `async` block of its own.
pub(crate) fn awaited(tokens: TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let word = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
        Some(TokenTree::Ident(word)) => word.to_string(),
        _ => String::new(),
    };
    let is_async = |at: usize| {
        let before = word(at.checked_sub(1));
        before == "async" || before == "move" && word(at.checked_sub(2)) == "async"
    };
    if tokens.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "fn" || word == "macro_rules")) {
        return None;
    }
    tokens.iter().enumerate().find_map(|(at, token)| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && is_async(at) => None,
        TokenTree::Group(group) => awaited(group.stream()),
        TokenTree::Ident(ident) if ident == "await" => {
            let is_postfix = at
                .checked_sub(1)
                .is_some_and(|before| matches!(&tokens[before], TokenTree::Punct(punct) if punct.as_char() == '.'));
            // An `async` closure's body may be no block.
            (is_postfix && !tokens.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "async")))
                .then(|| ident.clone())
        }
        _ => None,
    })
}

/// Is the argument the task's context, by `context = …`?
pub(super) fn is_context(settings: &Settings, input: &Input) -> bool {
    let Some(context) = &settings.context else { return false };
    let name = text::plain(&input.outer);
    names::free(context.to_token_stream()).iter().any(|used| text::plain(&used.ident) == name)
}
