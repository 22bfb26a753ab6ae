//! The two signatures that one becomes: the user's own around the body, and the one that callers see.

use super::model::{Model, Words};
use crate::arguments::Kind;
use crate::emit;
use crate::settings::{Settings, WhenFull};
use crate::syntax::paths::{Root, located};
use crate::syntax::text;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _, quote, quote_spanned};
use syn::{FnArg, Pat, Signature, Token};

/// The user's signature. An argument that the attribute uses is used, also where the body does not name it.
pub(super) fn own(model: &Model, settings: &Settings) -> Signature {
    let mut sig = model.function.sig.clone();
    // A function that nobody calls, or whose name is odd, is reported once: the one that bears the attribute.
    unlinted(&mut sig.ident);
    let typed = sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    for (input, typed) in model.inputs.iter().zip(typed) {
        let name = || text::plain(&input.outer);
        // A setting uses it, in the function's outer half: the body need not. And an odd name is reported there.
        if input.is_plain && (is_odd(&name()) || settings.uses(&name())) {
            if let Pat::Ident(pat) = &mut *typed.pat {
                unlinted(&mut pat.ident);
            }
        }
    }
    sig
}

/// At its place, as a macro's own: rustc has no lint for that, and none has to be allowed, which a `forbid` would not have.
fn unlinted(ident: &mut Ident) {
    ident.set_span(located(ident.span()));
}

fn is_odd(name: &str) -> bool {
    name.contains("__") || name.chars().any(char::is_uppercase)
}

/// What the user's function would raise only because of what became of it.
pub(super) fn inner_lints(model: &Model, hidden: bool) -> Vec<Lint> {
    let words = Words(model.function.body_text());
    let mut lints = Vec::new();
    if model.is_async() {
        lints.extend((!words.awaits()).then_some(Lint("unused_async")));
    } else {
        // The arguments have to be owned, whatever the body does with them, and `const` is refused.
        lints.extend((!model.inputs.is_empty()).then_some(Lint("needless_pass_by_value")));
        lints.push(Lint("missing_const_for_fn"));
    }
    if hidden && model.receiver.is_some() && !words.says_self() {
        // A method is called as one, whatever its body does with `self`.
        lints.push(Lint("unused_self"));
    }
    lints
}

/// One of clippy's.
pub(super) struct Lint(&'static str);

impl ToTokens for Lint {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let ident = |name| Ident::new(name, Span::call_site());
        tokens.append(ident("clippy"));
        Token![::](Span::call_site()).to_tokens(tokens);
        tokens.append(ident(self.0));
    }
}

/// The rewritten signature. Its first and its last token are the user's own, so that whatever rustc
/// has to say of the function is shown there, and not at the attribute.
/// `end` is that of the result.
pub(super) fn outer(model: &Model, full: WhenFull, root: &Root, at: Span, end: Option<Span>) -> TokenStream {
    let function = &model.function;
    let sig = &function.sig;
    let vis = &function.vis;
    let (ident, generics, fn_token) = (&sig.ident, &sig.generics, &sig.fn_token);
    let where_clause = &generics.where_clause;
    let asyncness = (full != WhenFull::Reject).then(|| {
        let own = sig.asyncness.map_or(fn_token.span, |token| token.span);
        quote_spanned!(own=> async)
    });
    let receiver = model.receiver.as_ref().map(|receiver| {
        let mut receiver = receiver.clone();
        receiver.mutability = None;
        quote!(#receiver,)
    });
    let inputs = model.inputs.iter().map(|input| {
        let (outer, colon, ty) = (&input.outer, &input.written.colon_token, &input.written.ty);
        quote!(#outer #colon #ty)
    });
    let way = (full == WhenFull::AsAsked).then(|| {
        let (root, way) = (root.around_runtime(), emit::way(at));
        let private = root.private(at);
        quote_spanned!(at=> #way: #private::Way)
    });
    let inputs = inputs.chain(way);
    let output = handle(model, root, at, end);
    // An unknown type in the signature is found twice. For the two to be one error, rustc must not offer here what
    // it does not offer for the inner function: to make a type parameter of it.
    let (less, greater) = generics.params.is_empty().then(|| (Token![<](at), Token![>](at))).unzip();
    quote! {
        #vis #asyncness #fn_token #ident #less #greater #generics (#receiver #(#inputs),*) -> #output
        #where_clause
    }
}

fn handle(model: &Model, root: &Root, at: Span, end: Option<Span>) -> TokenStream {
    let private = root.private(at);
    let ty = model.output().filter(|_| model.kind != Kind::Periodic);
    let unit = ty.is_none().then(|| quote!(()));
    let last = end.filter(|_| ty.is_some()).unwrap_or_else(|| model.function.sig.paren_token.span.close());
    let close = Token![>](last);
    quote_spanned!(at=> #private::TaskHandle<#ty #unit #close)
}
