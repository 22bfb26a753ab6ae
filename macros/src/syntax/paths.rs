//! Where generated code finds outlive.

use super::manifest::{self, DURABLE, Home, OUTLIVE};
use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _};

/// `::outlive`, or the name that the user's package has it under, or what `crate = …` says.
#[derive(Clone)]
pub(crate) struct Root {
    path: Option<syn::Path>,
    /// Where nothing is said.
    home: Home,
    package: &'static str,
    /// Where in it.
    inside: &'static [&'static str],
}

impl Default for Root {
    fn default() -> Self {
        Self { path: None, home: manifest::home(OUTLIVE), package: OUTLIVE, inside: &[] }
    }
}

impl Root {
    pub(crate) fn at(path: syn::Path) -> Self {
        Self { path: Some(path), ..Self::default() }
    }

    /// The same of outlive-durable.
    pub(crate) fn of_durable(self) -> Self {
        Self { home: manifest::home(DURABLE), package: DURABLE, ..self }
    }

    /// Where outlive-durable has outlive.
    pub(crate) fn runtime(&self) -> Self {
        Self { inside: &["__private", "outlive"], ..self.clone() }
    }

    /// outlive-durable, where this is the outlive that it has.
    pub(crate) fn around_runtime(&self) -> Self {
        Self { inside: &[], ..self.clone() }
    }

    /// Where nothing can be named: another package hands it on, and nobody says which. `line` is what to add.
    pub(crate) fn missing(&self, line: impl FnOnce(&str) -> String) -> Option<String> {
        let package = self.package;
        (self.path.is_none() && self.home == Home::Elsewhere).then(|| {
            format!(
                "this package's `Cargo.toml` does not name `{package}`: write `{}`, with the path under which another crate \
                 hands it on, or run `cargo add {package}`",
                line(&format!("crate = my_framework::{}", package.replace('-', "_")))
            )
        })
    }

    fn name(&self) -> String {
        match &self.home {
            Home::Renamed(name) => name.clone(),
            Home::Own | Home::Elsewhere => self.package.replace('-', "_"),
        }
    }

    /// As the user wrote it; nothing where it is the default.
    pub(crate) fn path(&self) -> Option<&syn::Path> {
        self.path.as_ref()
    }

    /// `<root>::__private`, with errors about it shown at `span`.
    pub(crate) fn private(&self, span: Span) -> Within<'_> {
        Within { root: self, span, inside: Some("__private") }
    }

    /// `<root>`, for what a user reads.
    pub(crate) fn public(&self, span: Span) -> Within<'_> {
        Within { root: self, span, inside: None }
    }
}

/// A path that generated code has many of. It goes into a stream token by token: a stream of its own would be a few
/// calls of the compiler each time.
#[derive(Clone, Copy)]
pub(crate) struct Within<'a> {
    root: &'a Root,
    span: Span,
    inside: Option<&'static str>,
}

impl ToTokens for Within<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.root.path {
            None => {
                self.colons(tokens);
                tokens.append(Ident::new(&self.root.name(), self.span));
            }
            // The path keeps its own place: what is wrong with it is reported there, and once.
            Some(path) => path.to_tokens(tokens),
        }
        for name in self.root.inside.iter().chain(&self.inside) {
            self.colons(tokens);
            tokens.append(Ident::new(name, self.span));
        }
    }
}

impl Within<'_> {
    fn colons(self, tokens: &mut TokenStream) {
        for spacing in [Spacing::Joint, Spacing::Alone] {
            let mut colon = Punct::new(':', spacing);
            colon.set_span(self.span);
            tokens.append(colon);
        }
    }
}

/// Generated tokens that report their errors at the user's `span`.
pub(crate) fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}
