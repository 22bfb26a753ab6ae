//! In paused time a task ends at exactly its deadline, whatever its neighbours do, and however the time goes by.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{CancelCause, Context, TaskError, TaskHandle, Tracker, detached, shield};
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::Builder;
use tokio::task::yield_now;
use tokio::time::{Instant, advance, sleep, sleep_until};

static CLOCK: Tracker = Tracker::unbounded("clock");

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Lets everybody run who can, at this instant.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

/// How long after its call each future was dropped.
type Lives = Arc<Mutex<Vec<Duration>>>;

struct Life {
    called: Instant,
    lives: Lives,
}

impl Life {
    fn new(lives: &Lives) -> Self {
        Self { called: Instant::now(), lives: Arc::clone(lives) }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.lives.lock().unwrap().push(self.called.elapsed());
    }
}

#[detached(timeout = "5s", track = CLOCK)]
async fn ends_after(_life: Life, time: Duration) {
    sleep(time).await;
}

#[detached(timeout = "5s", grace = "500ms", track = CLOCK)]
async fn is_told(_life: Life) {
    std::future::pending::<()>().await;
}

fn is_timeout<T>(result: &Result<T, TaskError>) -> bool {
    matches!(result, Err(TaskError::TimedOut { .. }))
}

/// More than any timeout here.
const FOR_EVER: Duration = Duration::from_secs(3_600_000);

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_of_one_function_at_different_instants_each_have_their_own_deadline() {
    let (plain, graceful) = (Lives::default(), Lives::default());
    let mut calls = Vec::new();
    for _ in 0..1_000 {
        calls.push(ends_after(Life::new(&plain), FOR_EVER));
        calls.push(is_told(Life::new(&graceful)));
        // The last ones are called when the first ones have long ended.
        sleep(millis(13)).await;
    }
    for call in calls {
        assert!(is_timeout(&call.await));
    }
    assert_eq!(*plain.lock().unwrap(), [seconds(5); 1_000]);
    assert_eq!(*graceful.lock().unwrap(), [millis(5_500); 1_000]);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_at_one_instant_end_at_one_instant() {
    let (lives, start) = (Lives::default(), Instant::now());
    let calls: Vec<_> = (0..1_000).map(|_| ends_after(Life::new(&lives), FOR_EVER)).collect();
    for call in calls {
        assert!(is_timeout(&call.await));
        assert_eq!(start.elapsed(), seconds(5));
    }
    assert_eq!(*lives.lock().unwrap(), [seconds(5); 1_000]);
}

#[tokio::test(start_paused = true)]
async fn functions_with_different_timeouts_do_not_wait_for_each_other() {
    static PATIENT: Tracker<4_000_000> = Tracker::unbounded("patient").drain_budget();

    #[detached(timeout = "1ms", track = PATIENT)]
    async fn a_moment(_life: Life) {
        std::future::pending::<()>().await;
    }
    #[detached(timeout = "1s", grace = "1ms", track = PATIENT)]
    async fn a_second(_life: Life) {
        std::future::pending::<()>().await;
    }
    #[detached(timeout = "1h", track = PATIENT)]
    async fn an_hour(_life: Life) {
        std::future::pending::<()>().await;
    }
    #[detached(timeout = "30d", grace = "1h", track = PATIENT)]
    async fn a_month(_life: Life) {
        std::future::pending::<()>().await;
    }

    let expected = [
        (a_month as fn(Life) -> TaskHandle<()>, 30 * 24 * Duration::from_secs(3_600) + Duration::from_secs(3_600)),
        (a_moment, millis(1)),
        (an_hour, Duration::from_secs(3_600)),
        (a_second, millis(1_001)),
    ];
    let lives = expected.map(|_| Lives::default());
    let mut calls = Vec::new();
    for round in 0..40_u64 {
        for ((call, _), lives) in expected.iter().zip(&lives) {
            calls.push(call(Life::new(lives)));
        }
        // Now and then after what is short has ended, and once after all but the longest have.
        sleep(if round == 20 { Duration::from_secs(7_200) } else { millis(round * 83 % 1_700) }).await;
    }
    for call in calls {
        assert!(is_timeout(&call.await));
    }
    for ((_, expected), lives) in expected.iter().zip(&lives) {
        assert_eq!(*lives.lock().unwrap(), [*expected; 40]);
    }
}

#[tokio::test(start_paused = true)]
async fn who_ends_in_time_takes_nobodys_deadline_along() {
    let (hanging, ending) = (Lives::default(), Lives::default());
    let mut calls = Vec::new();
    for round in 0..900_u64 {
        match round % 3 {
            0 => calls.push((ends_after(Life::new(&hanging), FOR_EVER), false)),
            // At its deadline, and before it: in another order than called.
            1 => calls.push((ends_after(Life::new(&ending), seconds(5)), true)),
            _ => calls.push((ends_after(Life::new(&ending), millis(1 + round * 37 % 4_999)), true)),
        }
        sleep(millis(round % 4)).await;
    }
    for (call, ends) in calls {
        let result = call.await;
        assert!(if ends { result.is_ok() } else { is_timeout(&result) });
    }
    assert_eq!(*hanging.lock().unwrap(), [seconds(5); 300]);
    let mut expected: Vec<_> =
        (0..900_u64).filter(|round| round % 3 == 2).map(|n| millis(1 + n * 37 % 4_999)).collect();
    expected.extend([seconds(5); 300]);
    expected.sort_unstable();
    let mut ended = ending.lock().unwrap().clone();
    ended.sort_unstable();
    assert_eq!(ended, expected);
}

#[tokio::test(start_paused = true)]
async fn time_that_is_advanced_by_hand_is_as_exact() {
    let (plain, graceful) = (Lives::default(), Lives::default());
    let mut calls = Vec::new();
    for now in 0..7_000 {
        if now < 1_000 && now % 10 == 0 {
            calls.push(ends_after(Life::new(&plain), FOR_EVER));
            calls.push(is_told(Life::new(&graceful)));
        }
        settle().await;
        advance(millis(1)).await;
    }
    assert!(calls.iter().all(TaskHandle::is_finished));
    assert_eq!(*plain.lock().unwrap(), [seconds(5); 100]);
    assert_eq!(*graceful.lock().unwrap(), [millis(5_500); 100]);
}

#[tokio::test(start_paused = true)]
async fn a_jump_over_many_deadlines_ends_them_all() {
    let (plain, graceful) = (Lives::default(), Lives::default());
    let (mut calls, mut told) = (Vec::new(), Vec::new());
    for _ in 0..100 {
        calls.push(ends_after(Life::new(&plain), FOR_EVER));
        told.push(is_told(Life::new(&graceful)));
        settle().await;
        advance(millis(10)).await;
    }
    advance(Duration::from_secs(3_600)).await;
    settle().await;
    assert!(calls.iter().all(TaskHandle::is_finished));
    // Cancelled only now, they have the whole of their grace.
    advance(millis(499)).await;
    settle().await;
    assert!(!told.iter().any(TaskHandle::is_finished));
    advance(millis(1)).await;
    settle().await;
    assert!(told.iter().all(TaskHandle::is_finished));
    for call in calls.into_iter().chain(told) {
        assert!(is_timeout(&call.await));
    }
    // At the first instant there was.
    let expected: Vec<_> = (1..=100).rev().map(|n| Duration::from_secs(3_600) + millis(10 * n)).collect();
    assert_eq!(*plain.lock().unwrap(), expected);
    let with_grace: Vec<_> = expected.iter().map(|life| *life + millis(500)).collect();
    assert_eq!(*graceful.lock().unwrap(), with_grace);
    let start = Instant::now();
    assert!(is_timeout(&ends_after(Life::new(&plain), FOR_EVER).await));
    assert_eq!(start.elapsed(), seconds(5));
}

#[tokio::test(start_paused = true)]
async fn after_a_long_silence_a_deadline_is_as_exact_as_ever() {
    for by_hand in [false, true] {
        for first in [seconds(1), FOR_EVER] {
            for silence in
                [seconds(4), seconds(5), millis(5_001), Duration::from_secs(3_600), Duration::from_secs(3_596_400)]
            {
                let lives = Lives::default();
                let ended = ends_after(Life::new(&lives), first).await;
                assert_eq!(ended.is_ok(), first == seconds(1));
                if by_hand {
                    advance(silence).await;
                } else {
                    sleep(silence).await;
                }
                let start = Instant::now();
                assert!(is_timeout(&ends_after(Life::new(&lives), FOR_EVER).await));
                assert!(is_timeout(&is_told(Life::new(&lives)).await));
                assert_eq!(start.elapsed(), millis(10_500));
                assert_eq!(lives.lock().unwrap()[1..], [seconds(5), millis(5_500)], "after {silence:?} of silence");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_between_two_milliseconds_is_never_early_and_less_than_two_late() {
    let lives = Lives::default();
    let mut calls = Vec::new();
    for _ in 0..100 {
        calls.push(ends_after(Life::new(&lives), FOR_EVER));
        calls.push(is_told(Life::new(&lives)));
        settle().await;
        advance(Duration::from_micros(137)).await;
    }
    for call in calls {
        assert!(is_timeout(&call.await));
    }
    let lives = lives.lock().unwrap();
    // As tokio's own timers are.
    let is_right = |life: &&Duration| (seconds(5)..millis(5_002)).contains(*life);
    let is_right_with_grace = |life: &&Duration| (millis(5_500)..millis(5_502)).contains(*life);
    assert_eq!(lives.iter().filter(is_right).count(), 100, "{lives:?}");
    assert_eq!(lives.iter().filter(is_right_with_grace).count(), 100, "{lives:?}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_that_a_body_is_given_before_its_first_await_is_the_one_that_is_kept() {
    /// Moves the clock within its first poll.
    async fn takes_its_time() {
        let mut advancing = Box::pin(advance(seconds(2)));
        std::future::poll_fn(|cx| {
            let _ = advancing.as_mut().poll(cx);
            std::task::Poll::Ready(())
        })
        .await;
    }

    #[detached(timeout = "5s", track = CLOCK)]
    async fn asks(_life: Life, deadlines: Arc<Mutex<Vec<Instant>>>) {
        let deadline = Context::current().deadline().unwrap();
        takes_its_time().await;
        assert_eq!(Context::current().deadline(), Some(deadline));
        deadlines.lock().unwrap().push(deadline);
        std::future::pending::<()>().await;
    }

    #[detached(timeout = "5s", track = CLOCK)]
    async fn does_not_ask(_life: Life) {
        takes_its_time().await;
        std::future::pending::<()>().await;
    }

    let (lives, deadlines, start) = (Lives::default(), Arc::default(), Instant::now());
    assert!(is_timeout(&asks(Life::new(&lives), Arc::clone(&deadlines)).await));
    assert_eq!((start.elapsed(), deadlines.lock().unwrap()[0]), (seconds(5), start + seconds(5)));
    // Without a question, the clock is first looked at when the body has to wait.
    let start = Instant::now();
    assert!(is_timeout(&does_not_ask(Life::new(&lives)).await));
    assert_eq!(start.elapsed(), seconds(7));
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_shorter_timeout_of_its_own_passes_those_that_were_called_before_it() {
    #[detached(timeout = wanted, max_timeout = "10s", grace = "100ms", track = CLOCK)]
    async fn waits_at_most(wanted: Duration, _life: Life) {
        assert_ne!(wanted, FOR_EVER);
        std::future::pending::<()>().await;
    }

    let wanted: Vec<_> = [10_000, 1, 9_999, 20_000, 2_500]
        .into_iter()
        .cycle()
        .zip(0..500_u64)
        .map(|(wanted, n)| millis(wanted + n % 3))
        .collect();
    let mut calls = Vec::new();
    for wanted in &wanted {
        let lives = Lives::default();
        calls.push((waits_at_most(*wanted, Life::new(&lives)), lives));
        sleep(millis(17)).await;
    }
    for ((call, lives), wanted) in calls.into_iter().zip(wanted) {
        assert!(is_timeout(&call.await));
        assert_eq!(*lives.lock().unwrap(), [wanted.min(seconds(10)) + millis(100)]);
    }
}

/// What a body does, and when.
#[derive(Clone, Copy, Debug)]
enum Body {
    Hangs,
    Ends(u64),
    /// Ends this long after it was told to.
    Obeys(u64),
    /// Shields a section without end.
    Shields,
}

#[derive(Clone, Copy, Debug)]
struct Plan {
    /// Called this long after the one before.
    gap: u64,
    /// Which function, and for one of them, with which timeout.
    function: usize,
    wanted: u64,
    body: Body,
    aborted: Option<u64>,
    /// The abort comes with the drop of the handle.
    unwatched: bool,
}

const TIMEOUTS: [u64; 4] = [300, 500, 500, 1_000];
const GRACES: [u64; 4] = [0, 0, 200, 100];

impl Plan {
    fn call(self, life: Life) -> TaskHandle<()> {
        match self.function {
            0 => short(life, self.body),
            1 => plain(life, self.body),
            2 => graceful(life, self.body),
            _ => limited(millis(self.wanted), life, self.body),
        }
    }

    /// How long its future lives.
    fn life(self) -> Duration {
        let index = self.function;
        let timeout = if index == 3 { self.wanted.min(TIMEOUTS[3]) } else { TIMEOUTS[index] };
        let end = timeout + GRACES[index];
        let own = match self.body {
            Body::Ends(after) => after.min(end),
            Body::Obeys(after) if GRACES[index] > 0 => (timeout + after).min(end),
            Body::Hangs | Body::Obeys(_) | Body::Shields => end,
        };
        let aborted = self.aborted.filter(|aborted| *aborted < own);
        let shields = matches!(self.body, Body::Shields) && GRACES[index] > 0;
        millis(match aborted {
            // Told by its timeout already, it has no more time than it had.
            Some(aborted) if shields && aborted > timeout => end,
            Some(aborted) if shields => aborted + GRACES[index],
            Some(aborted) => aborted,
            None => own,
        })
    }
}

async fn runs(body: Body) {
    match body {
        Body::Hangs => std::future::pending().await,
        Body::Ends(after) => sleep(millis(after)).await,
        Body::Obeys(after) => {
            Context::current().cancelled().await;
            sleep(millis(after)).await;
        }
        Body::Shields => shield(std::future::pending()).await,
    }
}

#[detached(timeout = "300ms", track = CLOCK)]
async fn short(_life: Life, body: Body) {
    runs(body).await;
}

#[detached(timeout = "500ms", track = CLOCK)]
async fn plain(_life: Life, body: Body) {
    runs(body).await;
}

#[detached(timeout = "500ms", grace = "200ms", track = CLOCK)]
async fn graceful(_life: Life, body: Body) {
    runs(body).await;
}

#[detached(timeout = wanted, max_timeout = "1s", grace = "100ms", track = CLOCK)]
async fn limited(wanted: Duration, _life: Life, body: Body) {
    assert!(!wanted.is_zero());
    runs(body).await;
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        3 => Just(Body::Hangs),
        // Often at the very deadline.
        3 => prop_oneof![0..1_200_u64, Just(300), Just(500), Just(700)].prop_map(Body::Ends),
        1 => (0..300_u64).prop_map(Body::Obeys),
        1 => Just(Body::Shields),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let gap = prop_oneof![2 => Just(0), 4 => 0..40_u64, 1 => 0..2_000_u64];
    // Never at an instant at which something else of the same task happens: which comes first is not promised.
    let aborted = prop_oneof![4 => Just(None), 1 => (0..150_u64).prop_map(|n| Some(n * 7 + 3))];
    (gap, 0..4_usize, 1..1_500_u64, body(), aborted, any::<bool>())
        .prop_map(|(gap, function, wanted, body, aborted, unwatched)| Plan {
            gap,
            function,
            wanted,
            body,
            aborted,
            unwatched,
        })
        .prop_filter("two things at one instant", |plan| {
            plan.aborted.is_none_or(|aborted| {
                let at = Plan { aborted: None, ..*plan }.life();
                let told = if plan.function == 3 { plan.wanted.min(1_000) } else { TIMEOUTS[plan.function] };
                millis(aborted) != at && aborted != told
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_life_has_the_length_that_was_promised(plans in vec(plan(), 1..50)) {
        // A runtime of its own for each case: their clocks all begin anew.
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let mut lives = Vec::new();
            let mut aborts = Vec::new();
            for plan in &plans {
                sleep(millis(plan.gap)).await;
                let own = Lives::default();
                let handle = plan.call(Life::new(&own));
                lives.push(own);
                let (plan, called) = (*plan, Instant::now());
                aborts.push(tokio::spawn(async move {
                    let Some(aborted) = plan.aborted else { return };
                    sleep_until(called + millis(aborted)).await;
                    if plan.unwatched {
                        drop(handle.abort_on_drop());
                    } else {
                        handle.abort(CancelCause::Requested);
                    }
                }));
            }
            for abort in aborts {
                abort.await.unwrap();
            }
            sleep(seconds(3)).await;
            for (plan, lives) in plans.iter().zip(&lives) {
                assert_eq!(*lives.lock().unwrap(), [plan.life()], "{plan:?}");
            }
        });
    }
}
