//! A task that waits for a place of its own tracker may wait for itself: debug builds say so, before its timeout ends it without a word.

use std::pin::Pin;
use std::time::Duration;

use outlive::{TaskError, TaskHandle, Tracker, detached, shield};
use outlive_tests::{Event, Trace};

fn said(trace: &Trace, words: &str) -> Vec<Event> {
    trace.events().into_iter().filter(|event| event.field("message").contains(words)).collect()
}

/// Builds for users say none of it.
fn nothing_is_said(events: &[Event]) -> bool {
    if !cfg!(debug_assertions) {
        assert!(events.is_empty(), "{events:#?}");
    }
    !cfg!(debug_assertions)
}

const OWN_PLACE: &str = "waits for a place in the task's own tracker";

static CRAWL: Tracker = Tracker::bounded("crawl", 1);

#[detached(timeout = "2s", track = CRAWL, when_full = wait)]
async fn crawl(depth: u32) {
    if depth > 0 {
        // The call is awaited, its handle is not.
        deeper(depth - 1).await;
    }
}

fn deeper(depth: u32) -> Pin<Box<dyn Future<Output = TaskHandle<()>> + Send>> {
    Box::pin(crawl(depth))
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_place_of_its_callers_tracker_is_reported_once() {
    let trace = Trace::record();
    for _ in 0..3 {
        assert!(matches!(crawl(3).await.await, Err(TaskError::TimedOut { .. })));
    }
    let events = said(&trace, OWN_PLACE);
    if nothing_is_said(&events) {
        return;
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.field("task"), event.field("tracker")), ("crawl", "crawl"));
    assert!(event.field("message").contains("a call of `crawl` (tests/tests/own_place.rs:26)"), "{event:?}");
    assert!(event.field("message").ends_with("Track what others wait for in a tracker of its own"));
}

static PAGES: Tracker = Tracker::bounded("pages", 1).queue(8);

#[detached(timeout = "1s", track = PAGES)]
async fn part() -> u32 {
    tokio::time::sleep(Duration::from_millis(10)).await;
    7
}

#[detached(timeout = "2s", track = PAGES)]
async fn page() -> Result<u32, TaskError> {
    part().await
}

#[tokio::test(start_paused = true)]
async fn a_task_that_awaits_a_queued_call_of_its_own_tracker_is_reported() {
    let trace = Trace::record();
    assert!(matches!(page().await, Err(TaskError::TimedOut { .. })));
    let events = said(&trace, OWN_PLACE);
    if nothing_is_said(&events) {
        return;
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.field("task"), event.field("tracker")), ("page", "pages"));
    assert!(event.field("message").contains("a call of `part` ("), "{event:?}");
}

static ROOMY: Tracker = Tracker::bounded("roomy", 4).queue(4);

#[detached(timeout = "2s", track = ROOMY)]
async fn whole() -> Result<u32, TaskError> {
    half().await
}

#[detached(timeout = "1s", track = ROOMY)]
async fn half() -> u32 {
    tokio::time::sleep(Duration::from_millis(10)).await;
    3
}

#[tokio::test(start_paused = true)]
async fn where_there_is_a_place_or_another_tracker_nothing_is_said() {
    static LEAVES: Tracker = Tracker::bounded("leaves", 1).queue(8);

    #[detached(timeout = "1s", track = LEAVES)]
    async fn leaf() -> u32 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        7
    }

    #[detached(timeout = "2s", track = ROOMY)]
    async fn elsewhere() -> Result<u32, TaskError> {
        let (running, queued) = (leaf(), leaf());
        running.await?;
        queued.await
    }

    let trace = Trace::record();
    assert_eq!(whole().await.unwrap().unwrap(), 3);
    assert_eq!(elsewhere().await.unwrap().unwrap(), 7);
    assert!(said(&trace, OWN_PLACE).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_shield_in_a_function_without_a_grace_is_reported_once_with_its_place() {
    static LEDGER: Tracker = Tracker::bounded("ledger", 4);

    #[detached(timeout = "2s", track = LEDGER)]
    async fn book() {
        shield(async {}).await;
    }

    #[detached(timeout = "2s", grace = "1s", track = LEDGER)]
    async fn books() {
        shield(async {}).await;
    }

    let trace = Trace::record();
    shield(async {}).await;
    for _ in 0..2 {
        book().await.unwrap();
        books().await.unwrap();
    }
    let events = said(&trace, "keeps nothing off");
    if nothing_is_said(&events) {
        return;
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!(event.field("task"), "book");
    assert!(event.field("called_from").starts_with("tests/tests/own_place.rs:"), "{event:?}");
    assert!(event.field("message").contains("write `grace = \"1s\"`"));
}
