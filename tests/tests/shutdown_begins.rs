//! A shutdown that begins says so, and why, with one event of the program's own crate.

use std::future::{pending, ready};
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use outlive::{Readiness, Shutdown, Tracker, detached};
use outlive_tests::{Event, Trace};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Dispatch, Level};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::{EnvFilter, fmt};

const HTTP: Duration = Duration::from_secs(3);

/// The function by which the crate is known.
#[detached(timeout = "1s", track = tracker)]
async fn _write_audit(tracker: Arc<Tracker>) {}

fn shared() -> Arc<Tracker> {
    Arc::new(Tracker::bounded("tasks", 8))
}

fn begins(trace: &Trace) -> Vec<Event> {
    let events = trace.events();
    let begins = |event: &Event| event.field("message").starts_with("shutdown begins");
    events.into_iter().filter(|event| event.name == "outlive.shutdown" && begins(event)).collect()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What `fmt` shows on this thread with that filter.
    fn filtered_by(directives: &str) -> (Self, DefaultGuard) {
        // As in `Trace::record`.
        static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));
        LazyLock::force(&SECOND);
        let log = Self::default();
        let subscriber = fmt().with_ansi(false).without_time().with_env_filter(EnvFilter::new(directives));
        let guard = set_default(subscriber.with_writer(log.clone()).finish());
        (log, guard)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn the_filter_that_shows_a_crates_own_events_shows_it() {
    let (log, _guard) = Log::filtered_by("shutdown_begins=info,tower_http=debug");
    assert!(Shutdown::new().shared(shared()).run().await.is_clean());
    assert_eq!(
        log.text(),
        " INFO shutdown_begins: shutdown begins: a second signal ends it at once cause=\"`run` was called\" budget=21s (drains 20s, \
         1s if stuck)\n \
         INFO shutdown_begins: shutdown ended code=0 took=0s ended=0\n"
    );
}

#[tokio::test(start_paused = true)]
async fn it_is_no_warning() {
    let (log, _guard) = Log::filtered_by("warn");
    assert!(Shutdown::new().on(ready(())).run().await.is_clean());
    assert_eq!(log.text(), "");
}

#[tokio::test(start_paused = true)]
async fn it_is_sent_once_when_the_wait_is_over_and_before_anything_ends() {
    static READY: Readiness = Readiness::new();
    let trace = Trace::record();
    let (ask, asked) = tokio::sync::oneshot::channel::<()>();
    let shutdown = Shutdown::new()
        .on(async { drop(asked.await) })
        .ready(&READY, Duration::from_secs(2))
        .serve("http", HTTP, |stop| async move {
            stop.await;
            tracing::info!("the server ends");
        })
        .shared(shared());
    let shutdown = tokio::spawn(shutdown.run());
    tokio::task::yield_now().await;
    assert_eq!(begins(&trace).len(), 0, "it serves");
    ask.send(()).unwrap();
    assert!(shutdown.await.unwrap().is_clean());
    let [begins] = &*begins(&trace) else { panic!("one") };
    assert_eq!(begins.field("cause"), "what `on` waits for was ready");
    assert_eq!(begins.field("budget"), "26s (ready 2s, http 3s, drains 20s, 1s if stuck)");
    let all: Vec<_> = trace.events().into_iter().map(|event| event.name).collect();
    assert_eq!(all.len(), 3, "and the server's own, and its end, {all:?}");
    assert_eq!(all[0], "outlive.shutdown", "before the server's own");
}

#[tokio::test(start_paused = true)]
async fn its_budget_has_the_parts_that_it_is_the_sum_of() {
    const MINUTE: Duration = Duration::from_secs(60);
    let of = |shutdown: Shutdown| async {
        let trace = Trace::record();
        let sum = shutdown.budget();
        assert!(shutdown.run().await.is_clean());
        let budget = begins(&trace).pop().unwrap().field("budget").to_owned();
        assert!(budget.starts_with(&format!("{sum:?}")), "{budget}");
        budget
    };
    assert_eq!(of(Shutdown::new()).await, "0ns");
    let several = Shutdown::new().on(ready(())).serve("http", HTTP, |stop| stop).serve("grpc", 2 * HTTP, |stop| stop);
    let several = several.phase("first").shared(shared()).phase("then").shared(shared());
    let several = several.finally("flush", HTTP, || ()).finally("close", HTTP, || ());
    assert_eq!(of(several).await, "54s (servers 6s, drains 40s, last steps 6s, 2s if stuck)");
    let odd = Shutdown::new().on(ready(())).serve("a, b) budget=0s (", MINUTE, |stop| stop);
    assert_eq!(of(odd).await, "60s (\"a, b) budget=0s (\" 60s)", "a name is no part");
}

#[tokio::test(start_paused = true)]
async fn its_place_is_where_the_shutdown_is_made() {
    let trace = Trace::record();
    for (made, line) in [(Shutdown::new(), line!()), (Shutdown::all(), line!()), (Shutdown::default(), line!())] {
        drop(made.run().await);
        let last = begins(&trace).pop().expect("it is said");
        assert_eq!((last.file, &*last.line), ("tests/tests/shutdown_begins.rs", &*line.to_string()));
        assert_eq!((last.target, last.level), ("shutdown_begins", Level::INFO));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ends_by_itself_is_the_cause() {
    let trace = Trace::record();
    let ended = Shutdown::new().on(pending()).serve("http", HTTP, |_| ready(())).run().await;
    assert!(ended.is_clean());
    assert_eq!(begins(&trace)[0].field("cause"), "the server http ended");
}
