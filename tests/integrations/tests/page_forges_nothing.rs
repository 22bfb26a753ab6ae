//! Whatever names, errors and searches say: the page has the markup that it always has, and says what they say, cut. A
//! parser of HTML that is not ours reads it back.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Request;
use outlive::{StatusPage, Tracker, detached};
use outlive_integration_tests::Element;
use proptest::prelude::*;
use tower::ServiceExt;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", track = MAIL)]
async fn fails_with(cause: String) -> Result<(), String> {
    Err(cause)
}

#[detached(timeout = "5s", track = MAIL)]
async fn panics_with(message: String) {
    std::panic::panic_any(message)
}

#[detached(name = "</b><script>alert('name')</script>&amp;", timeout = "5s", track = tracker)]
async fn tracked_by(tracker: Arc<Tracker>) {
    drop(tracker);
}

const NASTY: [&str; 14] = [
    "<script>window.forged = 1</script>",
    "</div></td></tr></table></main><script src=//evil.example></script>",
    "</title></style></script><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "<!-- ",
    "--><b>",
    "<![CDATA[ x ]]>",
    "&lt;b&gt; &amp;amp; &#60;b&#62; &notit; &",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}} ${7*7}",
    "<plaintext>",
    "<textarea><select><template>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
];

async fn page(query: &str) -> Element {
    let request = Request::get(format!("/?{query}")).body(()).unwrap();
    Element::parse(StatusPage::new().oneshot(request).await.unwrap().body())
}

/// A search for that text.
fn query(text: &str) -> String {
    let bytes: Vec<_> = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    format!("q={}", bytes.concat())
}

fn shown(page: &Element, function: &str) -> String {
    page.row("functions", function).0.of_class("cause").unwrap().text()
}

/// The markup of its row.
fn skeleton(page: &Element, function: &str) -> String {
    page.row("functions", function).0.skeleton()
}

/// What elements there are, with which attributes. Texts have no part in it, as long as they are escaped.
fn vocabulary(page: &Element) -> BTreeSet<String> {
    let own = |element: &&Element| Element { children: Vec::new(), ..Element::clone(element) }.skeleton();
    page.all().iter().map(own).collect()
}

/// The page, where the only one that ever fails has failed of this.
async fn page_after(cause: &str) -> Element {
    // Of those that fail in one second, the first few are remembered.
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    fails_with(cause.to_owned()).await.unwrap().unwrap_err();
    page("").await
}

/// The page shows what the whole process does, and the tests run side by side.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

#[test]
fn no_error_becomes_markup_and_each_is_read_as_it_was_written() {
    let _turn = turn();
    runtime().block_on(async {
        let plain = page_after("plain").await;
        let long = NASTY.concat().repeat(3_000);
        assert!(long.len() > 1_000_000);
        for cause in NASTY.into_iter().chain([&*long]) {
            let page = page_after(cause).await;
            let shown = shown(&page, "fails_with");
            let (start, rest) = shown.split_at(cause.len().min(290));
            assert!(cause.starts_with(start) && (rest.is_empty() || rest.contains("… (+")), "{start} | {rest}");
            assert!(rest.is_empty() == (cause.len() < 300) && rest.len() < 50, "{start} | {rest}");
            assert_eq!(skeleton(&page, "fails_with"), skeleton(&plain, "fails_with"), "{start}");
            assert_eq!(vocabulary(&page), vocabulary(&plain), "{start}");
        }
        let strange = String::from_utf8_lossy(b"\xff<b>\xc0\xaf\xed\xa0\x80</b>").into_owned();
        assert_eq!(shown(&page_after(&strange).await, "fails_with"), strange);
    });
}

#[test]
fn what_cannot_be_seen_is_shown_as_an_escape() {
    let _turn = turn();
    runtime().block_on(async {
        for (cause, expected) in [
            ("line\nforged: line\r\n", r"line\nforged: line\r\n"),
            ("\u{1b}[31mred\u{7}\0", r"\u{1b}[31mred\u{7}\u{0}"),
            ("user \u{202e}gpj.exe\u{2066}", r"user \u{202e}gpj.exe\u{2066}"),
            ("\u{feff}zero\u{200b}width", r"\u{feff}zero\u{200b}width"),
        ] {
            assert_eq!(shown(&page_after(cause).await, "fails_with"), expected);
        }
    });
}

#[test]
fn random_errors_and_searches_change_no_markup() {
    let _turn = turn();
    let runtime = runtime();
    let plain = runtime.block_on(page_after("plain"));
    let (skeleton_of_plain, known) = (skeleton(&plain, "fails_with"), vocabulary(&plain));
    let text = prop_oneof![
        "[<>&\"'/=! a-z-]{1,8}",
        any::<String>(),
        proptest::sample::select(&NASTY[..]).prop_map(str::to_owned)
    ];
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(texts in proptest::collection::vec(text, 0..8))| {
        let text = texts.concat();
        let page = runtime.block_on(page_after(&text));
        prop_assert_eq!(skeleton(&page, "fails_with"), &*skeleton_of_plain);
        prop_assert_eq!(vocabulary(&page), known.clone());
        let page = runtime.block_on(self::page(&query(&text)));
        prop_assert!(vocabulary(&page).is_subset(&known), "{:?}", vocabulary(&page));
        prop_assert_eq!((page.named("script").len(), page.named("input").len()), (1, 1));
    });
}

#[test]
fn neither_a_panic_nor_a_name_becomes_markup() {
    let _turn = turn();
    runtime().block_on(async {
        for name in NASTY {
            let tracker = Arc::new(Tracker::bounded(name, 2));
            tracked_by(Arc::clone(&tracker)).await.unwrap();
            tokio::time::advance(std::time::Duration::from_secs(2)).await;
            panics_with(name.to_owned()).await.unwrap_err();
            let page = page("").await;
            assert_eq!(page.row("trackers", name).1["State"], "open");
            assert_eq!(page.row("functions", "</b><script>alert('name')</script>&amp;").1["State"], "idle");
            assert_eq!(shown(&page, "panics_with"), name);
            assert_eq!((page.named("script").len(), page.named("img").len()), (1, 0));
        }
    });
}

#[test]
fn a_search_is_shown_as_it_was_written() {
    let _turn = turn();
    runtime().block_on(async {
        for search in NASTY {
            let page = page(&query(search)).await;
            assert_eq!(page.named("input")[0].attribute("value"), search.trim());
            assert_eq!((page.named("script").len(), page.named("img").len()), (1, 0));
        }
    });
}
