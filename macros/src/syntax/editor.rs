//! An editor shows the user's function, and runs nothing: for one, the macros write just that, and it finds every name where it
//! was written.

use proc_macro2::TokenStream;
use quote::quote;
use std::env;
use std::sync::LazyLock;

/// rust-analyzer runs macros in a program of its own. Its `cfg` no macro can see.
pub(crate) fn asks() -> bool {
    static ASKS: LazyLock<bool> = LazyLock::new(|| {
        let program = env::current_exe().unwrap_or_default();
        program.file_name().is_some_and(|name| name.to_string_lossy().starts_with("rust-analyzer"))
    });
    *ASKS
}

/// Stands in all that is written for an editor, so that none of it is ever built.
pub(crate) fn guard() -> TokenStream {
    quote! {
        #[cfg(not(rust_analyzer))]
        ::core::compile_error!("outlive took this compiler for an editor's, which runs nothing: its program is named as one");
    }
}
