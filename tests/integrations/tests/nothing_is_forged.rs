//! Labels, panics, errors and names, whatever is in them: the log has one line an event, with the fields that were sent and
//! no others, and so have the reports. Each output is read back.

use std::error::Error;
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use outlive::{Context, DrainReport, Shutdown, TaskError, TaskOwner, Tracker, detached};
use proptest::prelude::*;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::yield_now;
use tracing::Dispatch;

/// The documented lengths, and what is said of the rest.
const LABEL: usize = 256;
const NAME: usize = 256;
const TEXT: usize = 4096;
const NOTE: usize = "… (+9999999 kB or more)".len();

#[derive(Debug)]
struct Says(String, Option<Box<Says>>);

impl Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Says {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|source| source as _)
    }
}

#[detached(timeout = "5s", track = tracker)]
async fn panics(tracker: Arc<Tracker>, text: String) {
    panic!("{text}");
}

#[detached(timeout = "5s", track = tracker)]
async fn fails(tracker: Arc<Tracker>, error: Says) -> Result<(), Says> {
    Err(error)
}

#[detached(timeout = "500ms", track = tracker)]
async fn hangs(tracker: Arc<Tracker>) {
    std::future::pending::<()>().await;
}

struct Service(String);

impl TaskOwner for Service {
    const DRAIN_BUDGET: Duration = Duration::from_secs(1);

    async fn shutdown(&self) -> DrainReport {
        panic!("{}", self.0)
    }
}

/// What comes from outside.
#[derive(Clone, Debug)]
struct Texts {
    label: String,
    panic: String,
    error: String,
    source: String,
    name: String,
}

/// What is written, in each way.
struct Written {
    plain: String,
    coloured: String,
    json: String,
    /// Of a panic that is awaited.
    error: String,
    drain: String,
    shutdown: String,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged while `work` is done with this kind of subscriber.
fn logged(subscriber: impl FnOnce(Log) -> Dispatch, work: impl FnOnce()) -> String {
    let log = Log::default();
    tracing::dispatcher::with_default(&subscriber(log.clone()), work);
    String::from_utf8(std::mem::take(&mut *log.0.lock().unwrap())).unwrap()
}

static RUNTIME: LazyLock<Mutex<Runtime>> = LazyLock::new(|| {
    std::panic::set_hook(Box::new(|_| ()));
    // With another subscriber in the process, tracing asks each thread's own whether it wants an event.
    std::mem::forget(Dispatch::new(tracing_subscriber::registry()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    Mutex::new(runtime.unwrap())
});

/// A request: one call panics, one fails, one times out.
fn request(texts: &Texts) -> (String, Arc<Tracker>) {
    let runtime = RUNTIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    runtime.block_on(async {
        // None is suppressed.
        tokio::time::sleep(Duration::from_secs(5)).await;
        let tracker = Arc::new(Tracker::bounded(texts.name.clone().leak(), 8));
        let context = Context::root().with_label("user", &texts.label).with_label("role", "guest");
        let error = context.scope(async {
            drop(fails(
                Arc::clone(&tracker),
                Says(texts.error.clone(), Some(Box::new(Says(texts.source.clone(), None)))),
            ));
            drop(hangs(Arc::clone(&tracker)));
            let error: TaskError = panics(Arc::clone(&tracker), texts.panic.clone()).await.unwrap_err();
            for _ in 0..10 {
                yield_now().await;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
            error.to_string()
        });
        (error.await.unwrap(), tracker)
    })
}

fn written(texts: &Texts) -> Written {
    let plain = logged(
        |log| Dispatch::new(tracing_subscriber::fmt().with_ansi(false).with_writer(move || log.clone()).finish()),
        || drop(request(texts)),
    );
    let coloured = logged(
        |log| Dispatch::new(tracing_subscriber::fmt().with_ansi(true).with_writer(move || log.clone()).finish()),
        || drop(request(texts)),
    );
    let mut ended = None;
    let json = logged(
        |log| Dispatch::new(tracing_subscriber::fmt().json().with_writer(move || log.clone()).finish()),
        || ended = Some(request(texts)),
    );
    let (error, tracker) = ended.unwrap();
    let runtime = RUNTIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let report = runtime.block_on(
        Shutdown::new().phase("stores").shared(Arc::clone(&tracker)).owner(Service(texts.panic.clone())).run(),
    );
    let drain = report.phases().flat_map(|(_, drains)| drains).next().unwrap().to_string();
    Written { plain, coloured, json, error, drain, shutdown: report.to_string() }
}

/// A line's words: what is in quotes is part of one.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for char in line.chars() {
        match char {
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(char),
        }
        (quoted, escaped) = match char {
            _ if escaped => (quoted, false),
            '\\' => (quoted, quoted),
            '"' => (!quoted, false),
            _ => (quoted, false),
        };
    }
    assert!(!quoted, "a quote is open at the end of {line}");
    words.push(word);
    words
}

/// Each field's name, in order; of the other words how many they are.
fn fields(line: &str) -> Vec<String> {
    words(line).iter().map(|word| word.split_once('=').map_or("", |(name, _)| name).to_owned()).collect()
}

/// What was in quotes.
fn unquoted(token: &str) -> String {
    let Some(inner) = token.strip_prefix('"').and_then(|token| token.strip_suffix('"')) else {
        return token.to_owned();
    };
    let (mut text, mut chars) = (String::new(), inner.chars());
    while let Some(char) = chars.next() {
        text.push(match (char, char == '\\') {
            (char, false) => char,
            (_, true) => match chars.next().unwrap() {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let code: String = chars.by_ref().skip(1).take_while(|char| *char != '}').collect();
                    char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap()
                }
                other => other,
            },
        });
    }
    text
}

/// Nothing in it moves a cursor, turns a direction, or is there unseen.
#[track_caller]
fn assert_printable(text: &str) {
    let is_unprintable = |char: char| {
        char.is_control()
            || matches!(char, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
    };
    assert_eq!(text.chars().find(|char| is_unprintable(*char)), None, "in {text:?}");
}

/// `user=… role=guest`, read back.
fn check_labels(labels: &str, texts: &Texts) {
    let words = words(labels);
    let [user, role] = &*words else { panic!("not two labels: {words:?}") };
    assert_eq!(role, "role=guest");
    let user = unquoted(user.strip_prefix("user=").unwrap());
    assert!(user.len() <= LABEL + NOTE);
    match user.rsplit_once("… (+") {
        Some((begin, _)) if user != texts.label => assert!(texts.label.starts_with(begin), "{user:?}"),
        _ => assert_eq!(user, texts.label),
    }
}

fn check(texts: &Texts, of: &Written, plain: &Written) {
    let lines: Vec<&str> = of.plain.lines().collect();
    let expected: Vec<&str> = plain.plain.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{}", of.plain);
    for (line, expected) in lines.iter().zip(expected) {
        assert_printable(line);
        assert_eq!(fields(line), fields(expected), "{line}");
        let labels = words(line).into_iter().find(|word| word.starts_with("labels=")).unwrap();
        let labels = labels.strip_prefix("labels=").unwrap().trim_end_matches("}:"); // in a span's braces
        assert!(labels.starts_with("\"user=") && labels.ends_with(" role=guest\""), "one text, in quotes: {labels}");
        check_labels(&unquoted(labels), texts);
    }

    // The subscriber's own colours, and no others.
    let escapes = |text: &str| text.matches('\u{1b}').count();
    assert_eq!(escapes(&of.coloured), escapes(&plain.coloured), "{:?}", of.coloured);
    assert_eq!(of.coloured.lines().count(), plain.coloured.lines().count());
    for line in of.coloured.lines() {
        assert_printable(&line.replace('\u{1b}', ""));
    }

    let records = |text: &str| -> Vec<Value> {
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
            .collect()
    };
    let (lines, expected) = (records(&of.json), records(&plain.json));
    assert_eq!(lines.len(), expected.len());
    let names = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for (line, expected) in lines.iter().zip(&expected) {
        assert_eq!((names(line), names(&line["fields"])), (names(expected), names(&expected["fields"])));
        for field in line["fields"].as_object().unwrap().values().filter_map(Value::as_str) {
            assert_printable(field);
            assert!(field.len() <= 2 * TEXT, "{}", field.len());
        }
        assert_eq!(names(&line["span"]), names(&expected["span"]));
        for field in line["fields"].as_object().unwrap().iter().chain(line["span"].as_object().unwrap()) {
            match (&**field.0, field.1.as_str().unwrap_or_default()) {
                ("labels", labels) => check_labels(labels, texts),
                ("tracker", name) => assert!(name.len() <= NAME + NOTE),
                ("cause", cause) => assert!(cause.len() <= TEXT + 1024 + NOTE, "{}", cause.len()),
                _ => {}
            }
        }
    }

    assert_printable(&of.error);
    let suffix = ": `panics` (tests/integrations/tests/nothing_is_forged.rs:1234) in ``".len() + NAME + NOTE;
    assert!(of.error.len() <= "panicked: ".len() + TEXT + NOTE + suffix);
    for (text, expected) in [(&of.drain, &plain.drain), (&of.shutdown, &plain.shutdown)] {
        assert_eq!(text.lines().count(), expected.lines().count(), "{text}");
        text.split('\n').for_each(assert_printable);
    }
    let name = words(&of.drain)[..].join(" ");
    let name = &name[..name.rfind(": drained in ").unwrap()];
    let name = unquoted(name);
    match name.rsplit_once("… (+") {
        Some((begin, _)) if name != texts.name => assert!(texts.name.starts_with(begin), "{name:?}"),
        _ => assert_eq!(name, texts.name),
    }
    let failures: Vec<&str> = of.shutdown.lines().filter(|line| line.starts_with("[stores] a shutdown")).collect();
    assert_eq!(failures.len(), 1, "{}", of.shutdown);
    assert!(failures[0].len() <= "[stores] a shutdown panicked: ".len() + TEXT + NOTE);
}

fn harmless() -> Texts {
    let text = || "word".to_owned();
    Texts { label: text(), panic: text(), error: text(), source: "other".to_owned(), name: "name".to_owned() }
}

static PLAIN: LazyLock<Written> = LazyLock::new(|| written(&harmless()));

/// What has forged something somewhere, and whatever else there is.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\0",
        "\u{7f}",
        "\u{85}",
        "\u{9b}31m",
        "\u{1b}[31m",
        "\u{1b}]0;title\u{7}",
        "\u{1b}[2J",
        "\u{2028}",
        "\u{2029}",
        "\u{202e}",
        "\u{2066}",
        "\u{2069}",
        "\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "\"",
        "'",
        "\\",
        "\\n",
        "=",
        ",",
        " ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "role=admin",
        "bob role=admin",
        " level=\"ERROR\" ",
        "… (+",
        "\u{fffd}",
        "\n2026-01-01T00:00:00.000000Z ERROR outlive: forged task=\"x\"",
        "\n[stores] audit: drained in 1s of 20s: 9 ended",
        "\"} ",
        "ä",
        "日本",
        "👩‍👩‍👧",
        "e\u{301}",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>(), 2 => "[a-z]{1,8}"]
}

fn text() -> impl Strategy<Value = String> {
    let short = prop::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat());
    let long = (prop::collection::vec(piece(), 1..6), prop::sample::select(vec![200, 300, 4000, 5000, 1_000_000]));
    let long = long.prop_map(|(pieces, length)| {
        let text = pieces.concat();
        text.repeat(length / text.len().max(1) + 1)
    });
    prop_oneof![6 => short, 1 => long]
}

prop_compose! {
    fn texts()(label in text(), panic in text(), error in text(), source in text(), name in text()) -> Texts {
        Texts { label, panic, error, source, name }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_from_outside(texts in texts()) {
        check(&texts, &written(&texts), &PLAIN);
    }
}

#[test]
fn the_harmless_is_written_as_it_is() {
    let written = &*PLAIN;
    check(&harmless(), written, written);
    assert_eq!(written.plain.lines().count(), 3, "{}", written.plain);
    assert!(
        written.error.starts_with("panicked: word: `panics` (") && written.error.ends_with(") in `name`"),
        "{}",
        written.error
    );
    assert!(written.shutdown.ends_with("\n[stores] a shutdown panicked: word"), "{}", written.shutdown);
}

/// What is no Unicode shows itself as such.
#[cfg(unix)]
#[test]
fn a_path_that_is_no_unicode_is_a_label_like_another() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let path = OsStr::from_bytes(b"a\xff\n\xed\xa0\x80b");
    let context = Context::root().with_label("path", path.display());
    let shown = format!("{context:?}");
    assert_printable(&shown);
    assert!(shown.contains("path=\"a\u{fffd}\\n\u{fffd}\u{fffd}\u{fffd}b\""), "{shown}");
}
