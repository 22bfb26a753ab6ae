//! What stands beside errors, so that they raise no others.

use crate::arguments::Args;
use crate::syntax::expr::{local, plain};
use crate::syntax::paths::Within;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;

/// The user's expressions, named and never evaluated: beside a mistake, what they use stays used.
/// `sees_locals`: the variables around it, too.
pub(crate) fn mentioned(args: &Args, sees_locals: bool) -> TokenStream {
    let is_seen = |expr: &&Expr| sees_locals || !matches!(plain(expr), Expr::Path(_)) || local(expr).is_none();
    let expressions: Vec<&Expr> = args.expressions().into_iter().filter(is_seen).collect();
    let types: Vec<_> = args.types().collect();
    if expressions.is_empty() && types.is_empty() {
        return TokenStream::new();
    }
    let types = types.iter().map(|ty| quote!(::core::marker::PhantomData::<#ty>));
    // The branch does not come back, so that nothing has moved behind it.
    quote!(if false { let _ = (#(&(#expressions),)* #(#types,)*); ::core::unreachable!() })
}

/// A handle of the future's output, without a task. The future does not see the function that gives it.
pub(crate) fn handle_of(future: &TokenStream, private: Within<'_>) -> TokenStream {
    quote! {
        match #future {
            __future => {
                fn __handle<F: ::core::future::Future>(_: F) -> #private::TaskHandle<F::Output> {
                    ::core::unreachable!()
                }
                __handle(__future)
            }
        }
    }
}
