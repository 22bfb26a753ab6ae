//! One line under the user's own documentation: what a reader of a signature does not see.

use crate::arguments::Kind;
use crate::settings::{Count, DurationValue, Every, Schedule, Settings};
use crate::syntax::duration;
use crate::syntax::text::as_written;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Meta, Type, Visibility};

/// Only of what is public and documented: where there is nothing, `missing_docs` is to say so. `output` is what the body gives.
pub(crate) fn doc_line(
    kind: Kind,
    (vis, is_documented): (&Visibility, bool),
    settings: &Settings,
    output: Option<&Type>,
) -> TokenStream {
    if !is_documented || !matches!(vis, Visibility::Public(_)) {
        return TokenStream::new();
    }
    let tracker = settings.track.shown();
    let most = settings.limit.duration.as_ref().map(shown).unwrap_or_default();
    let grace = settings.grace.as_ref().map(|grace| format!(", with {} of grace", shown(grace))).unwrap_or_default();
    let what = match (&settings.schedule, kind) {
        (_, Kind::Durable) => format!("Durable: at most {}, each at most {most}{grace}", attempts(settings)),
        (Schedule::Worker { .. }, _) => format!("Worker: until its tracker drains{grace}"),
        (Schedule::Periodic { every, .. }, _) => {
            let every = match every {
                Every::Constant(every) => shown(every),
                Every::AtStart(expr) => format!("`{}`", as_written(expr)),
            };
            format!("Periodic: every {every}, each run at most {most}{grace}")
        }
        (Schedule::Once, _) => format!("Detached: at most {most}{grace}"),
    };
    let gives = match kind {
        Kind::Durable => "nothing runs until its `Job` is enqueued or spawned".to_owned(),
        Kind::Periodic => "its handle gives `Result<(), TaskError>`".to_owned(),
        _ => {
            let output = output.map_or_else(|| "()".to_owned(), as_written);
            format!("its handle gives `Result<{output}, TaskError>`")
        }
    };
    let waits = if settings.waits() && kind != Kind::Durable { "the call waits for room, and " } else { "" };
    let line = format!("{what}, tracked by `{tracker}`; {waits}{gives}.");
    quote!(#[doc = ""] #[doc = #line])
}

fn attempts(settings: &Settings) -> String {
    match &settings.kept.attempts {
        None => "5 attempts".to_owned(), // as the expansion has it
        Some(Count::Known(1)) => "1 attempt".to_owned(),
        Some(Count::Known(count)) => format!("{count} attempts"),
        Some(Count::Expression(expr)) => format!("`{}` attempts", as_written(expr)),
    }
}

fn shown(value: &DurationValue) -> String {
    match value {
        DurationValue::Known(known, _) => duration::shown(*known),
        DurationValue::Expression(expr) => format!("`{}`", as_written(expr)),
    }
}

pub(crate) fn is_documented(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| matches!(&attr.meta, Meta::NameValue(meta) if meta.path.is_ident("doc")))
}
