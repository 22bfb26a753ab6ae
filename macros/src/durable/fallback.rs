//! What is emitted beside errors: the function as its callers know it, with the user's body in it so that imports stay used.

use super::model::Model;
use crate::arguments::{Args, Kind};
use crate::detached::attributes;
use crate::emit::{self, mentioned};
use crate::settings::Settings;
use crate::syntax::borrow::{self, Form};
use crate::syntax::item::Body;
use crate::syntax::paths::{Root, located};
use crate::syntax::{diagnostics, editor};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::FnArg;

pub(crate) fn expand(model: &Model, args: &Args, own: &Root) -> TokenStream {
    let private = own.private(located(model.run.name_span()));
    as_plain(model, args, Reader::of_error(model, quote!(#private::Job)))
}

/// The same, with the errors as the type of the job: callers have none of their own then.
pub(crate) fn as_error(model: &Model, args: &Args) -> TokenStream {
    as_plain(model, args, Reader::of_error(model, diagnostics::as_type()))
}

/// The same for an editor, where nothing is wrong.
pub(crate) fn in_editor(model: &Model, args: &Args, settings: &Settings, own: &Root) -> TokenStream {
    let at = Span::call_site();
    let outlive_durable = own.public(at);
    let job = quote!(#outlive_durable::Job);
    let doc = emit::doc_line(Kind::Durable, (&model.vis, model.is_documented()), settings, None);
    as_plain(model, args, Reader { at, doc, guard: editor::guard(), sees_locals: true, job })
}

/// Who is shown it.
struct Reader {
    /// What is not the user's: an editor is not to find it under the function's name.
    at: Span,
    doc: TokenStream,
    guard: TokenStream,
    /// Are the attribute's expressions right, so that they may name arguments?
    sees_locals: bool,
    job: TokenStream,
}

impl Reader {
    fn of_error(model: &Model, job: TokenStream) -> Self {
        let at = located(model.run.name_span());
        Self { at, doc: TokenStream::new(), guard: TokenStream::new(), sees_locals: false, job }
    }
}

fn as_plain(model: &Model, args: &Args, reader: Reader) -> TokenStream {
    let Reader { at, doc, guard, sees_locals, job } = reader;
    let run = &model.run;
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
    // An editor warns of no import.
    let imported = (!sees_locals).then(|| attributes::imported(&run.function.attrs));
    let mentioned = mentioned(args, sees_locals);
    // A state is no argument of the function that callers have.
    let (mentioned, inside) = if sees_locals { (None, Some(mentioned)) } else { (Some(mentioned), None) };
    let body = match &run.function.body {
        Body::Braces(body) if keeps_body => {
            let output = run.output().map_or_else(|| quote!(()), ToTokens::to_token_stream);
            quote! {
                let _ = async move {
                    #lets
                    #inside
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
        #doc
        #[allow(
            dead_code,
            unreachable_code,
            unused_assignments,
            unused_braces,
            unused_mut,
            unused_parens,
            unused_variables,
            clippy::all,
            clippy::pedantic
        )]
        #vis #fn_token #ident #generics (#receiver #(#inputs),*) -> #job #where_clause {
            #guard
            #imported
            #mentioned
            #body
            ::core::unreachable!()
        }
    }
}
