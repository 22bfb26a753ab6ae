//! Two tests of one binary share a static tracker: the one that finds it drained is told by which, in debug builds.

use outlive::{Rejected, Shutdown, Tracker, detached};
use outlive_tests::{Event, Trace};
use tokio::runtime::Builder;
use tracing::Level;

fn said(trace: &Trace) -> Vec<Event> {
    let said = |event: &Event| event.is_report() && event.field("message").contains("in another runtime");
    trace.events().into_iter().filter(said).collect()
}

/// As `#[tokio::test]` makes it.
fn a_test(body: impl Future<Output = ()>) {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(body);
}

#[test]
fn a_refusal_by_what_another_test_has_drained_is_reported_once_also_if_it_is_looked_at() {
    static AUDIT: Tracker = Tracker::bounded("audit", 64);

    #[detached(timeout = "5s", track = AUDIT)]
    async fn write_audit() {}

    let trace = Trace::record();
    a_test(async {
        write_audit();
        assert!(AUDIT.drain().await.is_clean());
    });
    let place = format!("tests/tests/drained_by_another_test.rs:{}:23", line!() - 2);
    for _ in 0..2 {
        a_test(async { assert_eq!(write_audit().admitted().unwrap_err(), Rejected::Draining) });
    }
    let events = said(&trace);
    if !cfg!(debug_assertions) {
        return assert!(events.is_empty(), "{events:#?}");
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.level, event.field("task"), event.field("tracker")), (Level::WARN, "write_audit", "audit"));
    assert!(event.field("message").contains(&place), "{event:?}");
    assert!(event.field("message").contains("`outlive::testing::isolated(async { … }).await`"), "{event:?}");
}

#[test]
fn one_by_the_same_runtimes_drain_by_a_shutdown_or_by_a_tracker_of_its_own_is_not() {
    static MAIL: Tracker = Tracker::bounded("mail", 64);
    static LETTERS: Tracker = Tracker::bounded("letters", 64);

    #[detached(timeout = "5s", track = MAIL)]
    async fn send_mail() {}

    #[detached(timeout = "5s", track = LETTERS)]
    async fn send_letter() {}

    #[detached(timeout = "5s", track = own)]
    async fn send_parcel(own: std::sync::Arc<Tracker>) {}

    let trace = Trace::record();
    let own = std::sync::Arc::new(Tracker::bounded("own", 64));
    a_test(async {
        assert!(MAIL.drain().await.is_clean());
        assert_eq!(send_mail().admitted().unwrap_err(), Rejected::Draining);
        assert!(Shutdown::new().tracker(&LETTERS).await.is_clean());
        assert!(own.drain().await.is_clean());
    });
    a_test(async {
        assert_eq!(send_letter().admitted().unwrap_err(), Rejected::Draining);
        assert_eq!(send_parcel(own.clone()).admitted().unwrap_err(), Rejected::Draining);
    });
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
}
