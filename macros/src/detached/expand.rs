//! The function that starts the task.

use super::attributes::{self, Divided};
use super::crossing::{self, Parts, Proofs};
use super::model::{Model, Place, SelfKind};
use super::signature::{self, Lint};
use super::work;
use crate::emit;
use crate::settings::Settings;
use crate::syntax::borrow;
use crate::syntax::item::Body;
use crate::syntax::paths::{Root, located};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{GenericParam, Type, TypePath, Visibility};

pub(crate) fn expand(model: &Model, settings: &Settings, root: &Root) -> TokenStream {
    let Body::Braces(body) = &model.function.body else {
        return TokenStream::new();
    };
    // Errors about the future belong to the function's name, not to the whole attribute.
    let at = located(model.name_span());
    let sig = &model.function.sig;
    let attrs = &model.function.attrs;
    let name = model.name();
    let is_generic = model.is_generic();
    let Divided { outer, inner } = match model.place {
        Place::Nested => attributes::for_nested(attrs, is_generic.then_some(&*name)),
        Place::Beside => attributes::for_beside(attrs, &name),
    };

    let self_type =
        Type::Path(TypePath { attrs: Vec::new(), qself: None, path: Ident::new("Self", Span::call_site()).into() });
    let parts = Parts::of(model, &self_type);
    let Proofs { traits, item: mut proof, body: proof_at_build } = crossing::proofs(&parts, model, settings, root);
    let (inner_fn, nested, beside) = match model.place {
        Place::Nested => {
            let lints = allowed(&signature::inner_lints(model, false));
            let mut own = signature::own(model, settings);
            // A function that nobody calls is reported once: the one that bears the attribute. This one is named where its type
            // can be, and begins with `__` where it cannot.
            if is_generic {
                own.ident = Ident::new(&format!("__{name}"), at);
            } else {
                let ident = &own.ident;
                proof.extend(quote!(__Outlive::#ident;));
            }
            let ident = own.ident.clone();
            let nested = quote!(impl __Outlive { #traits #[doc(hidden)] #lints #inner #own #body });
            (quote_spanned!(at=> __Outlive::#ident), nested, None)
        }
        Place::Beside => {
            let mut hidden = hidden_name(model, sig.ident.span());
            let mut sig = signature::own(model, settings);
            sig.ident = hidden.clone();
            let lints = allowed(&signature::inner_lints(model, true));
            let hidden_fn = quote!(#[doc(hidden)] #lints #inner #sig #body);
            hidden.set_span(at);
            let traits = traits.map(|traits| quote!(impl __Outlive { #traits }));
            let nested = joined([traits.unwrap_or_default(), stand_in(model, &hidden_name(model, at))]);
            (quote_spanned!(at=> Self::#hidden), nested, Some(hidden_fn))
        }
    };

    let (rebound, values) = work::values(model, settings);
    let items = emit::items(settings, root, &name, model.name_span(), &proof);
    let call = emit::call(settings, root, at, &values, service(model, at));
    let links = crossing::age_checks(&parts, settings, root, at, &values);
    let work = work::work(model, settings, root, at, &inner_fn, &values);
    // The stand-in's output is known only by this.
    let output = (model.place == Place::Beside)
        .then(|| model.output().map_or_else(|| quote!(()), |ty| quote!(#ty)))
        .filter(|output| !borrow::has_impl_trait(output));
    let spawn = emit::spawn(settings, root, at, work, output);
    let outer_fn = signature::outer(model, settings.when_full, root, at, parts.end());
    // The user's own braces: with a macro's, rustc would not report a function that nobody calls.
    let inside = joined([items, nested, rebound, proof_at_build, call, links, spawn]);
    let mut block = Group::new(Delimiter::Brace, inside);
    block.set_span(body.span());
    let block = TokenTree::Group(block);
    // A report may say where the call stands. An `async fn` cannot know.
    let tracked = (!settings.waits()).then(|| quote!(#[track_caller]));
    let doc = emit::doc_line(model.kind, (&model.function.vis, emit::is_documented(attrs)), settings, model.output());
    // A call is whole without its handle, whatever the lint thinks of a function of others that gives one.
    let is_public = matches!(model.function.vis, Visibility::Public(_));
    let candidate = is_public.then(|| quote!(#[allow(clippy::must_use_candidate)]));
    let [candidate, tracked, beside] = [candidate, tracked, beside].map(Option::unwrap_or_default);
    joined([candidate, tracked, outer, doc, outer_fn, block.into(), beside])
}

/// Only what has to be: a crate that forbids the lint has an error otherwise.
fn allowed(lints: &[Lint]) -> TokenStream {
    if lints.is_empty() { TokenStream::new() } else { quote!(#[allow(#(#lints),*)]) }
}

/// One after another. An empty stream costs something as well, in `quote!`.
fn joined<const N: usize>(streams: [TokenStream; N]) -> TokenStream {
    streams.into_iter().filter(|stream| !stream.is_empty()).collect()
}

/// A macro cannot see whether it stands in a trait's `impl`. If it does, this name is what rustc's
/// error shows.
fn hidden_name(model: &Model, span: Span) -> Ident {
    let hidden = format!("__{}_is_for_inherent_methods_{}", model.kind.name(), model.name());
    Ident::new(&hidden, located(span))
}

/// The service that tracks the method, as a reference.
fn service(model: &Model, at: Span) -> Option<TokenStream> {
    let token = &model.receiver.as_ref()?.self_token;
    Some(match model.self_kind()? {
        SelfKind::Borrowed | SelfKind::SharedArc => quote!(#token),
        _ => quote_spanned!(at=> &#token),
    })
}

/// In a trait's `impl`, the hidden function is an error that names the way out. That the call then
/// does not find it would be a second one: this gives it something to find. Where the hidden
/// function exists, it goes before a trait's.
fn stand_in(model: &Model, hidden: &Ident) -> TokenStream {
    if model.owner.is_some() {
        // `#[owned_tasks]` sees whether its `impl` is a trait's.
        return TokenStream::new();
    }
    let generics = model.function.sig.generics.params.iter();
    let generics = generics.filter_map(|parameter| match parameter {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(parameter) => {
            let name = &parameter.ident;
            Some(quote!(#name: ?::core::marker::Sized))
        }
        GenericParam::Const(parameter) => {
            let (name, ty) = (&parameter.ident, &parameter.ty);
            Some(quote!(const #name: #ty))
        }
    });
    let count = model.inputs.len() + usize::from(model.receiver.is_some());
    let arguments = (0..count).map(|_| quote!(_: impl ::core::marker::Sized));
    let (output, body) = if model.is_async() {
        (quote!(::core::future::Pending<__R>), quote!(::core::future::pending()))
    } else {
        (quote!(__R), quote!(::core::unreachable!()))
    };
    quote! {
        trait __StandIn<__R> {
            fn #hidden<#(#generics),*>(#(#arguments),*) -> #output { #body }
        }
        impl<__S: ?::core::marker::Sized, __R> __StandIn<__R> for __S {}
    }
}
