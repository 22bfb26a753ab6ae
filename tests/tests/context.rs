//! A context carries what belongs to a request: its values go along with detached work, its end does not.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use outlive::{CancelCause, CancelSource, Context, TaskError, Tracker, detached};
use proptest::prelude::*;
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

static TASKS: Tracker = Tracker::unbounded("tasks");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct UserId(u64);

#[derive(Debug, PartialEq, Eq)]
struct Tenant(&'static str);

fn user() -> Option<UserId> {
    Context::current().get::<UserId>().copied()
}

/// The cause's variant, to compare.
fn named(cause: Option<CancelCause>) -> Option<&'static str> {
    cause.map(|cause| match cause {
        CancelCause::Timeout => "timeout",
        CancelCause::Shutdown => "shutdown",
        CancelCause::Disconnected => "disconnected",
        CancelCause::Requested => "requested",
        _ => "another",
    })
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

const SECOND: Duration = Duration::from_secs(1);

// What crosses, and what does not.

#[tokio::test(start_paused = true)]
async fn values_and_labels_survive_into_a_task_and_into_the_tasks_of_that_task() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn inner() -> (Option<UserId>, String) {
        yield_now().await;
        (user(), format!("{:?}", Context::current()))
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn outer() -> (Option<UserId>, (Option<UserId>, String)) {
        yield_now().await;
        (user(), inner().await.unwrap())
    }

    let request = Context::root().with(UserId(7)).with_label("request", "a1b2").with_label("zone", 3);
    let handle = request.scope(async { outer() }).await.unwrap();
    let (first, (second, shown)) = handle.await.unwrap();
    assert_eq!((first, second), (Some(UserId(7)), Some(UserId(7))));
    assert!(shown.contains("request=a1b2 zone=3"), "{shown}");
}

#[tokio::test]
async fn values_survive_to_a_blocking_thread_and_the_requests_end_does_not() {
    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn on_a_thread() -> (Seen, bool) {
        let context = Context::current();
        ((user(), named(context.cause())), context.deadline().is_some())
    }

    let source = CancelSource::new();
    let request = Context::root().with(UserId(7)).with_cancel(&source);
    let handle = request.scope(async { on_a_thread() }).await.unwrap();
    source.cancel(CancelCause::Requested);
    assert_eq!(handle.await.unwrap(), ((Some(UserId(7)), None), true));
    assert_eq!(on_a_thread().await.unwrap(), ((None, None), true), "and do not stay there");
}

#[tokio::test(start_paused = true)]
async fn a_call_outside_of_any_context_has_no_values() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn anonymous() -> Option<UserId> {
        user()
    }
    assert_eq!(anonymous().await.unwrap(), None);
}

#[detached(timeout = "5s", track = TASKS)]
async fn asked_later(go: oneshot::Receiver<()>) -> Seen {
    go.await.unwrap();
    (user(), named(Context::current().cause()))
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_cancelled_in_mid_flight_takes_no_task_with_it() {
    let source = CancelSource::new();
    let request = Context::root().with(UserId(7)).with_cancel(&source);
    let (go, gone) = oneshot::channel();
    let mut handle = None;
    let ended = request
        .scope(async {
            handle = Some(asked_later(gone));
            yield_now().await;
            source.cancel(CancelCause::Requested);
            std::future::pending::<()>().await;
        })
        .await;
    assert_eq!(named(ended.err()), Some("requested"));
    go.send(()).unwrap();
    assert_eq!(handle.unwrap().await.unwrap(), (Some(UserId(7)), None));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_in_mid_flight_takes_no_task_with_it() {
    let source = CancelSource::new();
    let request = Context::root().with(UserId(7)).with_cancel(&source);
    let (go, gone) = oneshot::channel();
    let (tell, handle) = oneshot::channel();
    {
        let mut connection = Box::pin(request.scope(async move {
            let _owned_by_the_connection = source;
            assert!(tell.send(asked_later(gone)).is_ok());
            std::future::pending::<()>().await;
        }));
        assert!(poll_once(connection.as_mut()).await.is_pending());
        yield_now().await;
    }
    assert_eq!(named(request.cause()), Some("disconnected"));
    go.send(()).unwrap();
    assert_eq!(handle.await.unwrap().await.unwrap(), (Some(UserId(7)), None));
}

#[tokio::test(start_paused = true)]
async fn the_requests_deadline_ends_the_request_and_not_the_task() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn three_seconds() -> Option<Instant> {
        sleep(3 * SECOND).await;
        Context::current().deadline()
    }

    let start = Instant::now();
    let request = Context::root().with_timeout(SECOND);
    let mut handle = None;
    let ended = request
        .scope(async {
            handle = Some(three_seconds());
            std::future::pending::<()>().await;
        })
        .await;
    assert_eq!((named(ended.err()), start.elapsed()), (Some("timeout"), SECOND));
    assert_eq!(handle.unwrap().await.unwrap(), Some(start + 5 * SECOND), "its own deadline");
    assert_eq!(start.elapsed(), 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_call_under_a_context_that_is_cancelled_already_runs() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn runs() -> Option<&'static str> {
        named(Context::current().cause())
    }

    let source = CancelSource::new();
    let request = Context::root().with_cancel(&source);
    let handle = request.scope(async {
        source.cancel(CancelCause::Requested);
        runs()
    });
    assert_eq!(handle.await.unwrap().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_context_that_is_passed_goes_before_the_ambient_one() {
    #[detached(timeout = "5s", track = TASKS, context = ctx)]
    async fn explicit(ctx: Context) -> (Option<UserId>, Option<UserId>, Option<&'static str>) {
        yield_now().await;
        (user(), ctx.get::<UserId>().copied(), named(Context::current().cause()))
    }

    let source = CancelSource::new();
    source.cancel(CancelCause::Requested);
    let passed = Context::root().with(UserId(1)).with_cancel(&source);
    let ambient = Context::root().with(UserId(2));
    let call = ambient.scope(async { explicit(passed).await.unwrap() });
    assert_eq!(call.await.unwrap(), (Some(UserId(1)), Some(UserId(1)), None));
    let call = ambient.scope(async { explicit(Context::root()).await.unwrap() });
    assert_eq!(call.await.unwrap(), (None, None, None));
}

// Which context is in scope.

#[tokio::test(start_paused = true)]
async fn scopes_nest_and_each_restores_the_one_around_it() {
    assert!(Context::try_current().is_none());
    let outer = Context::root().with(UserId(1)).with(Tenant("acme"));
    outer
        .scope(async {
            assert_eq!(user(), Some(UserId(1)));
            let inner = Context::current().with(UserId(2));
            inner
                .scope(async {
                    yield_now().await;
                    assert_eq!(user(), Some(UserId(2)));
                    assert_eq!(Context::current().get::<Tenant>(), Some(&Tenant("acme")));
                    assert_eq!(Context::root().scope(async { user() }).await.unwrap(), None);
                    assert_eq!(user(), Some(UserId(2)));
                })
                .await
                .unwrap();
            assert_eq!(user(), Some(UserId(1)));
        })
        .await
        .unwrap();
    assert!(Context::try_current().is_none());
    assert!(Context::current().get::<UserId>().is_none());
}

#[tokio::test(start_paused = true)]
async fn scopes_that_take_turns_on_one_thread_do_not_see_each_other() {
    async fn sees(expected: Option<UserId>) {
        for _ in 0..5 {
            assert_eq!(user(), expected);
            yield_now().await;
        }
    }
    let one = Context::root().with(UserId(1));
    let two = Context::root().with(UserId(2));
    let (first, second, ()) =
        tokio::join!(one.scope(sees(Some(UserId(1)))), two.scope(sees(Some(UserId(2)))), sees(None));
    assert!(first.is_ok() && second.is_ok());
}

#[tokio::test(start_paused = true)]
async fn tasks_that_take_turns_on_one_thread_do_not_see_each_other() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn sees(expected: UserId) {
        for turn in 0..5 {
            assert_eq!(user(), Some(expected));
            let own = Context::current().with(UserId(100 + turn));
            let scoped = own.scope(async {
                yield_now().await;
                user()
            });
            assert_eq!(scoped.await.unwrap(), Some(UserId(100 + turn)));
        }
    }

    let mut handles = Vec::new();
    for id in 0..4 {
        let request = Context::root().with(UserId(id));
        handles.push(request.scope(async { sees(UserId(id)) }).await.unwrap());
    }
    for handle in handles {
        handle.await.unwrap();
        assert!(Context::try_current().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_scope_within_a_task_hides_the_tasks_end_and_then_gives_it_back() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn scoped() -> [Option<Instant>; 3] {
        let before = Context::current().deadline();
        let root = Context::root();
        let within = root.scope(async {
            yield_now().await;
            Context::current().deadline()
        });
        let within = within.await.unwrap();
        [before, within, Context::current().deadline()]
    }

    // The same where nobody has asked for the task's context before the scope.
    #[detached(timeout = "5s", track = TASKS)]
    async fn scoped_first() -> [Option<Instant>; 2] {
        let root = Context::root();
        let within = root.scope(async {
            yield_now().await;
            Context::current().deadline()
        });
        let within = within.await.unwrap();
        [within, Context::current().deadline()]
    }

    let deadline = Some(Instant::now() + 5 * SECOND);
    assert_eq!(scoped().await.unwrap(), [deadline, None, deadline]);
    assert_eq!(scoped_first().await.unwrap(), [None, deadline]);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_scope_restores_the_one_around_it() {
    let outer = Context::root().with(UserId(1));
    outer
        .scope(async {
            let inner = Context::root().with(UserId(2));
            let mut broken = pin!(inner.scope(async { panic!("at {:?}", user()) }));
            let caught = poll_fn(|cx| {
                Poll::Ready(catch_unwind(AssertUnwindSafe(|| broken.as_mut().poll(cx).map(|done| done.map_err(drop)))))
            });
            let payload = caught.await.map(|_: Poll<Result<(), ()>>| ()).unwrap_err();
            assert_eq!(payload.downcast_ref::<String>().unwrap(), "at Some(UserId(2))");
            assert_eq!(user(), Some(UserId(1)));
        })
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_task_leaves_its_thread_without_a_context() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn breaks() {
        let own = Context::current().with(UserId(8));
        let scoped = own.scope(async {
            yield_now().await;
            panic!("at {:?}", user());
        });
        scoped.await.unwrap();
    }

    let request = Context::root().with(UserId(7));
    let handle = request.scope(async { breaks() }).await.unwrap();
    let Err(TaskError::Panicked(panic)) = handle.await else { panic!("it does not end well") };
    assert_eq!(panic.message(), "at Some(UserId(8))");
    assert!(Context::try_current().is_none());
    let other = tokio::spawn(async { Context::try_current().is_none() });
    assert!(other.await.unwrap());
}

// How a scope ends.

#[tokio::test(start_paused = true)]
async fn a_scope_ends_with_the_cause() {
    #[derive(Debug)]
    struct QuotaUsedUp;
    impl std::fmt::Display for QuotaUsedUp {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the quota is used up")
        }
    }
    impl std::error::Error for QuotaUsedUp {}

    let source = CancelSource::new();
    let request = Context::root().with_cancel(&source);
    let scope = tokio::spawn(async move { request.scope(std::future::pending::<()>()).await });
    yield_now().await;
    assert!(!scope.is_finished());
    source.cancel(CancelCause::Other(Arc::new(QuotaUsedUp)));
    source.cancel(CancelCause::Requested);
    let cause = scope.await.unwrap().unwrap_err();
    assert!(matches!(&cause, CancelCause::Other(own) if own.is::<QuotaUsedUp>()), "the first cause stands");
    assert_eq!(cause.to_string(), "the quota is used up");
}

#[tokio::test(start_paused = true)]
async fn a_scope_ends_when_the_last_clone_of_its_source_is_dropped() {
    let source = CancelSource::new();
    let request = Context::root().with_cancel(&source);
    let scope = tokio::spawn(async move { request.scope(std::future::pending::<()>()).await });
    let clone = source.clone();
    drop(source);
    yield_now().await;
    assert!(!scope.is_finished(), "a clone is left");
    drop(clone);
    assert_eq!(named(scope.await.unwrap().err()), Some("disconnected"));
}

#[tokio::test(start_paused = true)]
async fn a_scope_ends_at_exactly_its_deadline() {
    let start = Instant::now();
    let request = Context::root().with_timeout(Duration::from_millis(1_500));
    let ended = request.scope(std::future::pending::<()>()).await;
    assert_eq!(named(ended.err()), Some("timeout"));
    assert_eq!(start.elapsed(), Duration::from_millis(1_500));
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_done_at_the_cancellation_has_its_value() {
    let source = CancelSource::new();
    let request = Context::root().with_cancel(&source);
    let done = request.scope(async {
        yield_now().await;
        source.cancel(CancelCause::Requested);
        7
    });
    assert_eq!(done.await.unwrap(), 7);

    let request = Context::root().with_timeout(SECOND);
    let done = request.scope(async {
        sleep(SECOND).await;
        7
    });
    assert_eq!(done.await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn a_context_that_is_cancelled_does_not_start_a_future() {
    let source = CancelSource::new();
    source.cancel(CancelCause::Requested);
    let cancelled = Context::root().with_cancel(&source);
    let late = Context::root().with_timeout(Duration::ZERO);
    let mut started = 0;
    let ended = cancelled.scope(async { started += 1 }).await;
    assert_eq!(named(ended.err()), Some("requested"));
    let ended = late.scope(async { started += 1 }).await;
    assert_eq!(named(ended.err()), Some("timeout"));
    assert_eq!(started, 0);
}

type Seen = (Option<UserId>, Option<&'static str>);

/// Notes the context that it is dropped in.
struct Witness(Arc<Mutex<Vec<Seen>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push((user(), named(Context::current().cause())));
    }
}

async fn hold(witness: Witness) {
    let _witness = witness;
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn a_scopes_future_is_dropped_with_its_context_in_scope() {
    let seen = Arc::default();
    let source = CancelSource::new();
    let request = Context::root().with(UserId(7)).with_cancel(&source);
    {
        let mut abandoned = Box::pin(request.scope(hold(Witness(Arc::clone(&seen)))));
        assert!(poll_once(abandoned.as_mut()).await.is_pending());
    }
    assert_eq!(*seen.lock().unwrap(), [(Some(UserId(7)), None)]);
    {
        let mut cancelled = pin!(request.scope(hold(Witness(Arc::clone(&seen)))));
        assert!(poll_once(cancelled.as_mut()).await.is_pending());
        source.cancel(CancelCause::Requested);
        assert!(cancelled.await.is_err());
    }
    assert_eq!(seen.lock().unwrap()[1..], [(Some(UserId(7)), Some("requested"))]);
    assert!(Context::try_current().is_none());
}

// Causes, deadlines, values.

#[tokio::test(start_paused = true)]
async fn a_cause_is_there_from_the_cancel_on_and_the_first_one_stands() {
    let (one, two) = (CancelSource::new(), CancelSource::new());
    let above = Context::root().with_cancel(&one);
    let below = above.with_cancel(&two);
    assert!(!below.is_cancelled() && below.cause().is_none());
    two.cancel(CancelCause::Requested);
    assert_eq!(named(below.cause()), Some("requested"), "any of its sources");
    assert!(!above.is_cancelled(), "a source reaches what was made with it, and what came of that");
    two.cancel(CancelCause::Shutdown);
    drop(two);
    assert_eq!(named(below.cause()), Some("requested"));

    let below = above.with(UserId(7)).with_timeout(SECOND);
    drop(one);
    assert_eq!(named(above.cause()), Some("disconnected"));
    assert_eq!(named(below.cause()), Some("disconnected"));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_has_passed_is_a_cause() {
    let context = Context::root().with_timeout(SECOND);
    tokio::time::advance(Duration::from_millis(999)).await;
    assert!(!context.is_cancelled());
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(named(context.cause()), Some("timeout"));
}

#[tokio::test(start_paused = true)]
async fn of_a_source_and_a_deadline_the_first_stands() {
    let source = CancelSource::new();
    let first = Context::root().with_timeout(SECOND).with_cancel(&source);
    let last = Context::root().with_timeout(3 * SECOND).with_cancel(&source);
    tokio::time::advance(2 * SECOND).await;
    assert_eq!(named(first.cause()), Some("timeout"));
    source.cancel(CancelCause::Requested);
    assert_eq!((named(first.cause()), named(last.cause())), (Some("timeout"), Some("requested")));
    tokio::time::advance(2 * SECOND).await;
    assert_eq!((named(first.cause()), named(last.cause())), (Some("timeout"), Some("requested")));
}

#[tokio::test(start_paused = true)]
async fn of_two_sources_the_first_stands() {
    let (one, two) = (CancelSource::new(), CancelSource::new());
    let context = Context::root().with_cancel(&one).with_cancel(&two);
    one.cancel(CancelCause::Requested);
    tokio::time::advance(SECOND).await;
    two.cancel(CancelCause::Shutdown);
    assert_eq!(named(context.cause()), Some("requested"));
}

#[tokio::test(start_paused = true)]
async fn the_earliest_deadline_wins() {
    let now = Instant::now();
    let root = Context::root();
    assert_eq!(root.deadline(), None);
    let minute = root.with_timeout(60 * SECOND);
    assert_eq!(minute.deadline(), Some(now + 60 * SECOND));
    let shorter = minute.with_deadline(now + 5 * SECOND);
    assert_eq!(shorter.deadline(), Some(now + 5 * SECOND));
    assert_eq!(shorter.with_timeout(60 * SECOND).deadline(), Some(now + 5 * SECOND));
    assert_eq!(shorter.with_deadline(now + 60 * SECOND).deadline(), Some(now + 5 * SECOND));
    assert_eq!(minute.deadline(), Some(now + 60 * SECOND), "a context is never changed");
    let for_ever = root.with_timeout(Duration::MAX);
    assert!(!for_ever.is_cancelled());
    assert_eq!(for_ever.with_timeout(SECOND).deadline(), Some(now + SECOND));
}

#[test]
fn a_value_or_label_replaces_the_one_before_it_and_only_in_the_new_context() {
    let first = Context::root().with(UserId(1)).with(Tenant("acme")).with_label("request", "a");
    let second = first.with(UserId(2)).with_label("request", "b").with_label("zone", 1);
    assert_eq!((first.get(), second.get()), (Some(&UserId(1)), Some(&UserId(2))));
    assert_eq!(second.get::<Tenant>(), Some(&Tenant("acme")));
    assert_eq!(second.get::<u64>(), None);
    let (first, second) = (format!("{first:?}"), format!("{second:?}"));
    assert!(first.contains("labels: request=a,"), "{first}");
    assert!(second.contains("labels: request=b zone=1,"), "{second}");
}

#[test]
fn each_of_many_labels_is_shown_once_where_its_name_was_first_given() {
    const NAMES: [&str; 30] = [
        "ab", "q", "zone", "k7", "m", "b2", "user", "a0", "route", "x", "t3", "d", "pod", "n9", "c", "host", "e5", "y",
        "s", "job", "f1", "w", "tenant", "g", "r8", "i", "v", "lot", "l4", "h",
    ];
    let labelled =
        |context: Context, times: usize| NAMES.iter().fold(context, |context, name| context.with_label(name, times));
    let shown = |times| NAMES.map(|name| format!("{name}={times}")).join(" ");
    let mut made = vec![];
    for times in 0..5 {
        let last = made.last().cloned().unwrap_or_default();
        made.push(labelled(last, times));
    }
    // Each of them, also of those that others were made of.
    for (times, context) in made.iter().enumerate() {
        let context = format!("{context:?}");
        assert!(context.contains(&format!("labels: {},", shown(times))), "{context}");
    }
    let one_changed = format!("{:?}", made[4].with_label("ab", "new").with_label("h", "new").with_label("last", 1));
    let expected = shown(4).replace("ab=4", "ab=new").replace("h=4", "h=new");
    assert!(one_changed.contains(&format!("labels: {expected} last=1,")), "{one_changed}");
}

/// As many types as a test needs.
#[derive(Debug, PartialEq)]
struct Numbered<const N: usize>(u32);

macro_rules! numbered {
    ($($n:literal)+) => {
        const TYPES: usize = [$($n),+].len();

        fn with_numbered(context: &Context, n: usize, value: u32) -> Context {
            match n {
                $($n => context.with(Numbered::<$n>(value)),)+
                _ => unreachable!("there are {TYPES}"),
            }
        }

        fn all_numbered(context: &Context) -> [Option<u32>; TYPES] {
            [$(context.get::<Numbered<$n>>().map(|value| value.0)),+]
        }
    };
}

numbered!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39);

proptest! {
    #[test]
    fn the_last_value_of_each_type_is_found_whatever_their_number(
        values in proptest::collection::vec((0..TYPES, any::<u32>()), 0..100),
    ) {
        let mut made = vec![(Context::root(), [None; TYPES])];
        for (n, value) in values {
            let (last, expected) = made.last().unwrap();
            let (next, mut expected) = (with_numbered(last, n, value).with_label("last", value), *expected);
            expected[n] = Some(value);
            made.push((next, expected));
        }
        // Each of them, also of those that others were made of.
        for (context, expected) in made {
            prop_assert_eq!(all_numbered(&context), expected);
            prop_assert_eq!(all_numbered(&context.detach().with(UserId(1)).with_timeout(SECOND)), expected);
        }
    }
}

// Waiting for the end.

#[tokio::test(start_paused = true)]
async fn a_cancel_wakes_everybody_who_waits() {
    let (one, two) = (CancelSource::new(), CancelSource::new());
    let context = Context::root().with_cancel(&one).with_cancel(&two).with_timeout(SECOND);
    let mut waiters = Vec::new();
    for _ in 0..3 {
        let context = context.clone();
        waiters.push(tokio::spawn(async move { context.cancelled().await }));
    }
    yield_now().await;
    assert!(waiters.iter().all(|waiter| !waiter.is_finished()));
    let start = Instant::now();
    one.cancel(CancelCause::Requested);
    for waiter in waiters {
        assert_eq!(named(Some(waiter.await.unwrap())), Some("requested"));
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(named(Some(context.cancelled().await)), Some("requested"), "and nobody waits afterwards");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_wakes_who_waits_at_exactly_its_time() {
    let source = CancelSource::new();
    let start = Instant::now();
    let context = Context::root().with_timeout(SECOND).with_cancel(&source);
    assert_eq!(named(Some(context.cancelled().await)), Some("timeout"));
    assert_eq!(start.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_callback_runs_once_with_the_cause() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let source = CancelSource::new();
    let context = Context::root().with_cancel(&source);
    let callback = context.on_cancel(move |cause| tell.send(cause).unwrap());
    yield_now().await;
    assert!(told.try_recv().is_err());
    source.cancel(CancelCause::Requested);
    source.cancel(CancelCause::Shutdown);
    assert_eq!(named(told.recv().await), Some("requested"));
    assert!(told.recv().await.is_none(), "the callback is gone, and has run once");
    assert!(!callback.stop(), "too late");
}

#[tokio::test(start_paused = true)]
async fn a_callback_on_a_context_that_is_cancelled_already_runs() {
    let (tell, told) = oneshot::channel();
    let context = Context::root().with_timeout(Duration::ZERO);
    context.on_cancel(move |cause| tell.send(cause).unwrap());
    assert_eq!(named(told.await.ok()), Some("timeout"));
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_is_stopped_in_time_never_runs() {
    let (tell, told) = oneshot::channel();
    let source = CancelSource::new();
    let callback = Context::root().with_cancel(&source).on_cancel(move |cause| tell.send(cause).unwrap());
    yield_now().await;
    assert!(callback.stop(), "in time");
    source.cancel(CancelCause::Requested);
    assert!(told.await.is_err(), "dropped without a word");
}

#[tokio::test(start_paused = true)]
async fn a_callback_stays_registered_when_its_guard_and_its_context_are_dropped() {
    let (tell, told) = oneshot::channel();
    let source = CancelSource::new();
    drop(Context::root().with_cancel(&source).on_cancel(move |cause| tell.send(cause).unwrap()));
    yield_now().await;
    source.cancel(CancelCause::Requested);
    assert_eq!(named(told.await.ok()), Some("requested"));
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_could_never_run_is_dropped_at_once() {
    let (tell, mut told) = oneshot::channel::<CancelCause>();
    let callback = Context::root().on_cancel(move |cause| tell.send(cause).unwrap());
    assert!(matches!(told.try_recv(), Err(oneshot::error::TryRecvError::Closed)));
    assert!(!callback.stop());
}

// Detached by hand.

#[tokio::test(start_paused = true)]
async fn a_detached_context_has_the_values_sees_the_cause_and_does_not_obey_it() {
    let source = CancelSource::new();
    let request =
        Context::root().with(UserId(7)).with_label("request", "a1b2").with_timeout(SECOND).with_cancel(&source);
    let detached = request.detach().with(Tenant("acme"));
    assert_eq!((detached.get(), detached.get()), (Some(&UserId(7)), Some(&Tenant("acme"))));
    assert!(request.get::<Tenant>().is_none());
    assert!(detached.origin_cause().is_none());
    source.cancel(CancelCause::Requested);
    assert_eq!(named(detached.origin_cause()), Some("requested"));
    assert_eq!(named(detached.clone().origin_cause()), Some("requested"));

    let start = Instant::now();
    let own = detached.with_timeout(5 * SECOND);
    assert_eq!(own.deadline(), Some(start + 5 * SECOND));
    assert!(!own.is_cancelled());
    assert_eq!(own.get::<UserId>(), Some(&UserId(7)));
    assert!(format!("{own:?}").contains("request=a1b2"));
    let ended = own.scope(std::future::pending::<()>()).await;
    assert_eq!((named(ended.err()), start.elapsed()), (Some("timeout"), 5 * SECOND));
}

// A task's own context.

/// Waits for the end of the task's context from outside the task.
fn watch() -> tokio::task::JoinHandle<CancelCause> {
    let context = Context::current();
    tokio::spawn(async move { context.cancelled().await })
}

type Watcher = tokio::task::JoinHandle<CancelCause>;

async fn seen_by(watcher: oneshot::Receiver<Watcher>) -> Option<&'static str> {
    named(watcher.await.unwrap().await.ok())
}

#[detached(timeout = "5s", grace = "1s", track = TASKS)]
async fn watched(tell: oneshot::Sender<Watcher>) -> Option<&'static str> {
    tell.send(watch()).unwrap();
    named(Some(Context::current().cancelled().await))
}

#[detached(timeout = "5s", track = tracker)]
async fn watched_without_grace(tracker: Arc<Tracker>, tell: oneshot::Sender<Watcher>) {
    let _keep = tracker;
    tell.send(watch()).unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn a_tasks_context_is_cancelled_by_its_timeout() {
    let (tell, watcher) = oneshot::channel();
    assert_eq!(watched(tell).await.unwrap(), Some("timeout"));
    assert_eq!(seen_by(watcher).await, Some("timeout"));

    let (tell, watcher) = oneshot::channel();
    assert!(watched_without_grace(Arc::new(Tracker::unbounded("own")), tell).await.is_err());
    assert_eq!(seen_by(watcher).await, Some("timeout"), "also where nothing comes between it and the drop");
}

#[tokio::test(start_paused = true)]
async fn a_tasks_context_is_cancelled_by_a_drain() {
    #[detached(timeout = "15s", grace = "5s", track = tracker)]
    async fn told(tracker: Arc<Tracker>, tell: oneshot::Sender<Watcher>) -> Option<&'static str> {
        let _keep = tracker;
        tell.send(watch()).unwrap();
        named(Some(Context::current().cancelled().await))
    }

    #[detached(timeout = "20s", track = tracker)]
    async fn dropped(tracker: Arc<Tracker>, tell: oneshot::Sender<Watcher>) {
        let _keep = tracker;
        tell.send(watch()).unwrap();
        std::future::pending::<()>().await;
    }

    // Both run from a while after the drain's start, so that it is the drain that ends them.
    #[detached(timeout = "19s", track = tracker)]
    async fn holds(tracker: Arc<Tracker>) {
        let _keep = tracker;
        sleep(SECOND).await;
    }

    let tracker = Arc::new(Tracker::bounded("own", 1).queue(1));
    let (tell, watcher) = oneshot::channel();
    holds(tracker.clone());
    let handle = told(tracker.clone(), tell);
    assert_eq!(tracker.drain().await.cancelled(), 1);
    assert_eq!(handle.await.unwrap(), Some("shutdown"));
    assert_eq!(seen_by(watcher).await, Some("shutdown"));

    let tracker = Arc::new(Tracker::bounded("own", 1).queue(1));
    let (tell, watcher) = oneshot::channel();
    holds(tracker.clone());
    let handle = dropped(tracker.clone(), tell);
    assert_eq!(tracker.drain().await.aborted(), 1);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
    assert_eq!(seen_by(watcher).await, Some("shutdown"), "also where nothing comes between it and the drop");
}

#[tokio::test(start_paused = true)]
async fn a_tasks_context_is_cancelled_by_an_abort() {
    let (tell, watcher) = oneshot::channel();
    let handle = watched_without_grace(Arc::new(Tracker::unbounded("own")), tell);
    let watcher = watcher.await.unwrap();
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    assert_eq!(named(watcher.await.ok()), Some("requested"));
}

#[tokio::test(start_paused = true)]
async fn a_tasks_context_ends_with_the_task() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn returns(tell: oneshot::Sender<Watcher>) {
        tell.send(watch()).unwrap();
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn panics(tell: oneshot::Sender<Watcher>) {
        tell.send(watch()).unwrap();
        yield_now().await;
        panic!("broken");
    }

    let start = Instant::now();
    let (tell, watcher) = oneshot::channel();
    returns(tell).await.unwrap();
    assert_eq!(seen_by(watcher).await, Some("disconnected"));
    let (tell, watcher) = oneshot::channel();
    assert!(panics(tell).await.is_err());
    assert_eq!(seen_by(watcher).await, Some("disconnected"));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_tasks_context_ends_with_the_task_also_where_a_value_has_asked_for_it_as_it_went() {
    struct Asks(Option<oneshot::Sender<Watcher>>);

    impl Drop for Asks {
        fn drop(&mut self) {
            assert!(self.0.take().unwrap().send(watch()).is_ok());
        }
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn returns() {}

    let start = Instant::now();
    let (tell, watcher) = oneshot::channel();
    let handle = Context::root().with(Asks(Some(tell))).scope(async { returns() }).await.unwrap();
    handle.await.unwrap();
    assert_eq!(seen_by(watcher).await, Some("disconnected"));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_callback_on_a_tasks_context_runs_when_the_task_has_ended() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);

    #[detached(timeout = "5s", track = TASKS)]
    async fn cleans_up(tell: oneshot::Sender<Option<&'static str>>) {
        Context::current().on_cancel(move |cause| {
            RUNS.fetch_add(1, Ordering::Relaxed);
            tell.send(named(Some(cause))).unwrap();
        });
        yield_now().await;
        assert_eq!(RUNS.load(Ordering::Relaxed), 0);
    }

    let (tell, told) = oneshot::channel();
    cleans_up(tell).await.unwrap();
    assert_eq!(told.await.unwrap(), Some("disconnected"));
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_dropped_sees_its_context_and_why() {
    #[detached(timeout = "5s", track = tracker)]
    async fn holds(tracker: Arc<Tracker>, witness: Witness) {
        let _keep = tracker;
        hold(witness).await;
    }

    let seen = Arc::default();
    let request = Context::root().with(UserId(7));
    let tracker = Arc::new(Tracker::unbounded("own"));
    let call = || request.scope(async { holds(tracker.clone(), Witness(Arc::clone(&seen))) });

    assert!(call().await.unwrap().await.is_err());
    assert_eq!(*seen.lock().unwrap(), [(Some(UserId(7)), Some("timeout"))]);

    let handle = call().await.unwrap();
    yield_now().await;
    handle.abort(CancelCause::Requested);
    assert!(handle.await.is_err());
    assert_eq!(seen.lock().unwrap()[1..], [(Some(UserId(7)), Some("requested"))]);
    assert!(Context::try_current().is_none());
}

#[test]
fn a_body_that_is_dropped_with_its_runtime_sees_its_context() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn holds(witness: Witness) {
        hold(witness).await;
    }

    let seen = Arc::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let request = Context::root().with(UserId(7));
        request.scope(async { holds(Witness(Arc::clone(&seen))) }).await.unwrap();
        yield_now().await;
    });
    drop(runtime);
    assert_eq!(seen.lock().unwrap().iter().map(|(user, _)| *user).collect::<Vec<_>>(), [Some(UserId(7))]);
}

#[test]
fn a_long_chain_of_sources_can_be_dropped() {
    let source = CancelSource::new();
    let mut context = Context::root();
    for _ in 0..200_000 {
        context = context.with_cancel(&source);
    }
    drop(source);
    assert!(context.is_cancelled());
    drop(context);
}
