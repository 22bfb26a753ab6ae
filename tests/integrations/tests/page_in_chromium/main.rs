//! The page in a real browser: it is live by itself, readable on every screen, in light and dark, and nothing from outside
//! runs in it. `.ci/page` installs Chromium, and runs these.

mod devtools;

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use devtools::Browser;
use outlive::{StatusPage, Tracker, detached};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;

const SCRIPT: &str = "</span></td><script>window.forged = 1</script><img src=x onerror='window.forged = 1'>";

static MAIL: Tracker = Tracker::bounded("mail", 8);
static TEXTS: Tracker = Tracker::bounded("texts", 8);

#[detached(timeout = "5s", track = MAIL)]
async fn send_mail() {}

#[detached(timeout = "5s", track = TEXTS)]
async fn fails_with(cause: &'static str) -> Result<(), &'static str> {
    Err(cause)
}

#[detached(name = "</b><script>window.forged = 1</script>", timeout = "5s", track = TEXTS)]
async fn is_called_strangely() {}

/// A server with a runtime of its own, which ends at once, with its connections.
struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(port: u16) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (say, said) = mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.spawn(async move {
                let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
                say.send(listener.local_addr().unwrap()).unwrap();
                axum::serve(listener, StatusPage::router("/debug/tasks")).await.unwrap();
            });
            runtime.block_on(stopped).ok();
        });
        Self { address: said.recv().unwrap(), stop: Some(stop), thread: Some(thread) }
    }

    fn page(&self) -> String {
        format!("http://{}/debug/tasks", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

/// An expression: the row of this function.
fn row(function: &str) -> String {
    let function = json!(function);
    format!(
        "[...document.querySelectorAll('section tr')].find(row => row.querySelector('b')?.textContent === {function})"
    )
}

/// An expression: its cell under that label.
fn cell(function: &str, label: &str) -> String {
    format!("{}?.querySelector('[data-label={label:?}]')?.textContent", row(function))
}

/// An expression: why it has failed.
fn cause(function: &str) -> String {
    format!("{}.querySelector('.cause').textContent", row(function))
}

fn only_asked(browser: &Browser, server: &Server) {
    let requests = browser.requests();
    assert!(requests.len() > 1, "{requests:?}");
    let own = server.page();
    assert!(requests.iter().all(|url| url.starts_with(&own) || url == "data:,"), "{requests:?}");
}

#[tokio::test]
#[ignore = "needs Chromium: `.ci/page`"]
async fn it_is_live_by_itself_and_says_so_when_it_is_not() {
    let server = Server::start(0);
    let mut browser = Browser::new().await;
    browser.open(&server.page()).await;
    assert_eq!(browser.eval(&cell("send_mail", "State")).await, "not called");
    send_mail().await.unwrap();
    browser.until(&format!("{} === '1 started, 1 completed'", cell("send_mail", "Since the start"))).await;
    assert_eq!(browser.eval("document.querySelector('.live span').textContent").await, "Live");

    // What is selected, or in focus, stays so while numbers change around it.
    browser.eval("document.querySelector('footer a').focus()").await;
    let kept = format!("window.kept = {}.querySelector('b'); getSelection().selectAllChildren(kept)", row("send_mail"));
    browser.eval(&kept).await;
    send_mail().await.unwrap();
    browser.until(&format!("{} === '2 started, 2 completed'", cell("send_mail", "Since the start"))).await;
    let kept = "[kept.isConnected, String(getSelection()), document.activeElement.textContent]";
    assert_eq!(browser.eval(kept).await, json!([true, "send_mail", "The same as JSON"]));

    // Paused, it changes nothing, until it goes on.
    browser.eval("document.querySelector('.live button').click()").await;
    let asked = browser.requests().len();
    browser.until("document.querySelector('.live span').textContent.startsWith('Paused at ')").await;
    send_mail().await.unwrap();
    browser.eval("new Promise(done => setTimeout(done, 1500))").await; // longer than it waits when it is live
    assert_eq!(browser.requests().len(), asked);
    assert_eq!(browser.eval(&cell("send_mail", "Since the start")).await, "2 started, 2 completed");
    browser.eval("document.querySelector('.live button').click()").await;
    browser.until(&format!("{} === '3 started, 3 completed'", cell("send_mail", "Since the start"))).await;
    only_asked(&browser, &server);
    assert_eq!(browser.complaints(), Vec::<&Value>::new());

    let port = server.address.port();
    drop(server);
    browser.until("document.querySelector('.live span').textContent.startsWith('Stale since ')").await;
    assert_eq!(browser.eval(&cell("send_mail", "Since the start")).await, "3 started, 3 completed");
    let server = Server::start(port);
    send_mail().await.unwrap();
    browser.until(&format!("{} === '4 started, 4 completed'", cell("send_mail", "Since the start"))).await;
    assert_eq!(browser.eval("document.querySelector('.live span').textContent").await, "Live");
    drop(server);
}

#[tokio::test]
#[ignore = "needs Chromium: `.ci/page`"]
async fn nothing_from_outside_runs_in_it() {
    let server = Server::start(0);
    let mut browser = Browser::new().await;
    fails_with(SCRIPT).await.unwrap().unwrap_err();
    is_called_strangely().await.unwrap();
    let query: String = url_of(SCRIPT);
    browser.open(&format!("{}?q={query}", server.page())).await;
    assert_eq!(browser.eval("document.querySelector('input').value").await, SCRIPT);
    assert_eq!(browser.eval(&cause("fails_with")).await, SCRIPT);
    browser.open(&server.page()).await;
    browser
        .until(&format!(
            "{} === '1 started, 1 completed'",
            cell("</b><script>window.forged = 1</script>", "Since the start")
        ))
        .await;
    // Also where its script has put it.
    is_called_strangely().await.unwrap();
    browser
        .until(&format!(
            "{} === '2 started, 2 completed'",
            cell("</b><script>window.forged = 1</script>", "Since the start")
        ))
        .await;
    assert_eq!(browser.eval(&cause("fails_with")).await, SCRIPT);
    assert_eq!(
        browser.eval("[typeof window.forged, document.images.length, document.scripts.length]").await,
        json!(["undefined", 0, 1])
    );
    only_asked(&browser, &server);
    assert_eq!(browser.complaints(), Vec::<&Value>::new());

    // Were there a way into the markup, the policy would still let nothing run.
    browser.eval(&format!("document.querySelector('main').innerHTML = {}", json!(SCRIPT.repeat(2)))).await;
    browser
        .eval("document.body.append(Object.assign(document.createElement('script'), { text: 'window.forged = 1' }))")
        .await;
    browser.until("document.querySelector('table')").await; // it has been asked for anew meanwhile
    assert_eq!(browser.eval("typeof window.forged").await, "undefined");
    assert!(browser.complaints().iter().any(|complaint| complaint.to_string().contains("Content Security Policy")));
}

#[tokio::test]
#[ignore = "needs Chromium: `.ci/page`"]
async fn no_long_word_makes_it_wider_than_its_screen() {
    static LONG: &str = "https://example.org/a/path/without/any/space/in/it/";

    #[detached(timeout = "5s", track = tracker)]
    async fn fails_at_length(tracker: Arc<Tracker>) -> Result<(), String> {
        drop(tracker);
        Err("x".repeat(5_000))
    }

    let server = Server::start(0);
    let tracker = Arc::new(Tracker::bounded(LONG.repeat(20).leak(), 2));
    fails_at_length(Arc::clone(&tracker)).await.unwrap().unwrap_err();
    let mut browser = Browser::new().await;
    for width in [360, 768, 1201, 1280] {
        browser.look(width, "light").await;
        browser.open(&server.page()).await;
        assert_eq!(browser.eval(&format!("{}.length > 250", cause("fails_at_length"))).await, true);
        let widths = browser.eval("[document.documentElement.scrollWidth, innerWidth]").await;
        assert_eq!(widths, json!([width, width]));
    }
}

fn url_of(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat()
}

#[tokio::test]
#[ignore = "needs Chromium: `.ci/page`"]
async fn the_search_finds_while_it_is_typed_and_stays_in_the_address() {
    let server = Server::start(0);
    let mut browser = Browser::new().await;
    browser.open(&format!("{}?user=ada", server.page())).await;
    let names =
        "[...document.querySelectorAll('section[aria-labelledby=functions] tbody b')].map(name => name.textContent)";
    assert_eq!(browser.eval(&format!("{names}.length")).await, 4);
    browser
        .eval("{ const box = document.querySelector('input'); box.value = 'SEND_m'; box.dispatchEvent(new Event('input')) }")
        .await;
    browser.until(&format!("{names}.length === 1")).await;
    assert_eq!(browser.eval(names).await, json!(["send_mail"]));
    assert_eq!(browser.eval("location.search").await, "?user=ada&q=SEND_m");
    let address = browser.eval("location.href").await;
    browser.open(address.as_str().unwrap()).await;
    assert_eq!(browser.eval(names).await, json!(["send_mail"]));
    assert_eq!(browser.eval("document.querySelector('input').value").await, "SEND_m");
    assert_eq!(browser.complaints(), Vec::<&Value>::new());
}

/// The least contrast of any text with what is behind it, as WCAG counts it, and the text.
const LEAST_CONTRAST: &str = "(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = colour => colour.slice(0, 3)
        .map(part => part / 255).map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = element => {
        const paper = rgba(getComputedStyle(element).backgroundColor);
        return paper[3] > 0 || !element.parentElement ? paper : behind(element.parentElement);
    };
    const mixed = element => {
        let opacity = 1;
        for (let at = element; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
        const [ink, paper] = [rgba(getComputedStyle(element).color), behind(element)];
        return [ink.map((part, at) => part * opacity + paper[at] * (1 - opacity)), paper];
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let least = [99, ''];
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest('script')) continue;
        const [one, other] = mixed(element).map(light);
        const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (contrast < least[0]) least = [contrast, texts.currentNode.data];
    }
    return least;
})()";

/// `orders`: a service with something of everything, whose clock stands still.
#[tokio::test]
#[ignore = "needs Chromium: `.ci/page`"]
async fn it_is_readable_on_each_screen_in_light_and_dark_and_its_picture_is_taken() {
    let mut orders = Command::new(env!("CARGO_BIN_EXE_orders"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let page = BufReader::new(orders.stdout.take().unwrap()).lines().next_line().await.unwrap().unwrap();
    let mut browser = Browser::new().await;
    let pictures = env!("CARGO_TARGET_TMPDIR");
    let mut papers = Vec::new();
    for width in [360, 768, 1201, 1280] {
        for scheme in ["light", "dark"] {
            browser.look(width, scheme).await;
            browser.open(&page).await;
            browser.until("document.querySelector('.live span').textContent === 'Live'").await;
            let widths = browser.eval("[document.documentElement.scrollWidth, innerWidth]").await;
            assert_eq!(widths, json!([width, width]), "{width} px, {scheme}");
            let cut = "[...document.querySelectorAll('body *')].filter(element => element.checkVisibility() && !element.closest('label, thead, svg') \
                && (element.getBoundingClientRect().right > innerWidth || element.getBoundingClientRect().left < 0)).length";
            assert_eq!(browser.eval(cut).await, 0, "{width} px, {scheme}");
            let least = browser.eval(LEAST_CONTRAST).await;
            assert!(least[0].as_f64().unwrap() >= 4.5, "{width} px, {scheme}: {least}");
            papers.push(browser.eval("getComputedStyle(document.body).backgroundColor").await);
            let picture = browser.picture().await;
            fs::write(format!("{pictures}/page-{width}-{scheme}.png"), &picture).unwrap();
        }
    }
    assert!(papers[0] == papers[2] && papers[1] == papers[3] && papers[0] != papers[1], "{papers:?}");
    assert_eq!(browser.complaints(), Vec::<&Value>::new());
    println!("its pictures are in {pictures}");
}
