//! Every annotated function of the program is on the list, called or not, with what became of its calls.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use outlive::{CancelCause, Counts, TaskSite, Tracker, detach, detached, sites};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::sleep;

static TASKS: Tracker = Tracker::bounded("tasks", 100);

const SECOND: Duration = Duration::from_secs(1);

/// The one site of this name.
#[track_caller]
fn site(name: &str) -> &'static TaskSite {
    let mut found = sites().filter(|site| site.name() == name);
    let site = found.next().unwrap_or_else(|| panic!("no site `{name}`"));
    assert!(found.next().is_none(), "`{name}` is listed twice");
    site
}

#[detached(timeout = "1500ms", grace = "20ms", track = TASKS)]
#[expect(dead_code, reason = "nobody calls it")]
async fn never_called() {}
const NEVER_CALLED: u32 = line!() - 1;

#[expect(dead_code, reason = "nobody calls it")]
#[detached(
    timeout = "2s",
    track = tracker
)]
/// Its line is that of the `fn`, not of an attribute.
#[inline(never)]
pub(crate) async fn never_instantiated<T: Send + 'static, const N: usize>(tracker: Arc<Tracker>, values: [T; N]) {
    drop((tracker, values));
}
const NEVER_INSTANTIATED: u32 = line!() - 3;

mod deeper {
    use super::{TASKS, detached};

    pub(crate) struct Service<T>(pub(crate) T);

    impl<T: Send + 'static> Service<T> {
        #[detached(timeout = "3s", track = TASKS)]
        pub(crate) async fn method(self) -> T {
            self.0
        }

        #[expect(dead_code, reason = "nobody calls it")]
        #[detached(timeout = "3s", track = TASKS, blocking)]
        fn uncalled_method(self) -> T {
            self.0
        }
    }
}

#[cfg(any())]
#[detached(timeout = "1s", track = TASKS)]
async fn not_compiled() {}

macro_rules! makes {
    ($name:ident) => {
        #[detached(timeout = "4s", track = TASKS)]
        #[expect(dead_code, reason = "nobody calls it")]
        async fn $name() {}
    };
}

makes!(made_by_a_macro);

#[detached(timeout = wanted, max_timeout = "19s", track = TASKS, name = "mail.send")]
#[expect(dead_code, reason = "nobody calls it")]
async fn renamed(wanted: Duration) {
    let _ = wanted;
}

#[expect(dead_code, reason = "nobody calls it")]
async fn never_run() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn inside_of_a_body() {}

    inside_of_a_body().await.unwrap();
    detach!(timeout = "6s", track = TASKS, name = "cache.refill", async {});
    detach!(timeout = "6s", track = TASKS, async {});
}
const DETACH: u32 = line!() - 2;

#[test]
fn every_annotated_function_is_listed_called_or_not() {
    #[detached(timeout = "5s", track = TASKS)]
    #[expect(dead_code, reason = "nobody calls it")]
    async fn inside_of_a_test() {}

    let listed: BTreeSet<_> = sites().map(TaskSite::name).collect();
    let expected = [
        "cache.refill",
        "inside_of_a_body",
        "inside_of_a_test",
        "made_by_a_macro",
        "mail.send",
        "method",
        "never_called",
        "never_instantiated",
        "uncalled_method",
    ];
    for name in expected {
        assert!(listed.contains(name), "`{name}` is not in {listed:?}");
        assert_eq!(site(name).file(), "tests/tests/sites.rs");
    }
    assert!(!listed.contains("not_compiled") && !listed.contains("renamed") && !listed.contains(""));
    assert!(sites().any(|site| site.line() == DETACH), "a bare future without a name");
}

#[test]
fn a_site_knows_its_line_its_timeout_and_its_grace() {
    assert_eq!((site("never_called").line(), site("never_instantiated").line()), (NEVER_CALLED, NEVER_INSTANTIATED));
    assert_eq!(site("never_called").timeout(), Duration::from_millis(1_500));
    assert_eq!(site("never_called").grace(), Duration::from_millis(20));
    assert_eq!(
        (site("never_instantiated").timeout(), site("never_instantiated").grace()),
        (2 * SECOND, Duration::ZERO)
    );
    assert_eq!(site("mail.send").timeout(), 19 * SECOND, "the longest it may be");
    assert_eq!(site("cache.refill").line(), DETACH - 1);
    assert_eq!(site("made_by_a_macro").timeout(), 4 * SECOND);
}

#[test]
fn what_was_never_called_has_counted_nothing() {
    assert_eq!(site("never_called").counts(), Counts::default());
    assert_eq!(site("never_instantiated").counts(), Counts::default());
}

#[tokio::test(start_paused = true)]
async fn a_generic_function_has_one_site_for_all_its_types() {
    assert_eq!(deeper::Service(7).method().await.unwrap(), 7);
    let handle = deeper::Service("seven").method();
    assert!(std::ptr::eq(handle.site(), site("method")), "a handle's site is the one that is listed");
    assert_eq!(handle.await.unwrap(), "seven");
    assert_eq!(site("method").counts().completed, 2);
}

// Counting.

#[track_caller]
fn assert_adds_up(site: &TaskSite, calls: u64) -> Counts {
    let counts = site.counts();
    let ended = counts.completed + counts.failed + counts.timed_out + counts.panicked + counts.cancelled + counts.lost;
    assert_eq!(counts.started, ended + counts.live, "{counts:?}");
    assert_eq!(counts.started + counts.rejected + counts.queued, calls, "{counts:?}");
    counts
}

#[derive(Clone, Copy)]
enum Ends {
    Well,
    WithErr,
    WithPanic,
    TooLate,
}

#[tokio::test(start_paused = true)]
async fn at_every_moment_the_counters_add_up() {
    #[detached(timeout = "5s", track = tracker)]
    async fn counted(tracker: Arc<Tracker>, ends: Ends) -> Result<(), &'static str> {
        let _keep = tracker;
        sleep(SECOND).await;
        match ends {
            Ends::Well => Ok(()),
            Ends::WithErr => Err("disk full"),
            Ends::WithPanic => panic!("broken"),
            Ends::TooLate => std::future::pending().await,
        }
    }

    let site = site("counted");
    let tracker = Arc::new(Tracker::bounded("own", 5).queue(1));
    let call = |ends| counted(tracker.clone(), ends);
    let handles: Vec<_> = [Ends::Well, Ends::WithErr, Ends::WithPanic, Ends::TooLate, Ends::TooLate].map(call).into();
    let queued = call(Ends::Well);
    drop(call(Ends::Well));
    let counts = assert_adds_up(site, 7);
    assert_eq!((counts.started, counts.live, counts.queued, counts.rejected), (5, 5, 1, 1));
    assert_eq!(tracker.live(), 6, "those that run and those that wait");

    sleep(SECOND / 2).await;
    handles[4].abort(CancelCause::Requested);
    yield_now().await;
    let counts = assert_adds_up(site, 7);
    assert_eq!((counts.started, counts.live, counts.queued, counts.cancelled), (6, 5, 0, 1));

    assert!(queued.await.is_ok());
    let counts = assert_adds_up(site, 7);
    assert_eq!((counts.completed, counts.failed, counts.panicked, counts.live), (2, 1, 1, 1));

    sleep(5 * SECOND).await;
    let counts = assert_adds_up(site, 7);
    assert_eq!((counts.timed_out, counts.live, tracker.live()), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_queued_call_that_never_starts_counts_as_rejected_and_one_that_is_aborted_as_cancelled() {
    #[detached(timeout = "20s", track = tracker)]
    async fn in_line(tracker: Arc<Tracker>, go: oneshot::Receiver<()>) {
        let _keep = tracker;
        let _ = go.await;
        std::future::pending::<()>().await;
    }

    let site = site("in_line");
    let tracker = Arc::new(Tracker::bounded("own", 1).queue(2));
    let mut senders = Vec::new();
    let mut call = || {
        let (go, gone) = oneshot::channel();
        senders.push(go);
        in_line(tracker.clone(), gone)
    };
    let (_running, aborted, _never) = (call(), call(), call());
    assert_eq!(assert_adds_up(site, 3).queued, 2);
    aborted.abort(CancelCause::Requested);
    assert!(aborted.await.is_err());
    let counts = assert_adds_up(site, 3);
    assert_eq!((counts.cancelled, counts.queued, counts.started, counts.live), (1, 1, 2, 1));
    let _ = tracker.drain().await;
    let counts = assert_adds_up(site, 3);
    assert_eq!((counts.rejected, counts.cancelled, counts.queued, counts.live), (1, 2, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_that_is_taken_meanwhile_adds_up() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn counts_itself() -> Counts {
        let own = site("counts_itself");
        yield_now().await;
        own.counts()
    }

    let (one, other) = (counts_itself(), counts_itself());
    let mut seen =
        [one.await.unwrap(), other.await.unwrap()].map(|counts| (counts.started, counts.live, counts.completed));
    seen.sort_unstable();
    assert_eq!(seen, [(2, 1, 1), (2, 2, 0)], "a task is live until it has ended");
    assert_eq!(site("counts_itself").counts().completed, 2);
    assert!(format!("{:?}", site("counts_itself")).contains("counts_itself"));
}
