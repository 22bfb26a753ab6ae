//! The function that starts the task.

use super::attributes::{self, Divided};
use super::crossing::{self, Parts, Proofs};
use super::model::{Model, Place, This};
use crate::borrow;
use crate::item::Body;
use crate::kind::Kind;
use crate::paths::{Root, located};
use crate::settings::Settings;
use crate::site;
use crate::text;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt as _, quote, quote_spanned};
use syn::{FnArg, GenericParam, Signature, Token, Type, TypePath, parse_quote};

pub(crate) fn expand(model: &Model, settings: &Settings, root: &Root) -> TokenStream {
    let Body::Braces(body) = &model.function.body else {
        return TokenStream::new();
    };
    // Errors about the future belong to the function's name, not to the whole attribute.
    let at = located(model.name_span());
    let sig = &model.function.sig;
    let attrs = &model.function.attrs;
    let name = model.name();
    let Divided { outer, inner } = match model.place {
        Place::Nested => attributes::for_nested(attrs),
        Place::Beside => attributes::for_beside(attrs, &name),
    };

    let this =
        Type::Path(TypePath { attrs: Vec::new(), qself: None, path: Ident::new("Self", Span::call_site()).into() });
    let parts = Parts::of(model, &this);
    let Proofs { traits, item: proof, body: proof_at_build } = crossing::proofs(&parts, model, settings, root);
    let (work, nested, beside) = match model.place {
        Place::Nested => {
            let lints = inner_lints(model, false);
            let own = own_signature(model, settings);
            let nested = quote!(impl __Outlive { #traits #[doc(hidden)] #[allow(#(#lints),*)] #inner #own #body });
            let mut ident = sig.ident.clone();
            ident.set_span(at);
            (quote_spanned!(at=> __Outlive::#ident), nested, None)
        }
        Place::Beside => {
            let mut hidden = hidden_name(model, sig.ident.span());
            let mut sig = own_signature(model, settings);
            sig.ident = hidden.clone();
            let lints = inner_lints(model, true);
            let inner_fn = quote!(#[doc(hidden)] #[allow(#(#lints),*)] #inner #sig #body);
            hidden.set_span(at);
            let traits = traits.map(|traits| quote!(impl __Outlive { #traits }));
            let nested = joined([traits.unwrap_or_default(), stand_in(model, &hidden_name(model, at))]);
            (quote_spanned!(at=> Self::#hidden), nested, Some(inner_fn))
        }
    };

    let (rebound, values) = values(model, settings);
    let items = site::items(settings, root, &name, model.name_span(), &proof);
    let call = site::call(settings, root, at, &values, service(model, at));
    let links = crossing::look(&parts, settings, root, at, &values);
    let work = work_of(model, settings, root, at, &work, &values);
    // The stand-in's output is known only by this.
    let output = (model.place == Place::Beside)
        .then(|| model.output().map_or_else(|| quote!(()), |ty| quote!(#ty)))
        .filter(|output| !borrow::has_impl_trait(output));
    let spawn = site::spawn(settings, root, at, work, output);
    let face = face(model, settings.wait, root, at, parts.end());
    // The user's own braces: with a macro's, rustc would not report a function that nobody calls.
    let inside = joined([items, nested, rebound, proof_at_build, call, links, spawn]);
    let mut block = Group::new(proc_macro2::Delimiter::Brace, inside);
    block.set_span(body.span());
    let block = TokenTree::Group(block);
    // A report may say where the call stands. An `async fn` cannot know.
    let tracked = (!settings.wait).then(|| quote!(#[track_caller]));
    // A call is whole without its handle, whatever the lint thinks of a function that gives one.
    joined([quote!(#[allow(clippy::must_use_candidate)] #tracked), outer, face, quote!(#block #beside)])
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
    Some(match model.this()? {
        This::Borrowed | This::SharedArc => quote!(#token),
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
    let count = model.arguments.len() + usize::from(model.receiver.is_some());
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

/// The user's signature. An argument that the attribute uses is used, also where the body does not name it.
fn own_signature(model: &Model, settings: &Settings) -> Signature {
    let mut sig = model.function.sig.clone();
    let typed = sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    for (argument, typed) in model.arguments.iter().zip(typed) {
        if argument.is_plain && settings.uses(&text::plain(&argument.outer)) {
            // A setting uses it, in the function's outer half: the body need not.
            typed.attrs.push(parse_quote!(#[allow(unused_variables)]));
        }
    }
    sig
}

/// What the user's function would raise only because of what became of it.
fn inner_lints(model: &Model, hidden: bool) -> Vec<Lint> {
    let name = model.name();
    let mut lints = Vec::new();
    if !hidden {
        // A function that nobody calls is reported once: the one that bears the attribute.
        lints.push(Lint::Of("dead_code"));
    }
    if hidden && (name.contains("__") || name.chars().any(char::is_uppercase)) {
        // Its own name is reported already.
        lints.push(Lint::Of("non_snake_case"));
    }
    if model.is_async() {
        lints.push(Lint::OfClippy("unused_async"));
    } else {
        // The arguments have to be owned, whatever the body does with them, and `const` is refused.
        lints.extend([Lint::OfClippy("needless_pass_by_value"), Lint::OfClippy("missing_const_for_fn")]);
    }
    if hidden && model.receiver.is_some() {
        // A method is called as one, whatever its body does with `self`.
        lints.push(Lint::OfClippy("unused_self"));
    }
    lints
}

enum Lint {
    Of(&'static str),
    OfClippy(&'static str),
}

impl ToTokens for Lint {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let ident = |name| Ident::new(name, Span::call_site());
        match self {
            Self::Of(name) => tokens.append(ident(name)),
            Self::OfClippy(name) => {
                tokens.append(ident("clippy"));
                Token![::](Span::call_site()).to_tokens(tokens);
                tokens.append(ident(name));
            }
        }
    }
}

/// The rewritten signature. Its first and its last token are the user's own, so that whatever rustc
/// has to say of the function is shown there, and not at the attribute.
/// `end` is that of the result.
fn face(model: &Model, wait: bool, root: &Root, at: Span, end: Option<Span>) -> TokenStream {
    let function = &model.function;
    let sig = &function.sig;
    let vis = &function.vis;
    let (ident, generics, fn_token) = (&sig.ident, &sig.generics, &sig.fn_token);
    let where_clause = &generics.where_clause;
    let asyncness = wait.then(|| {
        let own = sig.asyncness.map_or(fn_token.span, |token| token.span);
        quote_spanned!(own=> async)
    });
    let receiver = model.receiver.as_ref().map(|receiver| {
        let mut receiver = receiver.clone();
        receiver.mutability = None;
        quote!(#receiver,)
    });
    let arguments = model.arguments.iter().map(|argument| {
        let (outer, colon, ty) = (&argument.outer, &argument.written.colon_token, &argument.written.ty);
        quote!(#outer #colon #ty)
    });
    let output = handle(model, root, at, end);
    // An unknown type in the signature is found twice. For the two to be one error, rustc must not offer here what
    // it does not offer for the inner function: to make a type parameter of it.
    let nothing = generics.params.is_empty().then(|| quote_spanned!(at=> <>));
    quote! {
        #vis #asyncness #fn_token #ident #nothing #generics (#receiver #(#arguments),*) -> #output
        #where_clause
    }
}

fn handle(model: &Model, root: &Root, at: Span, end: Option<Span>) -> TokenStream {
    let private = root.private(at);
    let ty = model.output().filter(|_| model.kind != Kind::Periodic);
    let unit = ty.is_none().then(|| quote!(()));
    let last = end.filter(|_| ty.is_some()).unwrap_or_else(|| model.function.sig.paren_token.span.close());
    let close = quote_spanned!(last=> >);
    quote_spanned!(at=> #private::TaskHandle<#ty #unit #close)
}

/// The arguments as expressions. One that starts with `_` is bound anew, or clippy would say of the
/// user's name that it is used after all; not where an expression of the attribute needs it.
fn values(model: &Model, settings: &Settings) -> (TokenStream, Vec<Ident>) {
    let mut rebound = TokenStream::new();
    let mut values = Vec::new();
    for (index, argument) in model.arguments.iter().enumerate() {
        let outer = &argument.outer;
        let named = text::plain(outer);
        if !argument.is_plain || !named.starts_with('_') || settings.uses(&named) {
            values.push(outer.clone());
            continue;
        }
        let value = Ident::new(&format!("__own{index}"), Span::mixed_site().located_at(outer.span()));
        rebound.extend(quote! {
            #[allow(clippy::used_underscore_binding)]
            let #value = #outer;
        });
        values.push(value);
    }
    (rebound, values)
}

/// The inner function's call: as a future, as a closure for the blocking pool, or as a closure that gives the future of
/// one run.
fn work_of(
    model: &Model,
    settings: &Settings,
    root: &Root,
    at: Span,
    inner: &TokenStream,
    values: &[Ident],
) -> TokenStream {
    let generics = model.generics();
    let turbofish = (!generics.is_empty()).then(|| quote_spanned!(at=> ::<#(#generics),*>));
    let repeats = settings.run.repeats();
    let Kept { once, each, receiver } = kept(model, repeats, root, at);
    let copies: Vec<Ident> = if repeats {
        let copy = |(index, value): (usize, &Ident)| {
            Ident::new(&format!("__copy{index}"), Span::mixed_site().located_at(value.span()))
        };
        values.iter().enumerate().map(copy).collect()
    } else {
        Vec::new()
    };
    let clones = values.iter().zip(&copies).map(|(value, copy)| {
        let span = located(value.span());
        quote_spanned!(span=> let #copy = ::core::clone::Clone::clone(&#value);)
    });
    let clones = quote!(#(#clones)*);
    let values = if repeats { &copies } else { values };
    let receiver = receiver.map(|receiver| quote!(#receiver,));
    let mut args = Group::new(proc_macro2::Delimiter::Parenthesis, quote!(#receiver #(#values),*));
    args.set_span(at);
    let args = TokenTree::Group(args);
    let call = quote_spanned!(at=> #inner #turbofish #args);
    let future = match model.this() {
        Some(this) if this.is_kept_apart() && !settings.blocking => quote_spanned!(at=> async move { #call.await }),
        _ => call.clone(),
    };
    let run = if repeats {
        quote_spanned!(at=> move || { #each #clones ::core::option::Option::Some(#future) })
    } else if settings.blocking {
        quote_spanned!(at=> move || #call)
    } else {
        future
    };
    if once.is_empty() { run } else { quote_spanned!(at=> { #once #run }) }
}

/// What a task keeps of `self`.
#[derive(Default)]
struct Kept {
    /// Before the task starts.
    once: TokenStream,
    /// Before each of its runs.
    each: TokenStream,
    /// As the inner function's argument.
    receiver: Option<TokenStream>,
}

fn kept(model: &Model, repeats: bool, root: &Root, at: Span) -> Kept {
    let (Some(this), Some(receiver)) = (model.this(), &model.receiver) else {
        return Kept::default();
    };
    let token = &receiver.self_token;
    let own = Ident::new("__this", Span::mixed_site().located_at(at));
    let clone = quote_spanned!(at=> ::core::clone::Clone::clone);
    let passed = if this.is_kept_apart() { quote_spanned!(at=> &#own) } else { quote!(#own) };
    let lets = |value: TokenStream| quote_spanned!(at=> let #own = #value;);
    match (this, &model.owner) {
        (This::Borrowed, Some(owner)) => {
            let lend = &owner.constant;
            Kept {
                once: lets(quote_spanned!(at=> Self::#lend.lend(#token))),
                each: lets(quote_spanned!(at=> Self::#lend.lend(&#own))),
                receiver: Some(passed),
            }
        }
        // Between two runs, a loop does not hold its service.
        (This::Arc | This::SharedArc, Some(_)) if repeats => {
            let private = root.private(at);
            let service = if this == This::Arc { quote_spanned!(at=> &#token) } else { quote!(#token) };
            Kept {
                once: lets(quote_spanned!(at=> #private::downgrade(#service))),
                each: lets(quote_spanned!(at=> #private::upgrade(&#own)?)),
                receiver: Some(passed),
            }
        }
        (This::SharedArc, _) => Kept {
            once: lets(quote_spanned!(at=> #clone(#token))),
            each: lets(quote_spanned!(at=> #clone(&#own))),
            receiver: Some(passed),
        },
        _ if repeats => Kept { receiver: Some(quote_spanned!(at=> #clone(&#token))), ..Kept::default() },
        _ => Kept { receiver: Some(quote!(#token)), ..Kept::default() },
    }
}
