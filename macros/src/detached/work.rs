//! What the task runs: the inner function's call, and what it captures.

use super::attempt;
use super::model::{Model, SelfKind};
use crate::settings::{Repeats, Settings};
use crate::syntax::paths::{Root, located};
use crate::syntax::text;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// The arguments as expressions. One that starts with `_` is bound anew, or clippy would say of the
/// user's name that it is used after all; not where an expression of the attribute needs it.
pub(super) fn values(model: &Model, settings: &Settings) -> (TokenStream, Vec<Ident>) {
    let mut rebound = TokenStream::new();
    let mut values = Vec::new();
    for (index, input) in model.inputs.iter().enumerate() {
        let outer = &input.outer;
        let named = text::plain(outer);
        if !input.is_plain || !named.starts_with('_') || settings.uses(&named) {
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
pub(super) fn work(
    model: &Model,
    settings: &Settings,
    root: &Root,
    at: Span,
    inner: &TokenStream,
    values: &[Ident],
) -> TokenStream {
    let generics = model.generics();
    let turbofish = (!generics.is_empty()).then(|| quote_spanned!(at=> ::<#(#generics),*>));
    let repeats = settings.repeats();
    let Captured { mut once, each, receiver } = capture(model, repeats, root, at);
    let copies: Vec<Ident> = if repeats == Repeats::Never {
        Vec::new()
    } else {
        let copy = |(index, value): (usize, &Ident)| {
            Ident::new(&format!("__copy{index}"), Span::mixed_site().located_at(value.span()))
        };
        values.iter().enumerate().map(copy).collect()
    };
    let mut clones = TokenStream::new();
    for ((value, copy), input) in values.iter().zip(&copies).zip(&model.inputs) {
        let span = located(value.span());
        if repeats == Repeats::Attempts {
            let is_generic = attempt::is_generic(model, &input.written.ty);
            let (kept, taken) = attempt::argument(copy, &quote!(#value), is_generic, root, span);
            once.extend(kept);
            clones.extend(taken);
        } else {
            // Of the user's type parameter, rustc has the better advice.
            let clone = if attempt::is_generic(model, &input.written.ty) {
                quote_spanned!(span=> ::core::clone::Clone::clone)
            } else {
                let private = root.private(span);
                quote_spanned!(span=> #private::of_a_run)
            };
            clones.extend(quote_spanned!(span=> let #copy = #clone(&#value);));
        }
    }
    let values = if repeats == Repeats::Never { values } else { &copies };
    let receiver = receiver.map(|receiver| quote!(#receiver,));
    let mut args = Group::new(Delimiter::Parenthesis, quote!(#receiver #(#values),*));
    args.set_span(at);
    let args = TokenTree::Group(args);
    let call = quote_spanned!(at=> #inner #turbofish #args);
    let future = match model.self_kind() {
        Some(kind) if kind.is_kept_apart() && !settings.blocking => quote_spanned!(at=> async move { #call.await }),
        _ => call.clone(),
    };
    let run = match repeats {
        Repeats::Loop => quote_spanned!(at=> move || { #each #clones ::core::option::Option::Some(#future) }),
        Repeats::Attempts => {
            let last = attempt::is_last(at);
            quote_spanned!(at=> move |#last| { #each #clones ::core::option::Option::Some(#future) })
        }
        Repeats::Never if settings.blocking => quote_spanned!(at=> move || #call),
        Repeats::Never => future,
    };
    if once.is_empty() { run } else { quote_spanned!(at=> { #once #run }) }
}

/// What a task keeps of `self`.
#[derive(Default)]
struct Captured {
    /// Before the task starts.
    once: TokenStream,
    /// Before each of its runs.
    each: TokenStream,
    /// As the inner function's argument.
    receiver: Option<TokenStream>,
}

fn capture(model: &Model, repeats: Repeats, root: &Root, at: Span) -> Captured {
    let (Some(kind), Some(receiver)) = (model.self_kind(), &model.receiver) else {
        return Captured::default();
    };
    let token = &receiver.self_token;
    let own = Ident::new("__this", Span::mixed_site().located_at(at));
    let clone = quote_spanned!(at=> ::core::clone::Clone::clone);
    let passed = if kind.is_kept_apart() { quote_spanned!(at=> &#own) } else { quote!(#own) };
    let lets = |value: TokenStream| quote_spanned!(at=> let #own = #value;);
    match (kind, &model.owner) {
        (SelfKind::Borrowed, Some(owner)) => {
            let lend = &owner.constant;
            Captured {
                once: lets(quote_spanned!(at=> Self::#lend.lend(#token))),
                each: lets(quote_spanned!(at=> Self::#lend.lend(&#own))),
                receiver: Some(passed),
            }
        }
        // Between two runs, a loop does not hold its service.
        (SelfKind::Arc | SelfKind::SharedArc, Some(_)) if repeats == Repeats::Loop => {
            let private = root.private(at);
            let service = if kind == SelfKind::Arc { quote_spanned!(at=> &#token) } else { quote!(#token) };
            Captured {
                once: lets(quote_spanned!(at=> #private::downgrade(#service))),
                each: lets(quote_spanned!(at=> #private::upgrade(&#own)?)),
                receiver: Some(passed),
            }
        }
        (SelfKind::SharedArc, _) => Captured {
            once: lets(quote_spanned!(at=> #clone(#token))),
            each: lets(quote_spanned!(at=> #clone(&#own))),
            receiver: Some(passed),
        },
        _ if repeats == Repeats::Attempts => {
            let (once, each) = attempt::argument(&own, &quote!(#token), false, root, located(token.span));
            Captured { once, each, receiver: Some(quote!(#own)) }
        }
        _ if repeats == Repeats::Loop => {
            Captured { receiver: Some(quote_spanned!(at=> #clone(&#token))), ..Captured::default() }
        }
        _ => Captured { receiver: Some(quote!(#token)), ..Captured::default() },
    }
}
