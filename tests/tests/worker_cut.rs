//! A worker that is dropped after its grace, and has never waited for its cancellation, is told that.

use std::future::pending;
use std::time::Duration;

use outlive::{Context, Tracker, worker};
use outlive_tests::Trace;
use tokio::time::sleep;

/// The cause of the one report, if there is one.
#[track_caller]
fn cause(trace: &Trace, task: &str) -> String {
    let reports = trace.reports();
    let [report] = &*reports else { panic!("{reports:#?}") };
    assert_eq!(report.field("task"), task);
    report.field("cause").to_owned()
}

#[tokio::test(start_paused = true)]
async fn one_that_never_waits_for_its_cancellation_is_told_what_it_has_not_waited_for() {
    static FEED: Tracker = Tracker::bounded("feed", 8);

    #[worker(grace = "2s", track = FEED)]
    async fn follow() {
        loop {
            sleep(Duration::from_millis(100)).await;
        }
    }

    let trace = Trace::record();
    let _handle = follow();
    sleep(Duration::from_millis(350)).await;
    assert_eq!(FEED.drain().await.aborted(), 1);
    assert_eq!(
        cause(&trace, "follow"),
        "the tracker is shutting down: it was dropped after its grace of 2s, as it never waited for \
         `Context::current().cancelled()`"
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_only_looks_whether_it_is_cancelled_is_told_its_grace_and_what_to_write() {
    static CONSUMERS: Tracker = Tracker::bounded("consumers", 8);

    #[worker(grace = "1s", track = CONSUMERS)]
    async fn consume() {
        let context = Context::current();
        while !context.is_cancelled() {
            pending::<()>().await;
        }
    }

    let trace = Trace::record();
    let _handle = consume();
    sleep(Duration::from_millis(350)).await;
    assert_eq!(CONSUMERS.drain().await.aborted(), 1);
    assert_eq!(
        cause(&trace, "consume"),
        "the tracker is shutting down: it did not end within its grace of 1s: await `context.cancelled()` in a `tokio::select!`, \
         beside what it waits for, or give it a longer `grace`"
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_has_seen_it_and_takes_too_long_is_only_cancelled() {
    static SLOW: Tracker = Tracker::bounded("slow", 8);

    #[worker(grace = "2s", track = SLOW)]
    async fn clean_up() {
        Context::current().cancelled().await;
        pending::<()>().await;
    }

    let trace = Trace::record();
    let _handle = clean_up();
    sleep(Duration::from_millis(350)).await;
    assert_eq!(SLOW.drain().await.aborted(), 1);
    assert_eq!(cause(&trace, "clean_up"), "the tracker is shutting down");
}

#[tokio::test(start_paused = true)]
async fn one_without_a_grace_is_dropped_as_it_asks() {
    static INBOX: Tracker = Tracker::bounded("inbox", 8);

    #[worker(track = INBOX)]
    async fn read() {
        pending::<()>().await;
    }

    let trace = Trace::record();
    let _handle = read();
    sleep(Duration::from_millis(350)).await;
    assert!(INBOX.drain().await.is_clean());
    assert!(trace.reports().is_empty(), "{:#?}", trace.reports());
}
