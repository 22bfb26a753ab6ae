//! The pieces that all the macros generate: the static record of the site, and the call that starts
//! the task. Names and shapes are those of `outlive::__private`, and of nothing else.

use crate::looping::Run;
use crate::paths::{Private, Root, located};
use crate::settings::{Settings, Track, by_reference};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, LitStr};

/// The marker, its `Site`, the static and its entry in the program's list of sites. `crossing` is what an item
/// asks of what crosses.
pub(crate) fn items(
    settings: &Settings,
    root: &Root,
    name: &str,
    line_at: Span,
    crossing: &TokenStream,
) -> TokenStream {
    let private = root.private(Span::call_site());
    let limit = &settings.limit.duration;
    let grace = Grace(settings.grace.as_ref(), private);
    let kind = Ident::new(if settings.child { "Child" } else { "Linked" }, Span::call_site());
    let own_name = settings.name.as_ref().map(LitStr::value);
    let name = own_name.as_deref().unwrap_or(name);
    let tracker = settings.track.shown();
    // The user's own span: a macro's would give the line of the attribute.
    let here = quote_spanned!(line_at=> here());
    let (site, proof) = proof(settings, root);
    let checks = &settings.checks;
    quote! {
        #checks
        struct __Outlive;
        static __SITE: #private::TaskSite = #site;
        #private::record! { #name, [#here], #tracker, #limit, #grace, #kind, { #crossing } #proof }
    }
}

/// The grace, or none.
struct Grace<'a>(Option<&'a TokenStream>, Private<'a>);

impl ToTokens for Grace<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some(grace) = self.0 {
            grace.to_tokens(tokens);
        } else {
            self.1.to_tokens(tokens);
            tokens.extend(quote!(::NO_GRACE));
        }
    }
}

/// The initialiser that fails where the budget does not cover the timeout, shown at the timeout; and, where only the
/// call knows the budget, the function that fails to build then.
fn proof(settings: &Settings, root: &Root) -> (TokenStream, TokenStream) {
    let private = root.private(Span::call_site());
    match &settings.track {
        Track::Static(tracker) => {
            let tracker = by_static_reference(tracker);
            (at_limit(settings, root, "site_of", quote!(&__Outlive, #tracker)), TokenStream::new())
        }
        Track::Owner(owner) if owner.is_fixed => {
            let (ty, constant) = (&owner.ty, &owner.constant);
            let args = quote!(&__Outlive, <#ty>::#constant.budget());
            (at_limit(settings, root, "site_within", args), TokenStream::new())
        }
        Track::Expression(_) | Track::Owner(_) => {
            let spec = quote!(&<__Outlive as #private::Site>::SPEC, __T::BUDGET);
            let covered = at_limit(settings, root, "prove", spec);
            let covered = quote_spanned!(located(settings.limit.start)=> const { #covered });
            let proof = quote! {
                fn covered<__T: #private::Track + ?::core::marker::Sized>() { #covered }
            };
            (at_limit(settings, root, "site", quote!(&__Outlive)), proof)
        }
    }
}

/// `<private>::<function>(<args>)`, spanning the tokens of the timeout.
fn at_limit(settings: &Settings, root: &Root, function: &str, args: TokenStream) -> TokenStream {
    let start = located(settings.limit.start);
    let private = root.private(start);
    let function = Ident::new(function, start);
    let mut args = Group::new(Delimiter::Parenthesis, args);
    args.set_span(located(settings.limit.end));
    let args = TokenTree::Group(args);
    quote_spanned!(start=> #private::#function #args)
}

fn by_static_reference(tracker: &syn::Expr) -> TokenStream {
    let start = quote!(#tracker).into_iter().next().map_or_else(Span::call_site, |token| located(token.span()));
    quote_spanned!(start=> &#tracker)
}

/// Everything up to `.spawn`. `values` are the arguments, for `unfinished`.
/// `receiver` is the service as a reference, where it is the one that tracks.
pub(crate) fn call(
    settings: &Settings,
    root: &Root,
    at: Span,
    values: &[Ident],
    receiver: Option<TokenStream>,
) -> TokenStream {
    let private = root.private(at);
    let mut before = TokenStream::new();
    let (call, call_in) = if settings.run.is_loop() { ("looping", "looping_in") } else { ("call", "call_in") };
    let mut chain = match &settings.track {
        Track::Static(_) => {
            let call = Ident::new(call, at);
            quote_spanned!(at=> #private::#call(&__SITE))
        }
        Track::Expression(tracker) => {
            // A `&'static Tracker` is one: it is not what the user's own `&` stands before.
            let tracker = match tracker {
                Expr::Reference(_) => quote_spanned!(at=> &(#tracker)),
                _ => by_reference(tracker, at),
            };
            at_limit(settings, root, call_in, quote!(&__SITE, __Outlive, #tracker))
        }
        Track::Owner(owner) => {
            let constant = &owner.constant;
            let this = receiver.unwrap_or_default();
            if !owner.is_fixed {
                let spec = quote!(&<__Outlive as #private::Site>::SPEC, Self::#constant.budget());
                let proof = at_limit(settings, root, "within", spec);
                before.extend(quote_spanned!(at=> const { #proof };));
            }
            let call_in = Ident::new(call_in, at);
            quote_spanned!(at=> #private::#call_in(&__SITE, __Outlive, &Self::#constant.tracker(#this)))
        }
    };
    if let Some(timeout) = &settings.timeout {
        chain.extend(quote_spanned!(at=> .timeout(#timeout)));
    }
    if let Some(context) = &settings.context {
        let context = by_reference(context, at);
        chain.extend(quote_spanned!(at=> .context(#context)));
    }
    if let Some(runtime) = &settings.on {
        let runtime = by_reference(runtime, at);
        chain.extend(quote_spanned!(at=> .on(#runtime)));
    }
    if let Some(hook) = &settings.unfinished {
        let start = quote!(#hook).into_iter().next();
        let span = start.map_or(at, |token| token.span());
        let copies = Ident::new("__copies", Span::mixed_site().located_at(span));
        let clones = values.iter().map(|value| {
            let span = located(value.span());
            quote_spanned!(span=> ::core::clone::Clone::clone(&#value),)
        });
        // A local of its own: inside the call, a hook for other arguments would be two errors.
        before.extend(quote_spanned!(located(span)=> let #copies = (#(#clones)*);));
        chain.extend(quote_spanned!(at=> .unfinished(#copies, #hook)));
    }
    if matches!(settings.track, Track::Owner(_)) && settings.run.is_loop() && values.is_empty() {
        chain.extend(quote_spanned!(at=> .once()));
    }
    if settings.wait {
        chain.extend(quote_spanned!(at=> .wait().await));
    }
    if before.is_empty() {
        return chain;
    }
    before.extend(chain);
    before
}

/// `.spawn(future, verdict)`, with the inherited task-locals around the future. `output` is its
/// type, where that can be named.
pub(crate) fn spawn(
    settings: &Settings,
    root: &Root,
    at: Span,
    work: TokenStream,
    output: Option<TokenStream>,
) -> TokenStream {
    let (carry, spawn) = if settings.blocking { ("carry_blocking", "spawn_blocking") } else { ("carry", "spawn") };
    let work = settings.inherit.iter().rev().fold(work, |work, key| {
        // What is wrong with a key is shown at the key.
        let key_at = quote!(#key).into_iter().next().map_or(at, |token| located(token.span()));
        let private = root.private(key_at);
        let carry = Ident::new(carry, key_at);
        quote_spanned!(key_at=> #private::#carry(&#key, #work))
    });
    let spawn = Ident::new(spawn, at);
    let verdict = verdict(root, at, output);
    match &settings.run {
        Run::Once => quote_spanned!(at=> .#spawn(#work, #verdict)),
        Run::Every { every, missed, immediate } => {
            let (missed, private) = (Ident::new(missed, at), root.private(at));
            quote_spanned!(at=> .periodic(#every, #private::Missed::#missed, #immediate, #work, #verdict))
        }
        Run::Kept { restart: Some([first, most]) } => {
            quote_spanned!(at=> .restarted(#first, #most, #work, #verdict))
        }
        Run::Kept { restart: None } => quote_spanned!(at=> .worker(#work, #verdict)),
    }
}

/// Autoref finds how an `Err` can be shown, without a bound on the user's type.
fn verdict(root: &Root, at: Span, output: Option<TokenStream>) -> TokenStream {
    let private = root.private(at);
    let out = Ident::new("__out", Span::mixed_site().located_at(at));
    let ty = output.map(|output| quote_spanned!(at=> : &#output));
    quote_spanned!(at=> |#out #ty| (&&&&#private::Probe(#out)).__outlive_fault())
}
