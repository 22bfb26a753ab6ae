//! Trait objects that are never `Send`, whatever is in them: those of a trait that everybody knows, without the bound.

use super::text::as_written;
use syn::{GenericArgument, Path, PathArguments, Type, TypeParamBound, TypeTraitObject};

/// The first `dyn Error` without `Send`, and how it is written with its bounds.
pub(crate) fn dyn_error(ty: &Type) -> Option<(&TypeTraitObject, String)> {
    match ty {
        Type::Group(group) => dyn_error(&group.elem),
        Type::Paren(paren) => dyn_error(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(dyn_error),
        Type::Array(array) => dyn_error(&array.elem),
        Type::Slice(slice) => dyn_error(&slice.elem),
        Type::TraitObject(object) => fixed(object).map(|fixed| (object, fixed)),
        Type::Path(path) => match &path.path.segments.last()?.arguments {
            PathArguments::AngleBracketed(args) => args.args.iter().find_map(|arg| match arg {
                GenericArgument::Type(ty) => dyn_error(ty),
                _ => None,
            }),
            _ => None,
        },
        _ => None,
    }
}

fn fixed(object: &TypeTraitObject) -> Option<String> {
    let traits = || {
        object.bounds.iter().filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => Some(&bound.path),
            _ => None,
        })
    };
    let has = |name: &str| traits().any(|path| path.segments.last().is_some_and(|last| last.ident == name));
    let error = traits().find(|path| is_std_error(path))?;
    let error = as_written(error);
    (!has("Send")).then(|| format!("dyn {error} + Send + Sync"))
}

/// `Error`, `std::error::Error`.
fn is_std_error(path: &Path) -> bool {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    matches!(names[..], ["Error"] | ["error", "Error"] | ["std" | "core", "error", "Error"])
}
