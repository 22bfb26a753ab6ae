//! The expression that starts the task, and the one that stands for it beside errors.

use super::model::Model;
use crate::args;
use crate::paths::{Root, located};
use crate::settings::Settings;
use crate::site;
use proc_macro2::{Span, TokenStream};
use quote::quote;

const NAME: &str = "detach!";

pub(crate) fn expand(model: &Model, settings: &Settings, root: &Root) -> TokenStream {
    let at = located(future_span(model));
    let future = &model.future;
    let items = site::items(settings, root, NAME, Span::call_site(), &TokenStream::new());
    let call = site::call(settings, root, at, &[], None);
    let spawn = site::spawn(settings, root, at, quote!(#future), None);
    quote!({ #items #call #spawn })
}

/// A handle of the right type, without a task.
pub(crate) fn fallback(model: &Model, root: &Root) -> TokenStream {
    let private = root.private(Span::call_site());
    let mut future = match args::trailing(model.future.clone()) {
        Some((_, before)) => before,
        None => model.future.clone(),
    };
    let mentioned = model.args.mentioned();
    if future.is_empty() {
        future = quote!(::core::future::ready(()));
    }
    quote! {{
        fn __handle<F: ::core::future::Future>(_: F) -> #private::TaskHandle<F::Output> {
            ::core::unreachable!()
        }
        #mentioned
        __handle(#future)
    }}
}

fn future_span(model: &Model) -> Span {
    let first = model.future.clone().into_iter().next();
    first.map_or_else(Span::call_site, |token| token.span())
}
