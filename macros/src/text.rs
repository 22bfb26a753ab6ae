//! Tokens as the user wrote them, and names that are nearly right.

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

/// The candidate that was probably meant.
pub(crate) fn nearest<'a>(written: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let written = written.to_lowercase();
    let allowed = (written.chars().count() / 3).min(3);
    candidates
        .iter()
        .map(|candidate| (distance(&written, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap neighbours) from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(a != b);
            let mut best = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}
