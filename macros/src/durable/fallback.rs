//! What is emitted beside errors: the function as its callers know it, with the user's body in it so that imports stay used.

use super::model::Model;
use crate::arguments::Args;
use crate::emit::mentioned;
use crate::syntax::borrow::{self, Form};
use crate::syntax::diagnostics;
use crate::syntax::item::Body;
use crate::syntax::paths::{Root, located};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::FnArg;

pub(crate) fn expand(model: &Model, args: &Args, own: &Root) -> TokenStream {
    let private = own.private(located(model.run.name_span()));
    beside_errors(model, args, &quote!(#private::Job))
}

/// The same, with the errors as the type of the job: callers have none of their own then.
pub(crate) fn as_error(model: &Model, args: &Args) -> TokenStream {
    beside_errors(model, args, &diagnostics::as_type())
}

fn beside_errors(model: &Model, args: &Args, job: &TokenStream) -> TokenStream {
    let run = &model.run;
    let at = located(run.name_span());
    let sig = &run.function.sig;
    let (attrs, vis, fn_token, ident, generics) =
        (&model.attrs, &model.vis, &model.fn_token, &sig.ident, &sig.generics);
    let where_clause = &generics.where_clause;
    let receiver = run.receiver.as_ref().map(|receiver| quote!(#receiver,));
    let inputs = model.arguments().filter(|argument| argument.state.is_none()).map(|argument| {
        let (pat, ty) = (&argument.input.written.pat, argument.ty());
        quote!(#pat: #ty)
    });
    let is_borrowed = |ty: &syn::Type| borrow::unborrowed(ty, Form::Static).first.is_some();
    let states = model.arguments().filter(|argument| argument.state.is_some());
    let lets: TokenStream = states
        .map(|argument| {
            let (pat, ty) = (&argument.input.written.pat, argument.ty());
            quote!(let #pat: #ty = ::core::unreachable!();)
        })
        .collect();
    let keeps_body = sig.variadic.is_none()
        && !run.output().is_some_and(|ty| is_borrowed(ty) || borrow::has_impl_trait(ty))
        && !sig.inputs.iter().any(|input| matches!(input, FnArg::Typed(typed) if borrow::has_impl_trait(&typed.ty)));
    let mentioned = mentioned(args, false);
    let body = match &run.function.body {
        Body::Braces(body) if keeps_body => {
            let output = run.output().map_or_else(|| quote!(()), ToTokens::to_token_stream);
            quote! {
                let _ = async move {
                    #lets
                    if false {
                        let output: #output = ::core::unreachable!();
                        return output;
                    }
                    #body
                };
            }
        }
        _ => TokenStream::new(),
    };
    quote_spanned! {at=>
        #attrs
        #[allow(
            dead_code,
            unreachable_code,
            unused_braces,
            unused_mut,
            unused_parens,
            unused_variables,
            clippy::all,
            clippy::pedantic
        )]
        #vis #fn_token #ident #generics (#receiver #(#inputs),*) -> #job #where_clause {
            #mentioned
            #body
            ::core::unreachable!()
        }
    }
}
