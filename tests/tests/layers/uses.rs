//! Which paths a module names: in its imports, in its code, and in the tokens of its macros.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMacro, ItemMod, ItemUse, Macro, Path, VisRestricted};

use crate::items::{attributes, imports, is_for_tests, plain};

pub(crate) struct Use {
    pub(crate) line: usize,
    pub(crate) of: Of,
}

pub(crate) enum Of {
    Path(Vec<String>),
    /// `name!`.
    Macro(String),
}

/// Those of the module itself; its child modules are looked at on their own.
pub(crate) fn uses(items: &[Item]) -> Vec<Use> {
    let mut visitor = Visitor::default();
    for item in items {
        visitor.visit_item(item);
    }
    visitor.found
}

#[derive(Default)]
struct Visitor {
    found: Vec<Use>,
}

impl Visitor {
    fn path(&mut self, line: usize, path: Vec<String>) {
        self.found.push(Use { line, of: Of::Path(path) });
    }

    fn macro_called(&mut self, name: &Ident) {
        self.found.push(Use { line: name.span().start().line, of: Of::Macro(plain(name)) });
    }

    /// Paths from `crate`, `super` or `self`, with groups of them, as in `use crate::{a, b::C}`; and the calls of macros.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) if is_start(ident) && colons(&tokens, at) => {
                    at = self.rest(&tokens, at, vec![plain(ident)], ident);
                }
                TokenTree::Ident(ident) if is(tokens.get(at), '!') && !is(tokens.get(at + 1), '=') => {
                    self.macro_called(ident);
                }
                _ => {}
            }
        }
    }

    /// Behind what has been read of a path.
    fn rest(&mut self, tokens: &[TokenTree], mut at: usize, mut path: Vec<String>, start: &Ident) -> usize {
        let line = start.span().start().line;
        while colons(tokens, at) {
            match tokens.get(at + 2) {
                Some(TokenTree::Ident(ident)) => path.push(plain(ident)),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.group(group.stream(), &path, start);
                    return at + 3;
                }
                // `::<T>`, a glob, or what a macro is given.
                _ => break,
            }
            at += 3;
        }
        if path.len() > 1 || is(tokens.get(at + 2), '*') {
            self.path(line, path);
        }
        at
    }

    fn group(&mut self, tokens: TokenStream, before: &[String], start: &Ident) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for part in tokens.split(|token| is(Some(token), ',')) {
            match part.first() {
                Some(TokenTree::Ident(ident)) => {
                    let own = Some(plain(ident)).filter(|ident| ident != "self");
                    self.rest(part, 1, before.iter().cloned().chain(own).collect(), start);
                }
                Some(_) => self.path(start.span().start().line, before.to_vec()),
                None => {}
            }
        }
    }
}

fn is_start(ident: &Ident) -> bool {
    ident == "crate" || ident == "super" || ident == "self"
}

fn is(token: Option<&TokenTree>, expected: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == expected)
}

fn colons(tokens: &[TokenTree], at: usize) -> bool {
    is(tokens.get(at), ':') && is(tokens.get(at + 1), ':')
}

impl<'ast> Visit<'ast> for Visitor {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, _: &'ast ItemMod) {}

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for import in imports(item) {
            self.path(import.line, import.path);
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        // One segment is a name of the scope: an import brought it there. `::name` is another crate.
        if path.segments.len() > 1 && path.leading_colon.is_none() {
            let line = path.segments[0].ident.span().start().line;
            self.path(line, path.segments.iter().map(|segment| plain(&segment.ident)).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        if let Some(name) = called.path.get_ident() {
            self.macro_called(name);
        }
        self.tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        if item.ident.is_some() {
            return self.tokens(item.mac.tokens.clone());
        }
        visit::visit_item_macro(self, item);
    }

    /// `pub(super)` imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}

    fn visit_attribute(&mut self, attr: &'ast Attribute) {
        if let syn::Meta::List(list) = &attr.meta {
            self.tokens(list.tokens.clone());
        }
    }
}
