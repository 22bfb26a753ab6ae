//! `cancelled()` sees the deadline wherever it is polled: in the task, in a set with wakers of its own, in a nested scope, or
//! in another task that its future was moved to, also while its own task is busy.

use std::sync::mpsc;
use std::time::Duration;

use outlive::{CancelCause, Context, TaskError, Tracker, detached};
use tokio::runtime::{Builder, Handle};
use tokio::task::{JoinSet, block_in_place, spawn};
use tokio::time::{Instant, sleep};

static TRACKER: Tracker = Tracker::unbounded("moved");
const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
enum How {
    Plain,
    Select,
    Join,
    Bare,
    Scope,
    Moved,
    Set,
}

async fn is_cancelled(context: &Context) -> CancelCause {
    context.cancelled().await
}

#[detached(timeout = "1s", grace = "1s", track = TRACKER)]
async fn waits(how: How) -> (CancelCause, Duration) {
    let start = Instant::now();
    let context = Context::current();
    let cause = match how {
        How::Plain => context.cancelled().await,
        How::Select => tokio::select! {
            cause = context.cancelled() => cause,
            () = sleep(SECOND * 9) => unreachable!(),
        },
        How::Join => tokio::join!(context.cancelled(), sleep(SECOND / 2)).0,
        How::Bare => spawn(async move { context.cancelled().await }).await.unwrap(),
        How::Scope => {
            let inner = context.scope(async { Context::current().cancelled().await }).await;
            inner.unwrap_or_else(|cause| cause)
        }
        How::Moved => {
            let context: &'static Context = Box::leak(Box::new(context));
            let mut cancelled = Box::pin(context.cancelled());
            tokio::select! {
                biased;
                _ = &mut cancelled => unreachable!(),
                () = sleep(SECOND / 4) => {}
            }
            spawn(cancelled).await.unwrap()
        }
        How::Set => {
            let mut set = JoinSet::new();
            set.spawn(async move { is_cancelled(&context).await });
            set.join_next().await.unwrap().unwrap()
        }
    };
    (cause, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn it_sees_the_deadline_however_it_is_awaited() {
    for how in [How::Plain, How::Select, How::Join, How::Bare, How::Scope, How::Moved, How::Set] {
        let (cause, elapsed) = waits(how).await.unwrap();
        assert!(matches!(cause, CancelCause::Timeout), "{cause:?}");
        assert_eq!(elapsed, SECOND);
    }
}

#[detached(timeout = "50ms", track = TRACKER, on = runtime)]
async fn is_busy(runtime: Handle, told: mpsc::Sender<CancelCause>, release: mpsc::Receiver<()>) {
    let context: &'static Context = Box::leak(Box::new(Context::current()));
    let cancelled = context.cancelled();
    drop(spawn(async move { told.send(cancelled.await) }));
    let _ = block_in_place(|| release.recv());
    tokio::task::yield_now().await;
}

#[test]
fn a_future_that_was_moved_out_of_a_busy_task_sees_the_deadline() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let ((told, cause), (release, released)) = (mpsc::channel(), mpsc::channel());
    let handle = is_busy(runtime.handle().clone(), told, released);
    let cause = cause.recv_timeout(SECOND * 20);
    drop(release);
    assert!(matches!(runtime.block_on(handle), Ok(()) | Err(TaskError::TimedOut { .. })));
    assert!(matches!(cause, Ok(CancelCause::Timeout)), "{cause:?}");
}
