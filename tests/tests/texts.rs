//! What comes from outside, labels, panics, errors and names made at run time, is printed in one line, is cut at its length,
//! and is itself what a program gets.

use std::error::Error;
use std::fmt::{self, Display};
use std::sync::Arc;
use std::time::Duration;

use outlive::{
    CancelCause, Context, DrainReport, Group, Landed, Reason, Shutdown, Singleflight, TaskError, TaskOwner, Tracker,
    Unfinished, detached,
};
use outlive_tests::Trace;
use tokio::task::yield_now;

static TASKS: Tracker = Tracker::unbounded("tasks");

const FORGED: &str = "a\n[stores] audit: drained in 1s of 20s: 9 ended\r\u{1b}[31m\u{202e}";
const SHOWN: &str = r"a\n[stores] audit: drained in 1s of 20s: 9 ended\r\u{1b}[31m\u{202e}";

/// What an `impl Display` may be, too: it has no end.
struct Endless;

impl Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        loop {
            f.write_str("on and on ")?;
        }
    }
}

#[detached(timeout = "5s", track = TASKS)]
async fn panics_with(text: String) {
    panic!("{text}");
}

#[detached(timeout = "5s", track = TASKS)]
async fn fails_with<E: Display + Send + 'static>(error: E) -> Result<(), E> {
    Err(error)
}

async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_label_reads_as_one_and_is_cut_where_it_is_made() {
    let trace = Trace::record();
    let context = Context::root()
        .with_label("user", "bob role=admin")
        .with_label("agent", FORGED)
        .with_label("empty", "")
        .with_label("endless", Endless)
        .with_label("plain", 7);
    context.scope(async { drop(panics_with("no".to_owned())) }).await.unwrap();
    settle().await;
    let event = trace.report();
    let endless = "on and on ".repeat(26);
    let labels = event.field("labels");
    let expected = format!(r#"user="bob role=admin" agent="{SHOWN}" empty="" endless="{}… (+"#, &endless[..256]);
    assert!(labels.starts_with(&expected), "{labels}");
    assert!(labels.ends_with(r#" kB or more)" plain=7"#), "{labels}");
    let spans = trace.spans();
    assert_eq!(spans.last().unwrap().fields["labels"], labels, "the span says the same");
    assert!(format!("{context:?}").contains(labels));
    assert!(format!("{:?}", context.detach()).contains(labels));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_shown_in_one_line_and_its_message_stays_what_it_was() {
    let trace = Trace::record();
    let Err(TaskError::Panicked(panic)) = panics_with(FORGED.to_owned()).await else { panic!() };
    assert_eq!(panic.message(), FORGED);
    assert_eq!(format!("{panic:?}"), format!("Panic(\"{SHOWN}\")"));
    let line = panic.site().unwrap().line();
    let named = format!("`panics_with` ({}:{line}) in `tasks`", file!());
    assert_eq!(TaskError::Panicked(panic).to_string(), format!("panicked: {SHOWN}: {named}"));
    assert_eq!(trace.report().field("cause"), SHOWN);

    let long = "ä".repeat(1_000_000);
    let error = panics_with(long.clone()).await.unwrap_err();
    let cut = format!("{}… (+1995 kB)", "ä".repeat(2048));
    assert_eq!(error.to_string(), format!("panicked: {cut}: {named}"));
    assert_eq!(trace.report().field("cause"), cut);
    let TaskError::Panicked(panic) = error else { panic!() };
    assert_eq!(panic.message(), long);
    assert_eq!(*panic.into_payload().downcast::<String>().unwrap(), long, "the payload is what was thrown");
}

#[tokio::test(start_paused = true)]
async fn an_error_is_shown_in_one_line_and_is_cut() {
    let trace = Trace::record();
    drop(fails_with(FORGED.to_owned()));
    settle().await;
    assert_eq!(trace.report().field("cause"), SHOWN);
    drop(fails_with(Endless));
    settle().await;
    let event = trace.report();
    let cause = event.field("cause");
    assert!(cause.starts_with("on and on ") && cause.ends_with(" or more)"), "{cause}");
    assert!(cause.len() < 5 * 1024 + 40, "{}", cause.len());
}

#[derive(Debug)]
struct Forging;

impl Display for Forging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FORGED)
    }
}

impl Error for Forging {}

#[tokio::test(start_paused = true)]
async fn so_is_a_cause_of_the_users_and_a_failure_in_a_group() {
    let cause = CancelCause::Other(Arc::new(Forging));
    assert_eq!(cause.to_string(), SHOWN);
    assert_eq!(TaskError::Cancelled(cause.clone()).to_string(), format!("aborted: {SHOWN}"));
    assert_eq!(format!("{:?}", CancelCause::Other(Arc::new(std::fmt::Error))), "Other(Error)");
    assert_eq!(format!("{:?}", CancelCause::Requested), "Requested");

    let mut group: Group<Forging> = Group::new();
    group.spawn(async { Err(Forging) }).await;
    let (tell, told) = tokio::sync::oneshot::channel();
    group
        .spawn(async {
            let _ = tell.send(Context::current().cancelled().await);
            Ok(())
        })
        .await;
    assert_eq!(group.wait().await.unwrap_err().to_string(), SHOWN);
    assert_eq!(told.await.unwrap().to_string(), format!("another task of the group failed: {SHOWN}"));
}

#[tokio::test(start_paused = true)]
async fn the_unfinished_hook_gets_what_was_said_and_can_print_it() {
    static REASONS: std::sync::Mutex<Vec<Reason>> = std::sync::Mutex::new(Vec::new());

    #[detached(timeout = "5s", track = TASKS, unfinished = keep)]
    async fn either(panics: bool) -> Result<(), Forging> {
        if panics { panic!("{FORGED}") } else { Err(Forging) }
    }

    fn keep(call: Unfinished<(bool,)>) {
        REASONS.lock().unwrap().push(call.into_parts().1);
    }

    drop((either(true).await, either(false).await));
    let reasons = std::mem::take(&mut *REASONS.lock().unwrap());
    let [panicked, failed] = &*reasons else { panic!("{reasons:?}") };
    assert_eq!(panicked.to_string(), format!("panicked: {SHOWN}"));
    assert!(matches!(panicked, Reason::Panicked(text) if text == FORGED));
    assert_eq!(failed.to_string(), format!("failed: {SHOWN}"));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_made_at_run_time_forges_no_line() {
    #[detached(timeout = "5s", track = tracker)]
    async fn tracked(tracker: Arc<Tracker>) {
        panic!("here");
    }

    let name: &'static str = FORGED.to_owned().leak();
    let tracker = Arc::new(Tracker::bounded(name, 1));
    let trace = Trace::record();
    drop(tracked(Arc::clone(&tracker)));
    settle().await;
    assert_eq!(trace.report().field("tracker"), SHOWN);
    assert_eq!(trace.spans().last().unwrap().fields["tracker"], SHOWN);
    assert_eq!(tracker.name(), name, "what it was given");

    let report = Shutdown::new().phase("one, two").shared(tracker).run().await;
    assert_eq!(
        report.to_string(),
        format!("shutdown: clean\n[\"one, two\"] \"{SHOWN}\": drained in 0s of 20s: nothing was left to finish")
    );
    let drains: Vec<&DrainReport> = report.phases().flat_map(|(_, drains)| drains).collect();
    assert_eq!(drains[0].tracker(), name);
    assert_eq!(format!("{:?}", drains[0]), drains[0].to_string());
}

#[tokio::test(start_paused = true)]
async fn a_singleflights_name_is_shown_in_one_line() {
    static CACHE: Tracker = Tracker::bounded("cache", 1);

    let name: &'static str = "users\n[x]".to_owned().leak();
    let users: Singleflight<u8, u8> = Singleflight::new(name, &CACHE, Duration::from_secs(1));
    let trace = Trace::record();
    assert!(matches!(users.run(1, async { 7 }).await, Ok(Landed { value: 7, .. })));
    assert_eq!(trace.spans().last().unwrap().name, r"users\n[x]");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_that_panics_forges_no_line_of_the_report() {
    struct Service;

    impl TaskOwner for Service {
        const DRAIN_BUDGET: Duration = Duration::from_secs(1);

        async fn shutdown(&self) -> DrainReport {
            panic!("{FORGED}")
        }
    }

    let report = Shutdown::new().phase("stores").owner(Service).run().await;
    let expected = format!("a shutdown panicked: {SHOWN}");
    assert_eq!(report.failures().collect::<Vec<_>>(), [("stores", &*expected)]);
    assert_eq!(report.to_string(), format!("shutdown: not clean\n[stores] {expected}"));
    assert_eq!(format!("{report:?}").lines().count(), 1);
}
