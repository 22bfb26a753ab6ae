//! Loops and workers on their own: their arguments, their receivers, and what they give.

#![deny(warnings)]

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use outlive::{Context, TaskHandle, Tracker, periodic, worker};
use tokio::sync::mpsc;

static CACHE: Tracker = Tracker::bounded("cache", 32);
static SLOW: Tracker<30> = Tracker::unbounded("slow").drain_budget();

const RHYTHM: Duration = Duration::from_millis(5);
const PAUSE: Duration = Duration::from_millis(1);

mod limits {
    use std::time::Duration;

    pub const LONGEST: Duration = Duration::from_secs(30);
}

#[periodic(every = "1h", timeout = "20s", track = CACHE)]
async fn exactly_the_budget() {}

#[periodic(every = RHYTHM, timeout = limits::LONGEST, missed = delay, immediate, name = "slow.count", track = SLOW)]
async fn counts(runs: Arc<AtomicUsize>, (step, _): (usize, &'static str)) -> Result<usize, String> {
    tokio::task::yield_now().await;
    if runs.fetch_add(step, Relaxed) == 0 { Err("the first".to_owned()) } else { Ok(step) }
}

#[periodic(every = "5ms", timeout = "4500ms", grace = "500ms", missed = burst, track = runs.1)]
async fn tracked_by_an_argument<const N: usize>(runs: Arc<(AtomicUsize, Arc<Tracker<5>>)>) {
    runs.0.fetch_add(N, Relaxed);
}

#[periodic(every = "1h", timeout = "1s", immediate, span = child, missed = skip, on = handle, track = CACHE)]
async fn elsewhere(handle: tokio::runtime::Handle) -> impl Display {
    handle.metrics().num_workers()
}

#[worker(track = CACHE, blocking, essential, name = "reader")]
fn reads<T: Send + Clone + 'static>(value: &'static str, times: T) -> Result<T, &'static str> {
    if Context::current().is_cancelled() { Err(value) } else { Ok(times) }
}

#[periodic(every = rhythm, jitter = PAUSE, timeout = "1s", track = CACHE)]
async fn at_run_time(rhythm: Duration, runs: Arc<AtomicUsize>) {
    runs.fetch_add(1, Relaxed);
}

struct Rhythm;

impl Rhythm {
    const OWN: Duration = Duration::from_secs(3_600);

    #[periodic(every = Self::OWN, jitter = "1s", timeout = "1s", track = CACHE)]
    async fn associated() {}
}

#[periodic(every = Duration::from_secs(SECONDS), timeout = "1s", track = CACHE)]
async fn generic<const SECONDS: u64>() {}

#[periodic(every = { let half = _rhythm.0 / 2; half }, timeout = "1s", track = CACHE)]
async fn by_a_block(_rhythm: Arc<(Duration, u8)>) {}

#[worker(when_full = wait, restart = "1ms..1ms", track = tasks)]
async fn waits<T: Clone + Send + Sync + 'static>(tasks: Arc<Tracker>, value: T) -> T {
    drop(tasks);
    value
}

#[worker(track = CACHE)]
async fn ends_by_itself<T: Send + 'static>(value: T, also: impl Into<String> + Send + 'static) -> (T, String) {
    (value, also.into())
}

#[worker(grace = "30s", track = SLOW)]
async fn exactly_the_grace(mut letters: mpsc::Receiver<String>) -> usize {
    let context = Context::current();
    let mut read = 0;
    loop {
        tokio::select! {
            Some(letter) = letters.recv() => read += letter.len(),
            _ = context.cancelled() => return read,
        }
    }
}

#[worker(restart = PAUSE..limits::LONGEST, track = CACHE)]
async fn by_constants(runs: Arc<AtomicUsize>) -> Result<usize, String> {
    match runs.fetch_add(1, Relaxed) {
        0 => Err("the first".to_owned()),
        more => Ok(more),
    }
}

#[worker(restart = "1ms..1ms", grace = "1s", track = tasks)]
async fn by_literals(tasks: Arc<Tracker>) -> usize {
    tasks.live()
}

/// Runs for ever, and so has no result.
#[worker(track = CACHE)]
async fn for_ever() {
    loop {
        tokio::task::yield_now().await;
    }
}

struct Actor {
    sum: u64,
    inbox: mpsc::Receiver<u64>,
}

impl Actor {
    #[worker(grace = "2s", track = CACHE)]
    async fn run(mut self) -> u64 {
        while let Some(number) = self.inbox.recv().await {
            self.sum += number;
        }
        self.sum
    }

    #[worker(track = CACHE)]
    async fn shared(self: Arc<Self>) -> u64 {
        self.sum
    }
}

#[derive(Clone)]
struct Pings {
    sent: Arc<AtomicUsize>,
}

impl Pings {
    #[periodic(every = "1h", timeout = "1s", immediate, track = CACHE)]
    async fn by_value(self) {
        self.sent.fetch_add(1, Relaxed);
    }

    #[periodic(every = "1h", timeout = "1s", immediate, track = CACHE)]
    async fn by_arc_reference(self: &Arc<Self>, more: usize) {
        self.sent.fetch_add(more, Relaxed);
    }

    #[periodic(every = "1h", timeout = "1s", track = CACHE)]
    async fn associated(pings: Self) {
        drop(pings);
    }
}

async fn until(counter: &AtomicUsize, least: usize) {
    while counter.load(Relaxed) < least {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::main]
async fn main() {
    let hours: TaskHandle<()> = exactly_the_budget();
    let runs = Arc::new(AtomicUsize::new(0));
    counts(runs.clone(), (1, "by one"));
    let own = Arc::new((AtomicUsize::new(0), Arc::new(Tracker::bounded("own", 8).drain_budget::<5>())));
    tracked_by_an_argument::<3>(own.clone());
    elsewhere(tokio::runtime::Handle::current());
    until(&runs, 3).await;
    until(&own.0, 6).await;

    assert_eq!(ends_by_itself(7, "of them").await.unwrap(), (7, "of them".to_owned()));
    let (letters, inbox) = mpsc::channel(8);
    let reader = exactly_the_grace(inbox);
    letters.send("dear Ada".to_owned()).await.unwrap();
    while letters.capacity() < 8 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(by_constants(Arc::default()).await.unwrap(), Ok(1));
    let hourly = Rhythm::associated();
    let (one, other) = tokio::join!(hourly.now(), hourly.now());
    assert!(one.is_ok() && other.is_ok());
    let often = Arc::<AtomicUsize>::default();
    at_run_time(RHYTHM, often.clone());
    until(&often, 2).await;
    assert!(generic::<0>().admitted().is_err());
    assert!(generic::<1>().now().await.is_ok());
    assert!(by_a_block(Arc::new((RHYTHM, 0))).now().await.is_ok());
    let few = Arc::new(Tracker::bounded("few", 1));
    assert_eq!(waits(few.clone(), 7).await.await.unwrap(), 7);
    assert_eq!(waits(few, "seven").await.await.unwrap(), "seven");
    let other = Arc::new(Tracker::bounded("other", 8));
    assert!(by_literals(other.clone()).await.unwrap() > 0);
    let looping = for_ever();

    let (numbers, inbox) = mpsc::channel(8);
    let actor = Actor { sum: 1, inbox }.run();
    numbers.send(41).await.unwrap();
    drop(numbers);
    assert_eq!(actor.await.unwrap(), 42);
    let (_, inbox) = mpsc::channel(1);
    assert_eq!(Arc::new(Actor { sum: 5, inbox }).shared().await.unwrap(), 5);

    let pings = Pings { sent: Arc::default() };
    pings.clone().by_value();
    Arc::new(pings.clone()).by_arc_reference(2);
    Pings::associated(pings.clone());
    until(&pings.sent, 1).await;

    drop(CACHE.drain().await);
    assert!(hours.await.is_ok());
    assert!(looping.await.is_err(), "it does not listen");
    assert!(SLOW.drain().await.is_clean());
    assert_eq!(reader.await.unwrap(), 8);
    assert!(own.1.drain().await.is_clean());
    assert!(other.drain().await.is_clean());
}
