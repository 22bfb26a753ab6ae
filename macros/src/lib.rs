//! The attribute macros of [outlive](https://docs.rs/outlive). Use them through that crate, which
//! re-exports them: what they generate needs it.

mod args;
mod borrow;
mod detach;
mod detached;
mod diagnostics;
mod duration;
mod item;
mod names;
mod paths;
mod settings;
mod site;
mod text;

use proc_macro::TokenStream;

/// x
#[proc_macro_attribute]
pub fn detached(attr: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::after_items(detached::detached(attr.into(), item.into())).into()
}

/// x
#[proc_macro]
#[allow(clippy::module_name_repetitions)]
pub fn detach(input: TokenStream) -> TokenStream {
    diagnostics::in_block(detach::detach(input.into())).into()
}
