//! Tests that share a static tracker do not see each other: each has a world of its own.

use std::future::{pending, poll_fn};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Barrier, LazyLock, Mutex};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use outlive::testing::{carried, isolated, no_tasks_left};
use outlive::{
    CancelCause, CancelSource, Context, Counts, Fresh, OwnedTracker, Reason, Rejected, Shutdown, Singleflight,
    TaskError, TaskHandle, TaskOwner, TaskSite, Tracker, Unfinished, detached, owned_tasks, periodic, sites, worker,
};
use outlive_tests::Trace;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// The site of this name, as the code that asks sees it.
#[track_caller]
fn site(name: &str) -> &'static TaskSite {
    sites().find(|site| site.name() == name).unwrap_or_else(|| panic!("no site `{name}`"))
}

/// How many calls of this function have been counted, of whatever outcome.
#[track_caller]
fn calls(name: &str) -> u64 {
    let counts = site(name).counts();
    counts.started + counts.queued + counts.rejected
}

#[allow(clippy::needless_pass_by_value, reason = "it takes what an await gives")]
fn is_refused<T>(given: Result<T, TaskError>, why: Rejected) -> bool {
    matches!(given, Err(TaskError::Rejected(rejected)) if rejected == why)
}

/// Lets what is ready run.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

#[test]
fn fifty_tests_share_one_place_side_by_side_and_each_drains_it() {
    const TESTS: usize = 50;
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "10s", track = ONE)]
    async fn takes_the_only_place(release: oneshot::Receiver<u64>) -> u64 {
        release.await.unwrap()
    }

    let everybody = Barrier::new(TESTS);
    let test = |number: u64| {
        let everybody = &everybody;
        async move {
            assert_eq!((ONE.live(), ONE.is_draining()), (0, false));
            let (release, released) = oneshot::channel();
            let task = takes_the_only_place(released);
            assert!(is_refused(takes_the_only_place(oneshot::channel().1).await, Rejected::Full), "the bound holds");
            assert_eq!(ONE.live(), 1);
            everybody.wait(); // all of them hold the only place
            release.send(number).unwrap();
            assert_eq!(task.await.unwrap(), number);
            assert_eq!(ONE.live(), 0);
            everybody.wait();

            let (release, released) = oneshot::channel();
            let last = takes_the_only_place(released);
            let drain = ONE.drain();
            let drained = async {
                assert!(ONE.is_draining());
                assert!(is_refused(takes_the_only_place(oneshot::channel().1).await, Rejected::Draining));
                release.send(number).unwrap();
            };
            let (report, ()) = tokio::join!(drain, drained);
            assert_eq!((report.finished(), report.refused(), report.is_clean()), (1, 1, true), "{report}");
            assert_eq!(last.await.unwrap(), number);
            let counts = site("takes_the_only_place").counts();
            assert_eq!((counts.started, counts.completed, counts.rejected, counts.live), (2, 2, 2, 0));
        }
    };
    thread::scope(|scope| {
        for number in 0..TESTS as u64 {
            scope.spawn(move || {
                let threads = Builder::new_multi_thread().worker_threads(1).enable_all().build();
                let runtime = if number % 5 == 0 { threads.unwrap() } else { paused() };
                runtime.block_on(isolated(test(number)));
            });
        }
    });
    assert_eq!((ONE.live(), ONE.is_draining()), (0, false), "the process has seen nothing of it");
    assert_eq!(site("takes_the_only_place").counts(), Counts::default());
}

#[tokio::test]
async fn a_line_that_calls_counts_for_each_world_apart() {
    static MAIL: Tracker = Tracker::bounded("mail", 4);

    #[detached(timeout = "10s", track = MAIL, site = caller)]
    async fn told_by_line() {}

    let calls = async |times: usize| {
        let mut last = None;
        for _ in 0..times {
            let handle = told_by_line();
            last = Some(handle.site());
            handle.await.unwrap();
        }
        last.unwrap()
    };
    let of_the_process = calls(1).await;
    let (of_the_test, listed) = isolated(async {
        let site = calls(3).await;
        let listed = sites().filter(|known| known.name() == "told_by_line").map(|known| known.counts().completed);
        (site, listed.collect::<Vec<_>>())
    })
    .await;
    assert_eq!(listed, [0, 3], "the function itself, and the line");
    assert_eq!((of_the_process.line(), of_the_process.file()), (of_the_test.line(), of_the_test.file()));
    assert_eq!((of_the_process.counts().completed, of_the_test.counts().completed), (1, 3));
    assert!(MAIL.drain().await.is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn worlds_that_share_a_runtime_s_threads_are_kept_apart() {
    static SOME: Tracker = Tracker::bounded("some", 4);

    #[detached(timeout = "10s", track = SOME)]
    async fn hops(left: u32) -> u32 {
        yield_now().await;
        if left == 0 { 0 } else { Box::pin(async move { hops(left - 1).await.unwrap() + 1 }).await }
    }

    let mut tests = JoinSet::new();
    for number in 0..40_u32 {
        tests.spawn(isolated(async move {
            let hopped = number % 4;
            assert_eq!(hops(hopped).await.unwrap(), hopped, "each of them has all four places");
            yield_now().await;
            assert_eq!((calls("hops"), SOME.live()), (u64::from(hopped) + 1, 0));
            assert_eq!(SOME.drain().await.finished(), 0);
        }));
    }
    while let Some(test) = tests.join_next().await {
        test.unwrap();
    }
    assert_eq!((calls("hops"), SOME.is_draining()), (0, false));
}

#[tokio::test(start_paused = true)]
async fn the_counters_of_a_world_add_up_and_are_its_own() {
    static TASKS: Tracker = Tracker::bounded("tasks", 3).queue(1);

    #[detached(timeout = "5s", track = TASKS)]
    async fn ends(how: &'static str) -> Result<(), &'static str> {
        sleep(SECOND).await;
        match how {
            "well" => Ok(()),
            "with an error" => Err(how),
            "too late" => pending().await,
            other => panic!("{other}"),
        }
    }

    ends("well").await.unwrap().unwrap();
    let outside = site("ends").counts();
    let held = site("ends");
    isolated(async move {
        assert_eq!(site("ends").counts(), Counts::default());
        for how in ["well", "with an error", "broken", "too late", "well"] {
            ends(how);
        }
        let counts = held.counts();
        assert_eq!((counts.started, counts.queued, counts.rejected), (3, 1, 1), "a site from outside, read inside");
        assert_eq!(TASKS.live(), 4);
        sleep(7 * SECOND).await;
        let counts = site("ends").counts();
        assert_eq!((counts.completed, counts.failed, counts.panicked, counts.timed_out), (1, 1, 1, 1));
        assert_eq!((counts.started, counts.live, counts.queued, counts.rejected), (4, 0, 0, 1));
    })
    .await;
    assert_eq!(site("ends").counts(), outside);
}

#[tokio::test(start_paused = true)]
async fn a_handle_s_site_is_the_one_that_is_listed_and_tells_of_its_world_for_ever() {
    static TASKS: Tracker = Tracker::bounded("tasks", 3);

    #[detached(timeout = "5s", track = TASKS, name = "listed.once")]
    async fn listed() {}

    let inside = isolated(async {
        let task = listed();
        assert!(std::ptr::eq(task.site(), site("listed.once")));
        assert_eq!(sites().filter(|site| site.name() == "listed.once").count(), 1);
        let of_this = task.site();
        assert_eq!((of_this.file(), of_this.timeout()), ("tests/tests/isolated.rs", 5 * SECOND));
        task.await.unwrap();
        of_this
    })
    .await;
    assert_eq!((inside.counts().completed, site("listed.once").counts().completed), (1, 0));
    let read_in_another = isolated(async { inside.counts().completed }).await;
    assert_eq!(read_in_another, 1);
}

#[tokio::test(start_paused = true)]
async fn calls_of_calls_stay_in_the_world() {
    static FIRST: Tracker = Tracker::bounded("first", 1);
    static SECONDS: Tracker = Tracker::bounded("second", 2);

    #[detached(timeout = "5s", track = FIRST)]
    async fn outer() -> bool {
        sleep(SECOND).await;
        let counted = calls("inner") == 0;
        inner().await.unwrap() && counted
    }

    #[detached(timeout = "4s", track = SECONDS)]
    async fn inner() -> bool {
        sleep(SECOND).await;
        FIRST.live() == 1 && SECONDS.live() == 1
    }

    let process = (outer(), inner());
    isolated(async {
        let task = outer();
        let report = FIRST.drain().await;
        assert!(report.is_clean() && task.await.unwrap());
        assert_eq!((calls("outer"), calls("inner"), SECONDS.is_draining()), (1, 1, false));
    })
    .await;
    assert!(!FIRST.is_draining());
    assert!(process.1.await.is_ok() && process.0.await.is_ok(), "its own went on meanwhile");
}

#[tokio::test(start_paused = true)]
async fn a_drain_lets_the_calls_of_its_world_s_tasks_pass_and_ends_nobody_else() {
    static TASKS: Tracker = Tracker::bounded("tasks", 4);

    #[detached(timeout = "9s", track = TASKS)]
    async fn works(on: bool) -> bool {
        sleep(SECOND).await;
        !on || works(false).await.is_ok()
    }

    let process = works(true);
    isolated(async {
        let task = works(true);
        let report = TASKS.drain().await;
        assert_eq!((report.finished(), report.refused()), (2, 0), "{report}");
        assert!(task.await.unwrap());
    })
    .await;
    assert!(process.await.unwrap());
}

// Loops, workers, services.

#[tokio::test(start_paused = true)]
async fn the_runs_of_a_loop_and_what_they_call_stay_in_its_world() {
    static CACHE: Tracker = Tracker::bounded("cache", 8);

    #[periodic(every = "10s", timeout = "5s", track = CACHE)]
    async fn refresh() {
        refill();
    }

    #[detached(timeout = "5s", track = CACHE)]
    async fn refill() {}

    #[worker(restart = "1s..1m", track = CACHE)]
    async fn follow() -> Result<(), &'static str> {
        refill();
        Err("the feed is gone")
    }

    let process = refresh();
    isolated(async {
        let (refreshing, following) = (refresh(), follow());
        sleep(35 * SECOND).await;
        assert_eq!(calls("refresh"), 3);
        assert!(calls("follow") > 2 && calls("refill") == calls("follow") + 3);
        assert!(CACHE.drain().await.is_clean());
        assert!(refreshing.is_finished() && following.is_finished());
    })
    .await;
    assert_eq!((calls("refresh"), calls("follow")), (3, 0));
    assert!(!process.is_finished());
    process.abort(CancelCause::Requested);
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

impl Server {
    fn new() -> Self {
        Self { tasks: OwnedTracker::bounded("server", 2) }
    }
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn greet(&self) {
        note_it();
    }

    #[worker(grace = "1s")]
    async fn consume(&self) -> CancelCause {
        Context::current().cancelled().await
    }
}

static NOTES: Tracker = Tracker::bounded("notes", 1);

#[detached(timeout = "5s", track = NOTES)]
async fn note_it() {}

#[tokio::test(start_paused = true)]
async fn a_service_and_a_shared_tracker_are_the_test_s_own_and_count_in_its_world() {
    #[detached(timeout = "5s", track = tracker)]
    async fn shared(tracker: Arc<Tracker>) {
        note_it();
    }

    isolated(async {
        let (server, tracker) = (Server::new(), Arc::new(Tracker::bounded("shared", 1)));
        server.greet().await.unwrap();
        shared(tracker.clone()).await.unwrap();
        let consuming = server.consume();
        assert!(is_refused(server.consume().await, Rejected::AlreadyStarted));
        assert_eq!((calls("greet"), calls("shared"), calls("consume")), (1, 1, 2));
        assert!(tracker.drain().await.is_clean() && tracker.is_draining());
        assert!(server.shutdown().await.is_clean());
        assert!(matches!(consuming.await, Ok(CancelCause::Shutdown)));
        assert!(NOTES.drain().await.is_clean());
        assert_eq!(calls("note_it"), 2);
    })
    .await;
    assert_eq!((calls("greet"), calls("shared"), calls("consume"), calls("note_it")), (0, 0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_tracker_made_outside_is_not_twinned_and_each_world_counts_its_own_calls() {
    #[detached(timeout = "5s", track = tracker, name = "through.outside")]
    async fn through(tracker: Arc<Tracker>) {
        sleep(SECOND).await;
    }

    let tracker = Arc::new(Tracker::bounded("outside", 1));
    let first = through(tracker.clone());
    isolated(async {
        assert_eq!(tracker.live(), 1);
        assert!(is_refused(through(tracker.clone()).await, Rejected::Full));
        assert_eq!((calls("through.outside"), tracker.live()), (1, 1));
    })
    .await;
    assert_eq!((first.await.is_ok(), calls("through.outside")), (true, 1));
}

#[tokio::test(start_paused = true)]
async fn a_tracker_that_is_given_as_a_reference_is_known_from_its_first_call_on() {
    static GIVEN: Tracker = Tracker::bounded("given", 1);

    #[detached(timeout = "5s", track = tracker, name = "by.reference")]
    async fn by_reference(tracker: &'static Tracker) {
        sleep(SECOND).await;
    }

    let process = by_reference(&GIVEN);
    isolated(async {
        let task = by_reference(&GIVEN);
        assert_eq!(GIVEN.live(), 1);
        assert_eq!(GIVEN.drain().await.finished(), 1);
        assert!(task.is_finished() && GIVEN.is_draining());
    })
    .await;
    assert!(!GIVEN.is_draining() && process.await.is_ok());
}

// The other ways in which a call is made.

#[tokio::test(start_paused = true)]
async fn a_thread_s_calls_stay_in_the_world() {
    static TASKS: Tracker = Tracker::bounded("tasks", 2);

    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn hashes() -> usize {
        after_the_hash();
        TASKS.live()
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn after_the_hash() {}

    isolated(async {
        assert!((1..=2).contains(&hashes().await.unwrap()));
        assert_eq!((calls("hashes"), calls("after_the_hash")), (1, 1));
        assert!(TASKS.drain().await.is_clean());
    })
    .await;
    assert_eq!((calls("hashes"), calls("after_the_hash"), TASKS.is_draining()), (0, 0, false));
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_a_place_waits_for_one_of_its_world() {
    static LINE: Tracker = Tracker::bounded("line", 1).queue(1);

    #[detached(timeout = "5s", track = LINE, when_full = wait)]
    async fn stands_in_line() {
        sleep(SECOND).await;
    }

    let process = (stands_in_line().await, stands_in_line().await);
    isolated(async {
        let runs = stands_in_line().await;
        let queued = stands_in_line().await;
        assert_eq!((LINE.live(), site("stands_in_line").counts().queued), (2, 1));
        let mut knocks = Box::pin(stands_in_line());
        let waits = poll_fn(|cx| Poll::Ready(knocks.as_mut().poll(cx).is_pending()));
        assert!(waits.await);
        let knocked = knocks.await;
        assert!(runs.is_finished(), "its place is the one that was given on");
        queued.await.unwrap();
        knocked.await.unwrap();
        assert_eq!((calls("stands_in_line"), LINE.live()), (3, 0));
    })
    .await;
    process.0.await.unwrap();
    process.1.await.unwrap();
    assert_eq!(calls("stands_in_line"), 2);
}

static SPILLED: Mutex<Vec<(u64, Option<u32>, String)>> = Mutex::new(Vec::new());
static SPILLS: Tracker = Tracker::bounded("spills", 1);

#[detached(timeout = "2s", track = SPILLS, unfinished = spill)]
async fn spills(number: u32) {
    sleep(number * SECOND).await;
}

#[allow(clippy::needless_pass_by_value, reason = "a hook's signature")]
fn spill(call: Unfinished<(u32,)>) {
    assert!(std::ptr::eq(call.site(), site("spills")));
    let value = Context::current().get::<u32>().copied();
    let reason = match call.reason() {
        Reason::Rejected(rejected) => rejected.to_string(),
        Reason::TimedOut { .. } => "timed out".to_owned(),
        other => other.to_string(),
    };
    SPILLED.lock().unwrap().push((calls("spills"), value, reason));
    spilled();
}

#[detached(timeout = "2s", track = NOTES, name = "spilled")]
async fn spilled() {}

#[tokio::test(start_paused = true)]
async fn a_hook_runs_in_the_world_and_the_context_of_its_call() {
    let trace = Trace::record();
    isolated(async {
        let request = Context::root().with(7_u32);
        request.scope(async { spills(3).admitted().map(drop) }).await.unwrap().unwrap();
        request.scope(async { drop(spills(3)) }).await.unwrap();
        sleep(3 * SECOND).await;
        assert_eq!((calls("spills"), calls("spilled")), (2, 2));
    })
    .await;
    let (full, late) = ("refused: the tracker is full".to_owned(), "timed out".to_owned());
    assert_eq!(*SPILLED.lock().unwrap(), [(2, Some(7), full), (2, Some(7), late)]);
    assert_eq!((calls("spills"), calls("spilled")), (0, 0));
    drop(trace);
}

#[tokio::test(start_paused = true)]
async fn a_callback_on_a_cancellation_runs_in_the_world() {
    static TASKS: Tracker = Tracker::bounded("tasks", 1);

    #[detached(timeout = "2s", track = TASKS)]
    async fn called_back() {}

    isolated(async {
        let source = CancelSource::new();
        let callback = Context::root().with_cancel(&source).on_cancel(|_| drop(called_back()));
        source.cancel(CancelCause::Requested);
        settle().await;
        assert!(!callback.stop());
        assert_eq!(calls("called_back"), 1);
    })
    .await;
    assert_eq!(calls("called_back"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_bare_spawn_leaves_the_world_unless_it_is_carried() {
    static TASKS: Tracker = Tracker::bounded("tasks", 4);

    #[detached(timeout = "2s", track = TASKS)]
    async fn spawned() {}

    isolated(async {
        tokio::spawn(async { spawned().await }).await.unwrap().unwrap();
        assert_eq!(calls("spawned"), 0);
        tokio::spawn(carried(async { spawned().await })).await.unwrap().unwrap();
        assert_eq!(calls("spawned"), 1);
    })
    .await;
    assert_eq!(calls("spawned"), 1);
    let process = carried(async { spawned().await });
    isolated(process).await.unwrap();
    assert_eq!(calls("spawned"), 2, "what was carried from outside stays outside");
}

// Worlds.

#[tokio::test(start_paused = true)]
async fn inside_of_two_worlds_the_inner_one_is_meant() {
    static NESTED: Tracker = Tracker::bounded("nested", 1);

    #[detached(timeout = "9s", track = NESTED)]
    async fn nested() {
        sleep(SECOND).await;
    }

    isolated(async {
        let outer = nested();
        isolated(async {
            assert_eq!((calls("nested"), NESTED.live()), (0, 0));
            nested().await.unwrap();
            assert_eq!(NESTED.drain().await.finished(), 0);
            assert_eq!(calls("nested"), 1);
            assert_eq!(outer.site().counts().started, 1, "one that is held is the world's that gave it");
        })
        .await;
        assert_eq!((calls("nested"), NESTED.is_draining()), (1, false));
        assert!(outer.is_finished());
    })
    .await;
    assert_eq!(calls("nested"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_test_keeps_the_context_that_it_is_called_in() {
    static TASKS: Tracker = Tracker::bounded("tasks", 1);

    #[detached(timeout = "9s", track = TASKS)]
    async fn sees() -> Option<u8> {
        Context::current().get::<u8>().copied()
    }

    let seen = Context::root().with(5_u8).scope(isolated(async { sees().await.unwrap() })).await.unwrap();
    assert_eq!(seen, Some(5));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_dropped_or_panics_is_dropped_in_its_world() {
    static TASKS: Tracker = Tracker::bounded("tasks", 1);
    static SEEN: AtomicUsize = AtomicUsize::new(0);

    struct Last;

    impl Drop for Last {
        fn drop(&mut self) {
            says_goodbye();
            SEEN.fetch_add(usize::try_from(calls("says_goodbye")).unwrap(), Relaxed);
        }
    }

    #[detached(timeout = "9s", track = TASKS)]
    async fn says_goodbye() {}

    let test = |breaks: bool| {
        isolated(async move {
            let _last = Last;
            settle().await;
            assert!(!breaks, "on purpose");
            pending::<()>().await;
        })
    };
    let (dropped, broken) = (tokio::spawn(test(false)), tokio::spawn(test(true)));
    assert!(broken.await.unwrap_err().is_panic());
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    assert_eq!((SEEN.load(Relaxed), calls("says_goodbye")), (2, 0), "one call in each of them");
}

#[tokio::test(start_paused = true)]
async fn a_drain_before_any_call_closes_the_world_s_tracker_alone() {
    static UNUSED: Tracker = Tracker::bounded("unused", 1);

    #[detached(timeout = "9s", track = UNUSED)]
    async fn never_ran() {}

    isolated(async {
        assert!(UNUSED.drain().await.is_clean());
        assert!(UNUSED.is_draining() && is_refused(never_ran().await, Rejected::Draining));
    })
    .await;
    assert!(!UNUSED.is_draining() && never_ran().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_of_all_is_one_of_the_world_s_trackers() {
    static FIRST: Tracker<3> = Tracker::bounded("shutdown-first", 1).drain_budget::<3>();
    static LAST: Tracker = Tracker::bounded("shutdown-last", 1);

    #[detached(timeout = "2s", track = FIRST)]
    async fn feeds() -> bool {
        sleep(SECOND).await;
        is_fed().admitted().is_ok()
    }

    #[detached(timeout = "19s", track = LAST)]
    async fn is_fed() {
        sleep(SECOND).await;
    }

    let process = (feeds(), is_fed());
    let shutdown = || Shutdown::all().phase("first").tracker(&FIRST);
    isolated(async {
        let task = feeds();
        let report = shutdown().run().await;
        assert!(report.is_clean() && task.await.unwrap(), "{report}");
        assert!(report.unphased().contains(&"shutdown-last") && !report.unphased().contains(&"shutdown-first"));
        let drains: Vec<_> = report.phases().flat_map(|(_, drains)| drains).collect();
        let finished = |name| -> Vec<usize> {
            drains.iter().filter(|drain| drain.tracker() == name).map(|drain| drain.finished()).collect()
        };
        assert_eq!((finished("shutdown-first"), finished("shutdown-last")), (vec![1], vec![1]), "{report}");
        assert!(FIRST.is_draining() && LAST.is_draining() && NOTES.is_draining());
    })
    .await;
    assert!(!FIRST.is_draining() && !LAST.is_draining() && !NOTES.is_draining());
    assert!(process.1.await.is_ok() && process.0.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_left_behind_goes_on_in_its_world() {
    static TASKS: Tracker = Tracker::bounded("tasks", 2);

    #[detached(timeout = "9s", track = TASKS)]
    async fn goes_on() -> u64 {
        sleep(SECOND).await;
        goes_on_too().await.unwrap();
        calls("goes_on_too")
    }

    #[detached(timeout = "9s", track = TASKS)]
    async fn goes_on_too() {}

    let left: TaskHandle<u64> = isolated(async { goes_on().admitted() }).await.unwrap();
    assert_eq!(TASKS.live(), 0);
    let site = left.site();
    assert_eq!((site.counts().live, left.await.unwrap()), (1, 1));
    assert_eq!((site.counts().live, calls("goes_on_too")), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_storm_in_one_world_suppresses_no_report_of_another() {
    static TASKS: Tracker = Tracker::bounded("tasks", 1);

    #[detached(timeout = "9s", track = TASKS)]
    async fn breaks() {
        panic!("as told");
    }

    let trace = Trace::record();
    for _ in 0..2 {
        isolated(async {
            for _ in 0..7 {
                assert!(breaks().await.is_err());
            }
        })
        .await;
    }
    assert_eq!(trace.events().iter().filter(|event| event.is_report()).count(), 10, "five of each");
}

#[derive(Clone, outlive::TaskOwner)]
struct Service {
    tasks: outlive::OwnedTracker,
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_of_everything_finds_the_services_of_its_world_and_no_others() {
    let outside = Service { tasks: outlive::OwnedTracker::bounded("outside", 1) };
    isolated(async {
        let inside = Service { tasks: outlive::OwnedTracker::bounded("inside", 1) };
        let report = Shutdown::all().run().await;
        assert!(report.unphased().contains(&"inside") && !report.unphased().contains(&"outside"), "{report}");
        assert!(inside.tasks.is_draining());
    })
    .await;
    assert!(!outside.tasks.is_draining());
}

static LOADS: Tracker = Tracker::bounded("loads", 4);
static LOADED: Singleflight<u32, u32> = Singleflight::new("loaded", &LOADS, Duration::from_secs(5));
static TOKEN: LazyLock<Fresh<u32, String>> = LazyLock::new(|| {
    Fresh::new("token", &LOADS, Duration::from_secs(5), || async { Ok((NEXT.fetch_add(1, Relaxed), HOUR)) })
});
static NEXT: AtomicU32 = AtomicU32::new(0);
const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test(start_paused = true)]
async fn a_static_flight_or_credential_is_each_worlds_own() {
    let load = |value: u32| {
        isolated(async move {
            let _guard = no_tasks_left();
            let landed = LOADED.run(1, async move {
                sleep(Duration::from_secs(1)).await;
                value
            });
            (landed.await.unwrap(), LOADED.len(), TOKEN.get().await.unwrap(), TOKEN.get().await.unwrap())
        })
    };
    let ((one, left, first, again), (two, _, second, _)) = tokio::join!(load(1), load(2));
    assert_eq!((one.value, one.shared, two.value, two.shared, left), (1, false, 2, false, 0));
    assert_eq!(first, again);
    assert_ne!(first, second, "nothing is kept for another test");

    // Once the process knows it, a drain means the world's own, too.
    LOADED.run(1, async { 3 }).await.unwrap();
    isolated(async {
        assert!(LOADS.drain().await.is_clean());
        assert!(LOADED.run(1, async { 4 }).await.is_err());
    })
    .await;
    assert!(!LOADS.is_draining());
}

static BEFORE: Tracker = Tracker::bounded("before", 8);

#[detached(timeout = "5s", track = BEFORE)]
async fn called_before() {}

#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "was made before the isolation began, in the tracker of the program: write `isolated(async { … })`"
)]
async fn a_call_that_is_given_to_it_in_place_of_a_body_is_a_panic() {
    isolated(called_before()).await.unwrap();
}
