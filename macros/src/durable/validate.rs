//! Can the function run in another process? What it cannot be as a task, `#[detached]` says.

use super::model::{Argument, Model};
use crate::arguments::Args;
use crate::detached::results;
use crate::detached::validate::validate as as_task;
use crate::settings::Settings;
use crate::syntax::lazy::lazy;
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, borrow};
use syn::{GenericArgument, GenericParam, Meta, Pat, PathArguments, Type};

pub(crate) fn validate(model: &Model, args: &Args, errors: &mut Diagnostics) -> Option<Settings> {
    let run = &model.run;
    if let Some(receiver) = &run.receiver {
        errors.on(
            receiver,
            format!(
                "`{}` may run in another process, which has no `self` of its caller: make it a free function, and take what it \
                 needs as an argument, or, where only the process has it, as `#[state] service: TheType`",
                run.name()
            ),
        );
        return None;
    }
    let before = errors.is_empty();
    generics(model, errors);
    if !errors.is_empty() && before {
        return None;
    }
    arguments(model, errors);
    output(model, errors);
    as_task(run, args, errors)
}

/// The queue keeps a name, and no types.
fn generics(model: &Model, errors: &mut Diagnostics) {
    let run = &model.run;
    for parameter in &run.function.sig.generics.params {
        let name = match parameter {
            // What a lifetime is wrong for, the arguments say.
            GenericParam::Lifetime(_) => continue,
            GenericParam::Type(parameter) => &parameter.ident,
            GenericParam::Const(parameter) => &parameter.ident,
        };
        errors.on(
            name,
            format!(
                "the queue keeps the name of `{}`, and not what its `{name}` is: write a function for each type that it is called \
                 with, or take an `enum` of them",
                run.name()
            ),
        );
    }
    for argument in model.arguments() {
        let ty = argument.ty();
        if borrow::has_impl_trait(ty) {
            let message = format!(
                "the queue keeps the name of `{}`, and not which type its `{}` is: name the type",
                run.name(),
                as_written(ty)
            );
            errors.on(ty, message);
        }
    }
}

/// `State(mailer): State<Mailer>`, as it is written here. Its type is known by its name alone.
fn from_framework(argument: Argument<'_>) -> Option<String> {
    let Pat::TupleStruct(extractor) = &*argument.input.written.pat else { return None };
    let (last, name) = (&extractor.path.segments.last()?.ident, extractor.elems.first()?);
    let ty = results::types_of(borrow::inside(argument.ty())).next()?;
    let is_known = extractor.elems.len() == 1 && ["Data", "Extension", "State"].iter().any(|known| last == known);
    is_known.then(|| format!("#[state] {}: {}", as_written(name), as_written(ty)))
}

fn arguments(model: &Model, errors: &mut Diagnostics) {
    for argument in model.arguments() {
        let (input, pattern) = (argument.input, &argument.input.written.pat);
        match argument.state {
            Some(state) if !matches!(state.meta, Meta::Path(_)) => {
                errors.on(state, "`#[state]` takes nothing: it is found by the argument's type");
            }
            None if from_framework(argument).is_some() => errors.on(
                pattern,
                format!(
                    "what only the worker's process has is marked `#[state]`: write `{}`",
                    from_framework(argument).unwrap_or_default()
                ),
            ),
            None if !input.is_plain => errors.on(
                pattern,
                format!(
                    "an argument travels by its name, and `{}` is none: write `name: {}`, and take it apart in the body",
                    as_written(pattern),
                    as_written(argument.ty())
                ),
            ),
            _ => {}
        }
    }
}

/// `()`, or a `Result<(), E>`: nobody is there to take anything else. What an alias is, the compiler knows.
fn output(model: &Model, errors: &mut Diagnostics) {
    let Some(written) = model.run.output() else { return };
    let name = model.run.name();
    let value = match borrow::inside(written) {
        Type::Tuple(tuple) if tuple.elems.is_empty() => return,
        Type::Never(_) => return,
        // Said where it is looked at as a task.
        ty if lazy(ty).is_some() || results::join_handle(ty).is_some() => return,
        ty if results::is_value(ty) => written,
        ty if borrow::has_impl_trait(ty) => {
            errors.on(written, format!("the queue's worker has to know what `{name}` gives: name the type"));
            return;
        }
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return };
            let first = match &last.arguments {
                PathArguments::AngleBracketed(args) => args.args.first(),
                _ => None,
            };
            match first {
                Some(GenericArgument::Type(value)) if last.ident == "Result" => match borrow::inside(value) {
                    Type::Tuple(tuple) if tuple.elems.is_empty() => return,
                    _ => value,
                },
                // Of the user's own, or an alias.
                _ => return,
            }
        }
        _ => written,
    };
    let fixed = match results::of_result(written).filter(|_| !std::ptr::eq(value, written)) {
        Some((_, fixed)) => format!("write `-> {fixed}`"),
        None => format!("leave `-> {}` out", as_written(written)),
    };
    errors.on(
        value,
        format!("nobody waits for the `{}` that `{name}` gives: {fixed}, and use it in the body", as_written(value)),
    );
}
