//! Sentry's hub, as `sentry` itself keeps it, goes along with a detached call, and comes back unchanged.

use std::sync::{Arc, mpsc};
use std::thread;

use outlive::{CancelCause, Carrier, Tracker, Unfinished, detached};
use sentry::protocol::{Event, User};
use sentry::test::with_captured_events;
use sentry::{Hub, Level, capture_message, configure_scope};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{block_in_place, yield_now};

struct SentryHub(Arc<Hub>);

impl Carrier for SentryHub {
    fn capture() -> Option<Self> {
        let hub = Hub::current();
        hub.client()?; // Sentry is not on
        Some(Self(Arc::new(Hub::new_from_top(hub)))) // a copy: the task's tags are its own
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        Hub::run(Arc::clone(&self.0), work);
    }
}

static TASKS: Tracker = Tracker::unbounded("tasks");

/// One worker, whose place another thread takes while a task holds it.
fn runtime() -> Runtime {
    outlive::carry::<SentryHub>();
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Goes on on another thread of [`runtime`]. The one that it has left may be the next to take its place.
async fn move_on() {
    let left = thread::current().id();
    for _ in 0..1_000 {
        let (began, begins) = mpsc::channel();
        tokio::spawn(async move { began.send(()).unwrap() });
        block_in_place(|| begins.recv().unwrap());
        yield_now().await;
        if thread::current().id() != left {
            return;
        }
    }
    panic!("it does not leave its thread");
}

fn say(text: &str) {
    capture_message(text, Level::Error);
}

/// A request's hub, as a middleware makes it: bound around `work`, with these facts.
fn in_request<T>(id: &str, work: impl FnOnce() -> T) -> T {
    Hub::run(Arc::new(Hub::new_from_top(Hub::current())), || {
        configure_scope(|scope| {
            scope.set_tag("request", id);
            scope.set_user(Some(User { id: Some(id.to_owned()), ..User::default() }));
            scope.set_transaction(Some("POST /orders"));
        });
        work()
    })
}

/// What an event says of the request: its tag, its user, its transaction.
fn request_of<'a>(event: &'a Event<'_>) -> [Option<&'a str>; 3] {
    let user = event.user.as_ref().and_then(|user| user.id.as_deref());
    [event.tags.get("request").map(String::as_str), user, event.transaction.as_deref()]
}

fn text(event: &Event<'_>) -> String {
    event.message.clone().unwrap()
}

#[detached(timeout = "15s", track = TASKS)]
async fn audits() {
    move_on().await;
    say("first");
    move_on().await;
    say("second");
}

#[test]
fn an_event_of_the_task_names_the_request_on_whichever_thread_it_happens() {
    let events = with_captured_events(|| {
        runtime().block_on(async {
            let handle = in_request("a1", audits);
            handle.await.unwrap();
            // What is no task of the request has nothing of it.
            assert!(tokio::spawn(async { Hub::current().client().is_none() }).await.unwrap());
            say("third");
        });
    });
    let [first, second, third] = &events[..] else { panic!("{events:?}") };
    assert_eq!([text(first), text(second), text(third)], ["first", "second", "third"]);
    assert_eq!(request_of(first), [Some("a1"), Some("a1"), Some("POST /orders")]);
    assert_eq!(request_of(second), request_of(first));
    assert_eq!(request_of(third), [None; 3]);
}

#[test]
fn a_tag_of_the_task_is_its_own() {
    #[detached(timeout = "15s", track = TASKS)]
    async fn tags(value: &'static str) {
        configure_scope(|scope| scope.set_tag("of_task", value));
        move_on().await;
        say(value);
    }

    let events = with_captured_events(|| {
        runtime().block_on(async {
            let (one, other) = in_request("a1", || {
                let calls = (tags("one"), tags("other"));
                // What the request becomes after the call is not the task's either.
                configure_scope(|scope| scope.set_tag("later", "yes"));
                calls
            });
            one.await.unwrap();
            other.await.unwrap();
            say("outside");
        });
    });
    let mut seen: Vec<_> = events.iter().map(|event| (text(event), event.tags.get("of_task").cloned())).collect();
    seen.sort();
    let own = |value: &str| (value.to_owned(), Some(value.to_owned()));
    assert_eq!(seen, [own("one"), own("other"), ("outside".to_owned(), None)]);
    assert!(events.iter().all(|event| !event.tags.contains_key("later")), "{events:?}");
}

#[test]
fn what_a_task_leaves_behind_names_the_request_too() {
    struct Rollback;

    impl Drop for Rollback {
        fn drop(&mut self) {
            say("rolled back");
        }
    }

    #[detached(timeout = "15s", track = TASKS, unfinished = spill)]
    async fn hangs(id: u32) {
        let _rollback = Rollback;
        std::future::pending::<()>().await;
        say(&format!("did {id}"));
    }

    fn spill(call: Unfinished<(u32,)>) {
        let (id,) = call.into_args();
        say(&format!("spilt {id}"));
    }

    let events = with_captured_events(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        outlive::carry::<SentryHub>();
        runtime.block_on(async {
            let handle = in_request("a1", || hangs(7));
            yield_now().await;
            handle.abort(CancelCause::Requested);
            handle.await.unwrap_err();
        });
    });
    assert_eq!(events.iter().map(text).collect::<Vec<_>>(), ["rolled back", "spilt 7"]);
    assert!(events.iter().all(|event| request_of(event)[0] == Some("a1")), "{events:?}");
}

#[test]
fn work_on_the_blocking_pool_names_the_request() {
    #[detached(timeout = "15s", track = TASKS, blocking)]
    fn hashes() {
        say("hashed");
    }

    let events = with_captured_events(|| runtime().block_on(async { in_request("a1", hashes).await.unwrap() }));
    assert_eq!(events.iter().map(|event| request_of(event)[0]).collect::<Vec<_>>(), [Some("a1")]);
}

/// What the book shows is what these tests have.
#[test]
fn the_book_has_these_lines() {
    let book = include_str!("../../../docs/watching.md");
    let shown = book.split("```").find(|block| block.contains("struct SentryHub")).expect("a block with the carrier");
    let shown = shown.split_once('\n').unwrap().1;
    let carrier = shown.split_once("#[tokio::main]").expect("its `main`").0;
    let own = include_str!("sentry.rs");
    let lines: Vec<_> = carrier.lines().filter(|line| !line.is_empty() && !line.starts_with("use ")).collect();
    assert!(lines.len() > 8, "{lines:?}");
    assert!(own.contains(carrier[carrier.find("struct").unwrap()..].trim_end()), "{carrier}");
}
