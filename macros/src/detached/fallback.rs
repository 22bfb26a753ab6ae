//! What is emitted beside errors: the function as its callers know it, with the user's body in it
//! so that imports stay used, and nothing that would raise a second error.

use super::attributes;
use super::model::{Model, Place};
use super::results;
use crate::arguments::{Args, Kind};
use crate::emit::{self, handle_of, mentioned};
use crate::settings::{self, Settings};
use crate::syntax::borrow::{self, Form};
use crate::syntax::item::Body;
use crate::syntax::lazy::{Lazy, lazy};
use crate::syntax::paths::{Root, located};
use crate::syntax::{editor, once};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, Pat, Safety, Type, TypeParamBound, parse_quote};

pub(crate) fn expand(model: &Model, args: &Args, root: &Root) -> TokenStream {
    as_plain(model, args, root, Reader::of_error(model, None))
}

/// The same, with the errors as the type of the handle: neither callers nor a trait have errors of their own then.
pub(crate) fn as_error(model: &Model, args: &Args, root: &Root, error: &TokenStream) -> TokenStream {
    as_plain(model, args, root, Reader::of_error(model, Some(error.clone())))
}

/// The same, where another method has said already what is wrong with their `impl`.
pub(crate) fn of_impl(model: &Model, args: &Args, root: &Root) -> TokenStream {
    let guard = once::guard("this `impl` needs `#[owned_tasks]`");
    as_plain(model, args, root, Reader { guard, ..Reader::of_error(model, None) })
}

/// The same for an editor, where nothing is wrong.
pub(crate) fn in_editor(model: &Model, args: &Args, settings: &Settings, root: &Root) -> TokenStream {
    let is_documented = emit::is_documented(&model.function.attrs);
    let doc = emit::doc_line(model.kind, (&model.function.vis, is_documented), settings, model.output());
    as_plain(
        model,
        args,
        root,
        Reader { at: Span::call_site(), doc, guard: editor::guard(), sees_locals: true, error: None },
    )
}

/// Who is shown it.
struct Reader {
    /// What is not the user's: an editor is not to find it under the function's name.
    at: Span,
    doc: TokenStream,
    guard: TokenStream,
    /// Are the attribute's expressions right, so that they may name arguments?
    sees_locals: bool,
    /// Instead of a handle.
    error: Option<TokenStream>,
}

impl Reader {
    fn of_error(model: &Model, error: Option<TokenStream>) -> Self {
        let at = located(model.name_span());
        Self { at, doc: TokenStream::new(), guard: TokenStream::new(), sees_locals: false, error }
    }
}

fn as_plain(model: &Model, args: &Args, root: &Root, reader: Reader) -> TokenStream {
    let function = &model.function;
    let Body::Braces(body) = &function.body else {
        return without_body(model);
    };
    let Reader { at, doc, guard, sees_locals, error } = reader;
    let outlive = root.public(at);
    let sig = &function.sig;
    let (vis, ident, generics) = (&function.vis, &sig.ident, &sig.generics);
    let where_clause = &generics.where_clause;
    let asyncness = settings::waits(args).then(|| quote!(async));
    let safety = match &sig.safety {
        Safety::Unsafe(token) => Some(token),
        _ => None,
    };
    let mentioned = mentioned(args, sees_locals);
    let inputs = sig.inputs.iter().map(input);
    let attrs = attributes::for_nested(&function.attrs, None).outer;
    // An editor warns of no import.
    let imported = (!sees_locals).then(|| attributes::imported(&function.attrs));
    let written = model.output();
    let is_periodic = model.kind == Kind::Periodic;
    let lazily = written.and_then(lazy).map(|(_, given)| given);
    let output = match written.map(borrow::inside) {
        _ if is_periodic => quote!(()),
        None | Some(Type::Never(_)) => quote!(()),
        // As the message has it.
        Some(ty) if lazily.is_some() => lazily.as_ref().map_or_else(|| ty.to_token_stream(), ToTokens::to_token_stream),
        Some(ty) => borrow::unborrowed(ty, Form::Static).ty.to_token_stream(),
    };
    let is_borrowed = written.is_some_and(|ty| borrow::unborrowed(ty, Form::Static).first.is_some());
    let has_size = written.is_none_or(|ty| results::boxed(ty).is_none());
    let output = if has_size { output } else { sized(&parse_quote!(#output)).into_token_stream() };
    let keeps_body = sig.variadic.is_none() && !is_borrowed && has_size;
    // Of an `impl Trait`, only a body says what it is.
    let output = if keeps_body || !written.is_some_and(borrow::has_impl_trait) { output } else { quote!(()) };
    let is_future = matches!(written.map(borrow::inside), Some(Type::ImplTrait(_)))
        && written.and_then(lazy).is_some_and(|(what, _)| what == Lazy::Future);
    let block = if !keeps_body {
        quote!(::core::unreachable!())
    } else if is_future && lazily.is_some() && !function.body_text().contains("return") {
        // What the future gives says what an `Ok` in it is.
        quote! {
            let _ = async move {
                let _: ::std::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = #lazily>>> =
                    ::std::boxed::Box::pin(#body);
            };
            ::core::unreachable!()
        }
    } else if matches!(written.map(borrow::inside), Some(Type::Never(_)))
        || (is_periodic || error.is_some() || lazily.is_some()) && written.is_some_and(borrow::has_impl_trait)
    {
        quote!(let _ = async move #body; ::core::unreachable!())
    } else if written.is_some_and(borrow::has_impl_trait) {
        // Only the body can say what the `impl Trait` is.
        handle_of(&quote!(async move #body), outlive)
    } else {
        let unit = || quote!(());
        let ty = written.map_or_else(unit, ToTokens::to_token_stream);
        // The early return tells the body's type to every `?` in it.
        quote! {
            let _ = async move {
                if false {
                    let output: #ty = ::core::unreachable!();
                    return output;
                }
                #body
            };
            ::core::unreachable!()
        }
    };
    let handle = error.unwrap_or_else(|| quote_spanned!(at=> #outlive::TaskHandle<#output>));
    quote_spanned! {at=>
        #attrs
        #doc
        #[allow(
            dead_code,
            unreachable_code,
            unused_assignments,
            unused_braces,
            unused_mut,
            unused_parens,
            unused_variables,
            clippy::all,
            clippy::pedantic
        )]
        #vis #asyncness #safety fn #ident #generics (#(#inputs),*) -> #handle
        #where_clause
        { #guard #imported #mentioned #block }
    }
}

/// As written, without attributes that rustc would not have on an argument.
fn input(input: &FnArg) -> FnArg {
    let mut input = input.clone();
    match &mut input {
        FnArg::Receiver(receiver) => receiver.attrs.retain(is_condition),
        FnArg::Typed(typed) => {
            typed.attrs.retain(is_condition);
            if let Pat::Ident(pat) = &mut *typed.pat {
                pat.attrs.clear();
            }
            *typed.ty = sized(&typed.ty);
            // rustc has an error of its own for `impl Trait + '_`, and for `impl Trait<&str>`.
            if let Type::ImplTrait(_) = &*typed.ty {
                *typed.ty = borrow::unborrowed(&typed.ty, Form::Static).ty;
            }
            if let Type::ImplTrait(opaque) = &mut *typed.ty {
                let elided = |bound: &_| matches!(bound, TypeParamBound::Lifetime(lifetime) if lifetime.ident == "_");
                opaque.bounds = opaque.bounds.iter().filter(|bound| !elided(*bound)).cloned().collect();
            }
        }
    }
    input
}

/// What rustc has errors of its own for.
fn sized(ty: &Type) -> Type {
    match borrow::inside(ty) {
        Type::TraitObject(object) => parse_quote!(::std::boxed::Box<#object>),
        Type::Slice(slice) => {
            let element = &slice.elem;
            parse_quote!(::std::vec::Vec<#element>)
        }
        Type::Path(path) if path.path.is_ident("str") => parse_quote!(::std::string::String),
        _ => ty.clone(),
    }
}

fn is_condition(attr: &syn::Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}

/// A trait's method stays as it is. Where nothing says that this is one, a body keeps rustc from
/// asking for it.
fn without_body(model: &Model) -> TokenStream {
    let function = &model.function;
    let (attrs, vis, sig) = (&function.attrs, &function.vis, &function.sig);
    let body = match model.place {
        Place::Beside => quote!(;),
        Place::Nested => quote!({ ::core::unreachable!() }),
    };
    quote!(#(#attrs)* #[allow(unused_variables)] #vis #sig #body)
}
