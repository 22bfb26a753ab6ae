//! The function that makes the job, and in it what the queue's workers call.

use super::model::{Argument, Model};
use crate::arguments::Kind;
use crate::detached::ends::is_context;
use crate::detached::expand::expand as task;
use crate::emit;
use crate::settings::Settings;
use crate::syntax::expr::ends;
use crate::syntax::item::Body;
use crate::syntax::paths::{Root, located};
use crate::syntax::text::{self, as_written};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};

/// `own` is where outlive-durable is; `runtime`, where outlive is in it.
pub(crate) fn expand(model: &Model, settings: &Settings, own: &Root, runtime: &Root) -> TokenStream {
    let run = &model.run;
    let Body::Braces(body) = &run.function.body else {
        return TokenStream::new();
    };
    let at = located(run.name_span());
    let private = own.private(at);
    let (attrs, vis, fn_token) = (&model.attrs, &model.vis, &model.fn_token);
    let ident = &run.function.sig.ident;
    let travels = || model.arguments().filter(|argument| argument.state.is_none());
    let inputs = travels().map(|Argument { input, .. }| {
        let (outer, colon, ty) = (&input.outer, &input.written.colon_token, &input.written.ty);
        quote!(#outer #colon #ty)
    });
    let task = task(run, settings, runtime);
    let constants: TokenStream = model.arguments().map(|argument| constant(argument, own)).collect();
    let (checks, attempts, [first, most]) = emit::kept(settings, runtime);
    let name = wire_name(settings, &run.name());
    let states = model.arguments().filter(|argument| argument.state.is_some()).map(|argument| {
        let constant = codec(argument);
        quote!(#constant.ty)
    });
    let drained = emit::drained(settings);
    let runs = runs(model, own, at);
    let with = travels().map(|argument| {
        let (codec, name) = (codec(argument), argument.name());
        quote_spanned!(at=> .__with(&#codec, &#name))
    });
    let inside = quote! {
        struct __Durable;
        #[allow(clippy::too_many_arguments)]
        impl __Durable { #task }
        const _: () = { let _ = #ident; };
        #checks
        #constants
        static __FUNCTION: #private::Function = #private::Function {
            name: #name,
            attempts: #attempts,
            backoff: (#first, #most),
            states: &[#(#states),*],
            drained: #drained,
            run: #runs,
        };
        #private::inventory::submit! { #private::Listed(&__FUNCTION) }
        #private::Job::__new(&__FUNCTION) #(#with)*
    };
    let mut block = Group::new(Delimiter::Brace, inside);
    block.set_span(body.span());
    let block = TokenTree::Group(block);
    let doc = emit::doc_line(Kind::Durable, (vis, model.is_documented()), settings, None);
    // A process that only works calls it never; and what is written into the job is not used up by that.
    quote! {
        #[allow(clippy::must_use_candidate, clippy::needless_pass_by_value)]
        #attrs
        #doc
        #vis #fn_token #ident(#(#inputs),*) -> #private::Job #block
    }
}

/// What rows have: where a function is stands for who it is.
fn wire_name(settings: &Settings, name: &str) -> TokenStream {
    let path = || quote!(::core::concat!(::core::module_path!(), "::", #name));
    settings.name.as_ref().map_or_else(path, ToTokens::to_token_stream)
}

fn codec(argument: Argument<'_>) -> Ident {
    format_ident!("__ARGUMENT_{}", argument.index, span = Span::mixed_site())
}

/// How the argument travels, or where the worker has it; and that it can. Whatever is wrong is one error, at the type.
fn constant(argument: Argument<'_>, own: &Root) -> TokenStream {
    let (constant, ty) = (codec(argument), argument.ty());
    let (start, end) = ends(ty);
    let (start, end) = (located(start), located(end));
    let private = own.private(start);
    let name = text::plain(argument.name());
    let shown = as_written(ty);
    let (of, message) = if argument.state.is_some() {
        let message = format!(
            "`{name}: {shown}` is cloned for each run, on any thread, and cannot be: a `#[state]` is `Clone + Send + Sync + \
             'static`; write `std::sync::Arc<{shown}>`, or `std::sync::Arc<std::sync::Mutex<{shown}>>`"
        );
        (Ident::new("Access", start), message)
    } else {
        let message = if is_context(argument.input) {
            format!(
                "`{name}: {shown}` cannot travel to its worker, and each run has its own: leave `{name}` out, and write `let {name} \
                 = {shown}::current();` in the body"
            )
        } else {
            format!(
                "`{name}: {shown}` travels to its worker as JSON, and cannot: it is not `Serialize + DeserializeOwned`; write \
                 `#[derive(serde::Serialize, serde::Deserialize)]` on it, or, where only the process has it, `#[state] {name}: \
                 {shown}`"
            )
        };
        (Ident::new("Codec", start), message)
    };
    let args = if argument.state.is_some() {
        quote!(#private::StateProbe::<#ty>::__OUTLIVE_ACCESS, #message)
    } else {
        quote!(#private::Probe::<#ty>::__OUTLIVE_CODEC, #name, #message)
    };
    let mut args = Group::new(Delimiter::Parenthesis, args);
    args.set_span(end);
    let args = TokenTree::Group(args);
    quote_spanned! {start=>
        const #constant: #private::#of<#ty> = {
            use #private::{ViaNothing as _, ViaNoState as _};
            #private::#of::checked #args
        };
    }
}

/// Reads the arguments, and calls the task.
fn runs(model: &Model, own: &Root, at: Span) -> TokenStream {
    let private = own.private(at);
    let ident = &model.run.function.sig.ident;
    let mut reads = TokenStream::new();
    let mut values = Vec::new();
    for argument in model.arguments() {
        let codec = codec(argument);
        let value = format_ident!("__value{}", argument.index, span = Span::mixed_site());
        reads.extend(if argument.state.is_some() {
            quote_spanned!(at=> let #value = __states.__get(&#codec)?;)
        } else {
            quote_spanned!(at=> let #value = __arguments.__take(&#codec)?;)
        });
        values.push(value);
    }
    // What nobody can take is shown where it is written.
    let failure = match model.run.output() {
        None => quote_spanned!(at=> <() as #private::JobResult>::__failure),
        Some(ty) => {
            let (start, end) = ends(ty);
            let (private, end) = (own.private(located(start)), located(end));
            let failure = quote_spanned!(end=> >::__failure);
            quote_spanned!(located(start)=> <#ty as #private::JobResult #failure)
        }
    };
    quote_spanned! {at=>
        |mut __arguments, __states, __way, __cut| {
            #reads
            __arguments.__finish()?;
            ::core::result::Result::Ok(::std::boxed::Box::pin(
                #private::drive(__Durable::#ident(#(#values,)* __way), #failure, __cut),
            ))
        }
    }
}
