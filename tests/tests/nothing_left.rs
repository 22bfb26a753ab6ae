//! A drain that has returned has left nothing behind: nothing to be reported, and nothing to be dropped.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

use outlive::{CancelCause, Context, Tracker, Unfinished, detached};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber};

type Shared = Arc<Tracker>;

fn two_workers() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Takes its time to go, so that who does not wait for it is seen not to.
struct Slow(Arc<AtomicBool>);

impl Drop for Slow {
    fn drop(&mut self) {
        std::thread::sleep(Duration::from_millis(100));
        self.0.store(true, SeqCst);
    }
}

struct TakesLongToShow(Arc<AtomicBool>);

impl fmt::Display for TakesLongToShow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        std::thread::sleep(Duration::from_millis(100));
        self.0.store(true, SeqCst);
        f.write_str("disk full")
    }
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("while dropped");
    }
}

#[derive(Clone)]
struct Copied(#[allow(dead_code, reason = "dropped")] Arc<Bomb>);

fn tracker() -> Shared {
    Arc::new(Tracker::bounded("nothing left", 8))
}

#[detached(timeout = "5s", track = tracker)]
async fn gives<T: Send + 'static>(tracker: Shared, go: oneshot::Receiver<()>, value: T) -> T {
    go.await.ok();
    value
}

#[detached(timeout = "5s", track = tracker)]
async fn ends(tracker: Shared, go: oneshot::Receiver<()>) -> u32 {
    go.await.ok();
    7
}

#[detached(timeout = "5s", track = tracker, unfinished = ignore)]
async fn copies<T: Clone + Send + 'static>(tracker: Shared, value: T) -> Result<(), ()> {
    drop(value);
    Ok(())
}

#[detached(timeout = "5s", track = tracker)]
async fn fails(tracker: Shared, go: oneshot::Receiver<()>, error: TakesLongToShow) -> Result<(), TakesLongToShow> {
    go.await.ok();
    Err(error)
}

fn ignore<T>(call: Unfinished<(Shared, T)>) {
    drop(call);
}

#[test]
fn the_value_that_nobody_takes() {
    two_workers().block_on(async {
        let (tracker, gone) = (tracker(), Arc::default());
        let (go, gate) = oneshot::channel();
        gives(tracker.clone(), gate, Slow(Arc::clone(&gone)));
        let drain = tokio::spawn(async move { tracker.drain().await });
        go.send(()).unwrap();
        assert!(drain.await.unwrap().is_clean());
        assert!(gone.load(SeqCst), "the drain returned, and the value was still there");
    });
}

#[test]
fn the_context_of_the_caller() {
    two_workers().block_on(async {
        let (tracker, gone) = (tracker(), Arc::default());
        let (go, gate) = oneshot::channel();
        let context = Context::root().with(Slow(Arc::clone(&gone)));
        context.scope(async { drop(ends(tracker.clone(), gate)) }).await.unwrap();
        drop(context);
        let drain = tokio::spawn(async move { tracker.drain().await });
        go.send(()).unwrap();
        assert!(drain.await.unwrap().is_clean());
        assert!(gone.load(SeqCst), "the drain returned, and the context was still there");
    });
}

#[test]
fn the_report_of_an_err_that_nobody_looks_at() {
    two_workers().block_on(async {
        let (tracker, shown) = (tracker(), Arc::default());
        let (go, gate) = oneshot::channel();
        fails(tracker.clone(), gate, TakesLongToShow(Arc::clone(&shown)));
        let drain = tokio::spawn(async move { tracker.drain().await });
        go.send(()).unwrap();
        assert!(drain.await.unwrap().is_clean());
        assert!(shown.load(SeqCst), "the drain returned, and the error had not been reported");
    });
}

#[test]
fn the_value_and_the_report_of_calls_that_were_queued_when_their_handles_went() {
    two_workers().block_on(async {
        let (gone, shown) = (Arc::default(), Arc::default());
        let tracker: Shared = Arc::new(Tracker::bounded("queued", 1).queue(2));
        let (first, gate) = oneshot::channel();
        ends(tracker.clone(), gate);
        let (second, gate) = oneshot::channel();
        gives(tracker.clone(), gate, Slow(Arc::clone(&gone)));
        let (third, gate) = oneshot::channel();
        fails(tracker.clone(), gate, TakesLongToShow(Arc::clone(&shown)));
        let drain = tokio::spawn({
            let tracker = tracker.clone();
            async move { tracker.drain().await }
        });
        first.send(()).unwrap();
        second.send(()).unwrap();
        while tracker.live() > 1 {
            tokio::task::yield_now().await;
        }
        assert!(gone.load(SeqCst), "its place was the next one's, and the value was still there");
        third.send(()).unwrap();
        assert!(drain.await.unwrap().is_clean());
        assert!(shown.load(SeqCst), "the drain returned, and the error had not been reported");
    });
}

/// A subscriber for which it takes long to close a span.
struct SlowToClose(Arc<AtomicBool>);

impl Subscriber for SlowToClose {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == module_path!()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, _: Id) -> bool {
        std::thread::sleep(Duration::from_millis(100));
        self.0.store(true, SeqCst);
        true
    }
}

#[test]
fn the_span_of_a_task() {
    let closed = Arc::default();
    let runtime = two_workers();
    let tracker = tracker();
    let (go, gate) = oneshot::channel();
    with_default(SlowToClose(Arc::clone(&closed)), || {
        let _there = runtime.enter();
        ends(tracker.clone(), gate);
    });
    runtime.block_on(async {
        let drain = tokio::spawn(async move { tracker.drain().await });
        go.send(()).unwrap();
        assert!(drain.await.unwrap().is_clean());
        assert!(closed.load(SeqCst), "the drain returned, and the span was still open");
    });
}

/// A subscriber that lets no thread but the first close a span until it may.
struct HoldsSpans {
    first: ThreadId,
    closes: mpsc::Sender<()>,
    may: Mutex<mpsc::Receiver<()>>,
}

impl Subscriber for HoldsSpans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == module_path!()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, _: Id) -> bool {
        if thread::current().id() != self.first {
            self.closes.send(()).unwrap();
            let _ = self.may.lock().unwrap().recv();
        }
        true
    }
}

/// Sends how many are live when it goes.
struct Counts(Shared, mpsc::Sender<usize>);

impl Drop for Counts {
    fn drop(&mut self) {
        let _ = self.1.send(self.0.live());
    }
}

#[test]
fn the_value_of_a_thread_whose_call_is_aborted_just_as_it_ends() {
    #[detached(timeout = "5s", track = tracker, blocking)]
    fn counts(tracker: Shared, live: mpsc::Sender<usize>) -> Counts {
        Counts(tracker, live)
    }

    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let tracker = tracker();
    let ((closes, closing), (go, may), (live, was_live)) = (mpsc::channel(), mpsc::channel(), mpsc::channel());
    let subscriber = HoldsSpans { first: thread::current().id(), closes, may: Mutex::new(may) };
    let call = with_default(subscriber, || {
        let _there = runtime.enter();
        counts(tracker.clone(), live)
    });
    runtime.block_on(async {
        tokio::task::yield_now().await;
        closing.recv().unwrap();
        call.abort(CancelCause::Requested);
        assert!(call.await.is_err());
        drop(go);
        assert_eq!(tracker.drain().await.stuck(), 0);
        assert_eq!(was_live.recv(), Ok(1), "the drain could return, and the value was still there");
    });
}

#[tokio::test]
async fn a_destructor_that_panics_changes_no_result() {
    let tracker = tracker();
    let (go, gate) = oneshot::channel();
    let context = Context::root().with(Bomb);
    let handle = context.scope(async { [ends(tracker.clone(), gate)] }).await.unwrap();
    drop_quietly(context);
    go.send(()).unwrap();
    let [handle] = handle;
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), 7);
    assert_eq!((site.counts().panicked, tracker.live()), (0, 0));

    let kept = Copied(Arc::new(Bomb));
    let handle = copies(tracker.clone(), kept.clone());
    drop(kept);
    assert_eq!(handle.await.unwrap(), Ok(()));
}

/// The last one to drop the value may be the test.
fn drop_quietly<T>(value: T) {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(value))).ok();
}
