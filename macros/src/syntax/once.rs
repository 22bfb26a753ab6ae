//! What is said once, though each method of an `impl` finds it: a macro on one method does not see the others.

use super::editor;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Did another macro of this crate say it already? The compiler runs those of a crate in one process. An editor runs them again and
/// again, and so do the tests of this crate.
pub(crate) fn is_said() -> bool {
    static SAID: AtomicBool = AtomicBool::new(false);
    !cfg!(test) && !editor::asks() && SAID.swap(true, Ordering::Relaxed)
}

/// The macro that may write methods into an `impl` with `#[owned_tasks]`, which does not see them.
static WRITER: Mutex<Option<String>> = Mutex::new(None);

/// It is called in such an `impl`, and runs later.
pub(crate) fn writes_methods(name: &Ident) {
    if let Ok(mut writer) = WRITER.lock() {
        *writer = Some(name.to_string());
    }
}

/// Is there one in this crate?
pub(crate) fn writer_of_methods() -> Option<String> {
    WRITER.lock().ok()?.clone().filter(|_| !cfg!(test))
}

/// Stands where it is not said again: should a compiler keep this, and forget where it was said, nothing of it is built.
pub(crate) fn guard(message: &str) -> TokenStream {
    quote!(const { ::core::assert!(false, #message) })
}
