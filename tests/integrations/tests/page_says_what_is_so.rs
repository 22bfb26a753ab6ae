//! The page shows what the status says: to people as tables, those first that need attention, and to programs as JSON.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Request;
use outlive::status::{QueueSource, QueueStatus, show_queue};
use outlive::{OwnedTracker, StatusPage, TaskOwner, Tracker, detached, owned_tasks, periodic, status, worker};
use outlive_integration_tests::Element;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};
use tower::ServiceExt;

async fn get(uri: &str) -> String {
    StatusPage::new().oneshot(Request::get(uri).body(()).unwrap()).await.unwrap().into_body()
}

async fn page(uri: &str) -> Element {
    Element::parse(&get(uri).await)
}

fn paused() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Lets every task that can run do so.
async fn others() {
    for _ in 0..10 {
        yield_now().await;
    }
}

/// The class of its row, and what it says.
async fn state_of(tracker: &str) -> (String, String) {
    let page = page("/").await;
    let (row, cells) = page.row("trackers", tracker);
    (row.attribute("class").to_owned(), cells["State"].clone())
}

fn names(page: &Element, table: &str) -> Vec<String> {
    page.rows(table).iter().map(|row| row.named("b")[0].text()).collect()
}

static AUDIT: Tracker<10> = Tracker::bounded("audit", 2).queue(2).drain_budget::<10>();
static CALM: Tracker = Tracker::bounded("a calm one", 8);
static LOOPS: Tracker = Tracker::bounded("loops", 2);

#[detached(timeout = "9s", track = AUDIT)]
async fn write_audit(how: &'static str) -> Result<(), &'static str> {
    match how {
        "hang" => pending().await,
        "fine" => Ok(()),
        error => Err(error),
    }
}

#[detached(timeout = "5s", track = CALM)]
async fn a_calm_one() {}

#[detached(timeout = "5s", track = CALM)]
async fn a_function_that_nobody_calls() {}

#[periodic(every = "30s", timeout = "10s", track = LOOPS)]
async fn refresh() -> Result<(), &'static str> {
    Err("no route")
}

#[worker(track = LOOPS)]
async fn follow() {
    pending::<()>().await;
}

#[derive(Clone, TaskOwner)]
struct Sessions {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Sessions {
    #[detached(timeout = "5s")]
    async fn serve(&self) {}
}

/// One after another: they share the status of this process.
#[test]
fn the_page_and_its_json_show_what_the_status_says() {
    let _ = a_function_that_nobody_calls as fn() -> _;
    paused().block_on(async {
        let _sessions = json_is_the_status().await;
        what_runs_and_fails_is_shown_and_what_needs_attention_comes_first().await;
        each_cell_has_a_header_and_each_row_a_name().await;
        a_search_finds_by_name_file_tracker_state_and_cause().await;
        a_long_table_is_cut_and_the_search_and_json_have_the_rest().await;
        a_drain_is_shown_from_its_start_to_its_report().await;
        durable_queues_are_shown_while_somebody_holds_them().await;
    });
}

async fn json_is_the_status() -> Sessions {
    a_calm_one().await.unwrap();
    write_audit("disk full").await.unwrap().unwrap_err();
    drop((refresh(), follow()));
    let sessions = Sessions { tasks: OwnedTracker::bounded("sessions", 4) };
    sessions.serve().await.unwrap();
    sleep(secs(31)).await;
    let mut shown: Value = serde_json::from_str(&get("/status.json").await).unwrap();
    let mut expected: Value = serde_json::from_str(&serde_json::to_string(&status()).unwrap()).unwrap();
    let at = |value: &mut Value| value.as_object_mut().unwrap().remove("at_unix_seconds").unwrap().as_f64().unwrap();
    let (shown_at, expected_at) = (at(&mut shown), at(&mut expected));
    assert!(0.0 < shown_at && shown_at <= expected_at);
    assert_eq!(shown, expected);
    assert_eq!(shown["functions"].as_array().unwrap().len(), 7);
    assert_eq!(page("/").await.row("services", "sessions").1["Owners"], "1");
    sessions
}

async fn what_runs_and_fails_is_shown_and_what_needs_attention_comes_first() {
    for _ in 0..4 {
        drop(write_audit("hang"));
    }
    others().await;
    assert!(write_audit("fine").admitted().is_err());
    advance(Duration::from_millis(4_200)).await;
    let page = page("/").await;

    assert_eq!(names(&page, "trackers")[0], "audit");
    let (row, cells) = page.row("trackers", "audit");
    assert_eq!((row.attribute("class"), &*cells["State"]), ("urgent", "full"));
    assert_eq!((&*cells["Places taken"], &*cells["Waiting"], &*cells["Oldest"]), ("2 of 2", "2 of 2", "4.2 s"));
    // Loops fill it for good, as was meant.
    let (row, cells) = page.row("trackers", "loops");
    assert_eq!((row.attribute("class"), &*cells["State"], &*cells["Places taken"]), ("calm", "open", "2 of 2"));

    let order = names(&page, "functions");
    let expected = ["refresh", "write_audit", "a_calm_one", "follow", "serve", "a_function_that_nobody_calls", "call"];
    assert_eq!(order, expected);
    let (row, cells) = page.row("functions", "write_audit");
    assert_eq!((row.attribute("class"), &*cells["State"]), ("urgent", "failing"));
    assert_eq!((&*cells["Running"], &*cells["Waiting"], &*cells["Oldest"]), ("2", "2", "4.2 s"));
    assert_eq!(cells["Since the start"], "3 started, 1 failed, 1 refused: full");
    let at = row.named("time")[0].text();
    assert_eq!(cells["Last failure"], format!("disk full failed 35 s ago, at {at} UTC"));
    assert_eq!((cells["Started/s"].is_empty(), at.len()), (false, 8));
    let line = status().functions.iter().find(|function| function.name == "write_audit").unwrap().line;
    assert_eq!(row.of_class("place").unwrap().text(), format!("{}:{line} · audit · at most 9 s", file!()));

    let (row, cells) = page.row("loops", "refresh");
    assert_eq!((row.attribute("class"), &*cells["State"], &*cells["Every"]), ("urgent", "failing", "30 s"));
    assert_eq!((&*cells["Last run"], &*cells["Next run"]), ("failed after 0 s, began 5.2 s ago", "in 24 s"));
    assert_eq!(page.row("loops", "follow").1["State"], "running");

    let summary = page.of_class("summary").unwrap().text();
    assert!(summary.starts_with("4 need attention4 places taken2 waitingas of "), "{summary}");
    assert!(page.named("title")[0].text().starts_with("(4) "), "{}", page.named("title")[0].text());
}

async fn each_cell_has_a_header_and_each_row_a_name() {
    let page = page("/").await;
    assert_eq!(page.named("html")[0].attribute("lang"), "en");
    assert_eq!(page.named("table").len(), 4);
    for table in page.named("table") {
        let title =
            page.named("h2").into_iter().find(|title| title.attribute("id") == table.attribute("aria-labelledby"));
        assert!(title.is_some_and(|title| !title.text().is_empty()));
        let heads: Vec<_> = table.named("thead")[0].named("th");
        assert!(heads.iter().all(|head| head.attribute("scope") == "col" && head.attribute("role") == "columnheader"));
        for row in table.named("tbody")[0].named("tr") {
            let (name, cells) = (row.named("th"), row.named("td"));
            assert_eq!((name.len(), name[0].attribute("scope"), name[0].attribute("role")), (1, "row", "rowheader"));
            let labels: Vec<_> = cells.iter().map(|cell| cell.attribute("data-label")).collect();
            let expected: Vec<_> = heads[1..].iter().map(|head| head.text()).collect();
            assert_eq!(labels, expected);
            assert!(cells.iter().all(|cell| cell.attribute("role") == "cell" && !cell.text().is_empty()));
            // No colour is the only sign.
            assert!(!row.of_class("standing").unwrap().text().is_empty());
        }
    }
    assert_eq!(page.named("label")[0].attribute("for"), page.named("input")[0].attribute("id"));
}

async fn a_search_finds_by_name_file_tracker_state_and_cause() {
    for (search, found) in [
        ("write_au", vec!["write_audit"]),
        ("WRITE_AU", vec!["write_audit"]),
        ("disk+full", vec!["write_audit"]),
        ("not%20called", vec!["a_function_that_nobody_calls", "call"]),
        ("a+calm", vec!["a_calm_one", "a_function_that_nobody_calls"]),
        ("no+such+thing", vec![]),
    ] {
        let page = page(&format!("/?q={search}")).await;
        assert_eq!(names(&page, "functions"), found, "{search}");
    }
    assert_eq!(names(&page("/?q=page_says_what").await, "functions").len(), 7);
    let page = page("/?q=no+such+thing").await;
    assert!(page.of_class("none").unwrap().text().contains("None of them"));
    let title = page.named("h2").into_iter().find(|title| title.attribute("id") == "functions").unwrap().text();
    assert_eq!(title, "Functions 0 of 7");
}

async fn a_long_table_is_cut_and_the_search_and_json_have_the_rest() {
    #[detached(timeout = "5s", track = tracker)]
    async fn call(tracker: Arc<Tracker>) {
        drop(tracker);
    }

    let mut all = Vec::new();
    for number in 0..3_000 {
        let name: &'static str = format!("session {number:04}").leak();
        all.push(Arc::new(Tracker::bounded(name, 2)));
        call(Arc::clone(all.last().unwrap())).await.unwrap();
    }
    let text = get("/").await;
    assert!(text.len() < 400_000, "{}", text.len());
    let page = Element::parse(&text);
    let shown = names(&page, "trackers");
    assert_eq!((shown.len(), &*shown[0], shown.contains(&"session 2999".to_owned())), (200, "audit", false));
    let known = status().trackers.len();
    assert_eq!(
        page.of_class("more").unwrap().text(),
        format!("{} rows more: search for what you miss, or take the JSON.", {
            let more = (known - 200).to_string();
            format!("{},{}", &more[..1], &more[1..])
        })
    );
    assert_eq!(names(&self::page("/?q=session+2999").await, "trackers"), ["session 2999"]);
    let json: Value = serde_json::from_str(&get("/?format=json").await).unwrap();
    assert_eq!(json["trackers"].as_array().unwrap().len(), known);
}

async fn a_drain_is_shown_from_its_start_to_its_report() {
    let draining = tokio::spawn(AUDIT.drain());
    others().await;
    advance(secs(2)).await;
    let (row, cells) = state_of("audit").await;
    assert_eq!((&*row, &*cells), ("notice", "drainingfor 2 s of 10 s"));
    let json: Value = serde_json::from_str(&get("/status.json").await).unwrap();
    assert_eq!(json["trackers"][1]["draining"]["elapsed_seconds"], 2.0);

    let report = draining.await.unwrap();
    let (row, cells) = state_of("audit").await;
    assert_eq!(row, "urgent");
    assert!(cells.starts_with("drained, some were cut shortin "), "{cells} {report}");
    assert!(cells.contains("2 × write_audit"), "{cells} {report}");
}

/// As the package for durable jobs does it.
struct Seen(QueueStatus);

impl QueueSource for Seen {
    fn last_seen(&self) -> QueueStatus {
        self.0.clone()
    }
}

async fn durable_queues_are_shown_while_somebody_holds_them() {
    let (mut well, mut badly) = (QueueStatus::default(), QueueStatus::default());
    (well.name, well.store, well.ready, well.oldest) = ("mails".to_owned(), "jobs.db".to_owned(), 7, Some(secs(90)));
    (well.seen, badly.seen) = (Some(SystemTime::now()), Some(SystemTime::now()));
    (badly.name, badly.failure) = ("reports".to_owned(), Some("no route\nto <b>host</b>".to_owned()));
    let sources: [Arc<dyn QueueSource>; 2] = [Arc::new(Seen(well)), Arc::new(Seen(badly))];
    for source in [&sources[0], &sources[1], &sources[0]] {
        show_queue(source);
    }
    let shown = page("/").await;
    assert_eq!(names(&shown, "queues"), ["reports", "mails"], "what needs attention comes first");
    let (_, mails) = shown.row("queues", "mails");
    assert_eq!((&*mails["Ready"], &*mails["Oldest"], &*mails["Set aside"]), ("7", "1 min 30 s", "0"));
    let (row, reports) = shown.row("queues", "reports");
    assert_eq!(row.attribute("class"), "urgent");
    assert!(reports["State"].ends_with(r": no route\nto <b>host</b>"), "{}", reports["State"]);
    assert_eq!(names(&page("/?q=jobs.db").await, "queues"), ["mails"]);
    let metrics = outlive::prometheus::Collector::new();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register_collector(Box::new(metrics));
    let mut scraped = String::new();
    prometheus_client::encoding::text::encode(&mut scraped, &registry).unwrap();
    assert!(scraped.contains("outlive_queue_jobs{queue=\"mails\",state=\"ready\"} 7"), "{scraped}");
    assert!(scraped.contains("outlive_queue_oldest_seconds{queue=\"mails\"} 90"), "{scraped}");
    drop(sources);
    assert!(status().queues.is_empty());
}
