//! Each attempt of a call with `retry` is on its own, in the one task that the drain, the service and the caller know.

use std::future::{Future, pending, poll_fn};
use std::mem;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use outlive::{
    CancelCause, Context, OwnedTracker, TaskError, TaskOwner, Tracker, detach, detached, owned_tasks, shield,
};
use outlive_tests::Trace;
use tokio::time::{Instant, sleep};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_context_of_its_own_that_ends_with_it() {
    static OWN: Tracker = Tracker::bounded("own", 8);
    static SEEN: Mutex<Vec<(u32, CancelCause, Instant)>> = Mutex::new(Vec::new());

    #[detached(timeout = "5s", track = OWN, retry = "2, 1s..1s", attempt = "2s")]
    async fn leaves_a_listener() -> Result<(), u8> {
        let own = Context::current();
        let attempt = own.attempt();
        tokio::spawn(async move {
            let cause = own.cancelled().await;
            SEEN.lock().unwrap().push((attempt, cause, Instant::now()));
        });
        sleep(millis(if attempt == 1 { 100 } else { 9_000 })).await;
        Err(7)
    }

    let begin = Instant::now();
    leaves_a_listener().await.unwrap_err();
    tokio::task::yield_now().await;
    let seen = SEEN.lock().unwrap();
    assert!(matches!(seen[0], (1, CancelCause::Disconnected, at) if at == begin + millis(100)), "{seen:?}");
    assert!(matches!(seen[1], (2, CancelCause::Timeout, at) if at == begin + millis(3_100)), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn the_number_of_an_attempt_is_its_own_and_no_other_calls() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN)]
    async fn inner() -> u32 {
        Context::current().attempt()
    }

    #[detached(timeout = "5s", track = OWN, retry = "3, 10ms..10ms")]
    async fn outer() -> Result<[u32; 4], u8> {
        let own = Context::current();
        if own.attempt() < 3 {
            return Err(7);
        }
        let narrower = own.with_timeout(millis(100)).scope(async { Context::current().attempt() }).await.unwrap();
        let made = detach!(timeout = "1s", track = OWN, async { Context::current().attempt() }).await.unwrap();
        Ok([own.attempt(), narrower, inner().await.unwrap(), made])
    }

    assert_eq!(outer().await.unwrap(), Ok([3, 3, 1, 1]));
    assert_eq!((Context::root().attempt(), Context::current().attempt()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn values_and_task_locals_are_there_in_each_attempt() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    tokio::task_local! {
        static REQUEST: u32;
    }

    #[detached(timeout = "5s", track = OWN, retry = "3, 10ms..10ms", inherit = [REQUEST])]
    async fn looks() -> Result<(), (u32, u64)> {
        let context = Context::current();
        Err((REQUEST.get(), *context.get::<u64>().unwrap() * u64::from(context.attempt())))
    }

    let request = Context::root().with(9_u64);
    let result = request.scope(REQUEST.scope(7, async { looks().await })).await.unwrap();
    assert_eq!(result.unwrap(), Err((7, 27)));
}

#[tokio::test(start_paused = true)]
async fn a_section_that_was_forgotten_with_its_attempt_shields_no_later_one() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", grace = "10s", track = OWN, retry = "2, 10ms..10ms", attempt = "1s")]
    async fn shields_at_first() -> Result<(), u8> {
        if Context::current().attempt() == 1 {
            let mut section = Box::pin(shield(pending::<()>()));
            assert!(poll_fn(|cx| Poll::Ready(section.as_mut().poll(cx).is_pending())).await);
            mem::forget(section);
        }
        pending().await
    }

    let handle = shields_at_first();
    sleep(millis(1_500)).await;
    let asked = Instant::now();
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(_))));
    assert_eq!(asked.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_destructor_that_panics_between_attempts_changes_nothing_but_is_reported() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    struct Bomb(&'static str);

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped: {}", self.0);
        }
    }

    #[detached(timeout = "5s", track = OWN, retry = "3, 10ms..10ms", attempt = "1s")]
    async fn explodes() -> Result<u32, Bomb> {
        match Context::current().attempt() {
            1 => Err(Bomb("result")),
            2 => {
                let _bomb = Bomb("future");
                pending().await
            }
            attempt => Ok(attempt),
        }
    }

    let trace = Trace::record();
    assert!(matches!(explodes().await, Ok(Ok(3))));
    let causes: Vec<_> = trace.reports().iter().map(|report| report.field("cause").to_owned()).collect();
    assert_eq!(
        causes,
        ["while its result was dropped: dropped: result", "while its future was dropped: dropped: future"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_is_tried_again_while_its_tracker_drains() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "15s", track = OWN, retry = "3, 1s..1s")]
    async fn fails_after_a_while() -> Result<(), u32> {
        sleep(millis(3_000)).await;
        Err(Context::current().attempt())
    }

    let (begin, handle) = (Instant::now(), fails_after_a_while());
    sleep(millis(1_000)).await;
    assert!(OWN.drain().await.is_clean());
    assert_eq!(begin.elapsed(), millis(3_000 + 1_000 + 3_000 + 1_000 + 3_000));
    assert_eq!(handle.await.unwrap(), Err(3));
}

#[tokio::test(start_paused = true)]
async fn a_pause_goes_on_when_a_drain_begins_and_its_attempt_runs() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "15s", track = OWN, retry = "3, 3s..3s")]
    async fn second_time() -> Result<u32, u32> {
        match Context::current().attempt() {
            1 => Err(1),
            attempt => Ok(attempt),
        }
    }

    let (begin, handle) = (Instant::now(), second_time());
    sleep(millis(1_000)).await;
    assert!(OWN.drain().await.is_clean());
    assert_eq!(begin.elapsed(), millis(3_000));
    assert_eq!(handle.await.unwrap(), Ok(2));
}

#[tokio::test(start_paused = true)]
async fn the_soft_cancel_ends_a_pause_with_the_err_of_the_last_attempt() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "15s", track = OWN, retry = "2, 10s..10s")]
    async fn fails() -> Result<(), u32> {
        Err(Context::current().attempt())
    }

    // Lives on in its grace: by that the drain cancels early.
    #[detached(timeout = "5s", grace = "15s", track = OWN)]
    async fn lingers() {
        sleep(millis(12_000)).await;
    }

    let (begin, handle, lingers) = (Instant::now(), fails(), lingers());
    sleep(millis(1_000)).await;
    let drain = tokio::spawn(OWN.drain());
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), Err(1));
    // The budget of 20 s, less the longest grace.
    assert_eq!(begin.elapsed(), millis(6_000));
    assert_eq!((site.counts().failed, site.counts().retries), (1, 0));
    lingers.await.unwrap();
    drop(drain.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn methods_are_tried_again_whatever_their_self() {
    #[derive(Clone, TaskOwner)]
    struct Server {
        tasks: OwnedTracker,
        tries: Arc<AtomicU32>,
    }

    #[owned_tasks]
    impl Server {
        #[detached(timeout = "5s", retry = "3, 10ms..10ms")]
        async fn borrowed(&self, text: String) -> Result<String, u32> {
            match self.tries.fetch_add(1, SeqCst) {
                tries if tries < 2 => Err(tries),
                _ => Ok(text),
            }
        }

        #[detached(timeout = "5s", retry = "3, 10ms..10ms")]
        async fn shared(self: Arc<Self>) -> Result<(), u32> {
            Err(self.tries.fetch_add(1, SeqCst))
        }

        #[detached(timeout = "5s", retry = "3, 10ms..10ms")]
        async fn shared_by_reference(self: &Arc<Self>) -> Result<(), u32> {
            Err(self.tries.fetch_add(1, SeqCst))
        }
    }

    static OWN: Tracker = Tracker::bounded("own", 8);

    #[derive(Clone)]
    struct Mail(Vec<u32>);

    impl Mail {
        #[detached(timeout = "5s", track = OWN, retry = "3, 10ms..10ms")]
        async fn send(mut self) -> Result<(), Vec<u32>> {
            self.0.push(Context::current().attempt());
            Err(self.0)
        }

        #[detached(timeout = "5s", track = OWN, retry = "3, 10ms..10ms", when_full = wait)]
        async fn send_all<T: Into<u32> + Clone + Send + 'static>(self, more: T) -> Result<(), u32> {
            Err(more.into() + self.0[0])
        }
    }

    let server = Arc::new(Server { tasks: OwnedTracker::bounded("server", 8), tries: Arc::default() });
    assert_eq!(server.borrowed("kept".to_owned()).await.unwrap(), Ok("kept".to_owned()));
    assert_eq!(Arc::clone(&server).shared().await.unwrap(), Err(5));
    assert_eq!(server.shared_by_reference().await.unwrap(), Err(8));
    assert!(server.shutdown().await.is_clean());
    assert_eq!(Mail(vec![9]).send().await.unwrap(), Err(vec![9, 3]));
    assert_eq!(Mail(vec![9]).send_all(7_u8).await.await.unwrap(), Err(16));
}
