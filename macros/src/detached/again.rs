//! What is done with the arguments of a call that failed: another attempt, or the `unfinished` hook.

use super::model::Model;
use super::results;
use crate::arguments::{Args, Argument};
use crate::syntax::text::{self, as_written};
use crate::syntax::{Diagnostics, borrow};
use syn::Type;

/// Can it be tried again, and can anything come of it?
pub(super) fn retry(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Some(key) = args.key(Argument::Retry).filter(|_| !args.is_bad(Argument::Retry)) else {
        return;
    };
    let name = model.name();
    if let Some((input, answer)) =
        model.inputs.iter().find_map(|input| Some((input, results::reply(&input.written.ty)?)))
    {
        let fixed = results::answered(model.output(), answer);
        errors.on(
            &input.written.ty,
            format!(
                "`{}` answers once, and each attempt would need one: let `{name}` give the answer back, as in `-> {fixed}`, await its \
                 handle, and leave `{}` out; or leave `retry` out",
                as_written(&input.written.ty),
                as_written(&input.written.pat)
            ),
        );
        return;
    }
    if args.has(Argument::Blocking) {
        errors.at(
            key.span(),
            format!(
                "`retry` has no meaning with `blocking`: an attempt that runs over its time could not be stopped, and the \
                 next would run beside it; leave `retry` out, and try again in the body of `{name}`"
            ),
        );
    } else if matches!(model.output().map(borrow::inside), None | Some(Type::Tuple(_))) {
        let written = model.output().map_or_else(|| "()".to_owned(), as_written);
        errors.at(
            key.span(),
            format!(
                "`retry` tries again after an `Err`, and `{name}` gives none: let it return a `Result`, as in \
                 `-> Result<{written}, std::io::Error>`, or leave `retry` out"
            ),
        );
    }
}

/// `unfinished` under another name: what its function takes.
pub(super) fn hook(model: &Model, args: &Args, errors: &mut Diagnostics) {
    let Some((key, function)) = &args.hook else { return };
    let function = as_written(function);
    let name = function.rsplit("::").next().unwrap_or(&function);
    let types: Vec<String> = model.inputs.iter().map(|input| as_written(&input.written.ty)).collect();
    let comma = if types.len() == 1 { "," } else { "" };
    errors.at(
        key.span(),
        format!(
            "there is no argument `{}`: did you mean `unfinished = {function}`, with `fn {name}(call: outlive::Unfinished<({}{comma})>)`?",
            text::plain(key),
            types.join(", ")
        ),
    );
}
