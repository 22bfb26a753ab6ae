//! The service that tracks a method. `#[owned_tasks]` writes it before the arguments of the method's own attribute, as
//! `__owned { type; constant; fixed; lost; root }`: written and read here only.

use crate::syntax::paths::Root;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::LitBool;
use syn::parse::{ParseStream, Parser as _};

const WORD: &str = "__owned";

#[derive(Clone)]
pub(crate) struct Owner {
    /// As the user wrote it behind `impl`.
    pub(crate) ty: TokenStream,
    /// The constant of the `impl` by which methods reach the tracker.
    pub(crate) constant: Ident,
    /// No type parameters: a static can name the type, and the budget is proved in `cargo check`.
    pub(crate) is_fixed: bool,
    /// Its `impl` has errors: the constant is a type instead, for the handles of the methods, so that they have none.
    pub(crate) is_lost: bool,
    pub(crate) root: Root,
}

impl ToTokens for Owner {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { ty, constant, is_fixed, is_lost, root } = self;
        let word = Ident::new(WORD, Span::call_site());
        let root = root.path();
        let ty = TokenTree::Group(Group::new(Delimiter::Bracket, ty.clone()));
        tokens.extend(quote!(#word { #ty #constant #is_fixed #is_lost #root }));
    }
}

impl Owner {
    /// What stands before the arguments that the user wrote, and these.
    pub(crate) fn take(attr: TokenStream) -> (Option<Self>, TokenStream) {
        let mut tokens = attr.clone().into_iter();
        match (tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(word)), Some(TokenTree::Group(group))) if word == WORD => {
                match read.parse2(group.stream()) {
                    Ok(owner) => (Some(owner), tokens.collect()),
                    Err(_) => (None, attr),
                }
            }
            _ => (None, attr),
        }
    }
}

fn read(input: ParseStream<'_>) -> syn::Result<Owner> {
    let ty;
    syn::bracketed!(ty in input);
    let ty = ty.parse()?;
    let constant = input.parse()?;
    let is_fixed = input.parse::<LitBool>()?.value;
    let is_lost = input.parse::<LitBool>()?.value;
    let root = if input.is_empty() { Root::default() } else { Root::at(input.call(syn::Path::parse_mod_style)?) };
    Ok(Owner { ty, constant, is_fixed, is_lost, root })
}
