//! The arguments and the result of an axum handler: its client would wait for the whole task.

use super::model::{Input, Model};
use super::results;
use crate::arguments::{Args, Argument, Kind};
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, borrow};
use syn::{Pat, PatTupleStruct, Type, TypeParamBound};

/// What takes a part of a request out of it.
const EXTRACTORS: &[&str] = &[
    "Cached",
    "ConnectInfo",
    "Data",
    "Extension",
    "Form",
    "Host",
    "Json",
    "Path",
    "Query",
    "State",
    "TypedHeader",
    "Valid",
];

/// Does it take apart what a handler is given, and is not meant to be one?
pub(super) fn extracts(model: &Model, args: &Args) -> bool {
    is_looked_at(model, args) && model.inputs.iter().any(|input| extracted(input).is_some())
}

fn is_looked_at(model: &Model, args: &Args) -> bool {
    model.kind != Kind::Durable && !args.has(Argument::AllowRequestBound)
}

/// `true` where that is said, so that nothing else need be said of arguments and result.
pub(super) fn handler(model: &Model, args: &Args, errors: &mut Diagnostics) -> bool {
    if !is_looked_at(model, args) {
        return false;
    }
    let name = model.name();
    let result = model.output().filter(|_| responds(model)).map(as_written);
    let leave_out = result.map(|ty| format!("leave `-> {ty}` out")).unwrap_or_default();
    let mut found = model.inputs.iter().filter_map(|input| extracted(input).map(|inner| (input, inner)));
    let Some((first, _)) = found.next() else {
        if let Some(ty) = model.output().filter(|_| responds(model)) {
            errors.on(
                ty,
                format!("a response that a task gives reaches no client: {leave_out}, and let the handler that calls `{name}` respond"),
            );
            return true;
        }
        return false;
    };
    let fixed: Vec<String> = model.inputs.iter().filter_map(extracted).flat_map(|(pat, ty)| plain(pat, ty)).collect();
    let and = if leave_out.is_empty() { String::new() } else { format!(", {leave_out}") };
    errors.on(
        &first.written.pat,
        format!(
            "a client would wait for all of `{name}`, were it the handler: write `{}`{and}, and call it in a handler of its own",
            fixed.join(", ")
        ),
    );
    true
}

/// `Path(order): Path<u64>`: the pattern and the type inside.
fn extracted(input: &Input) -> Option<(&Pat, &Type)> {
    let Pat::TupleStruct(PatTupleStruct { path, elems, .. }) = &*input.written.pat else { return None };
    let (pattern, Some(pat), 1) = (path.segments.last()?, elems.first(), elems.len()) else { return None };
    let Type::Path(ty) = borrow::inside(&input.written.ty) else { return None };
    let of = ty.path.segments.last()?;
    let is_one = pattern.ident == of.ident && EXTRACTORS.iter().any(|name| of.ident == name);
    let inner = results::types_of(borrow::inside(&input.written.ty)).next()?;
    is_one.then_some((pat, inner))
}

/// The argument that is called so, or one for each part of a tuple.
fn plain(pat: &Pat, ty: &Type) -> Vec<String> {
    if let (Pat::Tuple(pats), Type::Tuple(types)) = (pat, borrow::inside(ty)) {
        if pats.elems.len() == types.elems.len() && pats.elems.iter().all(|pat| matches!(pat, Pat::Ident(_))) {
            return pats.elems.iter().zip(&types.elems).flat_map(|(pat, ty)| plain(pat, ty)).collect();
        }
    }
    vec![format!("{}: {}", as_written(pat), as_written(ty))]
}

/// `-> impl IntoResponse`.
fn responds(model: &Model) -> bool {
    let Some(Type::ImplTrait(opaque)) = model.output().map(borrow::inside) else { return false };
    opaque.bounds.iter().any(|bound| {
        matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| last.ident == "IntoResponse"))
    })
}
