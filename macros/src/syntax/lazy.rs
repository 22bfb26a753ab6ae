//! Results that do nothing by themselves: a future or a stream that a task gives back, and that nobody would poll.

use super::borrow::inside;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, Path, PathArguments, Token, Type, TypeParamBound, parse_quote};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lazy {
    Future,
    Stream,
}

impl Lazy {
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Future => "a future",
            Self::Stream => "a stream",
        }
    }
}

/// What such a result is, and the result with what it gives in its place; `None` for any other type. By name: what an alias
/// is, the compiler knows.
pub(crate) fn lazy(ty: &Type) -> Option<(Lazy, Type)> {
    let mut ty = ty.clone();
    let kind = walk(&mut ty)?;
    Some((kind, ty))
}

/// Puts what it gives in the place of the first one.
fn walk(ty: &mut Type) -> Option<Lazy> {
    if let Some((kind, given)) = itself(ty) {
        *ty = given;
        return Some(kind);
    }
    match ty {
        Type::Group(group) => walk(&mut group.elem),
        Type::Paren(paren) => walk(&mut paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().find_map(walk),
        Type::Array(array) => walk(&mut array.elem),
        Type::Path(path) => {
            let PathArguments::AngleBracketed(args) = &mut path.path.segments.last_mut()?.arguments else {
                return None;
            };
            args.args.iter_mut().find_map(|arg| match arg {
                GenericArgument::Type(ty) => walk(ty),
                _ => None,
            })
        }
        _ => None,
    }
}

/// `impl Future`, `dyn Future`, `BoxFuture`, and what holds one of them as `Pin<Box<…>>` does.
fn itself(ty: &Type) -> Option<(Lazy, Type)> {
    match inside(ty) {
        Type::ImplTrait(opaque) => of_bounds(&opaque.bounds),
        Type::TraitObject(object) => of_bounds(&object.bounds),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(args) = &last.arguments else {
                return None;
            };
            let first = args.args.iter().find_map(|arg| match arg {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })?;
            match last.ident.to_string().as_str() {
                "BoxFuture" | "LocalBoxFuture" => Some((Lazy::Future, first.clone())),
                "BoxStream" | "LocalBoxStream" => Some((Lazy::Stream, parse_quote!(Vec<#first>))),
                "Pin" | "Box" => itself(first),
                _ => None,
            }
        }
        _ => None,
    }
}

fn of_bounds(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<(Lazy, Type)> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => of_trait(&bound.path),
        _ => None,
    })
}

fn of_trait(path: &Path) -> Option<(Lazy, Type)> {
    let last = path.segments.last()?;
    let kind = match last.ident.to_string().as_str() {
        "Future" | "IntoFuture" => Lazy::Future,
        "Stream" | "AsyncIterator" => Lazy::Stream,
        _ => return None,
    };
    let given = match &last.arguments {
        PathArguments::AngleBracketed(args) => args.args.iter().find_map(|arg| match arg {
            GenericArgument::AssocType(ty) if ty.ident == "Output" || ty.ident == "Item" => {
                Some(ty.ty.to_token_stream())
            }
            _ => None,
        }),
        _ => None,
    };
    let given = given.unwrap_or_else(|| quote::quote!(()));
    Some((
        kind,
        match kind {
            Lazy::Future => parse_quote!(#given),
            Lazy::Stream => parse_quote!(Vec<#given>),
        },
    ))
}
