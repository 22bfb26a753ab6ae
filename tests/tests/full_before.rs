//! A call that a full tracker refused, and whose refusal was thrown away, is in the drain's report by its function's name.

use outlive::{Rejected, Tracker, detached};
use tokio::task::yield_now;

static AUDIT: Tracker = Tracker::bounded("audit", 1);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit() {
    yield_now().await;
}
const WRITE_AUDIT: u32 = line!() - 3;

#[tokio::test(start_paused = true)]
async fn calls_that_a_full_tracker_refused_are_in_its_drains_report_and_change_nothing_else() {
    for _ in 0..10 {
        write_audit().admitted().ok();
    }
    let report = AUDIT.drain().await;
    let line =
        format!("\n  refused, full  9 × write_audit (tests/tests/full_before.rs:{WRITE_AUDIT}): before the drain");
    assert!(report.to_string().ends_with(&line), "{report}");
    assert!(report.is_clean());
    assert_eq!(report.refused(), 0, "these were refused before");
}

static MAIL: Tracker = Tracker::bounded("mail", 1);

#[detached(timeout = "5s", track = MAIL)]
async fn send_mail() {
    yield_now().await;
}

#[tokio::test(start_paused = true)]
async fn a_tracker_that_was_never_full_says_nothing_of_it() {
    send_mail().await.unwrap();
    let report = MAIL.drain().await;
    assert_eq!(send_mail().admitted().unwrap_err(), Rejected::Draining);
    assert!(!report.to_string().contains("refused, full"), "{report}");
}
