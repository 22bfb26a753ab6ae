//! What cannot be left out, and is.

use super::scope::Scope;
use crate::arguments::{Args, Argument, Kind, Use};
use crate::syntax::Diagnostics;

struct Required {
    argument: Argument,
    what: &'static str,
    add: &'static str,
}

fn required(scope: &Scope) -> Vec<Required> {
    let is_tracked = scope.owner.is_some() || scope.track_is_settled;
    scope
        .kind
        .arguments()
        .filter_map(|argument| match argument.on(scope.kind) {
            Use::Required { what, add, .. } => Some(Required { argument, what, add }),
            Use::Optional(_) | Use::AsDetached | Use::Refused(_) => None,
        })
        .filter(|required| required.argument != Argument::Track || !is_tracked)
        .collect()
}

/// All that is missing, in one message.
pub(super) fn missing(args: &Args, scope: &Scope, errors: &mut Diagnostics) {
    if args.broken {
        return;
    }
    let required = required(scope);
    let absent: Vec<&Required> = required.iter().filter(|required| !args.has(required.argument)).collect();
    let where_from = "where `AUDIT` is a static of yours: `static AUDIT: outlive::Tracker = outlive::Tracker::bounded(\"audit\", 64);`";
    let (shown, line) = (scope.shown, scope.line);
    let message = match absent.as_slice() {
        [] => return,
        [Required { argument: Argument::Timeout, what, add }] => {
            let run = if scope.kind == Kind::Periodic { "run" } else { "task" };
            format!("{shown} needs {what}: add `{add}`, so that no {run} hangs for ever")
        }
        [Required { argument: Argument::Track, what, add }] => {
            format!("{shown} needs {what}, which the shutdown waits for: add `{add}`, {where_from}")
        }
        [Required { what, add, .. }] => format!("{shown} needs {what}: add `{add}`"),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(|required| required.what).collect();
            let what = if absent.len() == required.len() {
                format!("write `{line}`")
            } else {
                let all: Vec<&str> = absent.iter().map(|required| required.add).collect();
                format!("add `{}`", all.join(", "))
            };
            let where_from = if last.argument == Argument::Track { format!(", {where_from}") } else { String::new() };
            format!("{shown} needs {} and {}: {what}{where_from}", first.join(", "), last.what)
        }
    };
    errors.at(scope.at, message);
}
