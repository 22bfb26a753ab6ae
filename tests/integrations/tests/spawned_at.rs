//! Where tokio-console and tokio's task hooks see a task: at the user's call, under the function's name.
#![cfg(tokio_unstable)]

use std::future::pending;
use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{OwnedTracker, TaskHandle, TaskOwner, Tracker, detach, detached, owned_tasks, periodic, worker};
use tokio::runtime::{Builder, Runtime};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber, span};

static WORK: Tracker = Tracker::unbounded("work");
static NARROW: Tracker = Tracker::bounded("narrow", 1).queue(10);
static WAITED_FOR: Tracker = Tracker::bounded("waited for", 1);

#[detached(timeout = "5s", track = WORK)]
async fn plain() {}

#[detached(timeout = "5s", track = NARROW)]
async fn waits_its_turn() {}

#[detached(timeout = "5s", track = WAITED_FOR, when_full = wait)]
async fn waits_before() {}

#[detached(timeout = "5s", track = WORK, blocking)]
fn blocks() {}

#[detached(timeout = "5s", track = WORK, name = "audit.write")]
async fn named() {}

#[periodic(every = "1s", timeout = "1s", immediate, track = WORK)]
async fn ticks() {}

#[worker(track = WORK)]
async fn works() {}

#[worker(track = WORK, restart = "1s..1m")]
async fn works_again() {}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn handle(&self) {}

    #[periodic(every = "1s", timeout = "1s")]
    async fn refresh(&self) {}

    #[worker]
    async fn consume(&self) {}
}

#[track_caller]
fn for_its_caller() -> TaskHandle<()> {
    plain()
}

/// The lines of this file at which tasks were spawned.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u32>>>);

impl Lines {
    fn add(&self, place: &Location<'_>) {
        // outlive has tasks of its own, too.
        if place.file().ends_with("spawned_at.rs") {
            self.0.lock().unwrap().push(place.line());
        }
    }

    fn take(&self) -> Vec<u32> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn hooked() -> (Runtime, Lines) {
    let lines = Lines::default();
    let seen = lines.clone();
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).on_task_spawn(move |task| seen.add(task.spawned_at()));
    (builder.build().unwrap(), lines)
}

fn line_of(site: &str) -> u32 {
    outlive::sites().find(|known| known.name() == site).unwrap().line()
}

#[test]
fn a_task_is_spawned_where_its_function_is_called() {
    let (runtime, lines) = hooked();
    let _entered = runtime.enter();
    let server = Server { tasks: OwnedTracker::unbounded("server") };
    let called = [
        (line!(), plain()).0,
        (line!(), for_its_caller()).0,
        (line!(), detach!(timeout = "5s", track = WORK, async {})).0,
        (line!(), server.handle()).0,
        (line!(), ticks()).0,
        (line!(), works()).0,
        (line!(), works_again()).0,
        (line!(), server.refresh()).0,
        (line!(), server.consume()).0,
        (line!(), blocks()).0,
    ];
    assert_eq!(lines.take(), called);
}

#[test]
fn so_is_one_that_waits_for_its_turn() {
    let (runtime, lines) = hooked();
    let _entered = runtime.enter();
    let _held = detach!(timeout = "5s", track = NARROW, pending::<()>());
    lines.take();
    let (line, handle) = (line!(), waits_its_turn());
    assert_eq!(lines.take(), [line]);
    assert_eq!(handle.site().counts().queued, 1);
}

#[test]
fn what_is_spawned_after_the_call_is_shown_at_its_function() {
    let (runtime, lines) = hooked();
    runtime.block_on(async {
        ticks();
        lines.take();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let runs = lines.take();
        assert_eq!(runs.len(), 2, "two runs");
        assert!(runs.iter().all(|line| line + 1 == line_of("ticks")), "at its attribute: {runs:?}");
    });
}

#[test]
fn a_call_that_waits_for_room_is_shown_at_its_function() {
    let (runtime, lines) = hooked();
    runtime.block_on(async {
        waits_before().await.await.unwrap();
        assert_eq!(lines.take(), [line_of("waits_before") - 1], "at its attribute");
    });
}

/// What tokio says of a task to those who listen: its kind, its name, and the line in this file.
#[derive(Clone, Default, PartialEq, Debug)]
struct Spawned {
    kind: String,
    name: String,
    file: String,
    line: u64,
}

impl Visit for Spawned {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let text = format!("{value:?}").trim_matches('"').to_owned();
        match field.name() {
            "kind" => self.kind = text,
            "task.name" => self.name = text,
            "loc.file" => self.file = text,
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "loc.line" {
            self.line = value;
        }
    }
}

/// As tokio-console's subscriber does, it looks at the spans that tokio has for tasks.
#[derive(Clone, Default)]
struct Console(Arc<Mutex<Vec<Spawned>>>);

impl Subscriber for Console {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        of.name() == "runtime.spawn"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut spawned = Spawned::default();
        span.record(&mut spawned);
        let mut all = self.0.lock().unwrap();
        all.push(spawned);
        Id::from_u64(all.len() as u64)
    }

    fn record(&self, _: &Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Console {
    fn of(&self, kind: &str) -> Vec<(String, u64)> {
        let all = self.0.lock().unwrap();
        let here = all.iter().filter(|task| task.kind == kind && task.file.ends_with("spawned_at.rs"));
        here.map(|task| (task.name.clone(), task.line)).collect()
    }
}

#[test]
fn tokio_console_has_the_functions_name() {
    let console = Console::default();
    let (runtime, _) = hooked();
    let called = with_default(console.clone(), || {
        let _entered = runtime.enter();
        let server = Server { tasks: OwnedTracker::unbounded("server") };
        [
            ("plain", (line!(), plain()).0),
            ("audit.write", (line!(), named()).0),
            ("works", (line!(), works()).0),
            ("handle", (line!(), server.handle()).0),
            ("detach!", (line!(), detach!(timeout = "5s", track = WORK, async {})).0),
        ]
    });
    let called = called.map(|(name, line)| (name.to_owned(), u64::from(line)));
    assert_eq!(console.of("task"), called);
}

#[test]
fn a_blocking_functions_thread_has_its_name_and_its_place() {
    let console = Console::default();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let line = with_default(console.clone(), || {
        runtime.block_on(async {
            let (line, task) = (line!(), blocks());
            task.await.unwrap();
            line
        })
    });
    assert_eq!(console.of("task"), [("blocks".to_owned(), u64::from(line))]);
    let at_its_attribute = u64::from(line_of("blocks") - 1);
    assert_eq!(console.of("blocking"), [("blocks".to_owned(), at_its_attribute)]);
}
