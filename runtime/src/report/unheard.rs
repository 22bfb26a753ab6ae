//! Warnings to somebody who has no subscriber yet, as in a first program or in a test: debug builds write them to stderr.

use std::fmt;

use crate::util::quietly;

/// Whether there is, or was, a subscriber that could hear of it.
fn is_heard() -> bool {
    #[cfg(feature = "tracing")]
    let is_heard = tracing::dispatcher::has_been_set();
    #[cfg(not(feature = "tracing"))]
    let is_heard = false;
    is_heard
}

/// Whether a warning has to be written.
pub(super) fn is_unheard() -> bool {
    cfg!(debug_assertions) && !is_heard()
}

/// Writes one, where a test's output is. The caller sends it once.
pub(super) fn write(message: &dyn fmt::Display) {
    // A stderr that is closed is no reason to panic.
    quietly(|| eprintln!("outlive: {message}. Said once, in a debug build without a subscriber for `tracing`."));
}
