//! The arguments, then the future.

use crate::arguments::{self, Args, Kind};
use crate::syntax::Diagnostics;
use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};

pub(crate) struct Model {
    pub(crate) args: Args,
    /// Not parsed; empty where it is missing.
    pub(crate) future: TokenStream,
}

pub(crate) fn parse(input: TokenStream, errors: &mut Diagnostics) -> Model {
    let mut args = Args::none(Kind::Detached);
    let mut future = TokenStream::new();
    let parts = |input: ParseStream<'_>| {
        args = arguments::parse_leading(input, errors);
        future = input.parse()?;
        Ok(())
    };
    if let Err(error) = parts.parse2(input) {
        errors.push(error);
    }
    Model { args, future: without_last_comma(future) }
}

fn without_last_comma(tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == ',') {
        tokens.pop();
    }
    tokens.into_iter().collect()
}
