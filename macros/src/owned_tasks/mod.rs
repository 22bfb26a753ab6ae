//! `#[owned_tasks]`: the `impl` of a service that owns its tasks. Its annotated methods keep their attributes, and each
//! carries there which service tracks it ([`Owner`](arguments::Owner)); so that the attributes of a method work in their own order, a
//! broken one takes no other away, and an import of `detached` is used where it is written. All else passes through,
//! token for token.

mod attribute;
mod expand;
mod model;
mod validate;

use crate::arguments::{self, Kind};
use crate::syntax::{Diagnostics, once};
use proc_macro2::{Span, TokenStream};
use validate::Verdict;

/// The macro without the compiler: the tokens to emit, and every mistake found.
pub(crate) fn owned_tasks(attr: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let mut errors = Diagnostics::default();
    let args = arguments::parse(Kind::OwnedTasks, false, attr, &mut errors);
    let root = arguments::root(&args, &mut errors);
    let Some(model) = model::parse(&item, &mut errors) else {
        // Of the methods it is said with that.
        let _ = once::is_said();
        let shutdown = expand::shutdown_of(&item);
        return (expand::stripped(item).into_iter().chain(shutdown).collect(), errors.into_errors());
    };
    if let Some(again) = model.repeated() {
        errors.on(again, "`#[owned_tasks]` stands on this `impl` twice: keep one of them");
        // That one does the work.
        return (item, errors.into_errors());
    }
    if let Some(called) = model.called() {
        once::writes_methods(&called);
    }
    let is_read = errors.is_empty();
    let output = match validate::validate(&model, &mut errors) {
        // What the methods lack may stand there.
        Verdict::Fine if !is_read => expand::as_errors(&model, &root),
        Verdict::Fine => match root.missing(|line| format!("#[owned_tasks({line})]")) {
            Some(message) => {
                errors.at(Span::call_site(), message);
                expand::as_errors(&model, &root)
            }
            None => expand::expand(&model, &root),
        },
        Verdict::Broken => expand::as_errors(&model, &root),
    };
    (output, errors.into_errors())
}
