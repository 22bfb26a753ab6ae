//! Deadlines that are set, met and missed thousands of times in a row: none is forgotten, and none drifts.

use std::time::Duration;

use outlive::{TaskError, Tracker, detached};
use tokio::runtime::Builder;
use tokio::time::{Instant, advance, sleep, sleep_until};

const TIMES: u32 = 3_000;
const TIMEOUT: Duration = Duration::from_millis(700);

fn is_timeout<T>(result: &Result<T, TaskError>) -> bool {
    matches!(result, Err(TaskError::TimedOut { .. }))
}

/// Functions of its own for each test: what one leaves behind is the next one's beginning.
macro_rules! functions {
    ($($name:ident $(, grace = $grace:literal)?;)*) => {
        static OWN: Tracker = Tracker::bounded("own", 64);
        $(
            #[detached(timeout = TIMEOUT, $(grace = $grace,)? track = OWN)]
            async fn $name(time: Duration) {
                sleep(time).await;
            }
        )*
    };
}

const FOR_EVER: Duration = Duration::from_secs(3_600);

#[tokio::test(start_paused = true)]
async fn calls_that_end_before_their_deadline() {
    functions!(works; works_with_grace, grace = "50ms";);

    let start = Instant::now();
    for number in 1..=TIMES {
        works(Duration::from_millis(3)).await.unwrap();
        works_with_grace(Duration::from_millis(699)).await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_millis(702) * number);
    }
    assert_eq!(OWN.live(), 0);
    assert!(is_timeout(&works(FOR_EVER).await));
    assert_eq!(start.elapsed(), Duration::from_millis(702) * TIMES + TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn calls_that_end_at_their_deadline() {
    functions!(works; works_with_grace, grace = "50ms";);

    let start = Instant::now();
    for number in 1..=TIMES {
        works(TIMEOUT).await.unwrap();
        works_with_grace(Duration::from_millis(750)).await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_millis(1_450) * number);
    }
}

#[tokio::test(start_paused = true)]
async fn deadlines_that_pass_one_after_another() {
    functions!(works; works_with_grace, grace = "50ms";);

    let start = Instant::now();
    for number in 1..=TIMES {
        assert!(is_timeout(&works(FOR_EVER).await));
        assert!(is_timeout(&works_with_grace(FOR_EVER).await));
        assert_eq!(start.elapsed(), Duration::from_millis(1_450) * number);
    }
}

#[tokio::test(start_paused = true)]
async fn deadlines_of_which_one_is_always_ahead() {
    functions!(works;);

    let start = Instant::now();
    let (mut last, mut at) = (works(FOR_EVER), start);
    tokio::task::yield_now().await;
    for _ in 0..TIMES {
        // Just before the one before ends, at its very end, just after it.
        for offset in [699, 700, 701_u64, 350] {
            sleep_until(at + Duration::from_millis(offset)).await;
            let (next, called) = (works(FOR_EVER), Instant::now());
            assert!(is_timeout(&last.await));
            assert_eq!(Instant::now(), called.max(at + TIMEOUT));
            (last, at) = (next, called);
        }
    }
    drop(last);
    assert_eq!(at, start + Duration::from_millis(699 + 700 + 701 + 350) * TIMES);
}

#[tokio::test(start_paused = true)]
async fn calls_of_which_some_end_and_some_do_not_by_a_clock_that_is_moved_by_hand() {
    functions!(works; works_with_grace, grace = "50ms";);

    let start = Instant::now();
    for number in 0..TIMES {
        let (ends, hangs) = (works(Duration::from_millis(u64::from(number) % 700)), works_with_grace(FOR_EVER));
        tokio::task::yield_now().await;
        advance(Duration::from_millis(699)).await;
        advance(Duration::from_millis(1)).await;
        // Its grace counts from when it sees that it is cancelled.
        tokio::task::yield_now().await;
        ends.await.unwrap();
        // It is cancelled in this very millisecond: its grace counts from then.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!hangs.is_finished());
        advance(Duration::from_millis(49)).await;
        tokio::task::yield_now().await;
        assert!(!hangs.is_finished());
        advance(Duration::from_millis(1)).await;
        assert!(is_timeout(&hangs.await));
        assert_eq!(start.elapsed(), Duration::from_millis(750) * (number + 1));
    }
}

#[test]
fn deadlines_that_pass_while_their_tasks_end() {
    static OWN: Tracker = Tracker::bounded("own", 64);

    /// Ends at its deadline, by a clock that nobody holds.
    #[detached(timeout = "1ms", track = OWN)]
    async fn ends_about_then(time: Duration) {
        sleep(time).await;
    }

    #[detached(timeout = "1ms", grace = "1ms", track = OWN)]
    async fn ends_about_then_or_in_its_grace(time: Duration) {
        sleep(time).await;
    }

    for threads in [1, 2] {
        let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap();
        let (mut ended, mut timed_out) = (0, 0);
        let sites = runtime.block_on(async {
            let mut sites = None;
            for number in 0..100_u32 {
                let calls: Vec<_> = (0..16)
                    .flat_map(|call| {
                        let time = Duration::from_micros(100) * ((number + call) % 32);
                        [ends_about_then(time), ends_about_then_or_in_its_grace(time)]
                    })
                    .collect();
                sites = Some((calls[0].site(), calls[1].site()));
                for call in calls {
                    // Whichever comes first: but one of them comes.
                    match call.await {
                        Ok(()) => ended += 1,
                        Err(TaskError::TimedOut { .. }) => timed_out += 1,
                        Err(other) => panic!("{other}"),
                    }
                }
                assert_eq!(OWN.live(), 0);
            }
            sites.unwrap()
        });
        let counts = [sites.0.counts(), sites.1.counts()];
        if threads == 1 {
            assert_eq!(counts[0].completed + counts[1].completed, ended);
            assert_eq!(counts[0].timed_out + counts[1].timed_out, timed_out);
        }
        assert_eq!(ended + timed_out, 100 * 32);
        assert!(counts.iter().all(|counts| counts.live == 0 && counts.started == counts.completed + counts.timed_out));
    }
}
