//! Results that say something to nobody, and those of a task that nobody tracks.

use super::model::Model;
use crate::arguments::Kind;
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, borrow};
use quote::ToTokens as _;
use syn::{GenericArgument, Path, PathArguments, Type, TypeParamBound, parse_quote};

/// `true` where that is said.
pub(super) fn result(model: &Model, ty: &Type, errors: &mut Diagnostics) -> bool {
    if let Some(handle) = join_handle(ty) {
        let (shown, written) = (as_written(ty), as_written(handle));
        let given = types_of(handle).next().map_or_else(|| "()".to_owned(), as_written);
        let fixed = if std::ptr::eq(handle, borrow::inside(ty)) {
            format!("leave `-> {shown}` and the `spawn` out")
        } else {
            format!("write `-> {}`, leave the `spawn` out", shown.replacen(&written, &given, 1))
        };
        errors.on(
            handle,
            format!(
                "a task that is spawned in here would run untracked, as the call is the spawn: {fixed}, and run the work in the body"
            ),
        );
        return true;
    }
    if let Some(boxed) = boxed(ty) {
        errors.on(
            ty,
            format!("`{}` has no size that is known, and cannot be returned: write `-> {boxed}`", as_written(ty)),
        );
        return true;
    }
    let message = match model.kind {
        Kind::Periodic => of_run(model, ty),
        Kind::Worker => of_worker(model, ty),
        Kind::Detached | Kind::Durable | Kind::OwnedTasks => None,
    };
    let message = message.or_else(|| perhaps_an_error(ty));
    let is_said = message.is_some();
    if let Some(message) = message {
        errors.on(ty, message);
    }
    is_said
}

/// `Option<io::Error>`, `None` where all went well.
fn perhaps_an_error(ty: &Type) -> Option<String> {
    let Type::Path(path) = borrow::inside(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(_) = last.arguments else { return None };
    let error = types(&path.path).next().filter(|error| is_error(error))?;
    Some(format!(
        "a call that gives an error in a `Some` is counted as completed, and nobody is told: write `-> Result<(), {}>`",
        as_written(error)
    ))
}

/// By its name.
fn is_error(ty: &Type) -> bool {
    match borrow::inside(ty) {
        Type::TraitObject(object) => object.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(of) => of.path.segments.last().is_some_and(|last| last.ident == "Error"),
            _ => false,
        }),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match last.ident.to_string().as_str() {
            "Box" => types(&path.path).next().is_some_and(is_error),
            name => name.ends_with("Error"),
        }),
        _ => false,
    }
}

/// What has no size, as it is passed and returned.
pub(super) fn boxed(ty: &Type) -> Option<String> {
    match borrow::inside(ty) {
        Type::TraitObject(object) => {
            let bounds = as_written(&object.bounds);
            let sent = if bounds.contains("Send") { "" } else { " + Send" };
            Some(format!("Box<dyn {bounds}{sent}>"))
        }
        Type::Slice(slice) => Some(format!("Vec<{}>", as_written(&slice.elem))),
        Type::Path(path) if path.path.is_ident("str") => Some("String".to_owned()),
        _ => None,
    }
}

/// Also within what holds it.
pub(crate) fn join_handle(ty: &Type) -> Option<&Type> {
    let ty = borrow::inside(ty);
    let Type::Path(path) = ty else { return None };
    if path.path.segments.last()?.ident == "JoinHandle" {
        return Some(ty);
    }
    types(&path.path).find_map(join_handle)
}

/// What `oneshot::Sender<u64>` sends.
pub(super) fn reply(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = borrow::inside(ty) else { return None };
    let last = path.path.segments.iter().rev().take(2).map(|segment| segment.ident.to_string()).collect::<Vec<_>>();
    let is_sender = matches!(last.as_slice(), [sender, module] if sender == "Sender" && module == "oneshot");
    types(&path.path).next().filter(|_| is_sender)
}

/// The result with that in it.
pub(super) fn answered(output: Option<&Type>, answer: &Type) -> String {
    let answer = as_written(answer);
    let with = output.and_then(|ty| {
        let Type::Path(path) = borrow::inside(ty) else { return None };
        let error = types(&path.path).nth(1)?;
        (path.path.segments.last()?.ident == "Result").then(|| format!("Result<{answer}, {}>", as_written(error)))
    });
    with.unwrap_or_else(|| format!("Result<{answer}, std::io::Error>"))
}

pub(crate) fn types_of(ty: &Type) -> impl Iterator<Item = &Type> {
    let path = match ty {
        Type::Path(path) => Some(&path.path),
        _ => None,
    };
    path.into_iter().flat_map(types)
}

/// The types in the angle brackets.
fn types(path: &Path) -> impl Iterator<Item = &Type> {
    let args = match path.segments.last().map(|last| &last.arguments) {
        Some(PathArguments::AngleBracketed(args)) => Some(&args.args),
        _ => None,
    };
    args.into_iter().flatten().filter_map(|arg| match arg {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Nobody is given what a run gives; an `Err` is reported.
fn of_run(model: &Model, ty: &Type) -> Option<String> {
    let (name, shown) = (model.name(), as_written(ty));
    let ends = "a loop that ends by itself is a `#[worker]`, whose body loops";
    if let Some((value, fixed)) = of_result(ty) {
        return steers(value).then(|| {
            format!(
                "nobody is given the `{}` of a run, and the loop of `{name}` goes on whatever it is: write `-> {fixed}`; {ends}",
                as_written(value)
            )
        });
    }
    if steers(ty) {
        return Some(format!(
            "nobody is given what a run gives, and the loop goes on whatever it is: leave `-> {shown}` out; {ends}"
        ));
    }
    is_value(ty).then(|| {
        format!("nobody is given what a run of `{name}` gives: leave `-> {shown}` out, and use the value in the body")
    })
}

/// Its handle is given the value, and what looks like a step's result is none.
fn of_worker(model: &Model, ty: &Type) -> Option<String> {
    let (name, shown) = (model.name(), as_written(ty));
    let (value, fixed) = match of_result(ty) {
        Some((value, fixed)) => (value, format!("write `-> {fixed}`, and the loop in its body")),
        None => (
            ty,
            format!("leave `-> {shown}` out, and write the loop in its body; a failure is the `Err` of a `Result`"),
        ),
    };
    steers(value).then(|| {
        format!(
            "a worker has ended when it returns, and `{name}` goes on with nothing, whatever its `{}` is: {fixed}",
            as_written(value)
        )
    })
}

/// What a `Result` has where it is no error, and the `Result` without that.
pub(crate) fn of_result(ty: &Type) -> Option<(&Type, String)> {
    let Type::Path(path) = borrow::inside(ty) else { return None };
    if path.path.segments.last()?.ident != "Result" {
        return None;
    }
    let value = types(&path.path).next()?;
    let mut fixed = path.clone();
    if let PathArguments::AngleBracketed(args) = &mut fixed.path.segments.last_mut()?.arguments {
        let first = args.args.iter_mut().find(|arg| matches!(arg, GenericArgument::Type(_)))?;
        *first = GenericArgument::Type(parse_quote!(()));
    }
    Some((value, as_written(fixed.to_token_stream())))
}

/// By this one says elsewhere whether there is more to do.
fn steers(ty: &Type) -> bool {
    let Type::Path(path) = borrow::inside(ty) else { return false };
    let is_unit = |ty: &Type| matches!(borrow::inside(ty), Type::Tuple(tuple) if tuple.elems.is_empty());
    match path.path.segments.last().map(|last| last.ident.to_string()).as_deref() {
        Some("bool") => path.path.get_ident().is_some(),
        Some("ControlFlow") => true,
        Some("Option") => types(&path.path).next().is_some_and(is_unit),
        _ => false,
    }
}

/// By its name it is no `Result`, nor an alias of one.
pub(crate) fn is_value(ty: &Type) -> bool {
    match borrow::inside(ty) {
        Type::Tuple(tuple) => !tuple.elems.is_empty(),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            const VALUES: &[&str] = &[
                "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
                "u128", "usize", "Duration", "HashMap", "Instant", "Option", "String", "Vec",
            ];
            VALUES.iter().any(|value| last.ident == value)
        }),
        _ => false,
    }
}
