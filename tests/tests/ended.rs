//! A drain counts all tasks that end by themselves, and its text says how many of them did not end well.

use std::time::Duration;

use outlive::{Context, Shutdown, Tracker, detached};
use tokio::time::sleep;

#[derive(Clone, Copy)]
enum Way {
    Well,
    WithAnErr,
    TooLate,
    WithAPanic,
}

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "2s", track = AUDIT)]
async fn write_audit(way: Way) -> Result<(), std::io::Error> {
    sleep(Duration::from_secs(1)).await;
    match way {
        Way::Well => Ok(()),
        Way::WithAnErr => Err(std::io::Error::other("disk full")),
        Way::TooLate => std::future::pending().await,
        Way::WithAPanic => panic!("no disk"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_text_says_how_many_of_them_did_not_end_well() {
    write_audit(Way::TooLate).await.unwrap_err(); // before the drain: not counted
    for way in [Way::Well, Way::Well, Way::TooLate, Way::TooLate, Way::WithAnErr, Way::WithAPanic] {
        write_audit(way);
    }
    let report = AUDIT.drain().await;
    assert_eq!(report.to_string(), "audit: drained in 2s of 20s: 6 ended (1 failed, 2 timed out, 1 panicked)");
    assert_eq!((report.finished(), report.is_clean()), (6, true), "they ended by themselves: {report}");
}

static LEDGER: Tracker<9> = Tracker::bounded("ledger", 3).queue(3).drain_budget::<9>();

#[detached(timeout = "5s", track = LEDGER)]
async fn holds_a_place() {
    sleep(Duration::from_secs(1)).await;
}

#[detached(timeout = "8s", grace = "1s", track = LEDGER)]
async fn book(fails: bool) -> Result<(), std::io::Error> {
    Context::current().cancelled().await;
    if fails { Err(std::io::Error::other("half booked")) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn of_those_that_are_cancelled_and_end_in_their_grace_it_says_how_many_failed() {
    for _ in 0..3 {
        holds_a_place();
    }
    // They begin a second after the drain, so that their own timeouts are not what ends them.
    for fails in [true, true, false] {
        book(fails);
    }
    let report = LEDGER.drain().await;
    let text = report.to_string();
    assert!(text.starts_with("ledger: drained in 8s of 9s: 3 ended, 3 cancelled (2 failed)\n"), "{text}");
    assert_eq!((report.finished(), report.cancelled(), report.is_clean()), (3, 3, false));
}

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[detached(timeout = "2s", track = MAIL)]
async fn send_mail() {
    sleep(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_phase_with_its_trackers_name_is_named_once() {
    send_mail();
    let report = Shutdown::new().phase("mail").tracker(&MAIL).run().await;
    assert_eq!(report.to_string(), "shutdown: clean\n[mail] drained in 1s of 20s: 1 ended");
}
