//! A call with `retry` is one call: tried again after an `Err`, within its timeout, and reported once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use outlive::{CancelCause, Context, Counts, TaskError, TaskHandle, Tracker, Unfinished, detached};
use outlive_tests::Trace;
use tokio::time::{Instant, sleep};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn counts<T>(handle: &TaskHandle<T>) -> Counts {
    handle.site().counts()
}

/// Fails until the attempt of this number.
fn good_from(attempt: u32) -> Result<u32, String> {
    match Context::current().attempt() {
        now if now < attempt => Err(format!("attempt {now}")),
        now => Ok(now),
    }
}

#[tokio::test(start_paused = true)]
async fn an_err_is_tried_again_until_an_attempt_goes_well() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "5, 100ms..2s")]
    async fn third_time() -> Result<u32, String> {
        good_from(3)
    }

    let begin = Instant::now();
    let handle = third_time();
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), Ok(3));
    // The pauses are from 100 to 200 ms, and from 200 to 400 ms.
    assert!((millis(300)..=millis(600)).contains(&begin.elapsed()), "{:?}", begin.elapsed());
    let counts = site.counts();
    assert_eq!((counts.started, counts.completed, counts.failed, counts.retries), (1, 1, 0, 2));
}

#[tokio::test(start_paused = true)]
async fn the_err_of_the_last_attempt_is_the_result() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "3, 100ms..2s")]
    async fn never() -> Result<u32, String> {
        good_from(u32::MAX)
    }

    let handle = never();
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), Err("attempt 3".to_owned()));
    let counts = site.counts();
    assert_eq!((counts.started, counts.failed, counts.retries, counts.live), (1, 1, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn pauses_double_from_the_first_to_the_longest_and_stay_between_them() {
    static OWN: Tracker = Tracker::bounded("own", 8);
    static BEGUN: Mutex<Vec<Instant>> = Mutex::new(Vec::new());

    #[detached(timeout = "15s", track = OWN, retry = "7, 100ms..800ms")]
    async fn fails() -> Result<(), String> {
        BEGUN.lock().unwrap().push(Instant::now());
        Err("no".to_owned())
    }

    fails().await.unwrap().unwrap_err();
    let begun = BEGUN.lock().unwrap();
    let pauses: Vec<Duration> = begun.windows(2).map(|two| two[1] - two[0]).collect();
    assert_eq!(pauses.len(), 6);
    // tokio's timer rounds up to the next millisecond.
    for (pause, (least, most)) in
        pauses.iter().zip([(100, 201), (200, 401), (400, 801), (400, 801), (400, 801), (400, 801)])
    {
        assert!((millis(least)..=millis(most)).contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_retry_if_does_not_want_is_the_result_at_once() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[derive(Debug, PartialEq)]
    enum Error {
        Busy,
        Forbidden,
    }

    impl Error {
        fn is_transient(&self) -> bool {
            *self == Self::Busy
        }
    }

    #[detached(timeout = "5s", track = OWN, retry = "5, 100ms..2s", retry_if = Error::is_transient)]
    async fn second_is_forbidden() -> Result<(), Error> {
        if Context::current().attempt() == 1 { Err(Error::Busy) } else { Err(Error::Forbidden) }
    }

    #[detached(timeout = "5s", track = OWN, retry = "5, 100ms..2s", retry_if = |error| *error == 7)]
    async fn first_is_eight() -> Result<(), u8> {
        Err(8)
    }

    let handle = second_is_forbidden();
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), Err(Error::Forbidden));
    assert_eq!((site.counts().failed, site.counts().retries), (1, 1));
    let begin = Instant::now();
    assert_eq!(first_is_eight().await.unwrap(), Err(8));
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_the_call_wherever_it_comes_from() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "3, 100ms..2s")]
    async fn panics() -> Result<(), u8> {
        if Context::current().attempt() == 1 {
            return Err(1);
        }
        panic!("in the body")
    }

    #[detached(timeout = "5s", track = OWN, retry = "3, 100ms..2s", retry_if = |_| panic!("in retry_if"))]
    async fn judged() -> Result<(), u8> {
        Err(1)
    }

    struct Fragile(u8);

    impl Clone for Fragile {
        fn clone(&self) -> Self {
            panic!("in the clone {}", self.0)
        }
    }

    #[detached(timeout = "5s", track = OWN, retry = "3, 100ms..2s")]
    async fn cloned(fragile: Fragile) -> Result<(), u8> {
        Err(fragile.0)
    }

    for (handle, message, retries) in
        [(panics(), "in the body", 1), (judged(), "in retry_if", 0), (cloned(Fragile(7)), "in the clone 7", 0)]
    {
        let site = handle.site();
        let Err(TaskError::Panicked(panic)) = handle.await else { panic!("{message}") };
        assert_eq!(panic.message(), message);
        let counts = site.counts();
        assert_eq!((counts.started, counts.panicked, counts.retries), (1, 1, retries), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_runs_over_its_time_is_dropped_and_tried_again() {
    static OWN: Tracker = Tracker::bounded("own", 8);
    static DROPPED: Mutex<Vec<Instant>> = Mutex::new(Vec::new());

    struct Dropped;

    impl Drop for Dropped {
        fn drop(&mut self) {
            DROPPED.lock().unwrap().push(Instant::now());
        }
    }

    #[detached(timeout = "5s", track = OWN, retry = "3, 100ms..100ms", attempt = "1s")]
    async fn slow_at_first() -> Result<Duration, u8> {
        let context = Context::current();
        let left = context.deadline().unwrap() - Instant::now();
        if context.attempt() == 1 {
            let _dropped = Dropped;
            std::future::pending::<()>().await;
        }
        Ok(left)
    }

    let begin = Instant::now();
    let handle = slow_at_first();
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), Ok(millis(1_000)));
    assert_eq!(*DROPPED.lock().unwrap(), [begin + millis(1_000)]);
    assert_eq!(begin.elapsed(), millis(1_100));
    assert_eq!((site.counts().completed, site.counts().timed_out, site.counts().retries), (1, 0, 1));
}

#[tokio::test(start_paused = true)]
async fn the_last_attempt_that_runs_over_its_time_has_timed_out_and_needs_no_grace() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "3, 100ms..100ms", attempt = "1s")]
    async fn hangs() -> Result<(), u8> {
        std::future::pending().await
    }

    #[detached(timeout = "5s", grace = "2s", track = OWN, retry = "3, 100ms..100ms", attempt = "1s")]
    async fn hangs_with_grace() -> Result<(), u8> {
        std::future::pending().await
    }

    let begin = Instant::now();
    for handle in [hangs(), hangs_with_grace()] {
        let site = handle.site();
        let Err(TaskError::TimedOut { timeout, grace, .. }) = handle.await else { panic!() };
        assert_eq!((timeout, grace), (millis(1_000), Duration::ZERO));
        assert_eq!(begin.elapsed(), millis(3_200), "both were called at once");
        assert_eq!((site.counts().timed_out, site.counts().retries), (1, 2));
    }
}

#[tokio::test(start_paused = true)]
async fn the_timeout_is_that_of_all_attempts_together() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "9, 100ms..100ms", attempt = "2s")]
    async fn hangs() -> Result<(), u8> {
        std::future::pending().await
    }

    let (begin, handle) = (Instant::now(), hangs());
    let site = handle.site();
    let Err(TaskError::TimedOut { timeout, .. }) = handle.await else { panic!() };
    assert_eq!((timeout, begin.elapsed()), (millis(5_000), millis(5_000)));
    assert_eq!(site.counts().retries, 2);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_would_outlast_the_timeout_is_not_begun() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "2, 2s..10s")]
    async fn fails_late() -> Result<(), u8> {
        sleep(millis(3_500)).await;
        Err(7)
    }

    let begin = Instant::now();
    assert_eq!(fails_late().await.unwrap(), Err(7), "more is known of it than that it timed out");
    assert_eq!(begin.elapsed(), millis(3_500));
}

#[tokio::test(start_paused = true)]
async fn arguments_are_cloned_for_each_attempt_but_the_last() {
    static OWN: Tracker = Tracker::bounded("own", 8);
    static CLONES: AtomicU32 = AtomicU32::new(0);

    struct Counted(Vec<u32>);

    impl Clone for Counted {
        fn clone(&self) -> Self {
            CLONES.fetch_add(1, SeqCst);
            Self(self.0.clone())
        }
    }

    #[detached(timeout = "5s", track = OWN, retry = "3, 100ms..2s")]
    async fn changes(mut counted: Counted, (a, _b): (u8, String), until: u32) -> Result<Vec<u32>, String> {
        counted.0.push(u32::from(a) + Context::current().attempt());
        good_from(until).map(|_| counted.0)
    }

    let once = changes(Counted(vec![1]), (10, String::new()), 1).await.unwrap();
    assert_eq!((once, CLONES.swap(0, SeqCst)), (Ok(vec![1, 11]), 1));
    let thrice = changes(Counted(vec![1]), (10, String::new()), 3).await.unwrap();
    assert_eq!((thrice, CLONES.swap(0, SeqCst)), (Ok(vec![1, 13]), 2), "each begins with what the call was given");
}

#[tokio::test(start_paused = true)]
async fn the_unfinished_hook_hears_of_the_call_once_and_gets_what_it_was_given() {
    static OWN: Tracker = Tracker::bounded("own", 8);
    static HEARD: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

    fn spill(call: Unfinished<(String, u32)>) {
        let ((text, _), reason) = call.into_parts();
        HEARD.lock().unwrap().push((text, reason.to_string()));
    }

    #[detached(timeout = "5s", track = OWN, retry = "3, 10ms..10ms", attempt = "1s", unfinished = spill)]
    async fn write(mut text: String, good: u32) -> Result<u32, String> {
        text.push_str(" twice");
        if good == 0 {
            sleep(millis(2_000)).await;
        }
        good_from(good)
    }

    write("kept".to_owned(), 3).await.unwrap().unwrap();
    write("failed".to_owned(), 4).await.unwrap().unwrap_err();
    write("hung".to_owned(), 0).await.unwrap_err();
    let heard = HEARD.lock().unwrap();
    let heard: Vec<(&str, &str)> = heard.iter().map(|(text, reason)| (&**text, &**reason)).collect();
    assert_eq!(heard, [("failed", "failed: attempt 3"), ("hung", "timed out after 1s")]);
}

#[tokio::test(start_paused = true)]
async fn there_is_one_report_with_the_number_of_attempts() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "3, 10ms..10ms", attempt = "1s")]
    async fn write(good: u32) -> Result<u32, String> {
        if good == 0 {
            sleep(millis(2_000)).await;
        }
        good_from(good)
    }

    #[detached(timeout = "5s", track = OWN)]
    async fn once() -> Result<(), String> {
        Err("alone".to_owned())
    }

    let trace = Trace::record();
    let (good, failed, hung, once) = (write(2), write(4), write(0), once());
    good.await.unwrap().unwrap();
    hung.await.unwrap_err();
    drop(failed);
    drop(once);
    assert!(OWN.drain().await.is_clean());
    let reports = trace.reports();
    let said: Vec<_> = reports.iter().map(|report| (report.field("cause"), report.own_field("attempts"))).collect();
    assert_eq!(said.len(), 3, "{reports:#?}");
    assert!(said.contains(&("attempt 3", Some("3"))), "{said:?}");
    assert!(said.contains(&("timed out after 1s", Some("3"))), "{said:?}");
    assert!(said.contains(&("alone", None)), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_that_has_no_room_for_the_next_attempt_says_so_with_the_numbers() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "4, 500ms..500ms", attempt = "2s")]
    async fn call_hook() -> Result<(), String> {
        std::future::pending().await
    }

    let trace = Trace::record();
    call_hook();
    assert!(OWN.drain().await.is_clean());
    let reports = trace.reports();
    let [report] = &*reports else { panic!("{reports:#?}") };
    assert_eq!(
        report.field("cause"),
        "timed out after 2s in attempt 2 of 4: the call's timeout of 5s has no room for another"
    );
}

#[tokio::test(start_paused = true)]
async fn an_abort_ends_the_call_in_a_pause() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "15s", track = OWN, retry = "3, 3s..3s")]
    async fn fails() -> Result<(), u8> {
        Err(7)
    }

    let handle = fails();
    sleep(millis(1_000)).await;
    assert_eq!((counts(&handle).live, OWN.live()), (1, 1), "it is there, and keeps its place");
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    assert_eq!(OWN.live(), 0);
}
