//! Types that borrow. A task may outlive whatever it borrows from, so each is refused with the
//! owned type to write instead.

use super::text::as_written;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    AngleBracketedGenericArguments, BoundLifetimes, GenericArgument, GenericParam, Lifetime, Path, PathArguments,
    ReturnType, Type, TypeParamBound, TypeReference,
};

/// What a borrow is turned into.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// `String` for `&str`: what a message says.
    Owned,
    /// `&'static str` for `&str`: what still compiles where nothing is in scope.
    Static,
}

/// The type without its borrows, and where the first one stands.
pub(crate) struct Unborrowed {
    pub(crate) ty: Type,
    pub(crate) first: Option<TokenStream>,
    /// The first type that borrows inside, and would have to own what it has: `Mail`, of `Mail<'_>`.
    pub(crate) owns: Option<Ident>,
}

pub(crate) fn unborrowed(ty: &Type, form: Form) -> Unborrowed {
    let mut walk = Walk { form, first: None, owns: None, bound: Vec::new(), elided_is_fine: false, is_of_bound: false };
    let mut ty = ty.clone();
    walk.ty(&mut ty);
    Unborrowed { ty, first: walk.first, owns: walk.owns }
}

struct Walk {
    form: Form,
    first: Option<TokenStream>,
    owns: Option<Ident>,
    /// Lifetimes that a `for<'a>` around introduces.
    bound: Vec<String>,
    /// Inside `Fn(&str)`, where elision means `for<'a>`.
    elided_is_fine: bool,
    /// In the path of a trait.
    is_of_bound: bool,
}

impl Walk {
    fn found(&mut self, tokens: impl ToTokens) {
        if self.first.is_none() {
            self.first = Some(tokens.into_token_stream());
        }
    }

    fn lifetime(&mut self, lifetime: &mut Lifetime) {
        if self.is_fine(lifetime) {
            return;
        }
        self.found(&*lifetime);
        *lifetime = Lifetime::new("'static", lifetime.span());
    }

    fn is_fine(&self, lifetime: &Lifetime) -> bool {
        let name = lifetime.ident.to_string();
        name == "static" || (name == "_" && self.elided_is_fine) || self.bound.contains(&name)
    }

    fn ty(&mut self, ty: &mut Type) {
        match ty {
            Type::Reference(reference) => {
                let fine = match &reference.lifetime {
                    None => self.elided_is_fine,
                    Some(lifetime) => self.is_fine(lifetime),
                };
                if fine {
                    return self.ty(&mut reference.elem);
                }
                self.found(&*reference);
                match self.form {
                    Form::Owned => {
                        self.ty(&mut reference.elem);
                        *ty = owned(reference);
                    }
                    Form::Static => {
                        self.ty(&mut reference.elem);
                        reference.lifetime = Some(Lifetime::new("'static", Span::call_site()));
                    }
                }
            }
            Type::Path(path) => {
                if let Some(qself) = &mut path.qself {
                    self.ty(&mut qself.ty);
                }
                self.path(&mut path.path);
            }
            Type::TraitObject(object) => self.bounds(object.bounds.iter_mut()),
            Type::ImplTrait(opaque) => self.bounds(opaque.bounds.iter_mut()),
            Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(|ty| self.ty(ty)),
            Type::Array(array) => self.ty(&mut array.elem),
            Type::Slice(slice) => self.ty(&mut slice.elem),
            Type::Ptr(pointer) => self.ty(&mut pointer.elem),
            Type::Paren(paren) => self.ty(&mut paren.elem),
            Type::Group(group) => self.ty(&mut group.elem),
            Type::FnPtr(pointer) => {
                let depth = self.enter(pointer.lifetimes.as_ref());
                let outside = std::mem::replace(&mut self.elided_is_fine, true);
                for input in &mut pointer.inputs {
                    self.ty(&mut input.ty);
                }
                self.output(&mut pointer.output);
                self.elided_is_fine = outside;
                self.bound.truncate(depth);
            }
            _ => {}
        }
    }

    fn output(&mut self, output: &mut ReturnType) {
        if let ReturnType::Type(_, ty) = output {
            self.ty(ty);
        }
    }

    fn enter(&mut self, lifetimes: Option<&BoundLifetimes>) -> usize {
        let depth = self.bound.len();
        for parameter in lifetimes.into_iter().flat_map(|bound| &bound.lifetimes) {
            if let GenericParam::Lifetime(parameter) = parameter {
                self.bound.push(parameter.lifetime.ident.to_string());
            }
        }
        depth
    }

    fn path(&mut self, path: &mut Path) {
        for segment in &mut path.segments {
            match &mut segment.arguments {
                PathArguments::None => {}
                PathArguments::AngleBracketed(args) => {
                    self.hidden(&segment.ident, args);
                    self.owning(&segment.ident, args);
                    self.generic_arguments(args);
                    if args.args.is_empty() {
                        segment.arguments = PathArguments::None;
                    }
                }
                PathArguments::Parenthesized(args) => {
                    let outside = std::mem::replace(&mut self.elided_is_fine, true);
                    for input in &mut args.inputs {
                        self.ty(&mut input.ty);
                    }
                    self.output(&mut args.output);
                    self.elided_is_fine = outside;
                }
            }
        }
    }

    /// `Cow<str>`: rustc would have it written as a borrow.
    fn hidden(&mut self, name: &Ident, args: &mut AngleBracketedGenericArguments) {
        if name == "Cow" && args.args.len() == 1 && !self.elided_is_fine {
            self.found(name);
            let lifetime = Lifetime::new("'static", Span::call_site());
            args.args.insert(0, GenericArgument::Lifetime(lifetime));
        }
    }

    /// `Mail<'_>`: with `'static`, its data would have to be literals. What a message says is that it owns them. A `Cow` may.
    fn owning(&mut self, name: &Ident, args: &mut AngleBracketedGenericArguments) {
        if self.form != Form::Owned || self.is_of_bound || name == "Cow" {
            return;
        }
        let lifetimes = args.args.iter().filter_map(|arg| match arg {
            GenericArgument::Lifetime(lifetime) if !self.is_fine(lifetime) => Some(lifetime.clone()),
            _ => None,
        });
        let lifetimes: Vec<Lifetime> = lifetimes.collect();
        let Some(first) = lifetimes.first() else { return };
        self.found(first);
        self.owns.get_or_insert_with(|| name.clone());
        let is_kept = |arg: &GenericArgument| !matches!(arg, GenericArgument::Lifetime(own) if lifetimes.contains(own));
        args.args = args.args.iter().filter(|arg| is_kept(arg)).cloned().collect();
    }

    fn generic_arguments(&mut self, args: &mut AngleBracketedGenericArguments) {
        for arg in &mut args.args {
            match arg {
                GenericArgument::Lifetime(lifetime) => self.lifetime(lifetime),
                GenericArgument::Type(ty) => self.ty(ty),
                GenericArgument::AssocType(assoc) => self.ty(&mut assoc.ty),
                GenericArgument::Constraint(constraint) => {
                    self.bounds(constraint.bounds.iter_mut());
                }
                _ => {}
            }
        }
    }

    fn bounds<'a>(&mut self, bounds: impl Iterator<Item = &'a mut TypeParamBound>) {
        for bound in bounds {
            match bound {
                TypeParamBound::Lifetime(lifetime) => self.lifetime(lifetime),
                TypeParamBound::Trait(bound) => {
                    let depth = self.enter(bound.lifetimes.as_ref());
                    let outside = std::mem::replace(&mut self.is_of_bound, true);
                    self.path(&mut bound.path);
                    self.is_of_bound = outside;
                    self.bound.truncate(depth);
                }
                _ => {}
            }
        }
    }
}

/// The owned type that one types for a reference whose target borrows no more.
fn owned(reference: &TypeReference) -> Type {
    let elem = &*reference.elem;
    let target = match inside(elem) {
        Type::Slice(slice) => {
            let item = &slice.elem;
            quote!(Vec<#item>)
        }
        Type::TraitObject(object) => {
            let bounds = sendable(object.bounds.iter());
            quote!(Box<dyn #bounds>)
        }
        Type::ImplTrait(opaque) => {
            let bounds = sendable(opaque.bounds.iter());
            quote!(impl #bounds + 'static)
        }
        Type::Path(path) => match path.path.segments.last() {
            Some(last) if last.arguments.is_none() => match last.ident.to_string().as_str() {
                "str" => quote!(String),
                "Path" => quote!(PathBuf),
                "OsStr" => quote!(OsString),
                "CStr" => quote!(CString),
                _ => quote!(#elem),
            },
            _ => quote!(#elem),
        },
        _ => quote!(#elem),
    };
    syn::parse2(target).unwrap_or_else(|_| elem.clone())
}

/// Bounds with the `Send` that a task's argument needs.
fn sendable<'a>(bounds: impl Iterator<Item = &'a TypeParamBound>) -> TokenStream {
    let bounds: Vec<&TypeParamBound> = bounds.collect();
    let has_send = bounds.iter().any(|bound| as_written(bound) == "Send");
    let send = (!has_send).then(|| quote!(+ Send));
    quote!(#(#bounds)+* #send)
}

/// Without parentheses and invisible groups.
pub(crate) fn inside(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => inside(&group.elem),
        Type::Paren(paren) => inside(&paren.elem),
        _ => ty,
    }
}

/// A path without arguments, as most types are: what looks for something in a type has nothing to look for in it.
pub(crate) fn is_plain_path(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.segments.iter().all(|part| part.arguments.is_none()))
}

/// Is there an `impl Trait` anywhere in the type?
pub(crate) fn has_impl_trait(tokens: impl ToTokens) -> bool {
    fn search(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => ident == "impl",
            proc_macro2::TokenTree::Group(group) => search(group.stream()),
            _ => false,
        })
    }
    search(tokens.into_token_stream())
}
