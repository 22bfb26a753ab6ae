//! An error with its sources, in one line.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Display};
use std::io;
use std::sync::Arc;

use super::text::{self, TEXT};

/// The most errors of a chain that are printed: a chain with a cycle has no end.
const MAX_ERRORS: usize = 16;

/// Prints an error and its sources, `a: b: c`. A source that is already part of the error's own text is not repeated.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn Error + 'static));

impl Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(mut source) = self.0.source() else {
            return Display::fmt(self.0, f);
        };
        // Each text is bounded, because they are compared.
        let mut said = text::shown(&self.0, TEXT);
        for _ in 1..MAX_ERRORS {
            let cause = text::shown(&source, TEXT);
            if !has(&said, &cause) {
                if !said.is_empty() {
                    said.push_str(": ");
                }
                said.push_str(&cause);
            }
            match source.source() {
                Some(next) => source = next,
                None => return f.write_str(&said),
            }
        }
        write!(f, "{said}: …")
    }
}

/// Prints a value that is only known to be `Display`; with its sources, if its type is one of the known error types.
pub(crate) struct WithSources<'a, E>(pub(crate) &'a E);

impl<E: Display + 'static> Display for WithSources<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match error_in(self.0) {
            Some(error) => Chain(error).fmt(f),
            None => self.0.fmt(f),
        }
    }
}

/// The error that a value is, or holds, found by downcasts to known types.
pub(crate) fn error_in(value: &dyn Any) -> Option<&(dyn Error + 'static)> {
    if let Some(error) = value.downcast_ref::<Box<dyn Error + Send + Sync>>() {
        return Some(&**error);
    }
    if let Some(error) = value.downcast_ref::<Box<dyn Error + Send>>() {
        return Some(&**error);
    }
    if let Some(error) = value.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        return Some(error);
    }
    value.downcast_ref::<io::Error>().map(|error| error as _)
}

/// Whether the text contains this part, not inside another word.
fn has(text: &str, part: &str) -> bool {
    let is_letter = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
    part.is_empty()
        || text.match_indices(part).any(|(at, _)| {
            let (before, after) = (text[..at].chars().next_back(), text[at + part.len()..].chars().next());
            let is_continued = |one, other| is_letter(one) && is_letter(other);
            !is_continued(before, part.chars().next()) && !is_continued(part.chars().next_back(), after)
        })
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fmt;

    use super::{Chain, MAX_ERRORS};

    #[derive(Debug)]
    struct Because(&'static str, Option<Box<Because>>);

    impl fmt::Display for Because {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Because {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|source| source as _)
        }
    }

    fn chain(texts: &[&'static str]) -> String {
        let error = texts.iter().rev().fold(None, |source, text| Some(Box::new(Because(text, source))));
        Chain(&*error.unwrap()).to_string()
    }

    #[test]
    fn each_source_is_said_once() {
        assert_eq!(chain(&["a"]), "a");
        assert_eq!(chain(&["request failed", "connect", "refused"]), "request failed: connect: refused");
        assert_eq!(chain(&["request failed: connect", "connect", "refused"]), "request failed: connect: refused");
        assert_eq!(chain(&["a: b: c", "b: c", "c"]), "a: b: c");
        assert_eq!(chain(&["a: b: c", "b", "c"]), "a: b: c");
        assert_eq!(chain(&["same", "same", "other"]), "same: other");
        assert_eq!(chain(&["", "b"]), "b");
        assert_eq!(chain(&["a", "", "b"]), "a: b");
    }

    #[test]
    fn a_part_of_a_word_is_not_that_word() {
        assert_eq!(chain(&["the portal is down", "port"]), "the portal is down: port");
        assert_eq!(chain(&["status 503", "5"]), "status 503: 5");
        assert_eq!(chain(&["(port)", "port"]), "(port)");
    }

    #[test]
    fn a_chain_that_leads_back_to_itself_ends() {
        #[derive(Debug)]
        struct Cycle;

        impl fmt::Display for Cycle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("round")
            }
        }

        impl Error for Cycle {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(self)
            }
        }

        assert_eq!(Chain(&Cycle).to_string(), "round: …");
        let long = ["a", "b"].repeat(MAX_ERRORS);
        assert_eq!(chain(&long), "a: b: …");
    }
}
