//! The filter that shows what a crate says shows what becomes of its tasks as well: `RUST_LOG=my_crate=info`.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::future::{Future, poll_fn};
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use std::task::Poll;
use std::time::Duration;

use outlive::{Context, Fresh, Singleflight, TaskHandle, Tracker, detached, periodic, worker};
use tracing::Dispatch;
use tracing::Metadata;
use tracing::subscriber::{DefaultGuard, Interest, Subscriber, set_default};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

static TASKS: Tracker = Tracker::unbounded("the-tasks");

mod audit {
    use super::TASKS;

    #[outlive::detached(timeout = "5s", track = TASKS)]
    pub(super) async fn write_audit() -> Result<(), &'static str> {
        Err("disk full")
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What `fmt` shows on this thread with that filter.
    fn filtered_by(directives: &str) -> (Self, DefaultGuard) {
        // With one subscriber in the process, tracing asks the thread that comes to a place first whether anybody wants it,
        // and believes it for all threads. A second one, never dropped, makes it ask the subscribers.
        static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));
        LazyLock::force(&SECOND);
        let log = Self::default();
        let subscriber = fmt().with_ansi(false).without_time().with_env_filter(EnvFilter::new(directives));
        let guard = set_default(subscriber.with_writer(log.clone()).finish());
        (log, guard)
    }

    fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
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

/// The failing audit of a request that nobody waits for.
async fn failing_audit() {
    let request = Context::root().with_label("request_id", "a1b2");
    drop(request.scope(async { audit::write_audit() }).await.unwrap());
    settle().await;
}

/// Lets what is ready run.
async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_failing_audit_is_shown_with_its_request() {
    let (log, _guard) = Log::filtered_by("usual_filter=debug,tower_http=debug");
    failing_audit().await;
    assert_eq!(
        log.lines(),
        [" WARN write_audit{tracker=\"the-tasks\" labels=\"request_id=a1b2\"}: usual_filter::audit: \
          detached task failed, and nobody looked cause=\"disk full\""],
        "each thing once"
    );
}

#[tokio::test(start_paused = true)]
async fn without_its_span_a_report_says_whose_it_is() {
    let (log, _guard) = Log::filtered_by("usual_filter=warn");
    failing_audit().await;
    assert_eq!(
        log.lines(),
        [" WARN usual_filter::audit: detached task failed, and nobody looked task=\"write_audit\" \
          tracker=\"the-tasks\" labels=\"request_id=a1b2\" cause=\"disk full\""]
    );
}

/// A channel or a pager takes reports alone, beside a log that shows the spans.
#[tokio::test(start_paused = true)]
async fn a_layer_that_does_not_see_the_span_is_told_whose_a_report_is() {
    let (log, pager) = (Log::default(), Log::default());
    let shown = fmt::layer().with_ansi(false).without_time().with_writer(log.clone());
    let beside = fmt::layer().with_ansi(false).without_time().with_writer(pager.clone());
    let subscriber = tracing_subscriber::registry()
        .with(shown.with_filter(EnvFilter::new("usual_filter=info")))
        .with(beside.with_filter(filter_fn(|metadata| metadata.name() == "outlive.report")));
    let _guard = set_default(subscriber);
    failing_audit().await;
    let report = "usual_filter::audit: detached task failed, and nobody looked task=\"write_audit\" \
                  tracker=\"the-tasks\" labels=\"request_id=a1b2\" cause=\"disk full\"";
    assert_eq!(pager.lines(), [format!(" WARN {report}")]);
    let span = "write_audit{tracker=\"the-tasks\" labels=\"request_id=a1b2\"}";
    assert_eq!(log.lines(), [format!(" WARN {span}: {report}")]);
}

/// The span that is current is of the same function, and of another call.
#[tokio::test(start_paused = true)]
async fn what_is_said_in_the_span_of_another_call_says_whose_it_is() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn fails(depth: u8) -> Result<(), &'static str> {
        if depth > 0 {
            let inner = Context::current().with_label("depth", depth - 1).scope(async { fails(depth - 1) }).await;
            let inner = inner.unwrap();
            settle().await;
            assert!(inner.is_finished());
            drop(inner);
            return Ok(());
        }
        Err("disk full")
    }

    let (log, _guard) = Log::filtered_by("usual_filter=info");
    Context::root().with_label("depth", 1).scope(async { fails(1) }).await.unwrap().await.unwrap().unwrap();
    let [line] = &*log.lines() else { panic!("not one line: {:#?}", log.lines()) };
    assert!(line.starts_with(" WARN fails{tracker=\"the-tasks\" labels=\"depth=1\"}: "), "{line}");
    assert!(line.contains(" task=\"fails\" tracker=\"the-tasks\" labels=\"depth=0\" cause=\"disk full\""), "{line}");
}

/// A subscriber that calls the function as it is asked whether it wants to see it.
#[tokio::test(start_paused = true)]
async fn a_subscriber_may_call_the_function_of_which_it_is_told() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn told() {}

    #[derive(Default)]
    struct Calls(OnceLock<TaskHandle<()>>);

    impl<S: Subscriber> Layer<S> for Calls {
        fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
            if metadata.name() == "told" {
                self.0.get_or_init(told);
            }
            Interest::always()
        }
    }

    let _guard = set_default(tracing_subscriber::registry().with(Calls::default()));
    told().await.unwrap();
    settle().await;
    let counts = outlive::sites().find(|site| site.name() == "told").unwrap().counts();
    assert_eq!((counts.started, counts.completed), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_module_of_its_own_can_be_left_out() {
    let (log, _guard) = Log::filtered_by("usual_filter=debug,usual_filter::audit=off");
    failing_audit().await;
    assert_eq!(log.lines(), [""; 0]);
}

/// What a task's own code says is shown in its span, under the same filter.
#[tokio::test(start_paused = true)]
async fn what_a_task_says_is_shown_in_its_span() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn says() {
        tracing::info!("here");
    }

    let (log, _guard) = Log::filtered_by("usual_filter=info");
    says().await.unwrap();
    assert_eq!(log.lines(), [" INFO says{tracker=\"the-tasks\"}: usual_filter: here"]);
}

#[tokio::test(start_paused = true)]
async fn what_runs_once_for_many_is_shown_as_of_where_its_work_is_written() {
    static USERS: Singleflight<u8, Result<(), &'static str>> =
        Singleflight::new("users", &TASKS, Duration::from_secs(5)).fallible();
    static TOKEN: LazyLock<Fresh<&'static str, &'static str>> =
        LazyLock::new(|| Fresh::new("token", &TASKS, Duration::from_secs(5), || async { panic!("no token") }));

    let (log, _guard) = Log::filtered_by("usual_filter=warn");
    TOKEN.get().await.unwrap_err();
    let mut run = Box::pin(USERS.run(1, async {
        tokio::task::yield_now().await;
        Err("no user")
    }));
    assert!(waits(run.as_mut()).await);
    drop(run);
    settle().await;
    let [token, user] = &*log.lines() else { panic!("not two lines: {:#?}", log.lines()) };
    let home = "usual_filter::what_runs_once_for_many_is_shown_as_of_where_its_work_is_written: detached task";
    assert!(token.starts_with(&format!("ERROR {home} panicked task=\"token\"")), "{token}");
    assert!(user.starts_with(&format!(" WARN {home} failed, and nobody looked task=\"users\"")), "{user}");
}

/// Whether it waits.
async fn waits(mut future: Pin<&mut impl Future>) -> bool {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
}

#[tokio::test(start_paused = true)]
async fn a_workers_failure_is_called_a_workers() {
    #[worker(track = TASKS)]
    async fn consume() {
        panic!("no queue");
    }

    let (log, _guard) = Log::filtered_by("usual_filter=warn");
    let consuming: TaskHandle<()> = consume();
    consuming.await.unwrap_err();
    let [line] = &*log.lines() else { panic!("not one line: {:#?}", log.lines()) };
    assert!(line.starts_with("ERROR usual_filter: worker panicked task=\"consume\""), "{line}");
}

/// Their runs fail in the loop's span, which says all of it.
#[tokio::test(start_paused = true)]
async fn the_failing_runs_of_a_loop_and_of_a_worker_are_shown_once_each_thing() {
    #[periodic(every = "10s", timeout = "1s", track = TASKS)]
    async fn refresh() -> Result<(), &'static str> {
        Err("no source")
    }

    #[periodic(every = "10s", timeout = "1s", track = TASKS)]
    async fn breaks() {
        panic!("no pool");
    }

    #[worker(track = TASKS, restart = "7s..7s")]
    async fn follow() -> Result<(), &'static str> {
        Err("no feed")
    }

    let (log, _guard) = Log::filtered_by("usual_filter=info");
    let running = (refresh(), breaks(), follow());
    tokio::time::sleep(Duration::from_secs(11)).await;
    let mut lines = log.lines();
    lines.sort();
    lines.dedup();
    assert_eq!(
        lines,
        [
            " WARN follow{tracker=\"the-tasks\"}: usual_filter: worker failed cause=\"no feed\" restart_in=7s",
            " WARN refresh{tracker=\"the-tasks\"}: usual_filter: periodic run failed cause=\"no source\"",
            "ERROR breaks{tracker=\"the-tasks\"}: usual_filter: periodic run panicked cause=\"no pool\"",
        ]
    );
    drop(running);
}
