//! A tracker that the expression makes itself: each call would have one of its own, with a bound that binds nobody and a drain
//! that nobody calls.

use crate::syntax::expr::plain;
use crate::syntax::text;
use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;

pub(super) struct Made {
    /// `Tracker::bounded("audit", 64).queue(8)`, as it was written.
    tracker: String,
    /// What the static would be called.
    name: String,
    /// The budget, if it is set there.
    budget: Option<String>,
}

impl Made {
    pub(super) fn message(&self) -> String {
        let Self { tracker, name, budget } = self;
        let budget = budget.as_deref().map(|secs| format!("<{secs}>")).unwrap_or_default();
        format!(
            "`track` would make a tracker for each call, so that nothing is bounded, and no shutdown could wait for the task: \
             write `track = {name}`, where `{name}` is a static of yours: `static {name}: outlive::Tracker{budget} = {tracker};`"
        )
    }
}

/// A function that gives the tracker.
pub(crate) enum Called {
    /// By its name, it makes one: what it gives by value is of one call.
    Maker,
    /// It may give one that others have.
    Function,
}

pub(crate) fn called(written: &Expr) -> Option<Called> {
    let name = match plain(written) {
        Expr::MethodCall(call) => &call.method,
        Expr::Call(call) => match plain(&call.func) {
            Expr::Path(path) => &path.path.segments.last()?.ident,
            _ => return Some(Called::Function),
        },
        _ => return None,
    };
    let name = text::plain(name);
    let makes = |verb: &&str| name.strip_prefix(*verb).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    Some(if ["make", "new", "create", "build", "fresh"].iter().any(makes) { Called::Maker } else { Called::Function })
}

/// The first constructor that runs in each call: one in a closure may run once, and one in a `static` does.
pub(super) fn made(written: impl ToTokens) -> Option<Made> {
    search(written.into_token_stream())
}

fn search(tokens: TokenStream) -> Option<Made> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        match token {
            TokenTree::Ident(word) if word == "static" || word == "const" => {
                // `const { … }` is evaluated once, and cannot hold a tracker anyway.
                while tokens.get(index).is_some_and(|token| !is(Some(token), ';')) {
                    index += 1;
                }
            }
            TokenTree::Punct(bar) if bar.as_char() == '|' && begins_closure(&tokens, index) => {
                while tokens.get(index).is_some_and(|token| !is(Some(token), ',')) {
                    index += 1;
                }
            }
            TokenTree::Ident(constructor) if constructor == "bounded" || constructor == "unbounded" => {
                if let Some(found) = constructed(&tokens, index) {
                    return Some(found);
                }
            }
            TokenTree::Group(group) => {
                if let Some(found) = search(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
        index += 1;
    }
    None
}

fn is(token: Option<&TokenTree>, expected: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == expected)
}

/// Behind an operand, a bar is an operator.
fn begins_closure(tokens: &[TokenTree], at: usize) -> bool {
    match at.checked_sub(1).map(|before| &tokens[before]) {
        None => true,
        Some(TokenTree::Ident(word)) => word == "move" || word == "async",
        Some(TokenTree::Punct(punct)) => punct.as_char() != '|' && punct.as_char() != '?',
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => false,
    }
}

/// `….::bounded(…)`, and the methods that are called on it.
fn constructed(tokens: &[TokenTree], at: usize) -> Option<Made> {
    let arguments = match tokens.get(at + 1)? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => group.stream(),
        _ => return None,
    };
    if at < 2 || !is(tokens.get(at - 1), ':') {
        return None;
    }
    let mut end = at + 2;
    let mut budget = None;
    while is(tokens.get(end), '.') {
        let Some(TokenTree::Ident(method)) = tokens.get(end + 1) else { break };
        if method != "queue" && method != "drain_budget" {
            break;
        }
        let group = tokens[end..].iter().position(|token| matches!(token, TokenTree::Group(_)))?;
        if method == "drain_budget" {
            budget = tokens[end..end + group].iter().find_map(literal);
        }
        end += group + 1;
    }
    let name = arguments.into_iter().next().as_ref().and_then(literal);
    // The constructors of a static are `Tracker`'s, whatever the type was called here.
    let tracker = format!("outlive::Tracker::{}", text::of(tokens[at..end].iter().cloned()));
    Some(Made { tracker, name: name.and_then(|name| as_static(&name)).unwrap_or_else(|| "AUDIT".to_owned()), budget })
}

fn literal(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Literal(literal) => Some(Literal::to_string(literal)),
        _ => None,
    }
}

/// `"audit.log"` as `AUDIT_LOG`.
pub(super) fn as_static(name: &str) -> Option<String> {
    let name = name.trim_matches('"').to_uppercase();
    let name: String = name.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
    let begins = name.starts_with(|first: char| first.is_ascii_uppercase());
    (begins && !name.is_empty() && syn::parse_str::<Ident>(&name).is_ok()).then_some(name)
}
