//! A task that waits for its cancellation, and times out without a grace, is told that nothing after it ran.

use std::future::pending;
use std::time::Duration;

use outlive::{Context, TaskError, Tracker, detached};
use outlive_tests::Trace;
use tokio::time::sleep;

static EXPORTS: Tracker = Tracker::bounded("exports", 8);

/// The cause of the one report.
#[track_caller]
fn cause(trace: &Trace) -> String {
    let reports = trace.reports();
    let [report] = &*reports else { panic!("{reports:#?}") };
    report.field("cause").to_owned()
}

#[tokio::test(start_paused = true)]
async fn one_that_waits_for_its_cancellation_without_a_grace_is_told_what_to_add() {
    #[detached(timeout = "1s", track = EXPORTS)]
    async fn export() {
        let context = Context::current();
        tokio::select! {
            _ = context.cancelled() => {
                sleep(Duration::from_millis(10)).await;
                panic!("the clean-up has no time");
            }
            () = pending() => {}
        }
    }

    let trace = Trace::record();
    let error = export().await.unwrap_err();
    assert!(matches!(error, TaskError::TimedOut { .. }), "{error:?}");
    assert_eq!(
        cause(&trace),
        "timed out after 1s: it waited for `cancelled()`, and has no time after its timeout: for a clean-up, add \
         `grace = \"1s\"`"
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_has_a_grace_or_waits_for_another_context_has_only_timed_out() {
    #[detached(timeout = "1s", grace = "1s", track = EXPORTS)]
    async fn with_a_grace() {
        Context::current().cancelled().await;
        pending::<()>().await;
    }

    #[detached(timeout = "1s", track = EXPORTS)]
    async fn with_a_part() {
        let part = Context::root().with_timeout(Duration::from_secs(60));
        part.cancelled().await;
    }

    let trace = Trace::record();
    assert!(with_a_grace().await.is_err());
    assert_eq!(cause(&trace), "timed out after 1s and a grace of 1s");
    drop(trace);
    let trace = Trace::record();
    assert!(with_a_part().await.is_err());
    assert_eq!(cause(&trace), "timed out after 1s");
}
