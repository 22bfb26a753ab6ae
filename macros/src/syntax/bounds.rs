//! What bounds say of threads and of borrows.

use super::text::as_written;
use syn::TypeParamBound;

/// Traits that say nothing of threads. Of another, who knows what it asks for.
const PLAIN: &[&str] = &[
    "AsRef",
    "AsyncRead",
    "AsyncWrite",
    "BufRead",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "DeserializeOwned",
    "Display",
    "Eq",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromStr",
    "Future",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Read",
    "Seek",
    "Serialize",
    "Sized",
    "Stream",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Write",
];

/// Which of those that are needed these bounds lack; nothing where one of them may ask for it.
pub(crate) fn missing<'a>(bounds: &[&TypeParamBound], needed: &[&'a str]) -> Vec<&'a str> {
    let written: Vec<String> = bounds.iter().map(|bound| shortly(bound)).collect();
    // Of a lifetime that is none of a task's, others say so.
    let is_known = |bound: &String| {
        bound == "'static" || ["Send", "Sync"].contains(&bound.as_str()) || PLAIN.contains(&bound.as_str())
    };
    if !written.iter().all(is_known) {
        return Vec::new();
    }
    needed.iter().copied().filter(|name| !written.iter().any(|bound| bound == name)).collect()
}

/// `Send` of `core::marker::Send`.
fn shortly(bound: &TypeParamBound) -> String {
    match bound {
        TypeParamBound::Trait(of) => of.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        other => as_written(other),
    }
}
