//! HTML as it is written: literals are markup, and everything else is text.

use std::fmt::{self, Display, Write};

/// Writes literals as they are, and values in parentheses escaped, and cut at [`LIMIT`]: nothing that is not a literal of this crate
/// can become markup.
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

/// More of a text than that helps nobody who looks at a table. JSON has more.
pub(super) const LIMIT: usize = 300;

#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    pub(super) fn markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    pub(super) fn text(&mut self, text: &dyn Display) {
        // Whatever the `Display` does: what it has written is there.
        let _ = write!(Escape { out: &mut self.0, left: LIMIT }, "{text}");
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// Escapes what passes through, and cuts it.
struct Escape<'a> {
    out: &'a mut String,
    left: usize,
}

impl Write for Escape<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            if self.left == 0 {
                self.out.push('…');
                return Err(fmt::Error);
            }
            self.left -= 1;
            match char {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                char if is_unseen(char) => self.out.extend(char.escape_default()),
                char => self.out.push(char),
            }
        }
        Ok(())
    }
}

/// It breaks a line, turns the direction of what follows, or cannot be seen.
fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
