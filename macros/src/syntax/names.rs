//! Which names a stretch of opaque tokens uses.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// The identifiers that may name a local, an item or a generic parameter: no fields, no methods,
/// no path segments but the first.
pub(crate) fn free(tokens: TokenStream) -> Vec<Used> {
    let mut found = Vec::new();
    collect_free(tokens, &mut found);
    found
}

pub(crate) struct Used {
    pub(crate) ident: Ident,
    /// `name::…`: a module, a type or a generic parameter, never a local.
    pub(crate) is_path: bool,
}

fn collect_free(tokens: TokenStream, found: &mut Vec<Used>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => collect_free(group.stream(), found),
            TokenTree::Ident(ident) => {
                let before = |back: usize| index.checked_sub(back).map(|at| &tokens[at]);
                let field = is(before(1), '.') && !is(before(2), '.');
                let segment = is(before(1), ':') && is(before(2), ':');
                let lifetime = is(before(1), '\'');
                if !field && !segment && !lifetime {
                    let is_path = is(tokens.get(index + 1), ':') && is(tokens.get(index + 2), ':');
                    let is_label = is(tokens.get(index + 1), ':') && !is_path;
                    if !is_label {
                        found.push(Used { ident: ident.clone(), is_path });
                    }
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn is(token: Option<&TokenTree>, expected: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == expected)
}

/// Is there a `Self` in a signature? Its `impl Trait` opens no block of its own.
pub(crate) fn mentions_self(tokens: TokenStream) -> bool {
    mentions(tokens, "Self")
}

pub(crate) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The first `Self` in a body that means the type around the function: one in the body's own `impl`, `trait`
/// or type does not count.
pub(crate) fn outer_self(tokens: TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        index += 1;
        match token {
            TokenTree::Group(group) => {
                if let Some(found) = outer_self(group.stream()) {
                    return Some(found);
                }
            }
            TokenTree::Ident(ident) if *ident == "Self" => return Some(ident.clone()),
            TokenTree::Ident(ident) if opens_own_self(ident, tokens.get(index)) => {
                while let Some(token) = tokens.get(index) {
                    index += 1;
                    let ends = match token {
                        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                        TokenTree::Punct(punct) => punct.as_char() == ';',
                        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
                    };
                    if ends {
                        break;
                    }
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

fn opens_own_self(keyword: &Ident, next: Option<&TokenTree>) -> bool {
    let named = matches!(next, Some(TokenTree::Ident(_)));
    if keyword == "impl" {
        named || is(next, '<') || is(next, ':')
    } else {
        named && ["trait", "struct", "enum", "union"].iter().any(|k| keyword == k)
    }
}

/// Is the function called by its name, or as a method of it?
pub(crate) fn calls(tokens: TokenStream, function: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(ident) => {
            let before = |back: usize| index.checked_sub(back).map(|at| &tokens[at]);
            // `self.f(…)`, `Self::f(…)`, `f(…)`; not one of another module or value.
            let own = match before(1) {
                Some(TokenTree::Punct(punct)) if punct.as_char() == '.' => is_self(before(2)),
                Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => is_self(before(3)),
                Some(TokenTree::Ident(word)) => word != "fn",
                _ => true,
            };
            let called = matches!(tokens.get(index + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
            ident == function && own && called
        }
        TokenTree::Group(group) => calls(group.stream(), function),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn is_self(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Ident(word)) if word == "self" || word == "Self")
}
