//! A test that leaves tasks behind fails, and says which.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use outlive::testing::{NoTasksLeft, isolated, no_tasks_left};
use outlive::{
    CancelCause, Context, OwnedTracker, Shutdown, TaskOwner, Tracker, detached, owned_tasks, periodic, worker,
};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};

static TASKS: Tracker = Tracker::bounded("tasks", 2).queue(8);

const SECOND: Duration = Duration::from_secs(1);

#[detached(timeout = "5s", track = TASKS)]
async fn hangs() {
    pending::<()>().await;
}
const HANGS: u32 = line!() - 3;

#[detached(timeout = "5s", track = TASKS)]
async fn sleeps() {
    sleep(SECOND).await;
}

/// What the guard says as it goes.
fn told(guard: NoTasksLeft) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(|| drop(guard))).err()?;
    Some(payload.downcast_ref::<String>().expect("a text").clone())
}

#[tokio::test(start_paused = true)]
async fn what_is_left_is_named_with_its_place_its_tracker_and_how_many() {
    isolated(async {
        let guard = no_tasks_left();
        let made = line!() - 1;
        hangs();
        sleeps();
        hangs(); // queued
        let text = told(guard).expect("tasks are alive");
        let expected = format!(
            "3 tasks are left behind (the guard was made at tests/tests/leak_guard.rs:{made}:21):\n  \
             2 × hangs (tests/tests/leak_guard.rs:{HANGS}), tracked by `tasks`\n  \
             1 × sleeps (tests/tests/leak_guard.rs:{}), tracked by `tasks`\n\
             wait for what a test starts before it ends: await the handle, `drain()` the tracker, or `shutdown()` the \
             service that owns it",
            HANGS + 6,
        );
        assert_eq!(text, expected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "1 task is left behind")]
async fn a_test_that_leaves_a_task_behind_fails() {
    isolated(async {
        let _guard = no_tasks_left();
        hangs();
    })
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "was dropped before the test had called anything")]
async fn a_guard_that_is_dropped_at_once_fails_a_test_that_leaves_a_task_behind() {
    isolated(async {
        drop(no_tasks_left());
        hangs();
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_is_dropped_at_once_fails_no_test_that_leaves_none_behind() {
    isolated(async {
        drop(no_tasks_left());
        sleeps().await.unwrap();
    })
    .await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "the test's own")]
async fn a_test_that_fails_already_fails_with_its_own_words() {
    isolated(async {
        let _guard = no_tasks_left();
        hangs();
        panic!("the test's own");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_guard_says_nothing_where_everything_was_waited_for() {
    isolated(async {
        let _guard = no_tasks_left();
        sleeps().await.unwrap();
        assert!(hangs().await.is_err(), "timed out");
        let told = hangs();
        told.abort(CancelCause::Requested);
        assert!(told.await.is_err());
        sleeps();
        hangs();
        hangs();
        assert!(TASKS.drain().await.finished() > 0);
        assert!(sleeps().admitted().is_err());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_guard_of_a_world_sees_nobody_else_s_tasks() {
    #[detached(timeout = "5s", track = tracker)]
    async fn through(tracker: Arc<Tracker>) {
        pending::<()>().await;
    }

    let shared = Arc::new(Tracker::bounded("shared", 4));
    let others = (hangs(), through(shared.clone()));
    isolated(async {
        hangs();
        through(shared.clone());
        isolated(async {
            let _guard = no_tasks_left();
            sleeps().await.unwrap();
            let own = through(shared.clone());
            own.abort(CancelCause::Requested);
            assert!(own.await.is_err());
        })
        .await;
    })
    .await;
    assert!(others.0.await.is_err() && others.1.await.is_err());
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn greets(&self) {
        pending::<()>().await;
    }

    #[periodic(every = "30s", timeout = "5s")]
    async fn refreshes(&self) {}

    #[worker(grace = "1s")]
    async fn consumes(&self) {
        Context::current().cancelled().await;
    }
}

#[tokio::test(start_paused = true)]
async fn loops_and_workers_of_whatever_tracker_are_seen_and_a_shutdown_ends_them() {
    #[periodic(every = "30s", timeout = "5s", track = TASKS)]
    async fn ticks() {}

    #[detached(timeout = "5s", track = tracker)]
    async fn through(tracker: Arc<Tracker>) {
        pending::<()>().await;
    }

    isolated(async {
        let guard = no_tasks_left();
        let server = Server { tasks: OwnedTracker::bounded("server", 4) };
        ticks();
        let task = through(Arc::new(Tracker::bounded("shared", 1)));
        server.greets();
        server.refreshes();
        server.consumes();
        yield_now().await;
        drop(server); // tells its loops, and waits for nobody
        let text = told(guard).expect("tasks are alive");
        assert!(text.starts_with("5 tasks are"), "{text}");
        for (task, tracker) in [
            ("ticks", "tasks"),
            ("through", "shared"),
            ("greets", "server"),
            ("refreshes", "server"),
            ("consumes", "server"),
        ] {
            let named = |line: &str| line.contains(task) && line.ends_with(&format!("tracked by `{tracker}`"));
            assert!(text.lines().any(named), "{task}: {text}");
        }
        assert!(task.await.is_err());

        let _guard = no_tasks_left();
        let server = Server { tasks: OwnedTracker::bounded("server", 4) };
        server.refreshes();
        server.consumes();
        server.greets();
        hangs();
        let report = Shutdown::all().owner(server).run().await;
        assert!(report.unphased().contains(&"tasks"), "{report}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_thread_that_works_on_after_its_timeout_is_left_behind() {
    #[detached(timeout = "1s", track = TASKS, blocking)]
    fn reads(begun: mpsc::Sender<()>, from: mpsc::Receiver<()>) {
        begun.send(()).unwrap();
        let _ = from.recv();
    }

    isolated(async {
        let guard = no_tasks_left();
        let (send, receive) = mpsc::channel();
        let (begun, begins) = mpsc::channel();
        let task = reads(begun, receive);
        yield_now().await;
        begins.recv().unwrap();
        let (ended, ()) = tokio::join!(task, advance(SECOND));
        assert!(ended.is_err(), "timed out");
        assert!(told(guard).expect("a thread is at work").contains("1 × reads"));

        let _guard = no_tasks_left();
        send.send(()).unwrap(); // the guard waits for the thread's last steps
    })
    .await;
}

#[test]
fn a_task_that_is_just_ending_on_another_thread_does_not_fail_the_test() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn says(last: oneshot::Sender<()>) {
        yield_now().await;
        let _ = last.send(());
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for _ in 0..200 {
        runtime.block_on(isolated(async {
            let _guard = no_tasks_left();
            let (send, receive) = oneshot::channel();
            says(send);
            receive.await.unwrap();
        }));
    }
}

#[tokio::test(start_paused = true)]
async fn outside_of_a_world_the_guard_sees_the_process() {
    #[detached(timeout = "5s", track = PLAIN)]
    async fn plain() {
        pending::<()>().await;
    }

    #[detached(timeout = "5s", track = tracker, name = "through.shared")]
    async fn through(tracker: Arc<Tracker>) {
        pending::<()>().await;
    }

    #[detached(timeout = "5s", track = EARLY)]
    async fn called_before() {
        pending::<()>().await;
    }

    static PLAIN: Tracker = Tracker::bounded("plain", 2);
    static EARLY: Tracker = Tracker::bounded("early", 2);

    let early = called_before();
    let guard = no_tasks_left();
    let (one, other) = (plain(), through(Arc::new(Tracker::bounded("shared", 1))));
    let text = told(guard).expect("tasks are alive");
    assert!(text.contains("1 × plain (") && text.contains("tracked by `plain`"), "{text}");
    assert!(text.contains("1 × through.shared (") && text.contains("tracked by `shared`"), "{text}");
    assert!(!text.contains("called_before"), "its tracker has not been called since: {text}");
    let text = told(no_tasks_left()).unwrap_or_default();
    assert!(!text.contains("plain"), "nor has this since the second guard: {text}");
    assert!(one.await.is_err() && other.await.is_err() && early.await.is_err());
}
