//! The labels of a context as data, to store them for another process.

use crate::context::{Context, Values};
use crate::util::text::label;

/// The names and values of all labels. A cut value stays cut; an escaped value is unescaped.
pub fn labels(context: &Context) -> Vec<(&'static str, String)> {
    context.used();
    let value = |(name, shown): (&'static str, &str)| {
        let empty = label(name, &"");
        let value = empty.strip_suffix("\"\"").and_then(|begin| shown.strip_prefix(begin)).unwrap_or(shown);
        (name, read_back(value))
    };
    Values::each_label(context.values.as_ref()).map(value).collect()
}

/// Unescapes a value between quotes.
fn read_back(shown: &str) -> String {
    let Some(inside) = shown.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return shown.to_owned();
    };
    let mut read = String::with_capacity(inside.len());
    let mut rest = inside.chars();
    while let Some(char) = rest.next() {
        if char != '\\' {
            read.push(char);
            continue;
        }
        match rest.next() {
            Some('n') => read.push('\n'),
            Some('r') => read.push('\r'),
            Some('t') => read.push('\t'),
            Some('u') => {
                let digits: String = rest.by_ref().skip(1).take_while(|char| *char != '}').collect();
                read.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some(other) => read.push(other),
            None => {}
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::{Context, labels};

    #[test]
    fn a_label_is_read_back_as_it_was_given() {
        for value in ["7", "", "bob role=admin", "a\"b\\c", "line\nnext\u{1b}[31m", "\u{202e}x", "a=b"] {
            let context = Context::root().with_label("of", value);
            assert_eq!(labels(&context), [("of", value.to_owned())]);
            let context = Context::root().with_label("two words", value);
            assert_eq!(labels(&context), [("two words", value.to_owned())]);
        }
    }
}
