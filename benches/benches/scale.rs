//! How the cost of one grows with how many there are: tasks alive, functions, services, trackers, labels and values of a
//! context, and threads that call into one tracker. A curve each, in nanoseconds for one: what is linear in total is level.
//! `--quick` goes less far, and writes no result.

use std::future::Future;
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use outlive::{Context, OwnedTracker, Singleflight, TaskOwner, Tracker, detached, owned_tasks, status};
use outlive_benches::measure::{Stopwatch, as_f64};
use outlive_benches::work::{GATE, PARKED};
use outlive_benches::{machine, report};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

static LIVE: Tracker<60> = Tracker::bounded("live", 1 << 20).drain_budget::<60>();
static BUSY: Tracker = Tracker::bounded("busy", 1 << 20);

#[detached(timeout = "60s", track = LIVE)]
async fn parked() {
    let released = GATE.notified();
    PARKED.fetch_add(1, Ordering::Relaxed);
    released.await;
}

#[detached(timeout = "5s", track = BUSY)]
async fn busy() {}

#[detached(timeout = "5s", track = &tracker)]
async fn tracked(tracker: Arc<Tracker>) {
    let _ = tracker;
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "5s")]
    async fn audit(&self) {}
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut curves = Curves { rows: Vec::new(), rounds: if quick { 1 } else { 5 } };
    let most = |most: usize| if quick { most / 100 } else { most };

    curves.of("tasks alive", "called, and waits", tens(most(1_000_000)), |count| alive(&runtime, count)[0]);
    curves.of("tasks alive", "ends", tens(most(1_000_000)), |count| alive(&runtime, count)[1]);
    for (at, what) in ["first call", "a call", "status()"].into_iter().enumerate() {
        curves.of("functions of one tracker", what, tens(most(10_000)), |count| functions(&runtime, count)[at]);
    }
    for (at, what) in ["made, and called", "status()", "drained"].into_iter().enumerate() {
        curves.of("services", what, tens(most(100_000)), |count| {
            let make = || Service { tasks: OwnedTracker::bounded("service", 8) };
            instances(&runtime, count, make, |service| drop(service.audit()), &async |service| {
                let _report = service.shutdown().await;
            })[at]
        });
        curves.of("shared trackers", what, tens(most(100_000)), |count| {
            let make = || Arc::new(Tracker::bounded("shared", 8));
            instances(&runtime, count, make, |tracker| drop(tracked(Arc::clone(tracker))), &async |tracker| {
                let _report = tracker.drain().await;
            })[at]
        });
    }
    let powers = || (0..=6).map(|power| 1 << power).collect::<Vec<_>>();
    for (at, what) in ["added", "crosses with a call"].into_iter().enumerate() {
        curves.of("labels", what, powers(), |count| labels(&runtime, count)[at]);
        curves.of("values", what, powers(), |count| values(&runtime, count)[at]);
    }
    curves.of("threads that call into one tracker", "a call", vec![1, 2, 4, 8], threads);

    if !quick {
        let results = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/results/scale.json"));
        report::write(results, &report::lines(&machine::describe(), &curves.rows));
    }
}

struct Curves {
    rows: Vec<Value>,
    rounds: usize,
}

impl Curves {
    /// The least time for one, of each size: what is more is another process's.
    fn of(&mut self, what: &str, step: &str, sizes: Vec<usize>, mut take: impl FnMut(usize) -> Duration) {
        println!("{what}: {step}");
        for count in sizes {
            let rounds = if count >= 100_000 { 1 } else { self.rounds };
            let took = (0..rounds).map(|_| take(count)).min().expect("a round");
            let nanos = (took.as_secs_f64() * 1e10 / as_f64(count)).round() / 10.0;
            println!("  {count:>9} {nanos:>12.1} ns");
            self.rows.push(json!({ "what": what, "step": step, "count": count, "ns": nanos }));
        }
    }
}

fn tens(most: usize) -> Vec<usize> {
    std::iter::successors(Some(1), |count| Some(count * 10)).take_while(|count| *count <= most).collect()
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Stopwatch::start();
    work();
    start.elapsed()
}

async fn timed_async(work: impl Future) -> Duration {
    let start = Stopwatch::start();
    work.await;
    start.elapsed()
}

/// Tasks that all wait, and then all end.
fn alive(runtime: &Runtime, count: usize) -> [Duration; 2] {
    runtime.block_on(async {
        PARKED.store(0, Ordering::Relaxed);
        let start = Stopwatch::start();
        for _ in 0..count {
            drop(parked());
        }
        while PARKED.load(Ordering::Relaxed) < count {
            tokio::task::yield_now().await;
        }
        let waits = start.elapsed();
        GATE.notify_waiters();
        [waits, timed_async(LIVE.idle()).await]
    })
}

/// Functions that one service's tracker has: each is called once, and once more; and what `status()` takes then.
fn functions(runtime: &Runtime, count: usize) -> [Duration; 3] {
    // A function is known for ever, so each size has names of its own, once.
    let tasks = OwnedTracker::bounded("functions", 8);
    let one = |at: usize| {
        let name: &'static str = Box::leak(format!("function {at} of {count}").into_boxed_str());
        Singleflight::<u8, u8>::owned_by(name, &tasks, Duration::from_secs(5))
    };
    let all: Vec<_> = (0..count).map(one).collect();
    runtime.block_on(async {
        let calls = async || {
            for one in &all {
                one.run(1, async { 1 }).await.expect("it is alone");
            }
        };
        let (first, again) = (timed_async(calls()).await, timed_async(calls()).await);
        [first, again, timed(|| drop(black_box(status())))]
    })
}

fn instances<T>(
    runtime: &Runtime,
    count: usize,
    make: impl Fn() -> T,
    call: impl Fn(&T),
    drain: &impl AsyncFn(&T),
) -> [Duration; 3] {
    runtime.block_on(async {
        let start = Stopwatch::start();
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            let new = make();
            call(&new);
            all.push(new);
        }
        tokio::task::yield_now().await;
        let begun = start.elapsed();
        let seen = timed(|| drop(black_box(status())));
        let drained = async {
            for one in &all {
                drain(one).await;
            }
        };
        [begun, seen, timed_async(drained).await]
    })
}

const TIMES: u32 = 200;

/// A context with so many labels, and calls with it: `added` and `crosses` are for one label.
fn labels(runtime: &Runtime, count: usize) -> [Duration; 2] {
    let names: Vec<&'static str> = (0..count).map(|at| &*Box::leak(format!("label{at}").into_boxed_str())).collect();
    crossing(runtime, || names.iter().fold(Context::root(), |context, name| context.with_label(name, 1)))
}

struct Numbered<const N: usize>;

/// The same with values, each of a type of its own.
fn values(runtime: &Runtime, count: usize) -> [Duration; 2] {
    macro_rules! numbered {
        ($context:ident, $count:ident; $($a:literal)*; $b:tt) => { $(numbered!(@ $context, $count, $a, $b);)* };
        (@ $context:ident, $count:ident, $a:literal, [$($b:literal)*]) => {
            $(if $a * 8 + $b < $count { $context = $context.with(Numbered::<{ $a * 8 + $b }>); })*
        };
    }
    crossing(runtime, || {
        let mut context = Context::root();
        numbered!(context, count; 0 1 2 3 4 5 6 7; [0 1 2 3 4 5 6 7]);
        context
    })
}

fn crossing(runtime: &Runtime, make: impl Fn() -> Context) -> [Duration; 2] {
    let adding = timed(|| (0..TIMES).for_each(|_| drop(black_box(make()))));
    let context = make();
    let calls = async {
        for _ in 0..TIMES {
            busy().await.expect("it ends");
        }
    };
    let crosses = runtime.block_on(context.scope(timed_async(calls))).expect("nobody cancels it");
    [adding / TIMES, crosses / TIMES]
}

/// Threads, each with a runtime of its own, that call at once: what one call takes of its thread's processor time, times the
/// threads. For one thread it is level where they do not get into each other's way.
fn threads(count: usize) -> Duration {
    const CALLS: usize = 20_000;
    let start = Barrier::new(count);
    let took = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|_| {
                scope.spawn(|| {
                    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
                    start.wait();
                    timed(|| {
                        runtime.block_on(async {
                            for _ in 0..CALLS {
                                drop(busy());
                                tokio::task::yield_now().await;
                            }
                        });
                    })
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).max().expect("a thread")
    });
    took * u32::try_from(count).expect("it is small") / u32::try_from(CALLS).expect("it is small")
}
