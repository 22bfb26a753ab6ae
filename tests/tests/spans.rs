//! A request's span closes when the request ends; the task's own span says where the task came from.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use outlive::{CancelCause, Context, TaskHandle, Tracker, detach, detached};
use outlive_tests::{Span, Trace};
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tracing::{Dispatch, Instrument, dispatcher, info, info_span, instrument};

static TASKS: Tracker = Tracker::unbounded("the-tasks");

#[detached(timeout = "5s", track = TASKS)]
async fn linked(go: oneshot::Receiver<()>) {
    info!("before");
    go.await.unwrap();
    info!("after");
}

#[detached(timeout = "5s", track = TASKS, span = child)]
async fn child(go: oneshot::Receiver<()>) {
    go.await.unwrap();
}

/// The place and the state of the one span of this name.
fn find(trace: &Trace, name: &str) -> (usize, Span) {
    let spans = trace.spans();
    let mut found = spans.into_iter().enumerate().filter(|(_, span)| span.name == name);
    let one = found.next().unwrap_or_else(|| panic!("no span `{name}`: {:#?}", trace.spans()));
    assert!(found.next().is_none(), "more than one span `{name}`: {:#?}", trace.spans());
    one
}

/// Makes a call in a request of its own, and ends the request.
async fn call<T>(work: impl Future<Output = TaskHandle<T>>) -> TaskHandle<T> {
    work.instrument(info_span!("request")).await
}

#[tokio::test(start_paused = true)]
async fn the_requests_span_closes_at_the_requests_end_while_its_task_still_runs() {
    let trace = Trace::record();
    let (go, gone) = oneshot::channel();
    let handle = call(async {
        let handle = linked(gone);
        yield_now().await;
        handle
    })
    .await;
    assert!(!find(&trace, "request").1.is_open, "the request has ended");
    assert!(find(&trace, "linked").1.is_open && !handle.is_finished(), "and its task runs");
    go.send(()).unwrap();
    handle.await.unwrap();
    assert!(!find(&trace, "linked").1.is_open);
}

#[tokio::test(start_paused = true)]
async fn the_tasks_span_is_a_root_that_follows_from_the_callers() {
    let trace = Trace::record();
    let (go, gone) = oneshot::channel();
    let handle = call(async { linked(gone) }).await;
    go.send(()).unwrap();
    handle.await.unwrap();
    let (request, _) = find(&trace, "request");
    let (_, task) = find(&trace, "linked");
    assert_eq!((task.parent, &*task.follows), (None, &[request][..]));
}

#[tokio::test(start_paused = true)]
async fn the_tasks_span_names_the_task_its_tracker_its_place_and_the_requests_labels() {
    let trace = Trace::record();
    let (go, gone) = oneshot::channel();
    let request = Context::root().with_label("request", "a1b2").with_label("tenant", "acme");
    let handle = request.scope(async { linked(gone) }).await.unwrap();
    go.send(()).unwrap();
    let site = handle.site();
    handle.await.unwrap();
    let (_, span) = find(&trace, "linked");
    assert_eq!((span.target, span.file, span.line), (module_path!(), "tests/tests/spans.rs", site.line()));
    let fields: Vec<_> = span.fields.iter().map(|(name, text)| (*name, &**text)).collect();
    assert_eq!(fields, [("labels", "request=a1b2 tenant=acme"), ("tracker", "the-tasks")], "and nothing twice");
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_context_and_outside_of_any_span_has_a_span_of_its_own() {
    let trace = Trace::record();
    let (go, gone) = oneshot::channel();
    go.send(()).unwrap();
    linked(gone).await.unwrap();
    let (_, task) = find(&trace, "linked");
    assert_eq!((task.parent, task.follows), (None, vec![]));
    assert_eq!(task.fields.get("labels"), None);
}

#[tokio::test(start_paused = true)]
async fn a_child_is_inside_of_the_callers_span_and_keeps_it_open() {
    let trace = Trace::record();
    let (go, gone) = oneshot::channel();
    let handle = call(async { child(gone) }).await;
    let (request, span) = find(&trace, "request");
    assert!(span.is_open);
    let (_, task) = find(&trace, "child");
    assert_eq!((task.parent, &*task.follows), (Some(request), &[][..]));
    go.send(()).unwrap();
    handle.await.unwrap();
    assert!(!find(&trace, "request").1.is_open && !find(&trace, "child").1.is_open);
}

#[tokio::test(start_paused = true)]
async fn what_a_task_says_is_said_in_its_span() {
    let trace = Trace::record();
    let (go, gone) = oneshot::channel();
    let handle = call(async { linked(gone) }).await;
    yield_now().await;
    info!("meanwhile");
    go.send(()).unwrap();
    handle.await.unwrap();
    let said: Vec<_> =
        trace.events().iter().map(|event| (event.field("message").to_owned(), event.spans.clone())).collect();
    let expected = [("before", vec!["linked"]), ("meanwhile", vec![]), ("after", vec!["linked"])];
    assert_eq!(said, expected.map(|(message, spans)| (message.to_owned(), spans)));
    assert!(find(&trace, "linked").1.entered >= 2, "once a poll");
}

/// Says something when it is dropped.
struct Parting;

impl Drop for Parting {
    fn drop(&mut self) {
        info!("dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_is_dropped_in_its_span() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn holds(parting: Parting) {
        let _parting = parting;
        std::future::pending::<()>().await;
    }

    let trace = Trace::record();
    let spans = || {
        let dropped = trace.events().into_iter().rfind(|event| event.field("message") == "dropped");
        dropped.map(|event| event.spans)
    };
    let handle = holds(Parting);
    yield_now().await;
    assert_eq!(spans(), None);
    handle.abort(CancelCause::Requested);
    assert!(handle.await.is_err());
    assert_eq!(spans(), Some(vec!["holds"]));
}

#[test]
fn a_body_that_goes_down_with_its_runtime_is_dropped_in_its_span() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn holds(parting: Parting) {
        let _parting = parting;
        std::future::pending::<()>().await;
    }

    let trace = Trace::record();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        holds(Parting);
        yield_now().await;
    });
    drop(runtime);
    let events = trace.events();
    let dropped = events.iter().find(|event| event.field("message") == "dropped").unwrap();
    assert_eq!(dropped.spans, ["holds"]);
    assert!(!find(&trace, "holds").1.is_open);
}

#[tokio::test(start_paused = true)]
async fn a_report_is_sent_in_the_tasks_span() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let trace = Trace::record();
    assert!(hangs().await.is_err());
    assert_eq!(trace.report().spans, ["hangs"]);
}

#[detached(timeout = "5s", track = TASKS)]
#[instrument(skip_all, fields(user = user))]
async fn write_audit(user: u64, _secret: &'static str) {
    yield_now().await;
    info!("written");
}

#[tokio::test(start_paused = true)]
async fn instrument_below_gives_a_span_of_the_functions_name_inside_the_tasks() {
    let trace = Trace::record();
    call(async { write_audit(7, "secret") }).await.await.unwrap();
    let [task, own] = &trace.spans()[1..] else { panic!("not two spans beside the request's: {:#?}", trace.spans()) };
    assert_eq!((task.name, own.name, own.parent, own.is_open), ("write_audit", "write_audit", Some(1), false));
    assert_eq!(own.fields.get("user").map(String::as_str), Some("7"));
    assert_eq!(trace.events()[0].spans, ["write_audit", "write_audit"]);
}

#[derive(Debug)]
struct Mailer {
    from: &'static str,
}

impl Mailer {
    #[detached(timeout = "5s", track = TASKS)]
    #[instrument(skip(self), fields(from = self.from))]
    async fn send_mail(self: Arc<Self>, to: String) {
        yield_now().await;
        info!("sent");
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[instrument]
    async fn send_plain(self) {
        info!("sent");
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[tracing::instrument(name = "another", skip_all)]
    async fn send_renamed(self) {
        info!("sent");
    }
}

#[tokio::test(start_paused = true)]
async fn instrument_below_gives_a_span_of_the_methods_name() {
    let trace = Trace::record();
    Arc::new(Mailer { from: "me" }).send_mail("ada@example.org".to_owned()).await.unwrap();
    let [task, own] = &*trace.spans() else { panic!("not two spans: {:#?}", trace.spans()) };
    assert_eq!((task.name, own.name, own.parent), ("send_mail", "send_mail", Some(0)));
    assert_eq!(own.fields.get("to").map(String::as_str), Some("ada@example.org"));
    assert_eq!(own.fields.get("from").map(String::as_str), Some("me"));
    Mailer { from: "me" }.send_plain().await.unwrap();
    Mailer { from: "me" }.send_renamed().await.unwrap();
    let spans: Vec<_> = trace.events().into_iter().map(|event| event.spans).collect();
    assert_eq!(spans, [["send_mail", "send_mail"], ["send_plain", "send_plain"], ["send_renamed", "another"]]);
}

#[tokio::test]
async fn a_thread_works_in_its_tasks_span() {
    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn works(subscriber: Dispatch) {
        // The test's subscriber is that of the test's thread.
        dispatcher::with_default(&subscriber, || info!("from a thread"));
    }

    let trace = Trace::record();
    let subscriber = dispatcher::get_default(Dispatch::clone);
    call(async { works(subscriber.clone()) }).await.await.unwrap();
    assert_eq!(trace.events().pop().unwrap().spans, ["works"]);
    assert!(!find(&trace, "works").1.is_open);
}

#[tokio::test(start_paused = true)]
async fn a_bare_future_has_a_span_too() {
    let trace = Trace::record();
    let handle = call(async {
        detach!(timeout = "5s", track = TASKS, name = "cache.refill", async {
            yield_now().await;
            info!("filled");
        })
    });
    handle.await.await.unwrap();
    let (_, task) = find(&trace, "cache.refill");
    assert_eq!(task.parent, None);
    assert_eq!(trace.events()[0].spans, ["cache.refill"]);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_queued_follows_from_the_request_that_called_it() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(1);

    #[detached(timeout = "5s", track = ONE)]
    async fn slow() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        info!("done");
    }

    let trace = Trace::record();
    let first = slow();
    let second = call(async { slow() }).await;
    assert!(!find(&trace, "request").1.is_open, "a queued call keeps no request open");
    first.await.unwrap();
    second.await.unwrap();
    let (request, _) = find(&trace, "request");
    let follows: Vec<_> =
        trace.spans().into_iter().filter(|span| span.name == "slow").map(|span| span.follows).collect();
    assert_eq!(follows, [vec![], vec![request]]);
}
