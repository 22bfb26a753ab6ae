//! What may not cross into the task: the proofs about the arguments and the result, and the look at the arguments' age
//! when a call begins. Types are only named here: what they are, the compiler knows.

use super::model::{Model, Place, This};
use crate::borrow;
use crate::names;
use crate::paths::{Root, located};
use crate::settings::{Settings, first_span};
use crate::text::{self, as_written};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Index, PatType, Type};

/// Where the compiler is asked.
pub(crate) struct Proofs {
    /// In an item, which `cargo check` evaluates.
    pub(crate) item: Option<TokenStream>,
    /// In the body, for types that an item cannot name: a build evaluates it.
    pub(crate) body: Option<TokenStream>,
}

/// One type of the signature; of a tuple, one of its elements.
struct Part<'a> {
    ty: &'a Type,
    /// The argument's name, or its pattern. The result has none.
    name: String,
    /// All of it, as messages show it.
    shown: String,
    /// What is underlined.
    written: TokenStream,
    /// How the call reaches it.
    value: TokenStream,
}

pub(crate) fn proofs(model: &Model, settings: &Settings, root: &Root) -> Proofs {
    let private = root.private(Span::call_site());
    let this: Type = syn::parse_quote!(Self);
    let argument = if settings.run.is_loop() { "loop_argument" } else { "argument" };
    let arguments = arguments(model, &this, &[]).into_iter().map(|part| (part, argument));
    let allowed = settings.allow_request_bound.is_some();
    let results = if allowed { Vec::new() } else { results(model) };
    let results = results.into_iter().map(|part| (part, "result"));
    let (mut traits, mut item, mut body) = (Vec::new(), TokenStream::new(), TokenStream::new());
    for (part, function) in arguments.chain(results) {
        let Part { ty, shown, written, .. } = &part;
        let bound = if allowed { quote!(false) } else { quote!(#private::Ty::<#ty>::__OUTLIVE_BOUND) };
        let of = quote!(#private::Traits(#bound, #private::Ty::<#ty>::__OUTLIVE_AGE));
        if in_items(model, ty) {
            let index = Index::from(traits.len());
            traits.push(of);
            let proof = underlining(written, root, function, quote!(#shown, __Outlive::__TRAITS[#index]));
            item.extend(quote!(#proof;));
        } else {
            let proof = underlining(written, root, function, quote!(#shown, #of));
            body.extend(quote!(#proof;));
        }
    }
    let count = Index::from(traits.len());
    // Each is used only by a type that does not have the inherent constant.
    let nearest = quote!(#[allow(unused_imports)] use #private::{Ageless as _, Unbound as _};);
    Proofs {
        // Types are named in an `impl`: one that no item can name is then one error with that of the function itself.
        item: (!traits.is_empty()).then(|| {
            quote! {
                impl __Outlive {
                    const __TRAITS: [#private::Traits; #count] = { #nearest [#(#traits),*] };
                }
                const _: () = { #item };
            }
        }),
        // What rustc adds to the error is shown at the function's name.
        body: (!body.is_empty()).then(|| quote_spanned!(located(model.name_span())=> const { #nearest #body };)),
    }
}

/// The look at the arguments when a call begins.
#[derive(Default)]
pub(crate) struct Look {
    /// For the method that is nearest.
    pub(crate) imports: TokenStream,
    /// Links of the call's chain.
    pub(crate) links: TokenStream,
}

/// `values` are the arguments. A loop takes nothing that ages.
pub(crate) fn look(model: &Model, settings: &Settings, root: &Root, at: Span, values: &[Ident]) -> Look {
    let this: Type = syn::parse_quote!(Self);
    let parts = arguments(model, &this, values);
    if settings.run.is_loop() || parts.is_empty() {
        return Look::default();
    }
    let links = parts.iter().map(|Part { value, name, .. }| {
        // What an expression of the attribute has taken is shown at the argument.
        let span = first_span(value).map_or(at, located);
        let private = root.private(span);
        let remaining = quote_spanned!(span=> (&&#private::Life(&#value)).__outlive_remaining());
        quote_spanned!(at=> .lives(#name, #remaining))
    });
    let private = root.private(at);
    Look {
        imports: quote_spanned!(at=> #[allow(unused_imports)] use #private::{ViaAge as _, ViaAgeless as _};),
        links: links.collect(),
    }
}

/// A service that tracks its methods is no argument, and what an `Arc` shares is no request's.
fn arguments<'a>(model: &'a Model, this: &'a Type, values: &[Ident]) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    if let (Some(receiver), None, Some(This::Value)) = (&model.receiver, &model.owner, model.this()) {
        let written = receiver.self_token.to_token_stream();
        let name = "self".to_owned();
        parts.push(Part { ty: this, shown: name.clone(), name, value: written.clone(), written });
    }
    for (index, argument) in model.arguments.iter().enumerate() {
        let PatType { pat, ty, .. } = &argument.written;
        let name = if argument.is_plain { text::plain(&argument.outer) } else { as_written(pat) };
        let whole = Part {
            ty,
            shown: format!("{name}: {}", as_written(ty)),
            name,
            written: quote!(#pat #ty),
            value: values.get(index).to_token_stream(),
        };
        split(model, whole, &mut parts);
    }
    parts
}

fn results(model: &Model) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    if let Some(ty) = model.output() {
        let (name, value) = (String::new(), TokenStream::new());
        split(model, Part { ty, name, shown: as_written(ty), written: ty.to_token_stream(), value }, &mut parts);
    }
    parts
}

/// A tuple's elements, each on its own; without what cannot have the traits, or cannot be named.
fn split<'a>(model: &Model, part: Part<'a>, parts: &mut Vec<Part<'a>>) {
    match borrow::inside(part.ty) {
        Type::Tuple(tuple) => {
            for (index, ty) in tuple.elems.iter().enumerate() {
                let (index, value) = (Index::from(index), &part.value);
                let (name, shown, value) = (part.name.clone(), part.shown.clone(), quote!(#value.#index));
                split(model, Part { ty, name, shown, written: ty.to_token_stream(), value }, parts);
            }
        }
        Type::Reference(_) => {}
        Type::Path(path) if path.path.get_ident().is_some_and(|ident| is_neither(ident, model)) => {}
        ty if borrow::has_impl_trait(ty) => {}
        _ => parts.push(part),
    }
}

/// A bare type parameter, or a primitive type.
fn is_neither(ident: &Ident, model: &Model) -> bool {
    const PRIMITIVES: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize",
    ];
    model.generics().contains(&ident) || PRIMITIVES.iter().any(|primitive| ident == primitive)
}

/// Can an item in the function name the type? Of a method, only `#[owned_tasks]` sees whether its `impl` is generic.
fn in_items(model: &Model, ty: &Type) -> bool {
    let sees_impl = model.place == Place::Nested || model.tracked_by().is_some_and(|owner| owner.is_fixed);
    let generics = model.generics();
    sees_impl
        && !names::mentions_self(ty.to_token_stream())
        && !names::free(ty.to_token_stream()).iter().any(|used| generics.contains(&&used.ident))
}

/// `<private>::<function>::<__Outlive>(<args>)`, spanning what the user wrote.
fn underlining(written: &TokenStream, root: &Root, function: &str, args: TokenStream) -> TokenStream {
    let mut spans = written.clone().into_iter().map(|token| located(token.span()));
    let start = spans.next().unwrap_or_else(Span::call_site);
    let end = spans.last().unwrap_or(start);
    let private = root.private(start);
    let function = Ident::new(function, start);
    let mut group = Group::new(Delimiter::Parenthesis, args);
    group.set_span(end);
    let group = TokenTree::Group(group);
    quote_spanned!(start=> #private::#function::<__Outlive> #group)
}
