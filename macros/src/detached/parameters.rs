//! Type parameters that need not be fit for a task: what they lack is said all at once.

use super::model::Model;
use super::results;
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, borrow, bounds};
use syn::{GenericParam, Ident, Type, TypeParam, TypeParamBound, WherePredicate};

/// What a task's type may need. Whether it is shared by threads, its body says.
const ALL: &[&str] = &["Send", "Sync", "'static"];

/// The same of what is used up, and so is never behind a reference across an await.
const OF_A_VALUE: &[&str] = &["Send", "'static"];

/// Of these bounds: all that a task may need.
pub(super) fn needed(bounds: &[&TypeParamBound]) -> &'static [&'static str] {
    const USED_UP: &[&str] = &[
        "AsyncRead",
        "AsyncWrite",
        "BufRead",
        "Fn",
        "FnMut",
        "FnOnce",
        "From",
        "Future",
        "Into",
        "IntoIterator",
        "Iterator",
        "Read",
        "Seek",
        "Stream",
        "ToString",
        "TryFrom",
        "TryInto",
        "Write",
    ];
    let name = |bound: &&&TypeParamBound| match bound {
        TypeParamBound::Trait(of) => {
            of.path.segments.last().is_some_and(|last| USED_UP.iter().any(|own| last.ident == own))
        }
        _ => false,
    };
    if bounds.iter().any(|bound| name(&bound)) { OF_A_VALUE } else { ALL }
}

/// A task's future is of all its function's types, and outlives what any of them may borrow from.
pub(super) fn parameters(model: &Model, errors: &mut Diagnostics) {
    let generics = &model.function.sig.generics;
    let lacking: Vec<(&TypeParam, Vec<&str>)> =
        generics.type_params().filter_map(|parameter| Some((parameter, lacking(model, parameter)?))).collect();
    let Some((first, missing)) = lacking.first() else { return };
    let names: Vec<String> = lacking.iter().map(|(parameter, _)| format!("`{}`", parameter.ident)).collect();
    // Of several, all that is in the angle brackets.
    let fixed = if lacking.len() == 1 {
        fixed(first, missing)
    } else {
        let all = generics.params.iter().map(|parameter| {
            let of =
                lacking.iter().find(|(of, _)| matches!(parameter, GenericParam::Type(own) if own.ident == of.ident));
            of.map_or_else(|| as_written(parameter), |(of, missing)| fixed(of, missing))
        });
        format!("<{}>", all.collect::<Vec<_>>().join(", "))
    };
    let why = match (&names[..], &missing[..]) {
        ([name], ["Sync"]) => format!("{name} is shared by threads in its `Arc`, and need not be fit for that"),
        ([name], _) => format!("{name} may borrow, or be bound to its thread, and the task goes on without both"),
        (names, _) => {
            let (last, others) =
                names.split_last().map_or(("", String::new()), |(last, others)| (last, others.join(", ")));
            format!("{others} and {last} may borrow, or be bound to a thread, and the task goes on without both")
        }
    };
    errors.on(&first.ident, format!("{why}: write `{fixed}`"));
}

fn fixed(parameter: &TypeParam, missing: &[&str]) -> String {
    const STATIC: &str = "'static";
    let own: Vec<String> = parameter.bounds.iter().map(as_written).collect();
    let is_static = missing.contains(&STATIC) || own.iter().any(|bound| bound == STATIC);
    let all = own.iter().map(String::as_str).chain(missing.iter().copied()).filter(|bound| *bound != STATIC);
    let all: Vec<&str> = all.chain(is_static.then_some(STATIC)).collect();
    format!("{}: {}", parameter.ident, all.join(" + "))
}

/// `None` where it may be fit for the task.
fn lacking<'a>(model: &Model, parameter: &TypeParam) -> Option<Vec<&'a str>> {
    let generics = &model.function.sig.generics;
    let name = &parameter.ident;
    let clauses = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_types = clauses.filter_map(|predicate| match predicate {
        WherePredicate::Type(of) => Some((as_written(&of.bounded_ty), &of.bounds)),
        _ => None,
    });
    // A clause about another type may ask for them.
    if of_types.clone().any(|(of, _)| !generics.type_params().any(|parameter| parameter.ident == of)) {
        return None;
    }
    let of_clause = of_types.filter(|(of, _)| name == of).flat_map(|(_, bounds)| bounds);
    let all: Vec<&TypeParamBound> = of_clause.chain(&parameter.bounds).collect();
    let missing = bounds::missing(&all, ALL);
    let lacks = |bound: &str| missing.contains(&bound);
    let types = || model.inputs.iter().map(|input| &*input.written.ty).chain(model.output());
    let is_owned = || types().any(|ty| owns(ty, name));
    let is_shared = || types().any(|ty| shares(ty, name));
    if lacks("'static") || lacks("Send") && is_owned() || lacks("Sync") && is_shared() {
        let needed = needed(&all);
        return Some(missing.into_iter().filter(|bound| needed.contains(bound) || is_shared()).collect());
    }
    None
}

/// The containers that can be sent, or shared, only if what is in them can.
const CONTAINERS: &[&str] = &["BTreeMap", "Box", "HashMap", "Option", "Result", "Vec", "VecDeque"];

/// Is it of this parameter, so that it can be sent only if that can?
fn owns(ty: &Type, name: &Ident) -> bool {
    is_or_within(ty, name, &|of| CONTAINERS.contains(&of) || matches!(of, "Arc" | "Mutex"))
}

/// Is one of these behind an `Arc`?
fn shares(ty: &Type, name: &Ident) -> bool {
    match borrow::inside(ty) {
        Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Arc") => {
            results::types_of(ty).any(|ty| is_or_within(ty, name, &|of| CONTAINERS.contains(&of)) || shares(ty, name))
        }
        Type::Path(_) => results::types_of(ty).any(|ty| shares(ty, name)),
        Type::Tuple(tuple) => tuple.elems.iter().any(|ty| shares(ty, name)),
        _ => false,
    }
}

fn is_or_within(ty: &Type, name: &Ident, is_container: &dyn Fn(&str) -> bool) -> bool {
    match borrow::inside(ty) {
        Type::Path(path) if path.path.is_ident(name) => true,
        Type::Path(path) => {
            let is_known = path.path.segments.last().is_some_and(|last| is_container(&last.ident.to_string()));
            is_known && results::types_of(ty).any(|ty| is_or_within(ty, name, is_container))
        }
        Type::Tuple(tuple) => tuple.elems.iter().any(|ty| is_or_within(ty, name, is_container)),
        Type::Array(array) => is_or_within(&array.elem, name, is_container),
        _ => false,
    }
}
