//! Where generated code finds outlive.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _};

/// `::outlive`, or what `crate = …` says.
#[derive(Clone, Default)]
pub(crate) struct Root(Option<syn::Path>);

impl Root {
    pub(crate) fn at(path: syn::Path) -> Self {
        Self(Some(path))
    }

    /// As the user wrote it; nothing where it is the default.
    pub(crate) fn path(&self) -> Option<&syn::Path> {
        self.0.as_ref()
    }

    /// `<root>::__private`, with errors about it shown at `span`.
    pub(crate) fn private(&self, span: Span) -> Private<'_> {
        Private { root: self, span }
    }
}

/// A path that generated code has many of. It goes into a stream token by token: a stream of its own would be a few
/// calls of the compiler each time.
#[derive(Clone, Copy)]
pub(crate) struct Private<'a> {
    root: &'a Root,
    span: Span,
}

impl ToTokens for Private<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.root.0 {
            None => {
                self.colons(tokens);
                tokens.append(Ident::new("outlive", self.span));
            }
            // The path keeps its own place: what is wrong with it is reported there, and once.
            Some(path) => path.to_tokens(tokens),
        }
        self.colons(tokens);
        tokens.append(Ident::new("__private", self.span));
    }
}

impl Private<'_> {
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
