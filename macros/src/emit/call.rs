//! The call that starts the task: a chain on `outlive::__private::Call`.

use super::duration::duration;
use super::place::{at as around, at_limit, by_reference};
use super::{hook, retry, schedule};
use crate::settings::{Called, Place, Settings, SiteOf, Track, WhenFull, called};
use crate::syntax::expr::first_span;
use crate::syntax::paths::{Root, located};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Expr;

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
    let (call, call_in) = if settings.schedule.is_loop() { ("looping", "looping_in") } else { ("call", "call_in") };
    let site = match settings.site {
        SiteOf::Function => quote!(&__SITE),
        SiteOf::Caller => quote_spanned!(at=> #private::called_from(&__SITE, &__CALLERS)),
    };
    let mut chain = match &settings.track {
        Track::Static(_) => {
            let call = Ident::new(call, at);
            quote_spanned!(at=> #private::#call(#site))
        }
        Track::Expression(tracker) => {
            // A `&'static Tracker` is one: it is not what the user's own `&` stands before.
            let written = tracker;
            let tracker = match tracker {
                Expr::Reference(_) => quote_spanned!(at=> &(#tracker)),
                _ => by_reference(tracker, at),
            };
            let tracker = match called(written) {
                None => tracker,
                Some(Called::Maker) => around(Place::of(written), root, "made_once", tracker),
                Some(Called::Function) => around(Place::of(written), root, "given", quote!(&__SITE, #tracker)),
            };
            at_limit(settings, root, call_in, quote!(#site, __Outlive, #tracker))
        }
        Track::Owner(owner) => {
            let constant = &owner.constant;
            let this = receiver.unwrap_or_default();
            if !owner.is_fixed {
                let spec = quote!(&<__Outlive as #private::Site>::SPEC, Self::#constant.budget());
                let proof = at_limit(settings, root, "within", spec);
                before.extend(quote_spanned!(at=> const { #proof };));
            }
            let call = Ident::new(call, at);
            quote_spanned!(at=> Self::#constant.tracker(#this).#call(#site, __Outlive))
        }
    };
    if let Some(timeout) = &settings.timeout {
        let timeout = duration(timeout, root);
        chain.extend(quote_spanned!(at=> .timeout(#timeout)));
    }
    if let Some(context) = &settings.context {
        let context = by_reference(context, at);
        chain.extend(quote_spanned!(at=> .context(#context)));
    }
    if !settings.carry.is_empty() {
        let captures = settings.carry.iter().map(|carrier| {
            // What is wrong with a type is shown at the type.
            let carrier_at = first_span(carrier).map_or(at, located);
            let private = root.private(carrier_at);
            quote_spanned!(carrier_at=> #private::Capture::of::<#carrier>())
        });
        chain.extend(quote_spanned!(at=> .carry(const { &[#(#captures),*] })));
    }
    if let Some(runtime) = &settings.on {
        let runtime = by_reference(runtime, at);
        chain.extend(quote_spanned!(at=> .on(#runtime)));
    }
    if let Some(hook) = &settings.unfinished {
        let span = first_span(hook).unwrap_or(at);
        let copies = Ident::new("__copies", Span::mixed_site().located_at(span));
        let clones = values.iter().map(|value| {
            let span = located(value.span());
            quote_spanned!(span=> ::core::clone::Clone::clone(&#value),)
        });
        // A local of its own: inside the call, a hook for other arguments would be two errors.
        before.extend(quote_spanned!(located(span)=> let #copies = (#(#clones)*);));
        let hook = hook::hook(hook, values, root);
        chain.extend(quote_spanned!(at=> .unfinished(#copies, #hook)));
    }
    if matches!(settings.track, Track::Owner(_)) && settings.schedule.is_loop() && values.is_empty() {
        chain.extend(quote_spanned!(at=> .once()));
    }
    match settings.when_full {
        WhenFull::Reject => {}
        WhenFull::Wait => chain.extend(quote_spanned!(at=> .wait().await)),
        WhenFull::AsAsked => {
            let way = way(at);
            chain = quote_spanned!(at=> #way.__enter(#chain).await);
        }
    }
    if before.is_empty() {
        return chain;
    }
    before.extend(chain);
    before
}

/// What a durable function is asked by, as the last of its arguments.
pub(crate) fn way(at: Span) -> Ident {
    Ident::new("__way", Span::mixed_site().located_at(at))
}

/// `.spawn(future, probe)`, with the inherited task-locals around the future. `output` is its
/// type, where that can be named.
pub(crate) fn spawn(
    settings: &Settings,
    root: &Root,
    at: Span,
    work: TokenStream,
    output: Option<TokenStream>,
) -> TokenStream {
    let work = match &settings.retry {
        Some(settings) => retry::attempts(settings, root, at, &work),
        None => work,
    };
    let work = carried(settings, root, at, work);
    let probe = error_probe(root, at, output);
    schedule::spawn(settings, root, at, &work, &probe)
}

/// The same of a future that may be none, and is then refused in outlive's words: `call` is the chain before it.
pub(crate) fn spawn_given(
    settings: &Settings,
    root: &Root,
    at: Span,
    call: &TokenStream,
    given: TokenStream,
) -> TokenStream {
    let private = root.private(at);
    let given = if settings.inherit.is_empty() {
        given
    } else {
        // What goes around it has another message for what is no future.
        carried(settings, root, at, quote_spanned!(at=> __Given(#given).__outlive_future()))
    };
    let probe = error_probe(root, at, None);
    let begun = Ident::new("__it", Span::mixed_site().located_at(at));
    let begins = quote_spanned!(at=> |#begun| (&&#begun).__outlive_begins());
    let mut args = Group::new(Delimiter::Parenthesis, quote_spanned!(at=> #call, #given, #probe, #begins));
    args.set_span(at);
    let args = TokenTree::Group(args);
    quote_spanned!(at=> #private::Detachable::__outlive_detach #args)
}

/// With the inherited task-locals around it.
fn carried(settings: &Settings, root: &Root, at: Span, work: TokenStream) -> TokenStream {
    let carry = if settings.blocking { "carry_blocking" } else { "carry" };
    settings.inherit.iter().rev().fold(work, |work, key| {
        // What is wrong with a key is shown at the key.
        let key_at = first_span(key).map_or(at, located);
        let private = root.private(key_at);
        let carry = Ident::new(carry, key_at);
        quote_spanned!(key_at=> #private::#carry(&#key, #work))
    })
}

/// Autoref finds how an `Err` can be shown, without a bound on the user's type.
fn error_probe(root: &Root, at: Span, output: Option<TokenStream>) -> TokenStream {
    let private = root.private(at);
    let out = Ident::new("__out", Span::mixed_site().located_at(at));
    let ty = output.map(|output| quote_spanned!(at=> : &#output));
    quote_spanned!(at=> |#out #ty| (&&&&&&&&&&#private::Probe(#out)).__outlive_fault())
}
