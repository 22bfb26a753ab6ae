//! `status()` says what there is, without being in anybody's way.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use outlive::status::{FunctionStatus, LoopStatus, TrackerKind, TrackerState, TrackerStatus};
use outlive::{Counts, Outcome, OwnedTracker, TaskOwner, Tracker, detached, owned_tasks, periodic, status, worker};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};

fn tracker(name: &str) -> TrackerStatus {
    let mut of_the_name = trackers(name);
    assert_eq!(of_the_name.len(), 1, "{of_the_name:?}");
    of_the_name.remove(0)
}

fn trackers(name: &str) -> Vec<TrackerStatus> {
    status().trackers.into_iter().filter(|tracker| tracker.name == name).collect()
}

fn function(name: &str) -> FunctionStatus {
    status().functions.into_iter().find(|function| function.name == name).unwrap()
}

fn looping(name: &str) -> LoopStatus {
    status().loops.into_iter().find(|known| known.name == name).unwrap()
}

/// Lets every task that can run do so.
async fn others() {
    for _ in 0..10 {
        yield_now().await;
    }
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

#[tokio::test(start_paused = true)]
async fn a_tracker_shows_its_bound_its_queue_and_its_place_before_any_call() {
    const LINE: u32 = line!() + 1;
    static UNUSED: Tracker = Tracker::bounded("unused", 7).queue(9);

    #[detached(timeout = "5s", grace = "1s", track = UNUSED)]
    async fn never_called() {}

    let _ = never_called as fn() -> _;
    let seen = tracker("unused");
    assert_eq!((seen.bound, seen.queue, seen.live, seen.queued, seen.acquiring), (Some(7), 9, 0, 0, 0));
    assert_eq!((seen.file, seen.line, seen.kind), (file!(), LINE, TrackerKind::Static));
    assert!(matches!(seen.state, TrackerState::Open) && seen.oldest.is_none(), "{seen:?}");
    let seen = function("never_called");
    assert_eq!((seen.file, seen.line, seen.tracker), (file!(), LINE + 3, Some("unused")));
    assert_eq!((seen.timeout, seen.grace, seen.counts), (Some(secs(5)), secs(1), Counts::default()));
    assert!(seen.oldest.is_none() && seen.last_failure.is_none());
}

#[tokio::test(start_paused = true)]
async fn who_runs_and_who_waits_is_counted_and_the_oldest_has_an_age() {
    static BUSY: Tracker = Tracker::bounded("busy", 2).queue(1);

    #[detached(timeout = "15s", track = BUSY)]
    async fn busy_for(time: Duration) {
        sleep(time).await;
    }

    drop(busy_for(secs(6)));
    others().await;
    advance(secs(3)).await;
    drop(busy_for(secs(9)));
    drop(busy_for(secs(1)));
    others().await;
    let seen = tracker("busy");
    assert_eq!((seen.live, seen.queued, seen.oldest), (2, 1, Some(secs(3))));
    assert_eq!(function("busy_for").oldest, Some(secs(3)));
    assert!(busy_for(secs(1)).admitted().is_err());
    let seen = function("busy_for");
    assert_eq!((seen.counts.live, seen.counts.queued, seen.counts.rejected), (2, 1, 1));
    assert_eq!((seen.refused.full, seen.refused.draining, seen.refused.never_started), (1, 0, 0));

    // The first has gone at 6, the one that was queued at 7: the second has come at 3.
    sleep(Duration::from_millis(4_500)).await;
    let seen = tracker("busy");
    assert_eq!((seen.live, seen.queued), (1, 0));
    assert_eq!(seen.oldest.map(|age| age.as_millis()), Some(4_500));
}

#[tokio::test(start_paused = true)]
async fn the_oldest_is_found_whatever_its_kind() {
    static AGED: Tracker = Tracker::bounded("aged", 8);

    #[worker(track = AGED)]
    async fn aged_worker() {
        std::future::pending::<()>().await;
    }

    #[detached(timeout = time, max_timeout = "15s", track = AGED)]
    async fn aged_by_itself(time: Duration) {
        std::future::pending::<()>().await;
        let _ = time;
    }

    #[detached(timeout = "15s", track = AGED)]
    async fn aged() {
        std::future::pending::<()>().await;
    }

    let first = aged_worker();
    others().await;
    advance(secs(1)).await;
    let second = aged_by_itself(secs(14));
    others().await;
    advance(secs(1)).await;
    drop((aged_by_itself(secs(14)), aged()));
    others().await;
    advance(secs(1)).await;
    let ages = || [tracker("aged").oldest, function("aged_by_itself").oldest, function("aged").oldest];
    assert_eq!(ages(), [Some(secs(3)), Some(secs(2)), Some(secs(1))]);
    first.abort(outlive::CancelCause::Requested);
    others().await;
    assert_eq!((ages(), function("aged_worker").oldest), ([Some(secs(2)), Some(secs(2)), Some(secs(1))], None));
    second.abort(outlive::CancelCause::Requested);
    others().await;
    assert_eq!(ages(), [Some(secs(1)); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_drain_is_seen_from_its_start_to_its_report() {
    static DRAINED: Tracker<10> = Tracker::bounded("drained", 1).queue(4).drain_budget::<10>();

    #[detached(timeout = "9s", track = DRAINED)]
    async fn slow() {
        sleep(secs(7)).await;
    }

    drop((slow(), slow(), slow()));
    others().await;
    let draining = tokio::spawn(DRAINED.drain());
    others().await;
    advance(secs(4)).await;
    let seen = tracker("drained");
    assert_eq!((seen.live, seen.queued, seen.state.as_str()), (1, 2, "draining"));
    let TrackerState::Draining { elapsed, budget, .. } = seen.state else { panic!("{:?}", seen.state) };
    assert_eq!((elapsed, budget), (secs(4), secs(10)));
    assert!(slow().admitted().is_err());

    let report = draining.await.unwrap();
    let seen = tracker("drained");
    let shown = seen.state.report().expect("it has drained");
    assert_eq!((shown.to_string(), seen.live, seen.queued), (report.to_string(), 0, 0));
    assert_eq!((shown.finished(), shown.aborted(), shown.never_started()), (1, 1, 1));
    let seen = function("slow");
    assert_eq!((seen.refused.draining, seen.refused.never_started, seen.counts.rejected), (1, 1, 2));
    let failure = seen.last_failure.unwrap();
    assert_eq!((failure.outcome, &*failure.cause), (Outcome::Cancelled, "the tracker is shutting down"));
}

#[tokio::test(start_paused = true)]
async fn the_last_failure_says_what_it_was_and_when_also_where_a_caller_has_seen_it() {
    static FAILING: Tracker = Tracker::bounded("failing", 8);

    #[detached(timeout = "5s", track = FAILING)]
    async fn fails_as(how: &'static str) -> Result<(), String> {
        match how {
            "panic" => panic!("out of {}", "luck"),
            "hang" => std::future::pending().await,
            "fine" => Ok(()),
            error => Err(error.to_owned()),
        }
    }

    let last = || function("fails_as").last_failure.map(|failure| (failure.outcome, failure.cause));
    fails_as("fine").await.unwrap().unwrap();
    assert!(last().is_none());
    let before = SystemTime::now();
    assert!(fails_as("disk full").await.unwrap().is_err());
    assert_eq!(last(), Some((Outcome::Failed, "disk full".to_owned())));
    advance(secs(30)).await;
    let failure = function("fails_as").last_failure.unwrap();
    assert_eq!(failure.ago, secs(30));
    assert!(before <= failure.at && failure.at <= SystemTime::now());
    assert!(fails_as("panic").await.is_err());
    assert_eq!(last(), Some((Outcome::Panicked, "out of luck".to_owned())));
    assert!(fails_as("hang").await.is_err());
    assert_eq!(last(), Some((Outcome::TimedOut, "timed out after 5s".to_owned())));
    fails_as("fine").await.unwrap().unwrap();
    assert_eq!(last().unwrap().0, Outcome::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn in_a_storm_of_failures_the_last_is_one_of_the_first_of_its_second() {
    static STORM: Tracker = Tracker::bounded("storm", 8);

    #[detached(timeout = "5s", track = STORM)]
    async fn storms(number: u32) -> Result<(), u32> {
        Err(number)
    }

    let last = || function("storms").last_failure.unwrap().cause;
    for number in 1..=100 {
        assert!(storms(number).await.unwrap().is_err());
    }
    assert_eq!(last(), "5");
    advance(secs(1)).await;
    assert!(storms(101).await.unwrap().is_err());
    assert_eq!(last(), "101");
    assert_eq!(function("storms").counts.failed, 101);
}

#[tokio::test(start_paused = true)]
async fn a_shared_tracker_is_listed_from_its_first_call_until_it_is_gone() {
    #[detached(timeout = "5s", track = tracker)]
    async fn shared(tracker: Arc<Tracker>, until: Arc<Notify>) {
        until.notified().await;
        drop(tracker);
    }

    let until = Arc::new(Notify::new());
    let (one, other) = (Arc::new(Tracker::bounded("shared", 3)), Arc::new(Tracker::unbounded("shared")));
    assert!(trackers("shared").is_empty());
    let first = shared(Arc::clone(&one), Arc::clone(&until));
    let others_ = shared(Arc::clone(&other), Arc::clone(&until));
    others().await;
    advance(secs(2)).await;
    let seen = trackers("shared");
    let bounds: Vec<_> = seen.iter().map(|tracker| tracker.bound).collect();
    assert!(bounds.contains(&Some(3)) && bounds.contains(&None) && seen.len() == 2, "{seen:?}");
    assert!(seen.iter().all(|tracker| tracker.kind == TrackerKind::Shared && tracker.file == file!()));
    assert!(seen.iter().all(|tracker| (tracker.live, tracker.oldest) == (1, Some(secs(2)))), "{seen:?}");
    assert_eq!((function("shared").tracker, function("shared").oldest), (None, Some(secs(2))));
    until.notify_waiters();
    first.await.unwrap();
    others_.await.unwrap();
    drop(other);
    while trackers("shared").len() > 1 {
        std::thread::yield_now(); // another test may look at it just now
    }
    assert_eq!(tracker("shared").bound, Some(3));
    drop(one);
    while !trackers("shared").is_empty() {
        std::thread::yield_now(); // another test may look at it just now
    }
}

#[tokio::test(start_paused = true)]
async fn a_static_that_no_function_names_is_listed_from_its_first_call() {
    static PASSED: Tracker = Tracker::bounded("passed", 3);

    #[detached(timeout = "5s", track = tracker)]
    async fn passed(tracker: &'static Tracker) {
        let _ = tracker;
    }

    assert!(trackers("passed").is_empty());
    passed(&PASSED).await.unwrap();
    passed(&PASSED).await.unwrap();
    assert_eq!((tracker("passed").kind, tracker("passed").bound), (TrackerKind::Static, Some(3)));
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[periodic(every = "30s", timeout = "10s")]
    async fn refreshes(&self) -> Result<(), &'static str> {
        sleep(secs(2)).await;
        Err("no route")
    }

    #[detached(timeout = "5s")]
    async fn serves(&self) {}
}

#[tokio::test(start_paused = true)]
async fn a_service_shows_its_owners_and_its_loops_their_runs() {
    let server = Server { tasks: OwnedTracker::bounded("server", 4) };
    let line = line!() - 1;
    let services = || status().services.into_iter().filter(|service| service.name == "server").collect::<Vec<_>>();
    assert_eq!((services()[0].owners, services()[0].line, services()[0].file), (1, line, file!()));
    let clone = server.clone();
    assert_eq!(services()[0].owners, 2);
    drop(clone);
    server.serves().await.unwrap();
    drop(server.refreshes());
    others().await;
    let seen = tracker("server");
    assert_eq!((seen.kind, seen.live, seen.line), (TrackerKind::Owned, 1, line));

    let seen = looping("refreshes");
    assert_eq!((seen.live, seen.every, seen.next_run), (1, Some(secs(30)), Some(secs(30))));
    assert_eq!((seen.tracker, seen.tracker_file, seen.tracker_line), ("server", file!(), line));
    assert!(seen.last_run.is_none());
    sleep(secs(31)).await;
    let seen = looping("refreshes");
    let run = seen.last_run.unwrap();
    assert_eq!((run.began_ago.as_secs(), run.took, run.outcome), (1, None, None));
    assert_eq!(seen.next_run.map(|time| time.as_millis().div_ceil(1_000)), Some(29));
    sleep(secs(4)).await;
    let run = looping("refreshes").last_run.unwrap();
    assert_eq!((run.took.map(|took| took.as_secs()), run.outcome), (Some(2), Some(Outcome::Failed)));

    let report = server.shutdown().await;
    assert!(report.is_clean(), "{report}");
    let seen = looping("refreshes");
    assert_eq!((seen.live, seen.next_run), (0, None));
    assert_eq!(tracker("server").state.as_str(), "drained");
    drop(server);
    // Another test may look at it just now.
    while !(services().is_empty() && trackers("server").is_empty()) {
        std::thread::yield_now();
    }
    assert!(status().loops.iter().all(|known| known.name != "refreshes"));
}

#[tokio::test(start_paused = true)]
async fn a_worker_is_one_run_and_its_end_stays_to_be_seen() {
    static FEEDS: Tracker = Tracker::bounded("feeds", 4);

    #[worker(track = FEEDS)]
    async fn follows(how: &'static str) -> Result<(), &'static str> {
        sleep(secs(3)).await;
        match how {
            "panic" => panic!("lost it"),
            "fine" => Ok(()),
            "on" => std::future::pending().await,
            error => Err(error),
        }
    }

    for (how, outcome) in [
        ("fine", Outcome::Completed),
        ("hung up", Outcome::Failed),
        ("panic", Outcome::Panicked),
        ("on", Outcome::Cancelled),
    ] {
        drop(follows(how));
        others().await;
        let seen = looping("follows");
        assert_eq!((seen.live, seen.every, seen.next_run), (1, None, None));
        assert!(seen.last_run.unwrap().outcome.is_none());
        assert_eq!(function("follows").timeout, None);
        sleep(secs(4)).await;
        if how == "on" {
            assert_eq!(tracker("feeds").oldest.map(|age| age.as_secs()), Some(4));
            drop(FEEDS.drain().await);
        }
        let seen = looping("follows");
        let run = seen.last_run.unwrap();
        assert_eq!((seen.live, run.outcome), (0, Some(outcome)), "{how}");
        assert_eq!(run.took.map(|took| took.as_secs()), Some(if how == "on" { 4 } else { 3 }), "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_restarted_shows_when() {
    static RESTARTED: Tracker = Tracker::bounded("restarted", 4);

    #[worker(track = RESTARTED, restart = "10s..10s")]
    async fn restarts() -> Result<(), &'static str> {
        sleep(secs(3)).await;
        Err("hung up")
    }

    drop(restarts());
    sleep(secs(5)).await;
    let seen = looping("restarts");
    let run = seen.last_run.unwrap();
    assert_eq!((seen.live, run.outcome, run.took.map(|took| took.as_secs())), (1, Some(Outcome::Failed), Some(3)));
    assert_eq!(seen.next_run.map(|time| time.as_secs()), Some(8));
    sleep(secs(9)).await;
    let seen = looping("restarts");
    assert_eq!((seen.next_run, seen.last_run.unwrap().outcome), (None, None));
    drop(RESTARTED.drain().await);
    let seen = looping("restarts");
    assert_eq!((seen.live, seen.last_run.unwrap().outcome), (0, Some(Outcome::Cancelled)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_answers_while_calls_come_and_go_and_adds_up() {
    static LOADED: Tracker = Tracker::bounded("loaded", 64).queue(64);

    #[detached(timeout = "5s", track = LOADED)]
    async fn loaded() {
        yield_now().await;
    }

    let calls = tokio::spawn(async {
        for _ in 0..20_000 {
            drop(loaded().admitted());
            yield_now().await;
        }
    });
    let mut looks = 0;
    while !calls.is_finished() {
        let seen = function("loaded").counts;
        assert!(seen.started >= seen.completed, "{seen:?}");
        looks += 1;
        yield_now().await;
    }
    assert!(looks > 0);
    drop(LOADED.drain().await);
    let (seen, counts) = (tracker("loaded"), function("loaded").counts);
    assert_eq!((seen.live, seen.queued, counts.completed + counts.rejected), (0, 0, 20_000));
}
