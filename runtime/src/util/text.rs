//! Makes texts from outside safe to print: they break no line, colour no terminal, forge no field, and do not exceed their
//! limit.
//!
//! A text is cut while it is written: a text of 100 MB, or an endless one, costs no more than its limit.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Write};
use std::sync::Mutex;

use super::quietly;
use super::sync::lock;

/// The limit of a label's value, which is copied into each span.
pub(crate) const LABEL: usize = 256;
/// The limit of the name of a tracker, a phase, or a task that is named at run time.
pub(crate) const NAME: usize = 256;
/// The limit of an error with its sources, and of a panic's message.
pub(crate) const TEXT: usize = 4096;
/// The limit of a whole report, which includes such a text.
pub(crate) const CAUSE: usize = TEXT + 1024;

/// How many more writes of a `Display` are counted after the limit, to say how much was cut.
const WRITES_PAST_LIMIT: usize = 1024;

/// Whether the character must be escaped: it breaks a line, moves the cursor, changes the direction of text, or is
/// invisible.
fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a text is printed between quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Alone.
    Alone,
    /// Between quotes. Quotes and backslashes are escaped as well, so that it can be parsed back.
    Quotes,
}

/// A writer that escapes a text, and cuts it at its limit.
struct Cleaner<'a> {
    out: &'a mut dyn Write,
    place: Place,
    /// How many bytes are left until the limit.
    left: usize,
    /// How many bytes were cut.
    beyond: usize,
    writes_left: usize,
    is_cut: bool,
}

impl<'a> Cleaner<'a> {
    fn new(out: &'a mut dyn Write, place: Place, limit: usize) -> Self {
        Self { out, place, left: limit, beyond: 0, writes_left: WRITES_PAST_LIMIT, is_cut: false }
    }

    /// Ends the text. An error that the cut did not cause comes from the `Display` or the writer.
    fn end(self, written: fmt::Result) -> fmt::Result {
        if !self.is_cut {
            return written;
        }
        let (size, unit) = match self.beyond {
            bytes @ 0..10_000 => (bytes, "B"),
            bytes @ 10_000..10_000_000 => (bytes / 1000, "kB"),
            bytes => (bytes / 1_000_000, "MB"),
        };
        write!(self.out, "… (+{size} {unit}{})", if self.writes_left == 0 { " or more" } else { "" })
    }

    /// Writes as much as fits. Returns how many bytes of the text that was.
    fn pass(&mut self, text: &str) -> Result<usize, fmt::Error> {
        let (mut done, mut left) = (0, self.left);
        let written = loop {
            // Writes up to the next escape in one piece.
            let rest = &text[done..];
            let mut end = 0;
            let mut escaped = None;
            for (at, char) in rest.char_indices() {
                if is_unsafe(char) || (self.place == Place::Quotes && matches!(char, '"' | '\\')) {
                    escaped = Some(char);
                    break;
                }
                if at + char.len_utf8() > left {
                    break;
                }
                end = at + char.len_utf8();
            }
            self.out.write_str(&rest[..end])?;
            (done, left) = (done + end, left - end);
            let Some(char) = escaped else { break done };
            let escape = char.escape_default();
            if escape.len() > left {
                break done;
            }
            left -= escape.len();
            done += char.len_utf8();
            write!(self.out, "{escape}")?;
        };
        self.left = left;
        Ok(written)
    }
}

impl Write for Cleaner<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let passed = if self.is_cut { 0 } else { self.pass(text)? };
        if passed < text.len() {
            self.is_cut = true;
            self.beyond = self.beyond.saturating_add(text.len() - passed);
            self.writes_left = self.writes_left.saturating_sub(1);
            if self.writes_left == 0 {
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}

/// Prints a value escaped, and cut at a limit.
pub(crate) struct Clean<T>(pub(crate) T, pub(crate) usize);

impl<T: Display> Display for Clean<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cleaner = Cleaner::new(f, Place::Alone, self.1);
        let written = write!(cleaner, "{}", self.0);
        cleaner.end(written)
    }
}

/// A text from outside, up to [`TEXT`].
pub(crate) fn clean<T: Display>(value: T) -> Clean<T> {
    Clean(value, TEXT)
}

/// The same as a string. If the `Display` panics or fails, the string says so.
pub(crate) fn shown(value: &dyn Display, limit: usize) -> String {
    let mut text = String::new();
    let mut cleaner = Cleaner::new(&mut text, Place::Alone, limit);
    let mut written = Ok(());
    let broken = quietly(|| written = write!(cleaner, "{value}"));
    let failure = match (broken, written) {
        // A `Display` that ignores the error of the cut may panic.
        _ if cleaner.is_cut => None,
        (Some(message), _) => Some(format!("its formatting panicked: {}", clean(message))),
        (None, Err(fmt::Error)) => Some("its formatting failed".to_owned()),
        (None, Ok(())) => None,
    };
    let _ = cleaner.end(Ok(()));
    failure.map_or(text, |failure| format!("cannot be shown: {failure}"))
}

/// `name=value`, each in quotes if it would be ambiguous without.
pub(crate) fn label(name: &str, value: &dyn Display) -> String {
    let mut text = String::new();
    push_token(&mut text, &name, LABEL);
    text.push('=');
    push_token(&mut text, value, LABEL);
    text.shrink_to_fit();
    text
}

/// Appends a value, in quotes if it has a character with a meaning (a space, comma, equals sign, quote, backslash or brace),
/// is empty, or was cut.
fn push_token(text: &mut String, value: &dyn Display, limit: usize) {
    let begin = text.len();
    text.push('"');
    let mut cleaner = Cleaner::new(text, Place::Quotes, limit);
    let written = write!(cleaner, "{value}");
    let is_cut = cleaner.is_cut;
    let _ = cleaner.end(written);
    let token = &text[begin + 1..];
    // An escape begins with a backslash.
    let has_meaning = |char: char| char.is_whitespace() || matches!(char, '=' | '"' | ',' | '\\' | '{' | '}');
    if is_cut || token.is_empty() || token.contains(has_meaning) {
        text.push('"');
    } else {
        text.remove(begin);
    }
}

/// A text from outside between quotes, up to [`TEXT`].
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        quoted(self.0, TEXT, f)
    }
}

fn quoted(text: &str, limit: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    let mut cleaner = Cleaner::new(f, Place::Quotes, limit);
    let written = cleaner.write_str(text);
    cleaner.end(written)?;
    f.write_char('"')
}

/// A name in a report for an operator, which has colons, commas and brackets around it.
pub(crate) struct Named<'a>(pub(crate) &'a str);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name) = *self;
        let is_plain = !name.is_empty()
            && name.len() <= NAME
            && name.trim() == name
            && !name.contains([',', '"', '\\', '[', ']'])
            && !name.contains(": ")
            && !name.ends_with(':')
            && !name.contains(is_unsafe);
        if is_plain {
            return f.write_str(name);
        }
        quoted(name, NAME, f)
    }
}

/// A name that is safe to print in its own field. An unsafe name is escaped once, and kept for ever, as the name itself is.
pub(crate) fn name(name: &'static str) -> &'static str {
    static MADE: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    if name.len() <= NAME && !name.contains(is_unsafe) {
        return name;
    }
    let clean = Clean(name, NAME).to_string();
    let mut made = lock(&MADE);
    if let Some(known) = made.get(&*clean) {
        return known;
    }
    let clean = clean.leak();
    made.insert(clean);
    clean
}

#[cfg(test)]
mod tests {
    use std::fmt::{self, Display, Write as _};

    use super::{Clean, NAME, Named, WRITES_PAST_LIMIT, label, name, shown};

    fn fmt_by(work: impl Fn(&mut fmt::Formatter<'_>) -> fmt::Result) -> impl Display {
        struct By<F>(F);
        impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> Display for By<F> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (self.0)(f)
            }
        }
        By(work)
    }

    #[test]
    fn what_breaks_a_line_colours_a_terminal_or_hides_is_escaped() {
        let clean = |text: &str| Clean(text.to_owned(), 100).to_string();
        assert_eq!(clean("one\r\ntwo\tthree\0"), r"one\r\ntwo\tthree\u{0}");
        assert_eq!(clean("\u{1b}[31mred\u{9b}31m\u{7f}"), r"\u{1b}[31mred\u{9b}31m\u{7f}");
        assert_eq!(clean("a\u{2028}b\u{2029}c\u{85}d"), r"a\u{2028}b\u{2029}c\u{85}d");
        assert_eq!(clean("\u{202e}gpj.exe\u{2066}\u{2069}"), r"\u{202e}gpj.exe\u{2066}\u{2069}");
        assert_eq!(clean("\u{feff}ad\u{200b}min\u{e0041}"), r"\u{feff}ad\u{200b}min\u{e0041}");
        assert_eq!(clean(r#"C:\temp is "näheß" 日本 👍"#), r#"C:\temp is "näheß" 日本 👍"#);
    }

    #[test]
    fn it_is_cut_between_two_characters_and_says_how_much_is_missing() {
        let clean = |text: &str, limit| Clean(text.to_owned(), limit).to_string();
        assert_eq!(clean("äöü", 6), "äöü");
        assert_eq!(clean("äöü", 5), "äö… (+2 B)");
        assert_eq!(clean("ab\n\n", 5), r"ab\n… (+1 B)");
        assert_eq!(clean(&"x".repeat(30_000), 10), format!("{}… (+29 kB)", "x".repeat(10)));
        assert_eq!(clean(&"x".repeat(100_000_010), 10), format!("{}… (+100 MB)", "x".repeat(10)));
        assert_eq!(clean("", 0), "");
    }

    #[test]
    fn a_display_without_end_is_stopped() {
        let endless = fmt_by(|f| {
            loop {
                f.write_str("abc")?;
            }
        });
        let missing = 2 + (WRITES_PAST_LIMIT - 1) * 3;
        assert_eq!(Clean(&endless, 4).to_string(), format!("abca… (+{missing} B or more)"));
        assert_eq!(shown(&endless, 4), format!("abca… (+{missing} B or more)"));
        let careless = fmt_by(|f| {
            loop {
                f.write_str("abc").unwrap();
            }
        });
        assert_eq!(shown(&careless, 4), format!("abca… (+{missing} B or more)"));
    }

    #[test]
    fn a_display_that_cannot_is_said_to_have_failed() {
        assert_eq!(shown(&fmt_by(|_| Err(fmt::Error)), 99), "cannot be shown: its formatting failed");
        let panics = fmt_by(|_| panic!("a\nb"));
        assert_eq!(shown(&panics, 99), r"cannot be shown: its formatting panicked: a\nb");
        assert!(write!(String::new(), "{}", Clean(fmt_by(|_| Err(fmt::Error)), 99)).is_err());
    }

    #[test]
    fn a_label_reads_as_one() {
        let label = |value: &str| label("user", &value);
        assert_eq!(label("bob"), "user=bob");
        assert_eq!(label("bob@example.org:80/[1]"), "user=bob@example.org:80/[1]");
        assert_eq!(label("bob role=admin"), r#"user="bob role=admin""#);
        assert_eq!(label(r#"a"b\c"#), r#"user="a\"b\\c""#);
        assert_eq!(label("a\nb"), r#"user="a\nb""#);
        assert_eq!(label("a,b"), r#"user="a,b""#);
        assert_eq!(label("x}:insert{y:7"), r#"user="x}:insert{y:7""#);
        assert_eq!(label("a\u{a0}b"), "user=\"a\u{a0}b\"");
        assert_eq!(label(""), r#"user="""#);
        assert_eq!(label(&"x".repeat(300)), format!(r#"user="{}… (+44 B)""#, "x".repeat(256)));
        assert_eq!(super::label("a b", &1), r#""a b"=1"#);
    }

    #[test]
    fn a_name_ends_where_it_ends() {
        let named = |name: &str| Named(name).to_string();
        assert_eq!(named("audit"), "audit");
        assert_eq!(named("my_crate::audit log"), "my_crate::audit log");
        assert_eq!(named("audit: drained"), r#""audit: drained""#);
        assert_eq!(named("a, b"), r#""a, b""#);
        assert_eq!(named("a\n[b] \"c\""), r#""a\n[b] \"c\"""#);
        assert_eq!(named(""), r#""""#);
        assert_eq!(named(&"x".repeat(NAME + 1)), format!(r#""{}… (+1 B)""#, "x".repeat(NAME)));
    }

    #[test]
    fn a_name_of_a_field_is_made_once() {
        assert_eq!(name("audit log"), "audit log");
        let (one, other) = ("a\nb".to_owned().leak(), "a\nb".to_owned().leak());
        assert_eq!(name(one), r"a\nb");
        assert!(std::ptr::eq(name(one), name(other)));
        assert!(name("x".repeat(5000).leak()).len() < NAME + 20);
    }
}
