//! What is not one call: the end of a million tasks, admission where everybody calls at once, single flights, and what
//! a context costs to read.

use std::collections::HashMap;
use std::hint::black_box;
use std::iter::repeat_with;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, join_all};
use outlive::{Context, Singleflight, Tracker, detached};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::contenders::{
    BARE, BY_HAND, Bare, ByHand, Contend, Contender, OUTLIVE, Outlive, Readings, TrackerAndTimeout, composed, parked,
    tracked_and_timed,
};
use crate::work::{GATE, PARKED, Parked, Ready, Work};

type Timer<'a> = Contender<'a, Instant>;

fn timer<'a>(who: &'static str, mut batch: impl FnMut() -> (Instant, Instant) + 'a) -> Timer<'a> {
    let batch = move || {
        let (start, end) = batch();
        Readings { start, live: end, end }
    };
    Contender { who, handle: 0, batch: Box::new(batch) }
}

/// From the moment on that so many parked tasks may end, until the tracker says that all have. Nobody holds a handle,
/// but where there is no tracker.
pub fn drain(runtime: &Runtime, tasks: usize) -> Vec<Timer<'_>> {
    let inside = |who, callers: fn(usize) -> BoxFuture<'static, (Instant, Instant)>| {
        timer(who, move || {
            PARKED.store(0, Ordering::Relaxed);
            runtime.block_on(runtime.spawn(callers(tasks))).expect("the callers do not panic")
        })
    };
    vec![
        inside(BARE, |tasks| Box::pin(join_bare(tasks))),
        inside("TaskTracker + timeout", |tasks| {
            Box::pin(close_and_wait(tasks, |tracker, value| drop(tracked_and_timed::<Parked>(tracker, value))))
        }),
        inside(BY_HAND, |tasks| {
            let call = |tracker: &TaskTracker, value| drop(composed::<Parked>(tracker, value));
            Box::pin(ByHand::in_request(close_and_wait(tasks, call)))
        }),
        inside(OUTLIVE, |tasks| Box::pin(Outlive::in_request(drain_outlive(tasks)))),
    ]
}

async fn join_bare(tasks: usize) -> (Instant, Instant) {
    let handles: Vec<_> = Parked::inputs(tasks).0.into_iter().map(Bare::call::<Parked>).collect();
    parked(tasks).await;
    let start = Instant::now();
    GATE.notify_waiters();
    for handle in handles {
        handle.await;
    }
    (start, Instant::now())
}

async fn close_and_wait(tasks: usize, call: impl Fn(&TaskTracker, u64)) -> (Instant, Instant) {
    let tracker = TaskTracker::new();
    for value in Parked::inputs(tasks).0 {
        call(&tracker, value);
    }
    parked(tasks).await;
    let start = Instant::now();
    GATE.notify_waiters();
    tracker.close();
    tracker.wait().await;
    (start, Instant::now())
}

async fn drain_outlive(tasks: usize) -> (Instant, Instant) {
    #[detached(timeout = "30s", track = tracker)]
    async fn park(tracker: Arc<Tracker<60>>, value: u64) -> u64 {
        let _ = tracker;
        Parked::body(value).await
    }

    // A tracker drains once: each batch has its own.
    let tracker = Arc::new(Tracker::bounded("drain", 1 << 20).drain_budget::<60>());
    for value in Parked::inputs(tasks).0 {
        drop(park(Arc::clone(&tracker), value));
    }
    parked(tasks).await;
    let start = Instant::now();
    GATE.notify_waiters();
    let report = tracker.drain().await;
    let end = Instant::now();
    assert!(report.is_clean(), "{report}");
    (start, end)
}

/// From the moment on that the deadlines of so many parked tasks have passed, until all callers know. They were made
/// in the course of a second per million. The clock is tokio's, paused: it makes reading it slower from then on in the
/// whole process, so that this has to come last.
#[must_use]
pub fn expiry(tasks: usize) -> Vec<Timer<'static>> {
    vec![
        timer(TrackerAndTimeout::WHO, move || expire::<TrackerAndTimeout>(tasks)),
        timer(BY_HAND, move || expire::<ByHand>(tasks)),
        timer(OUTLIVE, move || expire::<Outlive>(tasks)),
    ]
}

fn expire<C: Contend>(tasks: usize) -> (Instant, Instant) {
    let paused = Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    PARKED.store(0, Ordering::Relaxed);
    paused.block_on(C::in_request(async {
        let mut handles = Vec::with_capacity(tasks);
        for value in Parked::inputs(tasks).0 {
            handles.push(C::call::<Parked>(value));
            if handles.len() % 1_000 == 0 {
                parked(handles.len()).await;
                tokio::time::advance(Duration::from_millis(1)).await;
            }
        }
        parked(tasks).await;
        let start = Instant::now();
        tokio::time::advance(Parked::TIMEOUT + Duration::from_secs(2)).await;
        for handle in handles {
            handle.await;
        }
        (start, Instant::now())
    }))
}

static FULL: Tracker<60> = Tracker::bounded("full", 1).drain_budget::<60>();

#[detached(timeout = "1m", track = FULL)]
async fn refused(value: u64) -> u64 {
    Parked::body(value).await
}

/// One caller a core, all at once: tasks that end at once.
pub fn admission(runtime: &Runtime, callers: usize, calls: usize) -> Vec<Timer<'_>> {
    fn everybody<C: Contend>(runtime: &Runtime, callers: usize, calls: usize) -> Timer<'_> {
        timer(C::WHO, move || {
            at_once(runtime, callers, || {
                C::in_request(async move {
                    let handles: Vec<_> = Ready::inputs(calls).0.into_iter().map(C::call::<Ready>).collect();
                    for handle in handles {
                        handle.await;
                    }
                })
            })
        })
    }

    vec![
        everybody::<Bare>(runtime, callers, calls),
        everybody::<TrackerAndTimeout>(runtime, callers, calls),
        everybody::<ByHand>(runtime, callers, calls),
        everybody::<Outlive>(runtime, callers, calls),
    ]
}

/// One caller a core, all at once, where nothing is admitted: by hand, a semaphore without a permit.
pub fn refusal(runtime: &Runtime, callers: usize, calls: usize) -> Vec<Timer<'_>> {
    let permits = Arc::new(Semaphore::new(0));
    vec![
        timer(BY_HAND, move || {
            at_once(runtime, callers, || {
                let permits = Arc::clone(&permits);
                async move {
                    for _ in 0..calls {
                        assert!(black_box(Arc::clone(&permits).try_acquire_owned()).is_err());
                    }
                }
            })
        }),
        timer(OUTLIVE, move || {
            PARKED.store(0, Ordering::Relaxed);
            let entered = runtime.enter();
            let holds_the_place = refused(0);
            drop(entered);
            runtime.block_on(parked(1));
            let times = at_once(runtime, callers, || {
                Outlive::in_request(async move {
                    for value in 0..calls {
                        assert!(black_box(refused(value as u64).admitted()).is_err());
                    }
                })
            });
            GATE.notify_waiters();
            runtime.block_on(holds_the_place).expect("it was released");
            times
        }),
    ]
}

fn at_once<F: Future<Output = ()> + Send + 'static>(
    runtime: &Runtime,
    callers: usize,
    mut caller: impl FnMut() -> F,
) -> (Instant, Instant) {
    let callers: Vec<_> = repeat_with(&mut caller).take(callers).collect();
    runtime.block_on(async {
        let start = Instant::now();
        let callers: Vec<_> = callers.into_iter().map(|caller| runtime.spawn(caller)).collect();
        for caller in callers {
            caller.await.expect("the callers do not panic");
        }
        (start, Instant::now())
    })
}

static FLIGHTS: Tracker = Tracker::bounded("flights", 1 << 20);
static VALUES: Singleflight<u64, u64> = Singleflight::new("values", &FLIGHTS, Duration::from_secs(5));

/// Each batch asks for keys that nobody has asked for.
static KEYS: AtomicU64 = AtomicU64::new(0);

async fn load(key: u64) -> u64 {
    tokio::task::yield_now().await;
    key
}

async fn load_by_hand(key: u64) -> u64 {
    type Flights = Mutex<HashMap<u64, Shared<BoxFuture<'static, u64>>>>;
    static FLIGHTS: LazyLock<Flights> = LazyLock::new(Flights::default);

    let begin = || {
        let task = tokio::spawn(async move {
            let value = load(key).await;
            FLIGHTS.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
            value
        });
        async { task.await.expect("it does not panic") }.boxed().shared()
    };
    let flight = FLIGHTS.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert_with(begin).clone();
    flight.await
}

/// Each key asked for by so many at the same time, one key after the other: one is a miss, more share one load. A load
/// yields once. What asks for a bare load asks for its own. A cache keeps what was loaded, beside its flights.
pub fn singleflight(runtime: &Runtime, keys: usize, sharers: usize) -> Vec<Timer<'_>> {
    fn flight<'a, F: Future<Output = u64> + Send + 'static>(
        runtime: &'a Runtime,
        who: &'static str,
        (keys, sharers): (usize, usize),
        ask: impl Fn(u64) -> F + Send + Clone + 'static,
    ) -> Timer<'a> {
        timer(who, move || {
            let ask = ask.clone();
            let callers = async move {
                let start = Instant::now();
                for _ in 0..keys {
                    let key = KEYS.fetch_add(1, Ordering::Relaxed);
                    for value in join_all(repeat_with(|| ask(key)).take(sharers)).await {
                        assert_eq!(value, key);
                    }
                }
                (start, Instant::now())
            };
            runtime.block_on(runtime.spawn(callers)).expect("the callers do not panic")
        })
    }

    let size = (keys, sharers);
    let contenders = vec![
        flight(runtime, BARE, size, |key| async move { tokio::spawn(load(key)).await.expect("it does not panic") }),
        flight(runtime, BY_HAND, size, load_by_hand),
        flight(runtime, OUTLIVE, size, |key| async move { VALUES.run(key, load(key)).await.expect("it ends").value }),
    ];
    #[cfg(feature = "peers")]
    let contenders = {
        let mut contenders = contenders;
        let cache = moka::future::Cache::new(1_000);
        contenders.push(flight(runtime, "moka get_with", size, move |key| {
            let cache = cache.clone();
            async move { cache.get_with(key, load(key)).await }
        }));
        let group = Arc::new(async_singleflight::UnaryGroup::<u64, u64>::new());
        contenders.push(flight(runtime, "async_singleflight", size, move |key| {
            let group = Arc::clone(&group);
            async move { group.work(&key, load(key)).await }
        }));
        contenders
    };
    contenders
}

/// What stands for the map of values that a request carries, where [`by_hand`](crate::measure::Baselines) is asked for.
pub const EXTENSIONS: &str = "http::Extensions";

#[derive(Clone)]
struct Value<const N: usize>(u64);

macro_rules! each_value {
    ($($n:literal)+) => {
        /// Reads each of the first `VALUES` values so many times.
        #[must_use]
        pub fn read_values<const VALUES: usize>(times: usize) -> Vec<Timer<'static>> {
            fn reads(times: usize, read: impl Fn() -> u64) -> (Instant, Instant) {
                let start = Instant::now();
                for _ in 0..times {
                    black_box(read());
                }
                (start, Instant::now())
            }

            let mut extensions = http::Extensions::new();
            let mut telemetry = opentelemetry::Context::new();
            let mut context = Context::root();
            $(if $n < VALUES {
                extensions.insert(Value::<$n>(1));
                telemetry = telemetry.with_value(Value::<$n>(1));
                context = context.with(Value::<$n>(1));
            })+
            vec![
                timer(EXTENSIONS, move || reads(times, || {
                    let extensions = black_box(&extensions);
                    let mut sum = 0;
                    $(if $n < VALUES { sum += extensions.get::<Value<$n>>().map_or(0, |value| value.0); })+
                    sum
                })),
                timer("opentelemetry::Context", move || reads(times, || {
                    let telemetry = black_box(&telemetry);
                    let mut sum = 0;
                    $(if $n < VALUES { sum += telemetry.get::<Value<$n>>().map_or(0, |value| value.0); })+
                    sum
                })),
                timer(OUTLIVE, move || reads(times, || {
                    let context = black_box(&context);
                    let mut sum = 0;
                    $(if $n < VALUES { sum += context.get::<Value<$n>>().map_or(0, |value| value.0); })+
                    sum
                })),
            ]
        }
    };
}

each_value!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);
