//! What belongs together ends together: the first failure tells the others, and whoever waits gets it.

use std::fmt;
use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use outlive::{CancelCause, CancelSource, Context, Group, GroupError, Tracker, detached};
use outlive_tests::Trace;
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout};
use tracing::{Instrument, Level};

static TASKS: Tracker = Tracker::unbounded("detached from a group");

const SECOND: Duration = Duration::from_secs(1);

/// Lets what is ready run.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

/// Ends when it is told, and says why.
async fn listens(causes: mpsc::UnboundedSender<String>) -> Result<(), &'static str> {
    let cause = Context::current().cancelled().await;
    causes.send(cause.to_string()).unwrap();
    Err("told")
}

/// Counts itself when it is dropped.
struct Leaves(Arc<AtomicUsize>);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

// The end of a group.

#[tokio::test]
async fn a_group_without_children_has_nothing_to_wait_for() {
    assert!(Group::<String>::new().wait().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn waiting_waits_for_every_child() {
    let done = Arc::new(AtomicUsize::new(0));
    let mut group = Group::<String>::new();
    let start = Instant::now();
    for seconds in 1..=5 {
        let done = Arc::clone(&done);
        let child = async move {
            sleep(seconds * SECOND).await;
            done.fetch_add(1, SeqCst);
            Ok(())
        };
        group.spawn(child).await;
    }
    assert_eq!(start.elapsed(), Duration::ZERO, "without a limit, nobody waits for a place");
    assert!(group.wait().await.is_ok());
    assert_eq!((done.load(SeqCst), start.elapsed()), (5, 5 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_tells_the_others_and_is_what_the_group_gives() {
    let (causes, mut told) = mpsc::unbounded_channel();
    let mut group = Group::new();
    for _ in 0..2 {
        group.spawn(listens(causes.clone())).await;
    }
    let fails = async {
        sleep(SECOND).await;
        Err("disk full")
    };
    group.spawn(fails).await;
    drop(causes);
    let start = Instant::now();
    let error = group.wait().await.unwrap_err();
    assert!(matches!(error, GroupError::Failed("disk full")), "not what it has led to");
    assert_eq!(start.elapsed(), SECOND);
    for _ in 0..2 {
        assert_eq!(told.recv().await.as_deref(), Some("another task of the group failed: disk full"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_others_are_told_though_nobody_waits_yet() {
    let (causes, mut told) = mpsc::unbounded_channel();
    let mut group = Group::new();
    group.spawn(listens(causes)).await;
    group.spawn(async { Err("disk full") }).await;
    assert!(told.recv().await.unwrap().ends_with("disk full"));
    assert!(matches!(group.wait().await, Err(GroupError::Failed("disk full"))));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_listen_runs_to_its_end_and_is_waited_for() {
    let left = Arc::new(AtomicUsize::new(0));
    let mut group = Group::new();
    let guard = Leaves(Arc::clone(&left));
    let deaf = async move {
        sleep(3 * SECOND).await;
        drop(guard);
        Ok(())
    };
    group.spawn(deaf).await;
    group.spawn(async { Err("disk full") }).await;
    let start = Instant::now();
    assert!(group.wait().await.is_err());
    assert_eq!((start.elapsed(), left.load(SeqCst)), (3 * SECOND, 1));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_carried_and_tells_the_others() {
    let (causes, mut told) = mpsc::unbounded_channel();
    let mut group = Group::new();
    group.spawn(listens(causes)).await;
    group.spawn(async { panic!("no disk") }).await;
    let error = group.wait().await.unwrap_err();
    assert_eq!(error.to_string(), "panicked: no disk");
    let GroupError::Panicked(panic) = error else { panic!("{error}") };
    assert_eq!(panic.into_payload().downcast_ref::<&str>().unwrap(), &"no disk");
    assert_eq!(told.recv().await.unwrap(), "another task of the group failed: panicked: no disk");
}

#[tokio::test]
async fn a_child_whose_destructor_panics_has_panicked() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("while dropped");
        }
    }

    let mut group = Group::<String>::new();
    let bomb = Bomb;
    // Unlike an `async` block, this one keeps what it holds until it is dropped itself.
    let child = poll_fn(move |_| {
        let _bomb = &bomb;
        Poll::Ready(Ok(()))
    });
    group.spawn(child).await;
    assert_eq!(group.wait().await.unwrap_err().to_string(), "panicked: while dropped");
}

#[tokio::test]
async fn an_error_that_cannot_be_shown_is_an_error_all_the_same() {
    #[derive(Debug)]
    struct Unshowable;
    impl fmt::Display for Unshowable {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("in Display")
        }
    }

    let mut group = Group::<Unshowable>::new();
    group.spawn(async { Err(Unshowable) }).await;
    assert!(matches!(group.wait().await, Err(GroupError::Failed(Unshowable))));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_comes_late_is_told_at_once() {
    let (causes, mut told) = mpsc::unbounded_channel();
    let mut group = Group::new();
    group.spawn(async { Err("disk full") }).await;
    settle().await;
    group.spawn(listens(causes)).await;
    assert!(group.wait().await.is_err());
    assert!(told.recv().await.unwrap().ends_with("disk full"));
}

#[test]
fn a_child_that_is_lost_with_its_runtime_is_no_success() {
    let theirs = Builder::new_current_thread().build().unwrap();
    let mut group = Group::<String>::new();
    theirs.block_on(group.spawn(pending()));
    drop(theirs);
    let ours = Builder::new_current_thread().build().unwrap();
    assert!(matches!(ours.block_on(group.wait()), Err(GroupError::Lost)));
}

#[test]
fn an_error_of_a_group_shows_what_it_is_about() {
    let error = GroupError::Failed(std::io::Error::other("disk full"));
    assert_eq!(error.to_string(), "disk full");
    assert_eq!(GroupError::<String>::Lost.to_string(), "lost: dropped together with its runtime");
    let chain: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
    assert!(chain.is::<GroupError<std::io::Error>>());
}

// The limit.

#[tokio::test(start_paused = true)]
async fn no_more_than_the_limit_run_and_the_next_waits() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut group = Group::<String>::new().limit(3);
    let start = Instant::now();
    for turn in 0..9 {
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        let child = async move {
            most.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
            sleep(SECOND).await;
            running.fetch_sub(1, SeqCst);
            Ok(())
        };
        group.spawn(child).await;
        assert_eq!(start.elapsed(), turn / 3 * SECOND);
    }
    assert!(group.wait().await.is_ok());
    assert_eq!((most.load(SeqCst), start.elapsed()), (3, 3 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn where_the_limit_is_reached_a_trial_gives_the_future_back() {
    let left = Arc::new(AtomicUsize::new(0));
    let mut group = Group::<String>::new().limit(1);
    assert!(group.try_spawn(async { Ok(()) }).is_ok());
    let guard = Leaves(Arc::clone(&left));
    let child = async move {
        drop(guard);
        Ok(())
    };
    let Err(child) = group.try_spawn(child) else { panic!("one runs already") };
    assert_eq!(left.load(SeqCst), 0);
    settle().await;
    assert!(group.try_spawn(child).is_ok(), "one that has ended takes no place");
    assert!(group.wait().await.is_ok());
    assert_eq!(left.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_for_a_place_starts_nothing() {
    let left = Arc::new(AtomicUsize::new(0));
    let mut group = Group::<String>::new().limit(1);
    let first = async {
        sleep(5 * SECOND).await;
        Ok(())
    };
    group.spawn(first).await;
    let guard = Leaves(Arc::clone(&left));
    let second = async move {
        let _guard = guard;
        unreachable!("it was given up")
    };
    assert!(timeout(SECOND, group.spawn(second)).await.is_err());
    assert_eq!(left.load(SeqCst), 1);
    assert!(group.wait().await.is_ok());
}

#[test]
#[should_panic(expected = "a group whose limit is 0 can run nothing: give it at least 1")]
fn a_limit_of_zero_is_refused() {
    drop(Group::<String>::new().limit(0));
}

// The group belongs to its caller.

#[tokio::test(start_paused = true)]
async fn dropping_the_group_tells_the_children_and_aborts_them() {
    struct Tells(mpsc::UnboundedSender<String>);
    impl Drop for Tells {
        fn drop(&mut self) {
            let cause = Context::current().cause().expect("it has been cancelled");
            self.0.send(cause.to_string()).unwrap();
        }
    }

    let (causes, mut told) = mpsc::unbounded_channel();
    let mut group = Group::<String>::new();
    let tells = Tells(causes);
    let child = async move {
        let _tells = tells;
        pending().await
    };
    group.spawn(child).await;
    settle().await;
    drop(group);
    assert_eq!(told.recv().await, Some(CancelCause::Disconnected.to_string()));
    assert_eq!(told.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_takes_the_children_along() {
    let left = Arc::new(AtomicUsize::new(0));
    let mut group = Group::<String>::new();
    let guard = Leaves(Arc::clone(&left));
    let child = async move {
        let _guard = guard;
        pending().await
    };
    group.spawn(child).await;
    assert!(timeout(SECOND, group.wait()).await.is_err());
    settle().await;
    assert_eq!(left.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_child_runs_in_its_callers_context() {
    struct UserId(u32);

    let source = CancelSource::new();
    let request = Context::root().with(UserId(7)).with_timeout(9 * SECOND).with_cancel(&source);
    let deadline = request.deadline();
    let (causes, mut told) = mpsc::unbounded_channel();
    let mut group = Group::new();
    let looks = async move {
        let context = Context::current();
        assert_eq!(context.get::<UserId>().unwrap().0, 7);
        assert_eq!(context.deadline(), deadline);
        Ok(())
    };
    request.scope(group.spawn(looks)).await.unwrap();
    request.scope(group.spawn(listens(causes))).await.unwrap();
    settle().await;
    source.cancel(CancelCause::Requested);
    assert!(matches!(group.wait().await, Err(GroupError::Failed("told"))));
    assert_eq!(told.recv().await, Some(CancelCause::Requested.to_string()));
}

#[tokio::test(start_paused = true)]
async fn a_group_in_a_detached_task_has_that_tasks_time_and_its_place_in_a_drain() {
    static OWN: Tracker = Tracker::bounded("its own", 8);

    #[detached(timeout = "5s", track = OWN)]
    async fn writes() -> u32 {
        7
    }

    #[detached(timeout = "5s", grace = "1s", track = OWN)]
    async fn gathers(causes: mpsc::UnboundedSender<String>) -> u32 {
        let mut group = Group::new();
        let late = async {
            sleep(SECOND).await;
            writes().await.map(drop).map_err(|_| "refused during the drain")
        };
        group.spawn(late).await;
        group.spawn(listens(causes)).await;
        let Err(GroupError::Failed("told")) = group.wait().await else { panic!("it is told of the timeout") };
        42
    }

    let (causes, mut told) = mpsc::unbounded_channel();
    let start = Instant::now();
    let gathering = gathers(causes);
    settle().await;
    let report = OWN.drain().await;
    assert_eq!((gathering.await.unwrap(), start.elapsed()), (42, 5 * SECOND));
    assert_eq!(told.recv().await, Some(CancelCause::Timeout.to_string()));
    assert_eq!(report.finished(), 2);
}

#[tokio::test]
async fn a_child_runs_in_its_callers_span() {
    let trace = Trace::record();
    let request = async {
        let mut group = Group::<String>::new();
        let child = async {
            tracing::info!("in the child");
            Ok(())
        };
        group.spawn(child).await;
        group.wait().await
    };
    request.instrument(tracing::info_span!("request")).await.unwrap();
    assert_eq!(trace.events()[0].spans, ["request"]);
}

// What a group does not reach.

#[tokio::test]
async fn a_detached_call_of_a_child_is_reported_once_for_each_place_of_a_call() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn first() {}
    #[detached(timeout = "5s", track = TASKS)]
    async fn second() {}

    let trace = Trace::record();
    first().await.unwrap();
    assert!(trace.reports().is_empty(), "outside a group, it is what it is");
    for _ in 0..3 {
        let mut group = Group::<String>::new();
        for _ in 0..3 {
            let child = Context::root().with_label("request", 1);
            let child = async move {
                child.scope(async { first().admitted() }).await.unwrap().unwrap();
                Ok(())
            };
            group.spawn(child).await;
        }
        assert!(group.wait().await.is_ok());
    }
    let event = trace.report();
    assert_eq!((event.level, event.field("task")), (Level::WARN, "first"));
    assert_eq!((event.field("tracker"), event.field("file")), ("detached from a group", "tests/tests/group.rs"));
    assert!(event.field("message").contains("the failure of a sibling will not reach this task"), "{event:?}");

    let mut group = Group::<String>::new();
    let child = async {
        second();
        Ok(())
    };
    group.spawn(child).await;
    assert!(group.wait().await.is_ok());
    assert_eq!(trace.report().field("task"), "second");

    let mut group = Group::<String>::new();
    let child = async {
        first();
        Ok(())
    };
    let place = line!() - 3;
    group.spawn(child).await;
    assert!(group.wait().await.is_ok());
    let event = trace.report();
    assert_eq!(event.field("task"), "first");
    let called_from = event.field("called_from");
    assert!(called_from.starts_with(&format!("{}:{place}:", file!())), "it is another place: {called_from}");
}

#[tokio::test]
async fn what_a_detached_task_of_a_child_calls_is_no_business_of_the_group() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn outer() {
        inner().await.unwrap();
    }
    #[detached(timeout = "5s", track = TASKS)]
    async fn inner() {}

    let trace = Trace::record();
    let mut group = Group::<String>::new();
    let child = async {
        outer().await.unwrap();
        Ok(())
    };
    group.spawn(child).await;
    assert!(group.wait().await.is_ok());
    assert_eq!(trace.report().field("task"), "outer");
}

// Against a model.

#[derive(Clone, Copy, Debug)]
enum End {
    Well,
    Err,
    Panic,
}

#[derive(Clone, Debug)]
enum Step {
    TrySpawn,
    End(prop::sample::Index, End),
}

fn steps() -> impl Strategy<Value = (usize, Vec<Step>)> {
    let end = prop_oneof![4 => Just(End::Well), 1 => Just(End::Err), 1 => Just(End::Panic)];
    let step = prop_oneof![
        Just(Step::TrySpawn),
        (any::<prop::sample::Index>(), end).prop_map(|(which, end)| Step::End(which, end)),
    ];
    (1_usize..5, vec(step, 0..40))
}

/// Ends as it is told by the test, and notes what its group tells it before.
async fn child(number: usize, ends: oneshot::Receiver<End>, told: Arc<Mutex<Vec<usize>>>) -> Result<(), String> {
    let context = Context::current();
    let note = async {
        context.cancelled().await;
        told.lock().unwrap().push(number);
        pending::<()>().await;
    };
    let end = tokio::select! {
        biased;
        () = note => unreachable!("it only notes"),
        end = ends => end.unwrap_or(End::Well),
    };
    match end {
        End::Well => Ok(()),
        End::Err => Err(format!("child {number}")),
        End::Panic => panic!("child {number}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_first_failure_wins_and_reaches_all_that_live((limit, steps) in steps()) {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut group = Group::new().limit(limit);
            let told = Arc::<Mutex<Vec<usize>>>::default();
            let mut live: Vec<(usize, oneshot::Sender<End>)> = Vec::new();
            let (mut started, mut expected, mut to_tell) = (0, None, Vec::new());
            for step in steps {
                match step {
                    Step::TrySpawn => {
                        let (end, ends) = oneshot::channel();
                        let spawned = group.try_spawn(child(started, ends, Arc::clone(&told)));
                        assert_eq!(spawned.is_ok(), live.len() < limit);
                        if spawned.is_ok() {
                            live.push((started, end));
                            to_tell.extend(expected.is_some().then_some(started));
                            started += 1;
                        }
                    }
                    Step::End(which, end) if !live.is_empty() => {
                        let (number, sender) = live.remove(which.index(live.len()));
                        sender.send(end).unwrap();
                        let text = match end {
                            End::Well => None,
                            End::Err => Some(format!("child {number}")),
                            End::Panic => Some(format!("panicked: child {number}")),
                        };
                        if expected.is_none() && text.is_some() {
                            expected = text;
                            to_tell.extend(live.iter().map(|(number, _)| *number));
                        }
                    }
                    Step::End(..) => {}
                }
                settle().await;
                let mut told = told.lock().unwrap().clone();
                told.sort_unstable();
                assert_eq!(told, to_tell);
            }
            for (_, end) in live {
                end.send(End::Well).unwrap();
            }
            assert_eq!(group.wait().await.err().map(|error| error.to_string()), expected);
        });
    }
}

#[tokio::test(start_paused = true)]
async fn the_values_of_the_children_come_in_the_order_of_the_spawns() {
    let mut group: Group<String, u64> = Group::new().limit(3);
    for number in 0..10 {
        let child = async move {
            sleep(Duration::from_secs(if number % 2 == 0 { 5 } else { 1 })).await;
            Ok(number)
        };
        group.spawn(child).await;
    }
    assert_eq!(group.wait().await.unwrap(), (0..10).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_failure_crosses_a_question_mark_whatever_the_error_is() {
    async fn fails() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut group = Group::new();
        group.spawn(async { Err::<(), Box<dyn std::error::Error + Send + Sync>>("no shard".into()) }).await;
        group.wait().await?;
        Ok(())
    }

    assert_eq!(fails().await.unwrap_err().to_string(), "no shard");
}
