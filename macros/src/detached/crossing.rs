//! What may not cross into the task: the proofs about the arguments and the result, and what asks the arguments' age
//! when a call begins. Types are only named here: what they are, the compiler knows.

use super::ends;
use super::misused;
use super::model::{Model, Place, SelfKind};
use crate::arguments::Kind;
use crate::settings::Settings;
use crate::syntax::expr::first_span;
use crate::syntax::paths::{Root, located};
use crate::syntax::text::{self, as_written};
use crate::syntax::{borrow, names};
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _, quote, quote_spanned};
use syn::{Index, Pat, PatIdent, PatType, Token, Type};

/// Where the compiler is asked.
pub(crate) struct Proofs {
    /// The constant that the item looks at. It is the marker's: types are named in an `impl` of this macro's, so that one
    /// that no item can name is one error with that of the function itself.
    pub(crate) traits: Option<TokenStream>,
    /// In an item, which `cargo check` evaluates.
    pub(crate) item: TokenStream,
    /// In the body, for types that an item cannot name: a build evaluates it.
    pub(crate) body: TokenStream,
}

/// One type of the signature; of a tuple, one of its elements.
struct Part<'a> {
    of: Of<'a>,
    /// Where in a tuple.
    path: Vec<Index>,
    ty: &'a Type,
    /// The type, as it is written.
    text: String,
    /// The argument's name, or its pattern. The result has none.
    name: String,
    /// All of it, as messages show it.
    shown: String,
    /// The first and the last token of what is underlined.
    start: Span,
    end: Span,
}

/// What it is a part of.
#[derive(Clone, Copy)]
enum Of<'a> {
    Receiver(&'a Token![self]),
    Input(usize),
    Result,
}

/// What crosses, and where the result's type ends.
pub(crate) struct Parts<'a>(Vec<Part<'a>>, Option<Span>);

impl<'a> Parts<'a> {
    /// A service that tracks its methods is no argument, and what an `Arc` shares is no request's.
    pub(crate) fn of(model: &'a Model, self_type: &'a Type) -> Self {
        let mut parts = Vec::new();
        if let (Some(receiver), None, Some(SelfKind::Value)) = (&model.receiver, &model.owner, model.self_kind()) {
            let token = &receiver.self_token;
            parts.push(Part {
                of: Of::Receiver(token),
                path: Vec::new(),
                ty: self_type,
                text: "Self".to_owned(),
                name: "self".to_owned(),
                shown: "self".to_owned(),
                start: token.span,
                end: token.span,
            });
        }
        for (index, input) in model.inputs.iter().enumerate() {
            let PatType { pat, ty, .. } = &input.written;
            let name = if input.is_plain { text::plain(&input.outer) } else { as_written(pat) };
            let Written { text, start, end } = Written::of(ty);
            let shown = format!("{name}: {text}");
            let start = first_of(pat).unwrap_or(start);
            let path = Vec::new();
            split(model, Part { of: Of::Input(index), path, ty, text, name, shown, start, end }, &mut parts);
        }
        let mut end_of_result = None;
        if let Some(ty) = model.output() {
            let Written { text, start, end } = Written::of(ty);
            end_of_result = Some(end);
            let (of, path, name, shown) = (Of::Result, Vec::new(), String::new(), text.clone());
            split(model, Part { of, path, ty, text, name, shown, start, end }, &mut parts);
        }
        Self(parts, end_of_result)
    }

    pub(crate) fn end(&self) -> Option<Span> {
        self.1
    }
}

/// The text of a type, and where it stands.
struct Written {
    text: String,
    start: Span,
    end: Span,
}

impl Written {
    fn of(ty: &Type) -> Self {
        let tokens: Vec<TokenTree> = ty.to_token_stream().into_iter().collect();
        let span = |token: Option<&TokenTree>| token.map_or_else(Span::call_site, TokenTree::span);
        let (start, end) = (span(tokens.first()), span(tokens.last()));
        Self { text: text::of(tokens), start, end }
    }
}

/// Where a pattern begins.
fn first_of(pat: &Pat) -> Option<Span> {
    match pat {
        Pat::Ident(PatIdent { by_ref: None, mutability, ident, .. }) => {
            Some(mutability.map_or_else(|| ident.span(), |token| token.span))
        }
        _ => first_span(pat),
    }
}

pub(crate) fn proofs(parts: &Parts<'_>, model: &Model, settings: &Settings, root: &Root) -> Proofs {
    let private = root.private(Span::call_site());
    let allowed = settings.allow_request_bound.is_some();
    let bound = Ident::new(if allowed { "__OUTLIVE_ALLOWED" } else { "__OUTLIVE_BOUND" }, Span::call_site());
    let (mut types, mut checks, mut body) = (Vec::new(), TokenStream::new(), TokenStream::new());
    for part in &parts.0 {
        let Part { of, path, ty, shown, .. } = part;
        // One that the attribute makes the task's is not bound to its request any more.
        if matches!(of, Of::Input(index) if misused::is_context(settings, &model.inputs[*index])) {
            continue;
        }
        // Of a durable function, it is said where it would travel.
        if model.kind == Kind::Durable && matches!(of, Of::Input(index) if ends::is_context(&model.inputs[*index])) {
            continue;
        }
        let context = match of {
            Of::Input(index) if path.is_empty() => ends::own_context(model, &model.inputs[*index]),
            _ => None,
        };
        let function = match of {
            Of::Result if allowed => continue,
            Of::Result => "result",
            _ if settings.schedule.is_loop() => "loop_argument",
            _ => "argument",
        };
        if in_items(model, part) {
            let index = Index::from(types.len());
            types.push(ty);
            if let Some(message) = context {
                let args = quote!(#message, __Outlive::__TRAITS[#index].0);
                underline(part, root, "own_context", args, &mut checks);
            }
            underline(part, root, function, quote!(&__Outlive, #shown, __Outlive::__TRAITS, #index), &mut checks);
        } else {
            if let Some(message) = context {
                let args = quote!(#message, #private::Ty::<#ty>::#bound);
                underline(part, root, "own_context", args, &mut body);
            }
            let ty = quote!(#private::Ty::<#ty>);
            let of = quote!(#private::Traits(#ty::#bound, #ty::__OUTLIVE_AGE, #ty::__OUTLIVE_INSTEAD));
            underline(part, root, function, quote!(&__Outlive, #shown, &[#of], 0), &mut body);
        }
    }
    Proofs {
        traits: (!types.is_empty()).then(|| quote!(#private::traits! { #bound #(#types),* })),
        item: checks,
        // What rustc adds to the error is shown at the function's name.
        body: if body.is_empty() { body } else { quote_spanned!(located(model.name_span())=> const { #body };) },
    }
}

/// What asks the arguments' age when a call begins, as links of its chain. `values` are the arguments. A loop takes
/// nothing that ages.
pub(crate) fn age_checks(
    parts: &Parts<'_>,
    settings: &Settings,
    root: &Root,
    at: Span,
    values: &[Ident],
) -> TokenStream {
    let mut links = TokenStream::new();
    if settings.schedule.is_loop() {
        return links;
    }
    for Part { of, path, name, .. } in &parts.0 {
        // What an expression of the attribute has taken is shown at the argument.
        let (value, span): (&dyn ToTokens, Span) = match of {
            Of::Receiver(token) => (token, token.span),
            Of::Input(index) => (&values[*index], values[*index].span()),
            Of::Result => continue,
        };
        let span = located(span);
        let private = root.private(span);
        let mut name = Literal::string(name);
        name.set_span(at);
        let args = quote_spanned!(span=> #name, (&&#private::Life(&#value #(.#path)*)).__outlive_remaining());
        // Token by token: a stream of its own would be a few calls of the compiler.
        Token![.](at).to_tokens(&mut links);
        links.append(Ident::new("lives", at));
        let mut args = Group::new(Delimiter::Parenthesis, args);
        args.set_span(at);
        links.append(args);
    }
    links
}

/// A tuple's elements, each on its own; without what cannot have the traits, or cannot be named.
fn split<'a>(model: &Model, part: Part<'a>, parts: &mut Vec<Part<'a>>) {
    match borrow::inside(part.ty) {
        Type::Tuple(tuple) => {
            for (index, ty) in tuple.elems.iter().enumerate() {
                let Written { text, start, end } = Written::of(ty);
                let path = part.path.iter().cloned().chain([Index::from(index)]).collect();
                let (name, shown) = (part.name.clone(), part.shown.clone());
                split(model, Part { path, ty, text, name, shown, start, end, ..part }, parts);
            }
        }
        Type::Reference(_) => {}
        Type::Path(path) if path.path.get_ident().is_some_and(|ident| is_neither(ident, model)) => {}
        ty if part.text.contains("impl") && borrow::has_impl_trait(ty) => {}
        _ => parts.push(part),
    }
}

/// A bare type parameter, or a primitive type.
fn is_neither(ident: &Ident, model: &Model) -> bool {
    const PRIMITIVES: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
        "usize",
    ];
    model.generics().contains(&ident) || PRIMITIVES.contains(&ident.to_string().as_str())
}

/// Can an item in the function name the type? Of a method, only `#[owned_tasks]` sees whether its `impl` is generic.
fn in_items(model: &Model, part: &Part<'_>) -> bool {
    let sees_impl = model.place == Place::Nested || model.tracked_by().is_some_and(|owner| owner.is_fixed);
    let generics = model.generics();
    let names_generics = || names::free(part.ty.to_token_stream()).iter().any(|used| generics.contains(&&used.ident));
    let names_self = || part.text.contains("Self") && names::mentions_self(part.ty.to_token_stream());
    sees_impl && !names_self() && (generics.is_empty() || !names_generics())
}

/// `<private>::<function>(<args>);`, spanning what the user wrote.
fn underline(part: &Part<'_>, root: &Root, function: &str, args: TokenStream, tokens: &mut TokenStream) {
    let (start, end) = (located(part.start), located(part.end));
    root.private(start).to_tokens(tokens);
    Token![::](start).to_tokens(tokens);
    tokens.append(Ident::new(function, start));
    let mut group = Group::new(Delimiter::Parenthesis, args);
    group.set_span(end);
    tokens.append(group);
    Token![;](start).to_tokens(tokens);
}
