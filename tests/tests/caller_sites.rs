//! With `site = caller` each line that calls a helper is a site of its own: counters, reports, timeouts, drains.

use std::future::{Future, pending};
use std::sync::Arc;
use std::time::Duration;

use outlive::{Fate, OwnedTracker, Rejected, TaskError, TaskHandle, TaskOwner, TaskSite, Tracker};
use outlive::{detach, detached, owned_tasks, sites, worker};
use outlive_tests::Trace;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};

/// Calls, and gives the line.
macro_rules! here {
    ($call:expr) => {
        (line!(), $call)
    };
}

fn is_at(site: &TaskSite, name: &str, line: u32) -> bool {
    site.name() == name && site.file() == file!() && site.line() == line
}

fn listed(name: &str) -> Vec<&'static TaskSite> {
    sites().filter(|site| site.name() == name && site.file() == file!()).collect()
}

#[tokio::test]
async fn each_line_that_calls_has_its_own_counters() {
    static MAIL: Tracker = Tracker::unbounded("mail");

    #[detached(timeout = "5s", track = MAIL, site = caller)]
    async fn greet(fails: bool) -> Result<(), String> {
        if fails { Err("no such user".to_owned()) } else { Ok(()) }
    }

    let own = listed("greet");
    let [own] = own[..] else { panic!("before it is called, it is one: {own:?}") };
    let (one, first) = here!(greet(false));
    let (other, second) = here!(greet(true));
    let (first_site, second_site) = (first.site(), second.site());
    assert!(is_at(first_site, "greet", one) && is_at(second_site, "greet", other), "{first_site:?} {second_site:?}");
    assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_err());
    let (of_first, of_second) = (first_site.counts(), second_site.counts());
    assert_eq!((of_first.completed, of_first.failed), (1, 0));
    assert_eq!((of_second.completed, of_second.failed), (0, 1));
    assert_eq!(own.counts().started, 0);
    assert_eq!(first_site.timeout(), Duration::from_secs(5));
    let all = listed("greet");
    assert_eq!(all.len(), 3, "its own, and one for each line: {all:?}");
    assert!([own, first_site, second_site].iter().all(|site| all.iter().any(|known| std::ptr::eq(*known, *site))));
}

#[tokio::test]
async fn a_line_is_one_site_however_often_it_calls() {
    static MAIL: Tracker = Tracker::unbounded("mail");

    #[detached(timeout = "5s", track = MAIL, site = caller)]
    async fn again() {}

    let mut seen: Vec<&'static TaskSite> = Vec::new();
    for _ in 0..10 {
        let handle = again();
        seen.push(handle.site());
        handle.await.unwrap();
    }
    assert!(seen.iter().all(|site| std::ptr::eq(*site, seen[0])));
    assert_eq!(seen[0].counts().completed, 10);
}

#[test]
fn a_line_that_many_threads_call_at_once_is_one_site() {
    static MAIL: Tracker = Tracker::unbounded("mail");

    #[detached(timeout = "5s", track = MAIL, site = caller)]
    async fn at_once() {}

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let barrier = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let _entered = runtime.enter();
                barrier.wait();
                at_once();
            });
        }
    });
    assert!(runtime.block_on(MAIL.drain()).is_clean());
    let called: Vec<_> = listed("at_once").into_iter().filter(|site| site.counts().started > 0).collect();
    let [site] = called[..] else { panic!("one line: {called:?}") };
    assert_eq!(site.counts().completed, 8);
}

#[tokio::test]
async fn a_helper_that_tracks_its_caller_hands_the_place_on() {
    static MAIL: Tracker = Tracker::unbounded("mail");

    #[detached(timeout = "5s", track = MAIL, site = caller)]
    async fn inner() {}

    #[track_caller]
    fn wrapped() -> TaskHandle<()> {
        inner()
    }

    #[track_caller]
    fn spawned(work: impl Future<Output = ()> + Send + 'static) -> TaskHandle<()> {
        detach!(timeout = "5s", track = MAIL, site = caller, name = "spawned", work)
    }

    let (line, handle) = here!(wrapped());
    assert!(is_at(handle.site(), "inner", line), "{:?}", handle.site());
    let (line, handle) = here!(spawned(async {}));
    assert!(is_at(handle.site(), "spawned", line), "{:?}", handle.site());
}

#[tokio::test]
async fn two_calls_on_one_line_are_one_site() {
    static MAIL: Tracker = Tracker::unbounded("mail");

    #[detached(timeout = "5s", track = MAIL, site = caller)]
    async fn twice() {}

    let (one, other) = (twice(), twice());
    assert!(std::ptr::eq(one.site(), other.site()));
    assert_eq!(listed("twice").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_has_its_own_timeouts() {
    static MAIL: Tracker = Tracker::unbounded("mail");

    #[detached(timeout = "5s", track = MAIL, site = caller)]
    async fn hangs() {
        pending::<()>().await;
    }

    let first = hangs();
    yield_now().await;
    advance(Duration::from_secs(3)).await;
    let second = hangs();
    let (first_site, second_site) = (first.site(), second.site());
    assert!(matches!(first.await, Err(TaskError::TimedOut { .. })));
    assert_eq!((first_site.counts().timed_out, second_site.counts().timed_out), (1, 0));
    assert_eq!(second_site.counts().live, 1);
    assert!(matches!(second.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(second_site.counts().timed_out, 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_the_calls_of_each_line() {
    static MAIL: Tracker = Tracker::unbounded("mail");

    #[detached(timeout = "5s", track = MAIL, site = caller)]
    async fn takes(seconds: u64) {
        sleep(Duration::from_secs(seconds)).await;
    }

    let (first, second) = (
        takes(1), //
        takes(2),
    );
    let (first, second) = (first.site(), second.site());
    assert_ne!(first.line(), second.line());
    yield_now().await;
    let report = MAIL.drain().await;
    assert!(report.is_clean() && report.finished() == 2, "{report}");
    assert_eq!((first.counts().completed, second.counts().completed), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_straggler_has_the_line_of_its_call() {
    static MAIL: Tracker<1> = Tracker::unbounded("mail").drain_budget::<1>();

    #[worker(track = MAIL, grace = "500ms", site = caller)]
    async fn never_ends(_: &'static str) {
        pending::<()>().await;
    }

    let (one, first) = here!(never_ends("first"));
    let (other, second) = here!(never_ends("second"));
    assert!(is_at(first.site(), "never_ends", one) && is_at(second.site(), "never_ends", other));
    yield_now().await;
    let report = MAIL.drain().await;
    let mut lines: Vec<u32> = report.stragglers().iter().map(|straggler| straggler.site().line()).collect();
    lines.sort_unstable();
    assert_eq!(lines, [one, other], "{report}");
    assert!(report.stragglers().iter().all(|straggler| straggler.fate() == Fate::Aborted));
}

#[tokio::test]
async fn each_has_its_own_limit_of_reports() {
    static MAIL: Tracker = Tracker::unbounded("mail");

    #[detached(timeout = "5s", track = MAIL, site = caller)]
    async fn fails() -> Result<(), String> {
        Err("no such user".to_owned())
    }

    let trace = Trace::record();
    for _ in 0..50 {
        drop(fails());
    }
    yield_now().await;
    let reported = trace.reports().len();
    assert!((1..50).contains(&reported), "a storm becomes a count: {reported}");
    drop(fails());
    yield_now().await;
    assert_eq!(trace.reports().len(), 1, "and hides no other");
    assert!(MAIL.drain().await.is_clean());
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s", site = caller)]
    async fn notify(&self) {}

    #[worker(site = caller)]
    async fn session(&self, _connection: u64) {
        pending::<()>().await;
    }
}

#[tokio::test]
async fn so_it_is_in_services_and_with_shared_trackers() {
    #[detached(timeout = "5s", track = tracker, site = caller)]
    async fn shared(tracker: Arc<Tracker>) {}

    let server = Server { tasks: OwnedTracker::bounded("server", 3) };
    let (line, handle) = here!(server.notify());
    assert!(is_at(handle.site(), "notify", line));
    handle.await.unwrap();
    let (one, first) = here!(server.session(1));
    let (other, second) = here!(server.session(2));
    assert!(is_at(first.site(), "session", one) && is_at(second.site(), "session", other));
    assert_eq!((first.site().counts().live, second.site().counts().live), (1, 1));
    assert!(server.shutdown().await.stragglers().len() <= 2);

    let tracker = Arc::new(Tracker::bounded("shared", 1));
    let (line, handle) = here!(shared(Arc::clone(&tracker)));
    assert!(is_at(handle.site(), "shared", line));
    let (line, refused) = here!(shared(Arc::clone(&tracker)));
    let site = refused.site();
    assert!(is_at(site, "shared", line));
    assert_eq!(refused.admitted().map(drop), Err(Rejected::Full));
    assert_eq!((site.counts().rejected, handle.site().counts().rejected), (1, 0));
    handle.await.unwrap();
    assert!(tracker.drain().await.is_clean());
}
