//! The arguments by their positions, as a function takes them.

use crate::arguments::{Args, Argument};
use crate::syntax::duration;
use crate::syntax::expr::is_static;
use crate::syntax::text::as_written;
use proc_macro2::TokenStream;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, Token};

/// The first one of them, and what to write.
pub(super) fn nameless(future: &TokenStream, args: &Args) -> Option<(Expr, String)> {
    let all = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(future.clone()).ok()?;
    let found: Vec<(&Expr, Argument, String)> =
        all.iter().filter_map(|expr| argument(expr).map(|(argument, value)| (expr, argument, value))).collect();
    let (first, _, _) = found.first()?;
    if all.len() < 2 || all.len() > found.len() + 1 {
        return None;
    }
    let [timeout, track] = [Argument::Timeout, Argument::Track].map(|argument| {
        let own = found.iter().filter(|(_, of, _)| *of == argument).map(|(_, _, value)| value).collect::<Vec<_>>();
        match own.as_slice() {
            [] if args.has(argument) => Some(None),
            [] => Some(Some(argument.example().to_owned())),
            [value] if !args.has(argument) => Some(Some(format!("{} = {value}", argument.key()))),
            // Which one is meant?
            _ => None,
        }
    });
    let fixed: Vec<String> = [timeout?, track?].into_iter().flatten().collect();
    let shown: Vec<String> = found.iter().map(|(expr, _, _)| format!("`{}`", as_written(expr))).collect();
    let says = match shown.as_slice() {
        [one] => format!("{one} has no name"),
        all => format!("{} have no names", all.join(" and ")),
    };
    Some(((*first).clone(), format!("{says}: write `{}` before the future", fixed.join(", "))))
}

/// Whose value it is, by its looks.
fn argument(expr: &Expr) -> Option<(Argument, String)> {
    let shown = as_written(expr);
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) if duration::read(&text.value()).is_ok() => Some((Argument::Timeout, shown)),
            Lit::Int(count) if count.suffix().is_empty() => Some((Argument::Timeout, format!("\"{shown}s\""))),
            _ => None,
        },
        Expr::Path(path) if is_static(path) => Some((Argument::Track, shown)),
        Expr::Reference(of) => argument(&of.expr).filter(|(argument, _)| *argument == Argument::Track),
        Expr::Call(_) if shown.starts_with("Duration::") => Some((Argument::Timeout, shown)),
        _ => None,
    }
}
