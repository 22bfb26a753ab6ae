//! Writes HTML: literals are markup, and everything else is escaped text.

use std::fmt::{self, Display, Write};

use crate::util::text::Clean;

/// Writes literals unchanged, and values in parentheses escaped and cut. Only literals of this crate can become markup.
macro_rules! html {
    ($out:expr $(,)?) => {};
    ($out:expr, $markup:literal $(, $($rest:tt)*)?) => {{
        $out.markup($markup);
        html!($out, $($($rest)*)?);
    }};
    ($out:expr, ($text:expr) $(, $($rest:tt)*)?) => {{
        $out.text(&$text);
        html!($out, $($($rest)*)?);
    }};
}

pub(super) use html;

/// The limit of a text in the page, in bytes. JSON has more of it.
pub(super) const LIMIT: usize = 300;

#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    pub(super) fn markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    pub(super) fn text(&mut self, text: &dyn Display) {
        // A `Display` that fails has written what it could.
        let _ = write!(Escape(&mut self.0), "{}", Clean(text, LIMIT));
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// A writer that escapes text for HTML.
struct Escape<'a>(&'a mut String);

impl Write for Escape<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            match char {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                char => self.0.push(char),
            }
        }
        Ok(())
    }
}
