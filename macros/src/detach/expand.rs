//! The expression that starts the task, and the one that stands for it beside errors.

use super::model::Model;
use crate::arguments;
use crate::emit;
use crate::settings::Settings;
use crate::syntax::editor;
use crate::syntax::expr::first_span;
use crate::syntax::paths::{Root, located};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Expr;
use syn::parse::Parser as _;

const NAME: &str = "detach!";

pub(crate) fn expand(model: &Model, settings: &Settings, root: &Root) -> TokenStream {
    let at = located(future_span(model));
    let future = &model.future;
    let items = emit::items(settings, root, NAME, Span::call_site(), &TokenStream::new());
    let call = emit::call(settings, root, at, &[], None);
    let spawn = emit::spawn_given(settings, root, at, &call, quote!(#future));
    quote!({ #items #spawn })
}

/// A handle of the right type, without a task.
pub(crate) fn fallback(model: &Model, root: &Root) -> TokenStream {
    let mut future = match arguments::trailing(model.future.clone()) {
        Some((_, before)) => before,
        // Both are expressions, and may be the only use of what they name.
        None if arguments::second(&model.future).is_some() => {
            let both = &model.future;
            quote!(async { let _ = (#both); })
        }
        None if super::validate::awaited(&model.future).is_some() => {
            let mut tokens: Vec<_> = model.future.clone().into_iter().collect();
            tokens.truncate(tokens.len().saturating_sub(2));
            tokens.into_iter().collect()
        }
        None if super::validate::block(&model.future).is_some() => {
            let block = &model.future;
            quote!(async #block)
        }
        // Statements, and no expression.
        None if super::validate::semicolon(&model.future).is_some() => {
            let all = syn::Block::parse_within.parse2(model.future.clone()).unwrap_or_default();
            quote!(async { #(#all)* })
        }
        None => model.future.clone(),
    };
    let mentioned = emit::mentioned(&model.args, true);
    // What is no expression would be a second error.
    if syn::parse2::<Expr>(future.clone()).is_err() {
        future = quote!(::core::future::ready(()));
    }
    let handle = emit::handle_of(&future, root.private(Span::call_site()));
    quote! {{
        #mentioned
        #handle
    }}
}

/// The same for an editor, where the future is an expression that is still being written.
pub(crate) fn in_editor(model: &Model, root: &Root) -> TokenStream {
    let (guard, mentioned) = (editor::guard(), emit::mentioned(&model.args, true));
    let handle = emit::handle_of(&model.future, root.private(Span::call_site()));
    quote!({ #guard #mentioned #handle })
}

fn future_span(model: &Model) -> Span {
    first_span(&model.future).unwrap_or_else(Span::call_site)
}
