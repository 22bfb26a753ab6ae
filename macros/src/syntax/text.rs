//! Tokens as the user wrote them.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;

/// Source text for messages and reports: `app.tasks`, where the token stream itself would print
/// `app . tasks`.
pub(crate) fn as_written(tokens: impl ToTokens) -> String {
    of(tokens.into_token_stream())
}

/// The same of tokens that are at hand.
pub(crate) fn of(tokens: impl IntoIterator<Item = TokenTree>) -> String {
    let mut out = String::new();
    write(tokens, &mut out);
    out
}

fn write(tokens: impl IntoIterator<Item = TokenTree>, out: &mut String) {
    let mut operator = String::new();
    for token in tokens {
        if let TokenTree::Punct(punct) = &token {
            operator.push(punct.as_char());
            if punct.spacing() == Spacing::Joint {
                continue;
            }
        }
        write_operator(&operator, out);
        operator.clear();
        match token {
            TokenTree::Punct(_) => {}
            TokenTree::Ident(ident) => write_word(&ident.to_string(), out),
            TokenTree::Literal(literal) => write_word(&literal.to_string(), out),
            TokenTree::Group(group) => write_group(&group, out),
        }
    }
    write_operator(&operator, out);
}

fn write_group(group: &Group, out: &mut String) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{ ", " }"),
        Delimiter::None => ("", ""),
    };
    let spaced = group.delimiter() == Delimiter::Brace || after_keyword(out);
    if spaced && after_operand(out) {
        out.push(' ');
    }
    out.push_str(open);
    write(group.stream(), out);
    out.push_str(close);
}

fn write_operator(operator: &str, out: &mut String) {
    let binary = match operator {
        "," | ";" | ":" | ">," | ">>," => {
            out.push_str(operator);
            out.push(' ');
            return;
        }
        "=" | "==" | "->" | "=>" | "+" | "/" | "|" | "||" | "&&" | "%" => true,
        // Also prefixes.
        "-" | "*" | "&" => after_operand(out) && !after_keyword(out),
        _ => false,
    };
    if binary {
        out.push(' ');
        out.push_str(operator);
        out.push(' ');
    } else {
        if !operator.is_empty() && !operator.starts_with('<') && after_keyword(out) {
            out.push(' ');
        }
        out.push_str(operator);
    }
}

fn write_word(word: &str, out: &mut String) {
    if after_operand(out) {
        out.push(' ');
    }
    out.push_str(word);
}

fn after_operand(out: &str) -> bool {
    let last = out.chars().next_back();
    last.is_some_and(|last| last.is_alphanumeric() || matches!(last, '_' | '"' | ')' | ']' | '>'))
}

fn after_keyword(out: &str) -> bool {
    let start = out.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    matches!(
        &out[start..],
        "mut" | "dyn" | "impl" | "const" | "as" | "for" | "move" | "async" | "if" | "else" | "return"
    )
}

/// The name without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `maxRetries`, as arguments are written.
pub(crate) fn snake_case(name: &str) -> String {
    let mut words = String::new();
    for char in name.chars() {
        if char.is_uppercase() && !words.is_empty() && name.contains(char::is_lowercase) {
            words.push('_');
        }
        words.extend(char.to_lowercase());
    }
    words
}
