//! Can this function become a task? Every mistake, each with the line to type instead.

use super::attributes;
use super::model::Model;
use crate::args::Args;
use crate::borrow::{self, Into};
use crate::diagnostics::Diagnostics;
use crate::item::Body;
use crate::paths::Root;
use crate::settings::{self, Scope, Settings};
use crate::text::{self, as_written};
use proc_macro2::Span;
use quote::ToTokens as _;
use syn::{GenericArgument, GenericParam, PathArguments, Receiver, ReceiverKind, Safety, Type};

pub(crate) const LINE: &str = "#[detached(timeout = \"5s\", track = AUDIT)]";

pub(crate) fn not_a_function(what: &str) -> syn::Error {
    let way_out = match what {
        "an `impl` block" => "put it on the methods inside",
        "a trait" => "put it on a free function or an inherent method, and let the trait's methods call that",
        "a module" => "put it on the functions inside",
        "a closure" | "a block" | "an expression" | "a `let`" => {
            "for a future that is no function, write `detach!(timeout = \"5s\", track = AUDIT, future)`"
        }
        _ => "put it on the function whose call is to outlive its request",
    };
    syn::Error::new(Span::call_site(), format!("`#[detached]` stands on an `async fn`, and this is {what}: {way_out}"))
}

pub(crate) fn validate(model: &Model, args: &Args, root: &Root, errors: &mut Diagnostics) -> Option<Settings> {
    if let Body::Missing(semicolon) = &model.function.body {
        errors.on(
            semicolon,
            format!(
                "`{}` has no body to run, and a trait's method cannot be detached: detach an \
                 inherent method or a free function, and let the trait's method call that",
                model.name()
            ),
        );
        return None;
    }
    for attr in &model.function.attrs {
        let last = attr.path().segments.last();
        if last.is_some_and(|last| last.ident == "detached") {
            errors.on(attr, "`#[detached]` stands on this function twice: keep one of them");
        }
    }
    let borrowed = BorrowedFrom::new(model);
    kind(model, args, errors);
    receiver(model, errors);
    arguments(model, errors);
    output(model, errors);
    borrowed.generics(model, errors);
    if let Some(grace) = args.key("grace") {
        if args.key("blocking").is_some() {
            errors.at(
                grace.span(),
                "`grace` has no meaning with `blocking`: a thread cannot be told to stop, it can \
                 only be waited for; leave `grace` out",
            );
        }
    }
    let mut names: Vec<String> = model
        .arguments
        .iter()
        .filter(|argument| argument.is_plain)
        .map(|argument| text::plain(&argument.outer))
        .collect();
    if model.receiver.is_some() {
        names.push("self".to_owned());
    }
    let scope = Scope {
        shown: "a detached function",
        line: LINE,
        at: Span::call_site(),
        arguments: names,
        in_patterns: model.arguments.iter().flat_map(|argument| argument.binds.clone()).collect(),
        generics: model.generics().into_iter().map(ToString::to_string).collect(),
        locals: false,
    };
    settings::validate(args, root, &scope, errors)
}

/// `async`, or `blocking`; and nothing that a task cannot be.
fn kind(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let sig = &model.function.sig;
    let name = model.name();
    if let Some(variadic) = &sig.variadic {
        // It has to be `unsafe` and `extern` as well.
        errors.on(variadic, "a variadic function cannot be detached: name its arguments, one by one");
        return;
    }
    if let Some(token) = sig.constness {
        errors.on(token, format!("a `const fn` runs in the compiler, not in a task: write `async fn {name}`"));
    }
    if let Safety::Unsafe(token) = sig.safety {
        errors.on(
            token,
            format!(
                "an `unsafe fn` cannot be detached, as nobody could keep its conditions while it \
                 runs: write `async fn {name}`, with the `unsafe` block inside"
            ),
        );
    }
    if let Some(abi) = &sig.abi {
        errors.on(
            abi,
            format!(
                "an `extern` function cannot be detached, as its caller could not take the \
                 handle: write `async fn {name}`, and call that from the `extern` one"
            ),
        );
    }
    let reported = sig.constness.is_some() || sig.abi.is_some() || matches!(sig.safety, Safety::Unsafe(_));
    match (model.is_async(), args.key("blocking")) {
        (true, Some(key)) if !args.is_bad("blocking") => errors.at(
            key.span(),
            format!(
                "`blocking` is for a plain `fn`, and `{name}` is `async`: leave `blocking` out, \
                 or write `fn {name}`"
            ),
        ),
        (false, None) if !reported => errors.on(
            sig.fn_token,
            format!(
                "`{name}` is a plain `fn`: write `async fn {name}`, or, where it blocks its \
                 thread, add `blocking` to the attribute"
            ),
        ),
        _ => {}
    }
}

fn receiver(model: &Model, errors: &mut Diagnostics) {
    let Some(receiver) = &model.receiver else {
        return;
    };
    for attr in &receiver.attrs {
        attributes::on_argument(attr, "self", errors);
    }
    match &receiver.kind {
        ReceiverKind::Value => {}
        ReceiverKind::Reference(_, _, Some(_)) => errors.on(
            receiver,
            "`&mut self` would be borrowed for as long as the task runs, and the task may outlive \
             it: take `self` by value, or `self: Arc<Self>` with a lock inside",
        ),
        ReceiverKind::Reference(..) => errors.on(
            receiver,
            "`&self` would be borrowed for as long as the task runs, and the task may outlive it: \
             take `self: Arc<Self>`, or `self` by value. (Methods on `&self` need a service that \
             owns its tasks, which this version does not have.)",
        ),
        ReceiverKind::Typed(_, ty) => {
            if shared_self(receiver).is_none() && borrow::free(ty, Into::Static).first.is_some() {
                let shown = as_written(ty);
                errors.on(
                    ty,
                    format!(
                        "`self: {shown}` would be borrowed for as long as the task runs, and the \
                         task may outlive it: take `self: Arc<Self>`, or `self` by value"
                    ),
                );
            }
        }
        _ => errors.on(receiver, "this `self` cannot be given to a task: take `self: Arc<Self>`, or `self` by value"),
    }
}

/// `self: &Arc<Self>`: the one borrowed receiver that works, as a clone of it can be kept.
pub(crate) fn shared_self(receiver: &Receiver) -> Option<&Type> {
    let ReceiverKind::Typed(_, ty) = &receiver.kind else {
        return None;
    };
    let Type::Reference(reference) = borrow::inside(ty) else {
        return None;
    };
    if reference.mutability.is_some() {
        return None;
    }
    let Type::Path(path) = borrow::inside(&reference.elem) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(args) = &last.arguments else {
        return None;
    };
    let of_self = matches!(
        args.args.first(),
        Some(GenericArgument::Type(Type::Path(of))) if of.path.is_ident("Self")
    );
    (last.ident == "Arc" && args.args.len() == 1 && of_self).then_some(&reference.elem)
}

fn arguments(model: &Model, errors: &mut Diagnostics) {
    for argument in &model.arguments {
        let written = &argument.written;
        let name = as_written(strip_mut(&written.pat));
        for attr in &written.attrs {
            attributes::on_argument(attr, &name, errors);
        }
        let Some(first) = borrow::free(&written.ty, Into::Static).first else {
            continue;
        };
        errors.on(first, borrowed(&name, &written.ty));
    }
}

fn strip_mut(pat: &syn::Pat) -> syn::Pat {
    let mut pat = pat.clone();
    if let syn::Pat::Ident(ident) = &mut pat {
        ident.mutability = None;
    }
    pat
}

/// What to write for a borrowed argument.
fn borrowed(name: &str, ty: &Type) -> String {
    let owned = borrow::free(ty, Into::Owned).ty;
    let (shown, fixed) = (as_written(ty), as_written(&owned));
    let why = format!("`{name}: {shown}` is borrowed, and the task may outlive what it borrows from");
    let Type::Reference(reference) = borrow::inside(ty) else {
        return format!("{why}: write `{name}: {fixed}`");
    };
    let by_value = matches!(
        borrow::inside(&reference.elem),
        Type::Path(path) if path.path.segments.last().is_some_and(|last| {
            !["str", "Path", "OsStr", "CStr"].iter().any(|own| last.ident == own)
        })
    ) || matches!(borrow::inside(&reference.elem), Type::Tuple(_) | Type::Array(_));
    if !by_value {
        return format!("{why}: write `{name}: {fixed}`");
    }
    if reference.mutability.is_some() {
        format!("{why}: write `{name}: {fixed}`, or share it as `{name}: Arc<Mutex<{fixed}>>`")
    } else if is_arc(&reference.elem) {
        format!("{why}: write `{name}: {fixed}`, and clone it at the call")
    } else {
        format!("{why}: write `{name}: {fixed}`, or share it as `{name}: Arc<{fixed}>`")
    }
}

fn is_arc(ty: &Type) -> bool {
    matches!(borrow::inside(ty), Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Arc"))
}

fn output(model: &Model, errors: &mut Diagnostics) {
    let Some(ty) = model.output() else {
        return;
    };
    if let Type::Never(never) = borrow::inside(ty) {
        errors.on(never, "a handle cannot yield `!`: leave `-> !` out; a body that loops for ever still compiles");
        return;
    }
    if let Some(first) = borrow::free(ty, Into::Static).first {
        let owned = borrow::free(ty, Into::Owned).ty;
        errors.on(
            first,
            format!(
                "`{}` is borrowed, and the handle's value outlives the call: return an owned \
                 value, as in `-> {}`",
                as_written(ty),
                as_written(&owned)
            ),
        );
    } else if let Some(receiver) = &model.receiver {
        if shared_self(receiver).is_some() && borrow::has_impl_trait(ty) {
            errors.on(
                ty,
                "an `impl Trait` result would borrow from `self: &Arc<Self>`: take \
                 `self: Arc<Self>`, or name the type",
            );
        }
    }
}

/// Lifetime parameters of the function: a mistake of their own only where no argument shows it.
struct BorrowedFrom {
    shown: String,
}

impl BorrowedFrom {
    fn new(model: &Model) -> Self {
        let mut shown = String::new();
        let types = model.arguments.iter().map(|argument| &*argument.written.ty);
        for ty in types.chain(model.output()) {
            if let Some(first) = borrow::free(ty, Into::Static).first {
                shown.push_str(&first.to_string());
                shown.push(' ');
            }
        }
        Self { shown }
    }

    fn generics(&self, model: &Model, errors: &mut Diagnostics) {
        for parameter in &model.function.sig.generics.params {
            let GenericParam::Lifetime(parameter) = parameter else {
                continue;
            };
            let name = parameter.lifetime.to_string();
            let reported =
                self.shown.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '_').any(|word| word == name);
            if !reported {
                errors.on(
                    parameter.to_token_stream(),
                    format!(
                        "`{}` cannot borrow for `{name}`, as the task may outlive it: remove \
                         `{name}`, or write `'static`",
                        model.name()
                    ),
                );
            }
        }
    }
}
