//! Can this function become a task? Every mistake, each with the line to type instead.

use super::again;
use super::attributes;
use super::endless;
use super::ends;
use super::handlers;
use super::misused;
use super::model::{Model, SelfKind};
use super::places;
use super::receiver::{borrows, receiver};
use super::results;
use super::unheard;
use crate::arguments::{Args, Argument, Kind, TASKS};
use crate::settings::{self, Scope, Settings};
use crate::syntax::borrow::{self, Form, Unborrowed};
use crate::syntax::item::Body;
use crate::syntax::lazy::{Lazy, lazy};
use crate::syntax::text::{self, as_written};
use crate::syntax::unsendable::dyn_error;
use crate::syntax::{Diagnostics, bounds, names};
use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::{Safety, Type, TypeTraitObject};

pub(crate) fn validate(model: &Model, args: &Args, errors: &mut Diagnostics) -> Option<Settings> {
    if let Body::Missing(semicolon) = &model.function.body {
        errors.on(
            semicolon,
            format!(
                "`{}` has no body to run, and a trait's method cannot be {}: annotate an \
                 inherent method or a free function, and let the trait's method call that",
                model.name(),
                model.kind.made()
            ),
        );
        return None;
    }
    kinds(model, errors);
    if places::of_trait(model, errors) {
        return None;
    }
    shape(model, args, errors);
    receiver(model, args, errors);
    let is_handler = handlers::handler(model, args, errors);
    if !is_handler {
        inputs(model, args, errors);
    }
    ends::runtime(model, args, errors);
    misused::open_types(model, errors);
    misused::counters(model, errors);
    misused::awaits(model, args, errors);
    endless::body(model, args, errors);
    unheard::body(model, args, errors);
    if !is_handler {
        output(model, args, errors);
    }
    lifetimes(model, errors);
    of_threads(model, args, errors);
    again::retry(model, args, errors);
    again::hook(model, args, errors);
    if let Some(key) = args.key(Argument::WhenFull).filter(|_| settings::waits(args) && starts_once(model, args)) {
        errors.at(
            key.span(),
            format!(
                "`{0}` runs once for each owner, and is admitted once: leave `when_full` out, and start `{0}` again where its \
                 handle says `Rejected::Full`",
                model.name()
            ),
        );
    }
    recursion(model, args, errors);
    site(model, args, errors);
    let mut names: Vec<String> =
        model.inputs.iter().filter(|input| input.is_plain).map(|input| text::plain(&input.outer)).collect();
    if model.receiver.is_some() {
        names.push("self".to_owned());
    }
    let mut in_patterns: Vec<String> = model.inputs.iter().flat_map(|input| input.binds.clone()).collect();
    if is_handler {
        // As they are to be written.
        names.append(&mut in_patterns);
    }
    // On `&self`, the message about it says where the tracker comes from.
    let borrows_self = borrows(model);
    let no_self = model.owner.is_some() && model.receiver.is_none() && !args.has(Argument::Track);
    if no_self && !args.broken {
        errors.on(
            &model.function.sig.ident,
            format!(
                "`{}` has no `self`, so no service tracks it: take `&self`, or add `track = AUDIT`, where `AUDIT` is a \
                 static of yours: `static AUDIT: outlive::Tracker = outlive::Tracker::bounded(\"audit\", 64);`",
                model.name()
            ),
        );
    }
    let scope = Scope {
        kind: model.kind,
        shown: model.kind.shown(),
        line: model.kind.line(model.tracked_by().is_some()),
        at: Span::call_site(),
        owner: model.tracked_by().cloned(),
        track_is_settled: borrows_self || no_self,
        inputs: names,
        in_patterns,
        generics: model.generics().into_iter().map(ToString::to_string).collect(),
        locals: false,
    };
    settings::validate(args, &scope, errors)
}

/// One function, one kind of task.
fn kinds(model: &Model, errors: &mut Diagnostics) {
    for attr in &model.function.attrs {
        let last = attr.path().segments.last();
        let also = last.and_then(|last| TASKS.into_iter().find(|kind| last.ident == kind.name()));
        let own = model.kind.name();
        match also {
            Some(also) if also == model.kind => {
                errors.on(attr, format!("`#[{own}]` stands on this function twice: keep one of them"));
            }
            Some(Kind::Durable) if model.kind == Kind::Periodic => errors.at(
                Span::call_site(),
                format!(
                    "a run of a loop is no job in a queue: leave `#[periodic(…)]` out here, and put it on a function of its own, which \
                     takes the queue, and awaits `{}({}).enqueue(&queue)`",
                    model.name(),
                    if model.inputs.is_empty() { "" } else { "…" }
                ),
            ),
            Some(also) => {
                let also = also.name();
                errors.on(attr, format!("`#[{own}]` and `#[{also}]` stand on one function: keep one of them"));
            }
            None => {}
        }
    }
}

/// What has no meaning for a thread.
fn of_threads(model: &Model, args: &Args, errors: &mut Diagnostics) {
    if let Some(grace) = args.key(Argument::Grace) {
        if args.has(Argument::Blocking) {
            errors.at(
                grace.span(),
                "`grace` has no meaning with `blocking`: a thread cannot be dropped, it can only be cancelled and waited for; \
                 leave `grace` out",
            );
        }
    }
    if let Some(restart) = args.key(Argument::Restart) {
        if args.has(Argument::Blocking) && model.kind == Kind::Worker {
            errors.at(
                restart.span(),
                "a `blocking` worker runs once: leave `restart` out, and go on in the body's own loop",
            );
        }
    }
}

/// A call that waits for its place while it holds one may wait for itself; and rustc cannot see that its future is `Send`.
fn recursion(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Body::Braces(body) = &model.function.body else { return };
    let Some(key) = args.key(Argument::WhenFull).filter(|_| settings::waits(args)) else { return };
    if names::calls(body.stream(), &model.function.sig.ident) {
        errors.at(
            key.span(),
            format!(
                "`{0}` calls itself, and would wait in a full tracker for its own end: leave `when_full` out, or let it loop over \
                 what `{0}` would be called with",
                model.name()
            ),
        );
    }
}

/// Is there a caller whose place could be known, and does it say anything?
fn site(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Some(key) = args.key(Argument::Site).filter(|_| settings::is_of_caller(args)) else {
        return;
    };
    if model.kind != Kind::Periodic && settings::waits(args) {
        errors.at(
            key.span(),
            "`when_full = wait` makes the call an `async fn`, which does not know where it is called: leave `site` out, \
             or leave `when_full` out and try again on `Rejected::Full`",
        );
    } else if starts_once(model, args) {
        errors.at(
            key.span(),
            format!("`{}` runs once for each owner, wherever it is started: leave `site` out", model.name()),
        );
    }
}

/// A worker without arguments, of a service.
fn starts_once(model: &Model, args: &Args) -> bool {
    let is_the_services = model.tracked_by().is_some() && !args.has(Argument::Track);
    model.kind == Kind::Worker && is_the_services && model.inputs.is_empty()
}

/// `async`, or `blocking`; and nothing that a task cannot be.
fn shape(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let sig = &model.function.sig;
    let (name, made) = (model.name(), model.kind.made());
    if let Some(variadic) = &sig.variadic {
        // It has to be `unsafe` and `extern` as well.
        errors.on(variadic, format!("a variadic function cannot be {made}: name its arguments, one by one"));
        return;
    }
    if let Some(token) = sig.constness {
        errors.on(token, format!("a `const fn` runs in the compiler, not in a task: write `async fn {name}`"));
    }
    if let Safety::Unsafe(token) = sig.safety {
        errors.on(
            token,
            format!(
                "an `unsafe fn` cannot be {made}, as nobody could keep its conditions while it \
                 runs: write `async fn {name}`, with the `unsafe` block inside"
            ),
        );
    }
    if let Some(abi) = &sig.abi {
        errors.on(
            abi,
            format!(
                "an `extern` function cannot be {made}, as its caller could not take the \
                 handle: write `async fn {name}`, and call that from the `extern` one"
            ),
        );
    }
    let reported = sig.constness.is_some()
        || sig.abi.is_some()
        || matches!(sig.safety, Safety::Unsafe(_))
        // It may be a trait's, which says how it begins.
        || model.owner.as_ref().is_some_and(|owner| owner.is_lost)
        // The message about the result says how to write it.
        || !model.is_async() && model.output().is_some_and(|ty| lazy(ty).is_some());
    match (model.is_async(), args.key(Argument::Blocking)) {
        (true, Some(key)) if !args.is_bad(Argument::Blocking) => errors.at(
            key.span(),
            format!(
                "`blocking` is for a plain `fn`, and `{name}` is `async`: leave `blocking` out, \
                 or write `fn {name}`"
            ),
        ),
        // With `blocking`, that says it all.
        (false, Some(_)) if model.kind == Kind::Periodic => {}
        (false, _) if !reported && model.kind == Kind::Periodic => {
            errors.on(sig.fn_token, format!("`{name}` is a plain `fn`: write `async fn {name}`"));
        }
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

fn inputs(model: &Model, args: &Args, errors: &mut Diagnostics) {
    for input in &model.inputs {
        let written = &input.written;
        let name = || as_written(strip_mut(&written.pat));
        for attr in &written.attrs {
            attributes::on_argument(model.kind, attr, &name(), errors);
        }
        if ends::argument(model, args, input, errors) {
            continue;
        }
        if let Some(message) = ends::unpassable(name, &written.ty) {
            errors.on(&written.ty, message);
            continue;
        }
        if let Some(first) = borrow::unborrowed(&written.ty, Form::Static).first {
            errors.on(first, borrowed(&name(), &written.ty));
        } else if let Some((object, fixed)) = dyn_error(&written.ty) {
            errors.on(object, unsendable(object, &fixed));
        }
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
    let Unborrowed { ty: owned, owns, .. } = borrow::unborrowed(ty, Form::Owned);
    let (shown, mut fixed) = (as_written(ty), as_written(&owned));
    if let (Type::ImplTrait(_), Type::ImplTrait(opaque)) = (borrow::inside(ty), borrow::inside(&owned)) {
        let missing = bounds::missing(&opaque.bounds.iter().collect::<Vec<_>>(), &["Send", "'static"]);
        fixed = misused::with(fixed, &missing);
    }
    let why = format!("`{name}: {shown}` is borrowed, and the task may outlive what it borrows from");
    if let Some(own) = owns {
        return format!("{why}: write `{name}: {fixed}`, {}", owning(&own));
    }
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
        format!("{why}: write `{name}: {fixed}`, or share it as `{name}: std::sync::Arc<std::sync::Mutex<{fixed}>>`")
    } else if is_arc(&reference.elem) {
        format!("{why}: write `{name}: {fixed}`, and clone it at the call")
    } else {
        format!("{why}: write `{name}: {fixed}`, or share it as `{name}: std::sync::Arc<{fixed}>`")
    }
}

/// What has a lifetime now, without it.
fn owning(ty: &Ident) -> String {
    format!(
        "where `{ty}` owns its data: a `String` for each `&str`, and no lifetime; where it is another crate's, pass what it is made \
         from"
    )
}

fn is_arc(ty: &Type) -> bool {
    matches!(borrow::inside(ty), Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Arc"))
}

fn output(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Some(ty) = model.output() else {
        return;
    };
    if let Some((what, given)) = lazy(ty) {
        errors.on(ty, unpolled(model, args, what, &given));
        return;
    }
    if results::result(model, ty, errors) {
        return;
    }
    if let Type::Never(never) = borrow::inside(ty) {
        errors.on(
            never,
            if model.kind == Kind::Detached {
                "a handle cannot yield `!`: leave `-> !` out; what never ends is a `#[worker]`, and not `#[detached]`"
            } else {
                "a handle cannot yield `!`: leave `-> !` out; a body that loops for ever still compiles"
            },
        );
        return;
    }
    if let Some(first) = borrow::unborrowed(ty, Form::Static).first {
        let Unborrowed { ty: owned, owns, .. } = borrow::unborrowed(ty, Form::Owned);
        let owning = owns.map(|own| format!(", {}", owning(&own))).unwrap_or_default();
        errors.on(
            first,
            format!(
                "`{}` is borrowed, and the handle's value outlives the call: return an owned \
                 value, as in `-> {}`{owning}",
                as_written(ty),
                as_written(&owned)
            ),
        );
    } else if let Some((object, fixed)) = dyn_error(ty) {
        errors.on(object, unsendable(object, &fixed));
    } else {
        let message = match model.self_kind() {
            Some(SelfKind::SharedArc) => {
                "an `impl Trait` result would borrow from `self: &Arc<Self>`: take `self: std::sync::Arc<Self>`, or name the type"
            }
            Some(SelfKind::Borrowed) if model.owner.is_some() => {
                "an `impl Trait` result would borrow from `&self`: name the type, or box it"
            }
            _ => return,
        };
        if borrow::has_impl_trait(ty) {
            errors.on(ty, message);
        }
    }
}

fn unsendable(object: &TypeTraitObject, fixed: &str) -> String {
    format!("`{}` cannot be sent to another thread, as a task is: write `{fixed}`", as_written(object))
}

/// A task gives back what nobody would poll. `given` is the result without that.
fn unpolled(model: &Model, args: &Args, what: Lazy, given: &Type) -> String {
    let name = model.name();
    let given = as_written(given);
    let fixed = match (model.is_async(), given.as_str()) {
        (true, "()") => {
            let written = model.output().map(as_written).unwrap_or_default();
            format!("leave `-> {written}` out")
        }
        (true, _) => format!("write `-> {given}`"),
        (false, "()") => format!("write `async fn {name}`, without a result"),
        (false, _) => format!("write `async fn {name}`, with `-> {given}`"),
    };
    let blocking = if args.has(Argument::Blocking) { ", leave `blocking` out" } else { "" };
    let how = match what {
        Lazy::Future => "await it in the body",
        Lazy::Stream => "read it in the body",
    };
    format!("`{name}` would give back {}, which nobody polls: {fixed}{blocking}, and {how}", what.shown())
}

/// Lifetime parameters of the function: a mistake of their own only where no argument shows it.
fn lifetimes(model: &Model, errors: &mut Diagnostics) {
    let mut parameters = model.function.sig.generics.lifetimes().peekable();
    if parameters.peek().is_none() {
        return;
    }
    let mut shown = String::new();
    let types = model.inputs.iter().map(|input| &*input.written.ty);
    for ty in types.chain(model.output()) {
        if let Some(first) = borrow::unborrowed(ty, Form::Static).first {
            shown.push_str(&first.to_string());
            shown.push(' ');
        }
    }
    for parameter in parameters {
        let name = parameter.lifetime.to_string();
        let reported = shown.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '_').any(|word| word == name);
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
