//! From what asks for it to the report: a shutdown with servers ends in time, whatever they do, and says what they did.

#![allow(clippy::items_after_statements, reason = "each test waits for the one before it")]

use std::convert::Infallible;
use std::future::{pending, ready};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use outlive::{
    CancelCause, Context, ContextLayer, Readiness, Rejected, Shutdown, ShutdownCause, ShutdownReport, Stop, Tracker,
    detached,
};
use tokio::sync::{MutexGuard, Notify};
use tokio::time::{Instant, sleep};
use tower::{ServiceBuilder, ServiceExt};

const SECOND: Duration = Duration::from_secs(1);

/// A shutdown cancels the requests of the whole process: one test at a time.
async fn alone() -> MutexGuard<'static, ()> {
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    ONE.lock().await
}

/// Ready at once: the shutdown begins.
fn now() -> impl Future<Output = ()> + Send + 'static {
    ready(())
}

const TABLE: Option<()> = None;

/// What took place, in its order.
#[derive(Clone, Default)]
struct Steps(Arc<Mutex<Vec<(&'static str, u64)>>>);

impl Steps {
    fn note(&self, step: &'static str, began: Instant) {
        self.0.lock().unwrap().push((step, began.elapsed().as_millis().try_into().unwrap()));
    }

    fn all(&self) -> Vec<(&'static str, u64)> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_obeys_is_told_and_waited_for() {
    let _alone = alone().await;
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .serve("http", 10 * SECOND, async |stop: Stop| {
            stop.await;
            sleep(3 * SECOND).await;
        })
        .run()
        .await;
    assert!(report.is_clean() && report.code() == 0, "{report}");
    assert!(matches!(report.cause(), ShutdownCause::Awaited));
    let [server] = report.servers() else { panic!("{report}") };
    assert_eq!((server.name(), server.took(), server.budget()), ("http", 3 * SECOND, 10 * SECOND));
    assert_eq!(
        report.to_string(),
        "shutdown: clean\nbegan: what `on` waits for was ready\nserver http: ended in 3s of 10s"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_ends_is_dropped_at_its_budget_and_the_drain_begins() {
    let _alone = alone().await;
    static STORES: Tracker<3> = Tracker::bounded("stores", 8).drain_budget::<3>();

    #[detached(timeout = "3s", track = STORES)]
    async fn write() {
        sleep(2 * SECOND).await;
    }

    struct Gone(Arc<AtomicBool>);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.store(true, SeqCst);
        }
    }

    let (began, gone) = (Instant::now(), Arc::<AtomicBool>::default());
    let server = Gone(Arc::clone(&gone));
    let report = Shutdown::new()
        .on(now())
        .serve("http", 10 * SECOND, |_| async move {
            let _held = server;
            sleep(9 * SECOND + SECOND / 2).await;
            write();
            pending::<()>().await;
        })
        .phase("stores")
        .tracker(&STORES)
        .run()
        .await;
    assert!(gone.load(SeqCst));
    assert!(report.servers()[0].is_cut_short() && report.code() == 1, "{report}");
    let (_, [drain]) = report.phases().next().unwrap() else { panic!("{report}") };
    assert_eq!((drain.finished(), drain.is_clean()), (1, true), "{report}");
    assert_eq!(began.elapsed(), 11 * SECOND + SECOND / 2);
    assert!(report.to_string().starts_with("shutdown: not clean\n"), "{report}");
    let dropped = "\nserver http: dropped after 10s of 10s; what it has spawned is cut when the process ends\n";
    assert!(report.to_string().contains(dropped), "{report}");
}

/// What `tokio::spawn` gives has ended well where its task has, and what that gave.
#[tokio::test(start_paused = true)]
async fn a_server_in_a_task_of_its_own_fails_as_that_does() {
    let _alone = alone().await;
    let report = Shutdown::new()
        .serve("fails", SECOND, |_| tokio::spawn(async { Err::<(), _>(io::Error::other("no listener")) }))
        .serve("panics", SECOND, |_| tokio::spawn(async { panic!("no port") }))
        .serve("ends", SECOND, |stop| {
            tokio::spawn(async {
                stop.await;
                Ok::<_, io::Error>(())
            })
        })
        .run()
        .await;
    let failures: Vec<_> = report.servers().iter().map(|server| (server.name(), server.failure())).collect();
    let [("fails", Some(fails)), ("panics", Some(panics)), ("ends", None)] = failures[..] else { panic!("{report}") };
    assert!(fails == "no listener" && panics.contains("no port"), "{report}");
    assert_eq!(report.code(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_server_has_its_own_budget() {
    let _alone = alone().await;
    let began = Instant::now();
    let accept = || pending::<()>();
    let report = Shutdown::new()
        .on(now())
        .serve("long", 8 * SECOND, move |_| async move {
            loop {
                accept().await;
            }
        })
        .serve("short", 2 * SECOND, |_| pending::<()>())
        .serve("at once", SECOND, async |stop: Stop| stop.clone().await)
        .run()
        .await;
    let servers: Vec<_> =
        report.servers().iter().map(|server| (server.name(), server.took(), server.is_clean())).collect();
    assert_eq!(servers, [("at once", Duration::ZERO, true), ("short", 2 * SECOND, false), ("long", 8 * SECOND, false)]);
    assert_eq!(began.elapsed(), 8 * SECOND);
}

/// A request that is handled in a `ContextLayer`, in a task of its own as a server's connections are.
fn request(route: &'static str, handler: impl Future<Output = ()> + Send + 'static) {
    let mut handler = Some(handler);
    let service = ServiceBuilder::new()
        .layer(ContextLayer::new(|route: &&'static str| Context::root().with_label("route", route)))
        .service_fn(move |_: &'static str| {
            let handler = handler.take().expect("one request");
            async move {
                handler.await;
                Ok::<_, Infallible>(())
            }
        });
    tokio::spawn(service.oneshot(route));
}

#[tokio::test(start_paused = true)]
async fn open_requests_are_cancelled_before_the_servers_time_is_over() {
    let _alone = alone().await;
    let (began, steps) = (Instant::now(), Steps::default());
    let (told, open) = (steps.clone(), Arc::<Notify>::default());
    let closed = Arc::clone(&open);
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .serve("http", 8 * SECOND, move |stop: Stop| async move {
            // As a stream does: it goes on, and looks at the context of its request.
            request("/events", async move {
                let cause = Context::current().cancelled().await;
                assert_eq!(cause.to_string(), CancelCause::Shutdown.to_string());
                told.note("told", began);
                sleep(SECOND).await;
                told.note("closed", began);
                closed.notify_one();
            });
            stop.await;
            open.notified().await;
        })
        .run()
        .await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(steps.all(), [("told", 7_000), ("closed", 8_000)], "a quarter of the budget before its end");
    assert!(report.open_requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_open_when_a_server_is_cut_short_is_named() {
    let _alone = alone().await;
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .serve("http", 4 * SECOND, |_| async {
            request("/upload", pending());
            request("/quick", ready(()));
            // Its handler has returned, and its stream is there.
            request("/events", async {
                let context = Context::current();
                tokio::spawn(async move {
                    let _streams = context;
                    pending::<()>().await;
                });
            });
            pending::<()>().await;
        })
        .run()
        .await;
    let open: Vec<_> = report.open_requests().iter().map(|open| (open.labels(), open.age())).collect();
    assert_eq!(open, [("route=/upload", 5 * SECOND), ("route=/events", 5 * SECOND)]);
    assert_eq!(
        report.to_string(),
        "shutdown: not clean\nbegan: what `on` waits for was ready\n\
         server http: dropped after 4s of 4s, with 2 requests open; what it has spawned is cut when the process ends\n\
         open requests: 2: route=/upload (for 5s), route=/events (for 5s)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_comes_after_the_cancellation_is_cancelled_from_the_start() {
    let _alone = alone().await;
    let (began, steps) = (Instant::now(), Steps::default());
    let told = steps.clone();
    let report = Shutdown::new()
        .on(now())
        .serve("http", 8 * SECOND, move |_| async move {
            sleep(7 * SECOND).await;
            request("/late", async move {
                Context::current().cancelled().await;
                told.note("told", began);
            });
            pending::<()>().await;
        })
        .run()
        .await;
    assert!(report.servers()[0].is_cut_short());
    assert_eq!(steps.all(), [("told", 7_000)]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_begins_the_shutdown_and_the_drain_still_happens() {
    let _alone = alone().await;
    static STORES: Tracker = Tracker::bounded("stores of the failed", 8);

    #[detached(timeout = "3s", track = STORES)]
    async fn write() {
        sleep(SECOND).await;
    }

    let report = Shutdown::new()
        .on(pending())
        .serve("grpc", SECOND, async |stop: Stop| stop.await)
        .serve("http", SECOND, async |_| {
            write();
            sleep(SECOND / 2).await;
            Err::<(), _>(io::Error::other("the port is\ntaken"))
        })
        .phase("stores")
        .tracker(&STORES)
        .run()
        .await;
    assert!(matches!(report.cause(), ShutdownCause::Server("http")), "{report}");
    assert_eq!(report.servers()[0].failure(), Some(r"the port is\ntaken"));
    assert!(report.servers()[1].is_clean(), "{report}");
    assert_eq!(report.code(), 1);
    let (_, [drain]) = report.phases().next().unwrap() else { panic!("{report}") };
    assert_eq!(drain.finished(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_panics_as_it_starts_or_later_has_failed() {
    let _alone = alone().await;
    let later = Shutdown::new().on(pending()).serve("http", SECOND, async |_| -> () { panic!("no table") });
    let at_the_start = Shutdown::new().on(pending()).serve("http", SECOND, |_| {
        assert!(TABLE.is_some(), "no table");
        ready(())
    });
    for shutdown in [later, at_the_start] {
        let report = shutdown.run().await;
        assert_eq!((report.servers()[0].failure(), report.code()), (Some("panicked: no table"), 1), "{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_by_itself_begins_the_shutdown_and_has_not_failed() {
    let _alone = alone().await;
    let report = Shutdown::new().on(pending()).serve("queue", SECOND, async |_| sleep(SECOND).await).run().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.to_string(), "shutdown: clean\nbegan: the server queue ended\nserver queue: ended in 0s of 1s");
}

#[tokio::test(start_paused = true)]
async fn it_is_not_ready_from_the_beginning_on_and_still_serves() {
    let _alone = alone().await;
    static READY: Readiness = Readiness::new();

    let (began, steps) = (Instant::now(), Steps::default());
    let noted = steps.clone();
    let report = Shutdown::new()
        .on(async {
            sleep(SECOND).await;
            assert!(READY.is_ready());
        })
        .ready(&READY, 5 * SECOND)
        .serve("http", SECOND, move |stop: Stop| async move {
            while READY.is_ready() {
                sleep(SECOND / 10).await;
            }
            noted.note("not ready", began);
            stop.await;
            noted.note("told", began);
        })
        .run()
        .await;
    assert!(report.is_clean() && !READY.is_ready());
    assert_eq!(steps.all(), [("not ready", 1_100), ("told", 6_000)]);
}

#[tokio::test(start_paused = true)]
async fn where_nothing_serves_nobody_waits_for_who_asks_whether_it_is_ready() {
    let _alone = alone().await;
    static READY: Readiness = Readiness::new();

    let began = Instant::now();
    let report = Shutdown::new().on(now()).ready(&READY, 5 * SECOND).run().await;
    assert!(report.is_clean() && !READY.is_ready());
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_last_steps_come_last_and_see_what_was_logged() {
    let _alone = alone().await;
    static STORES: Tracker = Tracker::bounded("stores before the last", 8);

    #[detached(timeout = "3s", track = STORES)]
    async fn write(steps: Steps, began: Instant) {
        sleep(SECOND).await;
        steps.note("written", began);
    }

    let (began, steps) = (Instant::now(), Steps::default());
    write(steps.clone(), began);
    let [shown, flushed] = [steps.clone(), steps.clone()];
    let report = Shutdown::new()
        .tracker(&STORES)
        .inspect(move |report| {
            assert!(report.is_clean());
            shown.note("shown", began);
        })
        .finally("log", SECOND, move || {
            flushed.note("flushed", began);
            // The runtime is at hand.
            tokio::runtime::Handle::current();
        })
        .finally("traces", SECOND, || Err::<(), _>("no collector"))
        .run()
        .await;
    assert_eq!(steps.all(), [("written", 1_000), ("shown", 1_000), ("flushed", 1_000)]);
    assert_eq!(report.failures().collect::<Vec<_>>(), [("traces", "no collector")]);
    assert_eq!(report.code(), 1);
}

#[tokio::test]
async fn a_last_step_that_is_stuck_is_left_behind() {
    let _alone = alone().await;
    let (release, stuck) = mpsc::channel::<()>();
    let report = Shutdown::new()
        .finally("log", SECOND / 10, move || stuck.recv().unwrap_or(()))
        .finally("traces", SECOND * 60, || -> () { panic!("no\ncollector") })
        .run()
        .await;
    let failures: Vec<_> = report.failures().collect();
    assert_eq!(failures, [("log", "did not end within its budget of 100ms"), ("traces", r"panicked: no\ncollector")]);
    drop(release);
}

#[tokio::test(start_paused = true)]
async fn the_budget_counts_all_of_it() {
    let _alone = alone().await;
    static READY: Readiness = Readiness::new();
    static STORES: Tracker<7> = Tracker::bounded("stores that are counted", 8).drain_budget::<7>();

    let shutdown = Shutdown::new()
        .ready(&READY, 5 * SECOND)
        .serve("http", 10 * SECOND, |_| pending::<()>())
        .serve("grpc", 4 * SECOND, |_| pending::<()>())
        .phase("stores")
        .tracker(&STORES)
        .finally("log", 2 * SECOND, || {})
        .finally("traces", 3 * SECOND, || {});
    // And the second of the drain for what does not come to an await.
    assert_eq!(shutdown.budget(), (5 + 10 + 7 + 1 + 2 + 3) * SECOND);
    assert!(shutdown.within(27 * SECOND).is_err());
    const { Shutdown::fits(&[&[Duration::from_secs(5)], &[Duration::from_secs(10)]], Duration::from_secs(17)) }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_drops_its_servers_and_closes_nothing() {
    let _alone = alone().await;
    static STORES: Tracker = Tracker::bounded("stores of the dropped", 8);

    #[detached(timeout = "3s", track = STORES)]
    async fn write() {}

    let serves = Arc::new(AtomicUsize::new(0));
    let held = Arc::clone(&serves);
    let run = Shutdown::new()
        .on(pending())
        .serve("http", SECOND, |_| async move {
            pending::<()>().await;
            drop(held);
        })
        .tracker(&STORES)
        .run();
    tokio::time::timeout(SECOND, run).await.unwrap_err();
    assert_eq!(Arc::strong_count(&serves), 1);
    write().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_is_cut_short_is_refused_by_what_has_drained() {
    let _alone = alone().await;
    static STORES: Tracker = Tracker::bounded("stores that refuse", 8);

    #[detached(timeout = "3s", track = STORES)]
    async fn write() {}

    let (sent, refused) = tokio::sync::oneshot::channel();
    let report: ShutdownReport = Shutdown::new()
        .on(now())
        .serve("http", SECOND, |_| async {
            // A connection is a task of its own, and not dropped with the server.
            tokio::spawn(async {
                sleep(2 * SECOND).await;
                let _ = sent.send(write().admitted().map(drop));
            });
            pending::<()>().await;
        })
        .phase("stores")
        .tracker(&STORES)
        .run()
        .await;
    assert!(report.servers()[0].is_cut_short());
    assert_eq!(refused.await.unwrap(), Err(Rejected::Draining));
}

/// A WebSocket has taken its connection over: its server does not wait for it.
fn taken_over(listens: bool) -> Arc<AtomicBool> {
    let ended = Arc::<AtomicBool>::default();
    let own = Arc::clone(&ended);
    request("/ws", async move {
        let context = Context::current();
        tokio::spawn(async move {
            if listens {
                assert!(matches!(context.cancelled().await, CancelCause::Shutdown));
                sleep(SECOND).await; // says goodbye
                own.store(true, SeqCst);
            } else {
                pending::<()>().await;
            }
            drop(context);
        });
    });
    ended
}

#[tokio::test(start_paused = true)]
async fn a_request_that_outlives_its_server_is_told_at_once_and_waited_for() {
    let _alone = alone().await;
    let (began, ended) = (Instant::now(), Arc::new(Mutex::new(None)));
    let handed = Arc::clone(&ended);
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .serve("http", 10 * SECOND, async move |stop: Stop| {
            *handed.lock().unwrap() = Some(taken_over(true));
            stop.await;
        })
        .run()
        .await;
    assert!(ended.lock().unwrap().as_ref().unwrap().load(SeqCst), "it has said goodbye");
    assert!(report.is_clean() && report.open_requests().is_empty(), "{report}");
    assert!((2 * SECOND..3 * SECOND).contains(&began.elapsed()), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn one_that_does_not_listen_is_waited_for_until_the_budget_is_over_and_named() {
    let _alone = alone().await;
    let began = Instant::now();
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .serve("http", 10 * SECOND, async |stop: Stop| {
            taken_over(false);
            stop.await;
        })
        .run()
        .await;
    let [open] = report.open_requests() else { panic!("{report}") };
    assert_eq!((open.labels(), report.code()), ("route=/ws", 1), "{report}");
    assert_eq!(began.elapsed(), 11 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_server_with_a_short_budget_does_not_cut_the_requests_of_another() {
    let _alone = alone().await;
    let done = Arc::<AtomicBool>::default();
    let own = Arc::clone(&done);
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .serve("http", 20 * SECOND, async move |stop: Stop| {
            let (ends, end) = tokio::sync::oneshot::channel();
            request("/slow", async move {
                let _ = Context::current().scope(sleep(5 * SECOND)).await.map(|()| own.store(true, SeqCst));
                let _ = ends.send(());
            });
            stop.await;
            drop(end.await);
        })
        .serve("metrics", SECOND, |_| pending::<()>())
        .run()
        .await;
    assert!(done.load(SeqCst), "it had time: {report}");
    assert!(report.servers().iter().any(|server| server.name() == "http" && server.is_clean()), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_dropped_with_no_request_open_is_not_said_to_have_cut_one_short() {
    let _alone = alone().await;
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .serve("http", 4 * SECOND, |_| async {
            request("/quick", ready(()));
            // A connection on which nothing is asked.
            pending::<()>().await;
        })
        .run()
        .await;
    assert_eq!(
        report.to_string(),
        "shutdown: not clean\nbegan: what `on` waits for was ready\n\
         server http: dropped after 4s of 4s, with no request open that a `ContextLayer` has seen; what it has spawned is cut \
         when the process ends"
    );
}
