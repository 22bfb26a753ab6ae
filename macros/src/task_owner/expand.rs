//! The two implementations, and one check a field that is never called.

use super::model::{Field, Model};
use crate::syntax::borrow::inside;
use crate::syntax::diagnostics;
use crate::syntax::expr::ends;
use crate::syntax::paths::{Root, located};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{GenericArgument, Generics, PathArguments, Type, WhereClause};

pub(crate) fn expand(model: &Model, tracker: &Field) -> TokenStream {
    let Model { ident, generics, root, .. } = model;
    let (private, outlive) = (root.private(Span::call_site()), root.public(Span::call_site()));
    let (impl_generics, ty_generics, _) = generics.split_for_impl();
    let where_clause = &where_clause(ident, generics, root);
    let member = &tracker.member;
    // All at the field's type: one error where that is no `OwnedTracker`.
    let at = located(ends(&tracker.ty).0);
    let of_field = |item: &str, args: Option<TokenStream>| as_field(&tracker.ty, root, item, args);
    let own = quote_spanned!(at=> &self.#member);
    let budget = of_field("BUDGET", None);
    let (shutdown, held) = (of_field("shutdown", Some(own.clone())), of_field("held", Some(own)));
    let disowned = of_field("disowned", Some(quote_spanned!(at=> &owner.#member)));
    let nested = nested(model, tracker);
    let service = service(model, where_clause.as_ref());
    let checks = checks(model, tracker, where_clause.as_ref());
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::TaskOwner for #ident #ty_generics #where_clause {
            const DRAIN_BUDGET: ::core::time::Duration = #budget;

            fn shutdown(
                &self,
            ) -> impl ::core::future::Future<Output = #outlive::DrainReport> + ::core::marker::Send {
                #shutdown
            }

            fn __tracker(&self) -> ::core::option::Option<#private::Held> {
                ::core::option::Option::Some(#held)
            }
        }
        #[automatically_derived]
        impl #impl_generics #private::Owner for #ident #ty_generics #where_clause {
            const BUDGET: ::core::time::Duration = #budget;

            fn held(&self) -> #private::Held {
                #held
            }

            fn disown(&mut self, owner: &Self) {
                self.#member = #disowned;
                #nested
            }
        }
        #service
        #[automatically_derived]
        impl #impl_generics #private::Forbidden for #ident #ty_generics #where_clause {
            type Found = #private::Inside<Self>;
        }
        #checks
    }
}

/// What is emitted beside errors, so that the methods of the service and its callers have none as well.
pub(crate) fn fallback(model: &Model) -> TokenStream {
    let Model { ident, generics, root, .. } = model;
    let (private, outlive) = (root.private(Span::call_site()), root.public(Span::call_site()));
    let (impl_generics, ty_generics, _) = generics.split_for_impl();
    let where_clause = where_clause(ident, generics, root);
    let service = service(model, where_clause.as_ref());
    quote! {
        impl #impl_generics #private::TaskOwner for #ident #ty_generics #where_clause {
            const DRAIN_BUDGET: ::core::time::Duration = ::core::time::Duration::MAX;

            fn shutdown(
                &self,
            ) -> impl ::core::future::Future<Output = #outlive::DrainReport> + ::core::marker::Send {
                ::core::future::pending()
            }
        }
        impl #impl_generics #private::Owner for #ident #ty_generics #where_clause {
            const BUDGET: ::core::time::Duration = ::core::time::Duration::MAX;

            fn held(&self) -> #private::Held {
                ::core::unreachable!()
            }

            fn disown(&mut self, _: &Self) {}
        }
        #service
    }
}

/// Where outlive cannot be named: what callers ask of a service is there, and is the one error.
pub(crate) fn without_root(model: &Model) -> TokenStream {
    let Model { ident, generics, .. } = model;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let error = diagnostics::as_type();
    quote! {
        impl #impl_generics #ident #ty_generics #where_clause {
            fn shutdown(&self) -> #error {
                ::core::unreachable!()
            }
        }
    }
}

/// What a service has to be; where it has no parameters, it is or it is not.
fn where_clause(ident: &Ident, generics: &Generics, root: &Root) -> Option<WhereClause> {
    let private = root.private(Span::call_site());
    let mut bounded = generics.clone();
    if !generics.params.is_empty() {
        let (_, ty_generics, _) = generics.split_for_impl();
        bounded.make_where_clause().predicates.push(syn::parse_quote! {
            #ident #ty_generics: #private::Shared + 'static
        });
    }
    bounded.where_clause
}

fn service(model: &Model, where_clause: Option<&WhereClause>) -> TokenStream {
    let private = model.root.private(Span::call_site());
    let ident = &model.ident;
    let (impl_generics, ty_generics, _) = model.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::Service for #ident #ty_generics #where_clause {
            type Itself = Self;

            fn as_itself(&self) -> &Self {
                self
            }

            fn from_itself(itself: Self) -> Self {
                itself
            }
        }
    }
}

/// `<Type as OwnerField>::item`, called where there are `args`. All at the type as the user wrote it, in the same words:
/// a type that is no tracker is the same error each time, and rustc shows it once.
fn as_field(ty: &Type, root: &Root, item: &str, args: Option<TokenStream>) -> TokenStream {
    let (start, end) = ends(ty);
    let private = root.private(start);
    let item = Ident::new(item, end);
    let args = args.map(|args| {
        let mut group = Group::new(Delimiter::Parenthesis, args);
        group.set_span(end);
        TokenTree::Group(group)
    });
    quote_spanned!(start=> <#ty as #private::OwnerField>::#item #args)
}

/// A field that is a service of its own is disowned with this one.
fn nested(model: &Model, tracker: &Field) -> TokenStream {
    let private = model.root.private(Span::call_site());
    let others = model.fields.iter().filter(|field| field.member != tracker.member && !is_plain(&field.ty));
    let each = others.map(|Field { member, ty, .. }| {
        quote!((&&&#private::Field::<#ty>::NEW).__outlive_disown()(&mut self.#member, &owner.#member);)
    });
    let each: TokenStream = each.collect();
    if each.is_empty() {
        return each;
    }
    quote! {
        use #private::{ViaOther as _, ViaOwner as _};
        #each
    }
}

/// What no field may be, by its type.
fn checks(model: &Model, tracker: &Field, where_clause: Option<&WhereClause>) -> TokenStream {
    let private = model.root.private(Span::call_site());
    let others = || model.fields.iter().filter(|field| field.member != tracker.member);
    // Whether what names a type parameter can be shared, its bounds say, and the clause of the `impl`.
    let is_fixed = model.generics.params.is_empty();
    let mut checks = TokenStream::new();
    for field in others() {
        let mut checked = Vec::new();
        if !field.allowed {
            parts(&field.ty, &mut checked);
        }
        let whole = &field.ty;
        let is_whole = matches!(checked[..], [one] if std::ptr::eq(one, whole));
        checks.extend(checked.into_iter().map(|ty| check(ty, is_fixed && is_whole, &model.root)));
        if is_fixed && !is_whole && !is_plain(&field.ty) {
            let (at, ty) = (located(held_at(&field.ty)), &field.ty);
            let private = model.root.private(at);
            checks.extend(quote_spanned!(at=> let _ = #private::shared::<#ty>;));
        }
    }
    let ident = &model.ident;
    let at = located(ident.span());
    let dropped = {
        let private = model.root.private(at);
        quote_spanned!(at=> #private::Whole::<Self>::NEW.__outlive_dropped();)
    };
    let (impl_generics, ty_generics, _) = model.generics.split_for_impl();
    // A trait's method, as a field's type may name `Self`.
    quote! {
        const _: () = {
            trait __Fields {
                fn __fields();
            }
            impl #impl_generics __Fields for #ident #ty_generics #where_clause {
                fn __fields() {
                    use #private::{ViaForbidden as _, ViaNoDrop as _, ViaOther as _, ViaOwner as _};
                    #dropped
                    #checks
                }
            }
        };
    }
}

/// All at the one token of the type that says what it holds.
fn check(ty: &Type, is_fixed: bool, root: &Root) -> TokenStream {
    let span = located(held_at(ty));
    let private = root.private(span);
    let check = Ident::new(if is_fixed { "__outlive_shared" } else { "__outlive_check" }, span);
    quote_spanned!(span=> (&&&#private::Field::<#ty>::NEW).#check().storable();)
}

/// `Guard` in `Arc<Mutex<sync::Guard>>`.
fn held_at(ty: &Type) -> Span {
    let inner = |ty: &Type| {
        let Type::Path(path) = inside(ty) else {
            return None;
        };
        let last = path.path.segments.last()?;
        let PathArguments::AngleBracketed(args) = &last.arguments else {
            return Some(last.ident.span());
        };
        let held = args.args.iter().filter_map(|arg| match arg {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        });
        let is_container = CONTAINERS.iter().any(|name| last.ident == name);
        Some(held.last().filter(|_| is_container).map_or_else(|| last.ident.span(), held_at))
    };
    match inside(ty) {
        Type::Array(array) => held_at(&array.elem),
        Type::Slice(slice) => held_at(&slice.elem),
        Type::Reference(reference) => held_at(&reference.elem),
        ty => inner(ty).unwrap_or_else(|| ends(ty).0),
    }
}

/// A tuple has no one type that forbids it: its parts are looked at one by one, also inside the usual containers.
fn parts<'a>(ty: &'a Type, found: &mut Vec<&'a Type>) {
    match inside(ty) {
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| parts(ty, found)),
        Type::Array(array) if has_tuple(&array.elem) => parts(&array.elem, found),
        Type::Path(path) if has_tuple(ty) => {
            let last = path.path.segments.last();
            match last.map(|last| (last.ident.to_string(), &last.arguments)) {
                Some((name, PathArguments::AngleBracketed(args))) if CONTAINERS.contains(&name.as_str()) => {
                    for arg in &args.args {
                        if let GenericArgument::Type(ty) = arg {
                            parts(ty, found);
                        }
                    }
                }
                _ => found.push(ty),
            }
        }
        plain if is_plain(plain) => {}
        _ => found.push(ty),
    }
}

const CONTAINERS: &[&str] = &[
    "Arc", "BTreeMap", "Box", "Cell", "HashMap", "LazyLock", "Mutex", "OnceCell", "OnceLock", "Option", "Rc",
    "RefCell", "Result", "RwLock", "Vec", "VecDeque",
];

fn has_tuple(ty: &Type) -> bool {
    match inside(ty) {
        Type::Tuple(_) => true,
        Type::Array(array) => has_tuple(&array.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            PathArguments::AngleBracketed(args) => {
                args.args.iter().any(|arg| matches!(arg, GenericArgument::Type(ty) if has_tuple(ty)))
            }
            _ => false,
        }),
        _ => false,
    }
}

/// Types that need no look.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize",
    ];
    matches!(inside(ty), Type::Path(path) if PLAIN.iter().any(|plain| path.path.is_ident(plain)))
}
