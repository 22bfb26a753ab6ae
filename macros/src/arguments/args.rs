//! The arguments as they were written: a slot each, with the span of its key. What a value means is `settings`' business.

use super::kind::Kind;
use super::row::Value;
use super::table::Argument;
use crate::syntax::Diagnostics;
use crate::syntax::expr::{is_static, plain, wrapped};
use crate::syntax::text::{self, as_written};
use crate::syntax::units;
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Expr;

pub(crate) struct Args {
    pub(super) kind: Kind,
    /// All of them, as the user wrote them.
    pub(super) tokens: TokenStream,
    /// What stands behind a mistake, where what the user wrote is not only arguments.
    pub(super) ahead: TokenStream,
    /// A service tracks the method.
    pub(super) is_owned: bool,
    written: Vec<Written>,
    /// Values of those that were misspelt.
    pub(super) strays: Vec<Expr>,
    /// Something in the list could not be read: an argument that seems to be missing may be there.
    pub(crate) broken: bool,
    /// `unfinished` under another name: the name, its place, and the function.
    pub(crate) hook: Option<(Ident, Expr)>,
    /// Something else than a comma stands between two, and that is said.
    pub(super) has_semicolon: bool,
}

struct Written {
    argument: Argument,
    key: Ident,
    content: Content,
}

pub(super) enum Content {
    Flag,
    Given(Box<Expr>),
    /// Already reported.
    Bad,
}

pub(crate) enum Slot<'a> {
    Absent,
    Bad,
    Given(&'a Expr),
}

impl Args {
    pub(crate) fn none(kind: Kind) -> Self {
        Self {
            kind,
            tokens: TokenStream::new(),
            ahead: TokenStream::new(),
            is_owned: false,
            written: Vec::new(),
            strays: Vec::new(),
            broken: false,
            hook: None,
            has_semicolon: false,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.written.is_empty() && !self.broken
    }

    pub(crate) fn slot(&self, argument: Argument) -> Slot<'_> {
        match self.find(argument) {
            None => Slot::Absent,
            Some(Written { content, .. }) => match content {
                Content::Given(expr) => Slot::Given(expr),
                Content::Flag | Content::Bad => Slot::Bad,
            },
        }
    }

    /// Its value, if it has one that could be read.
    pub(crate) fn value(&self, argument: Argument) -> Option<&Expr> {
        match self.slot(argument) {
            Slot::Given(expr) => Some(expr),
            Slot::Absent | Slot::Bad => None,
        }
    }

    pub(crate) fn key(&self, argument: Argument) -> Option<&Ident> {
        self.find(argument).map(|written| &written.key)
    }

    pub(crate) fn has(&self, argument: Argument) -> bool {
        self.find(argument).is_some()
    }

    /// Was its value refused already?
    pub(crate) fn is_bad(&self, argument: Argument) -> bool {
        self.find(argument).is_some_and(|written| matches!(written.content, Content::Bad))
    }

    /// The expressions of the user's that may be the only use of an import or a static.
    pub(crate) fn expressions(&self) -> Vec<&Expr> {
        let given = self.written.iter().filter(|written| written.argument.uses_names());
        let given = given.filter_map(|written| match &written.content {
            Content::Given(expr) => Some(&**expr),
            Content::Flag | Content::Bad => None,
        });
        let mut expressions: Vec<&Expr> = Vec::new();
        for expr in given.chain(&self.strays) {
            match plain(expr) {
                Expr::Lit(_) | Expr::Unary(_) => {}
                // It would be an error of its own.
                _ if units::meant(expr).is_some() || units::is_endless(expr) => {}
                Expr::Binary(both) if units::in_a_constant(expr).is_some() => {
                    expressions.extend([&*both.left, &*both.right]);
                }
                Expr::Array(list) => expressions.extend(&list.elems),
                Expr::Call(_) if wrapped(expr).is_some() => expressions.extend(wrapped(expr)),
                // Of a static tracker, it would be an error of its own.
                Expr::MethodCall(call) if call.method == "clone" => expressions.push(&call.receiver),
                _ => expressions.push(expr),
            }
        }
        expressions.extend(self.elements_of_types().filter(|element| names_static(element)));
        expressions
    }

    /// The types of the user's that may be the only use of an import.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Expr> {
        self.elements_of_types().filter(|element| matches!(plain(element), Expr::Path(_)) && !names_static(element))
    }

    fn elements_of_types(&self) -> impl Iterator<Item = &Expr> {
        let lists = self.written.iter().filter(|written| matches!(written.argument.value(), Value::Types));
        let lists = lists.filter_map(|written| match &written.content {
            Content::Given(expr) => match plain(expr) {
                Expr::Array(list) => Some(&list.elems),
                _ => None,
            },
            Content::Flag | Content::Bad => None,
        });
        lists.flatten()
    }

    /// An argument of another macro. Which one is meant is unclear, so nothing is missing.
    /// `written` is how it would be written where it belongs.
    pub(super) fn misplaced(
        &mut self,
        argument: Argument,
        key: &Ident,
        written: Option<&str>,
        errors: &mut Diagnostics,
    ) {
        self.broken = true;
        let track = match self.value(Argument::Track) {
            _ if self.is_owned => String::new(),
            Some(tracker) => format!(", track = {}", as_written(tracker)),
            None => format!(", track = {}", self.tracker_behind().unwrap_or_else(|| "AUDIT".to_owned())),
        };
        errors.at(key.span(), argument.refusal(self.kind, &text::plain(key), written, &track));
        self.add_bad(argument, key);
    }

    /// What stands behind `track =`, where that is still to be read.
    pub(super) fn tracker_behind(&self) -> Option<String> {
        self.behind(Argument::Track)
    }

    /// The same of any argument.
    pub(super) fn behind(&self, argument: Argument) -> Option<String> {
        let tokens: Vec<TokenTree> = self.tokens.clone().into_iter().chain(self.ahead.clone()).collect();
        let is =
            |token: &TokenTree, expected: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == expected);
        let at = tokens.windows(2).position(|pair| {
            matches!(&pair[0], TokenTree::Ident(key) if *key == argument.key()) && is(&pair[1], '=')
        })?;
        let value = tokens[at + 2..].iter().take_while(|token| !is(token, ',')).cloned();
        Some(text::of(value)).filter(|tracker| !tracker.is_empty())
    }

    pub(super) fn add(&mut self, argument: Argument, key: Ident, content: Content, errors: &mut Diagnostics) {
        // What is wrong with its parts is said.
        if argument == Argument::Retry && self.is_bad(argument) {
            return;
        }
        if self.has(argument) {
            let shown = argument.key();
            errors.at(key.span(), format!("`{shown}` is given twice: keep one of them"));
        } else {
            self.written.push(Written { argument, key, content });
        }
    }

    /// Taken as given, so that one slip is not also reported as a missing argument.
    pub(super) fn add_bad(&mut self, argument: Argument, key: &Ident) {
        if !self.has(argument) {
            self.written.push(Written { argument, key: key.clone(), content: Content::Bad });
        }
    }

    /// The same, also where it was read already.
    pub(super) fn spoil(&mut self, argument: Argument, key: &Ident) {
        self.written.retain(|written| written.argument != argument);
        self.add_bad(argument, key);
    }

    fn find(&self, argument: Argument) -> Option<&Written> {
        self.written.iter().find(|written| written.argument == argument)
    }
}

fn names_static(element: &Expr) -> bool {
    matches!(plain(element), Expr::Path(path) if is_static(path))
}
