//! `crate = path`: where generated code finds outlive. On its own, as the output beside errors needs it, too.

use super::args::Args;
use super::table::Argument;
use crate::syntax::Diagnostics;
use crate::syntax::expr::plain;
use crate::syntax::paths::Root;
use syn::{Expr, Lit};

pub(crate) fn root(args: &Args, errors: &mut Diagnostics) -> Root {
    let Some(expr) = args.value(Argument::Crate) else {
        return Root::default();
    };
    match plain(expr) {
        Expr::Path(path) if path.qself.is_none() => return Root::at(path.path.clone()),
        Expr::Lit(literal) => {
            let fixed = match &literal.lit {
                Lit::Str(name) => name.value(),
                _ => "outlive".to_owned(),
            };
            errors.on(expr, format!("`crate` is a path, not a literal: write `crate = {fixed}`"));
        }
        _ => errors.on(expr, "`crate` is the path under which outlive is known: write `crate = my_outlive`"),
    }
    Root::default()
}
