//! An error says whose call it was: function, place, tracker.

use std::error::Error;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use outlive::{
    CancelCause, Group, GroupError, Refused, Rejected, Singleflight, TaskError, TaskSite, Tracker, detached,
};
use outlive_tests::Trace;

static AUDIT: Tracker = Tracker::bounded("audit", 1);
static WORK: Tracker = Tracker::unbounded("work");

#[detached(timeout = "5s", track = WORK)]
async fn hangs() {
    pending::<()>().await;
}

#[detached(timeout = "5s", grace = "1s", track = tracker, name = "audit.write")]
async fn hangs_elsewhere(tracker: Arc<Tracker>) {
    pending::<()>().await;
}

#[detached(timeout = "5s", track = WORK)]
async fn breaks() {
    panic!("no disk");
}

#[detached(timeout = "5s", track = WORK, blocking)]
fn breaks_a_thread() {
    panic!("no disk");
}

#[detached(timeout = "5s", track = AUDIT)]
async fn takes_the_only_place() {
    pending::<()>().await;
}

fn shown(of: &TaskSite, tracker: &str) -> String {
    assert!(of.line() > 0 && of.file() == file!());
    format!(": `{}` ({}:{}) in `{tracker}`", of.name(), of.file(), of.line())
}

#[tokio::test(start_paused = true)]
async fn a_timeout_names_function_place_and_tracker() {
    let handle = hangs();
    let site = handle.site();
    let error = handle.await.unwrap_err();
    assert_eq!(error.to_string(), format!("timed out after 5s{}", shown(site, "work")));
    let TaskError::TimedOut { site: named, tracker, timeout, .. } = error else { panic!("{error}") };
    assert!(std::ptr::eq(named, site));
    assert_eq!((tracker, timeout), ("work", Duration::from_secs(5)));

    let handle = hangs_elsewhere(Arc::new(Tracker::bounded("elsewhere", 1)));
    let site = handle.site();
    assert_eq!(site.name(), "audit.write");
    let error = handle.await.unwrap_err();
    assert_eq!(error.to_string(), format!("timed out after 5s and a grace of 1s{}", shown(site, "elsewhere")));
    assert!(error.site().is_some_and(|named| std::ptr::eq(named, site)));
    assert_eq!(error.tracker(), Some("elsewhere"));
    let debug = format!("{error:?}");
    assert_eq!(debug, r#"TimedOut { timeout: 5s, grace: 1s, task: "audit.write", tracker: "elsewhere" }"#);
}

#[tokio::test]
async fn so_does_a_panic() {
    for handle in [breaks(), breaks_a_thread()] {
        let site = handle.site();
        let error = handle.await.unwrap_err();
        assert_eq!(error.to_string(), format!("panicked: no disk{}", shown(site, "work")));
        assert_eq!((error.site().map(TaskSite::line), error.tracker()), (Some(site.line()), Some("work")));
        let TaskError::Panicked(panic) = error else { panic!("{error}") };
        assert_eq!(panic.message(), "no disk");
        assert!(panic.site().is_some_and(|named| std::ptr::eq(named, site)));
        assert_eq!(panic.tracker(), Some("work"));
    }
}

#[tokio::test]
async fn a_panic_in_a_group_is_nobodys_call() {
    let mut group: Group<String> = Group::new();
    group.spawn(async { panic!("no disk") }).await;
    let Err(GroupError::Panicked(panic)) = group.wait().await else { panic!("it did not") };
    assert_eq!((panic.message(), panic.site().map(TaskSite::name), panic.tracker()), ("no disk", None, None));
}

#[tokio::test]
async fn a_refusal_names_them_to_who_asks() {
    let held = takes_the_only_place();
    let (line, mut handle) = (line!(), takes_the_only_place());
    let refused: Refused = handle.refused().unwrap();
    assert_eq!((refused.rejected(), refused.tracker()), (Rejected::Full, "audit"));
    assert!(std::ptr::eq(refused.site(), handle.site()) && refused.site().line() < line);
    assert_eq!(refused.to_string(), format!("refused: the tracker is full{}", shown(handle.site(), "audit")));
    assert_eq!(format!("{refused:?}"), r#"Refused { rejected: Full, task: "takes_the_only_place", tracker: "audit" }"#);
    assert_eq!(Rejected::from(refused), Rejected::Full);
    assert!(matches!(TaskError::from(refused), TaskError::Rejected(Rejected::Full)));
    assert!((&refused as &dyn Error).source().is_none());
    let mut held = held;
    assert!(held.refused().is_none(), "it was let in");
    held.abort(CancelCause::Requested);
}

#[tokio::test]
async fn a_refusal_that_was_asked_for_is_not_reported() {
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "5s", track = ONE)]
    async fn takes_it() {
        pending::<()>().await;
    }

    let trace = Trace::record();
    let held = takes_it();
    assert!(takes_it().refused().is_some());
    assert_eq!(trace.reports().len(), 0);
    drop(takes_it());
    assert_eq!(trace.reports().len(), 1, "one at which nobody looks is");
    held.abort(CancelCause::Requested);
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_for_one_work_are_told_whose_it_was() {
    static USERS: Singleflight<u64, ()> = Singleflight::new("users", &WORK, Duration::from_secs(3));

    let error = USERS.run(7, pending()).await.unwrap_err();
    let site = error.site().unwrap();
    assert_eq!(site.name(), "users");
    assert_eq!(error.to_string(), format!("timed out after 3s{}", shown(site, "work")));
    let error = USERS.run(7, async { panic!("no disk") }).await.unwrap_err();
    assert_eq!(error.to_string(), format!("panicked: no disk{}", shown(site, "work")));
}

#[test]
fn what_is_matched_and_compared_is_as_it_was() {
    fn refused(error: &TaskError) -> Option<Rejected> {
        match error {
            TaskError::Rejected(Rejected::Full) => Some(Rejected::Full),
            TaskError::Rejected(other) => Some(*other),
            TaskError::TimedOut { .. } | TaskError::Panicked(_) | TaskError::Cancelled(_) | TaskError::Lost => None,
            _ => unreachable!("there are no others"),
        }
    }

    assert_eq!(refused(&TaskError::from(Rejected::Full)), Some(Rejected::Full));
    assert_eq!(refused(&TaskError::from(Rejected::Draining)), Some(Rejected::Draining));
    assert_eq!(refused(&TaskError::Lost), None);
    for error in [TaskError::Lost, TaskError::Cancelled(CancelCause::Requested), TaskError::from(Rejected::NoRuntime)] {
        assert!(error.site().is_none() && error.tracker().is_none() && !error.to_string().contains('`'), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_breaks_no_line() {
    let forged = "audit\n\u{1b}[31mERROR";
    let error = hangs_elsewhere(Arc::new(Tracker::bounded(forged, 1))).await.unwrap_err();
    assert_eq!(error.tracker(), Some(forged), "what a program asks for is as it was given");
    let shown = error.to_string();
    assert!(!shown.contains(char::is_control) && shown.ends_with(r"in `audit\n\u{1b}[31mERROR`"), "{shown}");
}
