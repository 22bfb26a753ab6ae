//! Which tracker holds the task: a static, an expression's, or that of the service.

use super::made::{as_static, made};
use super::scope::Scope;
use crate::arguments::{Args, Argument, Owner};
use crate::syntax::expr::{is_upper_case, local, plain, wrapped};
use crate::syntax::text::{self, as_written};
use crate::syntax::{Diagnostics, units};
use syn::{Expr, Lit};

pub(crate) enum Track {
    Static(Expr),
    Expression(Expr),
    /// The service that the method is of.
    Owner(Owner),
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

pub(super) fn track(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Track> {
    if let Some(owner) = &scope.owner {
        if let Some(key) = args.key(Argument::Track).filter(|_| !args.is_bad(Argument::Track)) {
            let is_its_own = args.value(Argument::Track).and_then(local).is_some_and(|local| local == "self");
            let or = if is_its_own {
                String::new()
            } else {
                let ty = as_written(&owner.ty);
                format!(
                    ", or, for another tracker, move the method to an `impl {ty}` without `#[owned_tasks]`, and take `self: \
                     std::sync::Arc<Self>`"
                )
            };
            errors
                .at(key.span(), format!("the service's own `OwnedTracker` tracks its methods: leave `track` out{or}"));
        }
        return Some(Track::Owner(owner.clone()));
    }
    let written = args.value(Argument::Track)?;
    if let Expr::Lit(literal) = plain(written) {
        errors.on(written, named(&literal.lit));
        return None;
    }
    if let Some(message) = no_tracker(written, scope) {
        errors.on(written, message);
        return None;
    }
    if let Some(name) = unknown_local(written, scope) {
        errors.on(
            written,
            format!(
                "`{name}` is no argument of the function, which sees no variable around it: take it as one, as in `{name}: \
                 std::sync::Arc<outlive::Tracker>`; of a function, write `track = {name}()`, and of a static in lower case, `track = &{name}`"
            ),
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
    if let Some(made) = made(written) {
        errors.on(written, made.message());
        return None;
    }
    scope.sees(Argument::Track, written, errors).then(|| Track::Expression(written.clone()))
}

/// A name in quotes: what it would be called as a static.
fn named(literal: &Lit) -> String {
    let reported = match literal {
        Lit::Str(text) => text.value(),
        _ => String::new(),
    };
    let (name, reported) = match as_static(&reported) {
        Some(name) if name == reported => (name, reported.to_lowercase()),
        Some(name) => (name, reported),
        None => ("AUDIT".to_owned(), "audit".to_owned()),
    };
    format!(
        "`track` is the tracker itself, not its name: write `track = {name}`, where `{name}` is a static of yours: `static \
         {name}: outlive::Tracker = outlive::Tracker::bounded({reported:?}, 64);`"
    )
}

/// What is no tracker by its looks.
fn no_tracker(written: &Expr, scope: &Scope) -> Option<String> {
    const WHERE: &str = "where `AUDIT` is a static of yours: `static AUDIT: outlive::Tracker = outlive::Tracker::bounded(\"audit\", 64);`";
    if units::is_endless(written) {
        return Some(format!(
            "a shutdown could not wait for a task that no tracker has: write `track = AUDIT`, {WHERE}"
        ));
    }
    if let Some(inner) = wrapped(written).filter(|inner| is_static(inner, scope)) {
        return Some(format!("a static tracker is named alone: write `track = {}`", as_written(inner)));
    }
    match plain(written) {
        Expr::Path(path)
            if ["Tracker", "OwnedTracker"]
                .iter()
                .any(|ty| path.path.segments.last().is_some_and(|last| last.ident == ty)) =>
        {
            Some(format!(
                "`{}` is a type, and `track` names one of them: write `track = AUDIT`, {WHERE}",
                as_written(path)
            ))
        }
        Expr::MethodCall(call) if call.method == "clone" && is_static(plain(&call.receiver), scope) => {
            let shown = as_written(&call.receiver);
            let is_named = matches!(plain(&call.receiver), Expr::Path(path) if path.path.segments.last().is_some_and(|last| is_upper_case(&last.ident)));
            is_named.then(|| format!("a static tracker is named, and needs no clone: write `track = {shown}`"))
        }
        _ if !scope.locals
            && local(written).is_some_and(|local| local == "self")
            && !scope.inputs.iter().any(|input| input == "self") =>
        {
            Some(format!(
                "`{}` is a field of a `self`, which the function does not take: write `track = AUDIT`, {WHERE}; or take \
                 `self: std::sync::Arc<Self>`",
                as_written(written)
            ))
        }
        _ => None,
    }
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
    let outer = name == "Self" || scope.has_generic(&name);
    let local = segments.len() == 1 && scope.binds(&name);
    !outer && !local && (!scope.locals || is_upper_case(&last.ident))
}

/// A plain name in lower case that nothing binds. A future sees the variables around it.
fn unknown_local(written: &Expr, scope: &Scope) -> Option<String> {
    let Expr::Path(path) = plain(written) else { return None };
    let ident = path.path.get_ident().filter(|_| path.qself.is_none() && !scope.locals)?;
    let name = text::plain(ident);
    (!name.contains(char::is_uppercase) && !scope.binds(&name) && name != "self").then(|| ident.to_string())
}
