//! Does the attribute stand on a function, and on one of the user's own?

use crate::arguments::Kind;
use crate::syntax::item::Function;
use crate::syntax::text;
use proc_macro2::Span;

pub(crate) fn not_a_function(kind: Kind, what: &str) -> syn::Error {
    let way_out = match (kind, what) {
        (Kind::Durable, "an `impl` block" | "a trait") => {
            "put it on a free function, and let it take what it needs of the service as a `#[state]` argument"
        }
        (_, "an `impl` block") => "put it on the methods inside, and `#[owned_tasks]` here",
        (_, "a trait") => "put it on a free function or an inherent method, and let the trait's methods call that",
        (_, "a module") => "put it on the functions inside",
        (Kind::Detached, "a closure" | "a block" | "an expression" | "a `let`") => {
            "for a future that is no function, write `detach!(timeout = \"5s\", track = AUDIT, future)`"
        }
        (Kind::Periodic, _) => "put it on the function that is to run again and again",
        (Kind::Worker, _) => "put it on the function that is to run until the shutdown",
        (Kind::Durable, _) => "put it on the function whose calls are to be kept in a queue",
        _ => "put it on the function whose call is to outlive its request",
    };
    let message = format!("`#[{}]` stands on an `async fn`, and this is {what}: {way_out}", kind.name());
    syn::Error::new(Span::call_site(), message)
}

/// A trait's method that `#[async_trait]`, which stands above, has taken apart already.
pub(crate) fn of_async_trait(kind: Kind, function: &Function) -> Option<syn::Error> {
    let lifetimes = || function.sig.generics.lifetimes();
    lifetimes().find(|parameter| parameter.lifetime.ident == "async_trait")?;
    let (ident, made) = (&function.sig.ident, kind.made());
    let message = format!(
        "`{}` is a method of a trait, which cannot be {made}: put `#[{}]` on a free function or an inherent method, and let \
         this one call that",
        text::plain(ident),
        kind.name()
    );
    Some(syn::Error::new(ident.span(), message))
}
