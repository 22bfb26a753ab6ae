//! Whatever a call holds may panic as it goes, each of it, however the call ends: it is counted once, and harms nobody.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use outlive::{CancelCause, Context, TaskError, Tracker, Unfinished, detached};
use outlive_tests::Turn;
use tokio::runtime::Builder;
use tokio::time::sleep;

struct Bomb(&'static str);

impl Clone for Bomb {
    fn clone(&self) -> Self {
        Self("a clone")
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

#[derive(Clone, Copy, Debug)]
enum End {
    Returns,
    Panics,
    Hangs,
    Listens,
}

#[detached(timeout = "1s", grace = "1s", track = tracker, unfinished = spilt)]
async fn bombs(tracker: Arc<Tracker>, end: End, bomb: Bomb) -> Bomb {
    let context = Context::current();
    match end {
        End::Returns => sleep(Duration::from_millis(10)).await,
        End::Panics => {
            sleep(Duration::from_millis(10)).await;
            std::mem::forget(bomb);
            panic!("as it is")
        }
        End::Hangs => pending().await,
        End::Listens => {
            context.cancelled().await;
        }
    }
    std::mem::forget(bomb);
    Bomb("the result")
}

fn spilt(unfinished: Unfinished<(Arc<Tracker>, End, Bomb)>) {
    drop(unfinished);
}

fn call(tracker: &Arc<Tracker>, end: End) -> outlive::TaskHandle<Bomb> {
    call_in(tracker, end, Context::root().with(Bomb("the context")))
}

#[detached(timeout = "1s", grace = "1s", track = tracker, context = context, unfinished = spilt_in)]
async fn inner(tracker: Arc<Tracker>, end: End, bomb: Bomb, context: Context) -> Bomb {
    match end {
        End::Returns => sleep(Duration::from_millis(10)).await,
        End::Panics => {
            sleep(Duration::from_millis(10)).await;
            std::mem::forget(bomb);
            panic!("as it is")
        }
        End::Hangs => pending().await,
        End::Listens => {
            Context::current().cancelled().await;
        }
    }
    drop(tracker);
    std::mem::forget(bomb);
    Bomb("the result")
}

fn spilt_in(unfinished: Unfinished<(Arc<Tracker>, End, Bomb, Context)>) {
    drop(unfinished);
}

fn call_in(tracker: &Arc<Tracker>, end: End, context: Context) -> outlive::TaskHandle<Bomb> {
    inner(Arc::clone(tracker), end, Bomb("the argument"), context)
}

const ENDS: [End; 4] = [End::Returns, End::Panics, End::Hangs, End::Listens];

fn defused(ended: Result<Bomb, TaskError>) -> Option<TaskError> {
    ended.map(std::mem::forget).err()
}

#[tokio::test(start_paused = true)]
async fn they_end_by_themselves_by_an_abort_by_a_drain_and_unseen() {
    let _turn = Turn::take();
    for how in 0..5 {
        for end in ENDS {
            let tracker = Arc::new(Tracker::bounded("bombs", 1).queue(1));
            let first = call(&tracker, end);
            let queued = bombs(Arc::clone(&tracker), end, Bomb("the argument"));
            tokio::task::yield_now().await;
            match how {
                0 => {
                    let _ = (defused(first.await), defused(queued.await));
                }
                1 => {
                    first.abort(CancelCause::Requested);
                    queued.abort(CancelCause::Requested);
                    assert!(matches!(defused(first.await), Some(TaskError::Cancelled(_))));
                    assert!(matches!(defused(queued.await), Some(TaskError::Cancelled(_))));
                }
                2 => drop((first, queued)),
                3 => {
                    sleep(Duration::from_millis(1_500)).await;
                    first.abort(CancelCause::Requested);
                    queued.abort(CancelCause::Requested);
                    drop((first, queued));
                }
                _ => {
                    drop(first.abort_on_drop());
                    let _ = defused(queued.await);
                }
            }
            let report = tracker.drain().await;
            assert_eq!((report.stuck(), tracker.live()), (0, 0), "{how} {end:?} {report}");
        }
    }
    let counts: Vec<_> = outlive::sites().map(outlive::TaskSite::counts).collect();
    assert!(counts.iter().all(|counts| counts.live == 0 && counts.queued == 0), "{counts:?}");
}

#[test]
fn they_are_lost_with_their_runtime() {
    let _turn = Turn::take();
    for end in ENDS {
        let tracker = Arc::new(Tracker::bounded("bombs", 1).queue(1));
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let handles = runtime.block_on(async {
            let handles = (call(&tracker, end), bombs(Arc::clone(&tracker), end, Bomb("the argument")));
            tokio::task::yield_now().await;
            handles
        });
        drop(runtime);
        assert_eq!(tracker.live(), 0, "{end:?}");
        drop(handles);
    }
}
