//! Counts what the allocator sees of a call. It is a program of its own, as counting takes time: the bench runs it, and
//! reads one JSON object a line.

use std::alloc::System;
use std::process::Command;
use std::time::Duration;

use outlive_benches::contenders::{BARE, From, contenders};
use outlive_benches::measure::as_f64;
use outlive_benches::work::{Parked, Ready, Receives, Sleeps, Work, Yields};
use serde_json::json;
use stats_alloc::{INSTRUMENTED_SYSTEM, Stats, StatsAlloc};
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const RUNTIMES: [&str; 2] = ["current_thread", "two workers"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [runtime, who, calls] = arguments.as_slice() {
        return alive(runtime, who, calls.parse().expect("a number of calls"));
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let (calls, million) = if quick { (1_000, 10_000) } else { (10_000, 1_000_000) };
    for name in RUNTIMES {
        let runtime = runtime(name);
        counted::<Ready>(name, &runtime, calls);
        counted::<Yields>(name, &runtime, calls);
        counted::<Sleeps>(name, &runtime, calls);
        counted::<Receives>(name, &runtime, calls);
        for contender in contenders::<Parked, _>(&runtime, From::Inside, 1, || ()) {
            let myself = std::env::current_exe().expect("the program that runs");
            let counter = Command::new(myself).args([name, contender.who, &million.to_string()]).status();
            assert!(counter.expect("it runs").success(), "{name}, {}", contender.who);
        }
    }
}

fn runtime(name: &str) -> Runtime {
    let mut builder = if name == RUNTIMES[0] { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.worker_threads(2).enable_all().build().expect("a runtime")
}

/// Calls like those before, which have made what is made once.
fn counted<W: Work>(name: &str, runtime: &Runtime, calls: usize) {
    for mut contender in contenders::<W, Stats>(runtime, From::Inside, calls, || ALLOCATOR.stats()) {
        (contender.batch)();
        // What another worker has still to free is not the next batch's.
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
        let stats = (contender.batch)();
        line::<W>(name, contender.who, calls, stats.end - stats.start, None);
    }
}

/// All tasks alive at once, in a process of their own: what one contender keeps, the next would find. Only the queues
/// of the runtime have their size already.
fn alive(name: &str, who: &str, calls: usize) {
    let runtime = runtime(name);
    let one = |who: &str| {
        let mut all = contenders::<Parked, Stats>(&runtime, From::Inside, calls, || ALLOCATOR.stats()).into_iter();
        let mut contender = all.find(|contender| contender.who == who).expect("one of the contenders");
        let stats = (contender.batch)();
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
        (stats, contender.handle)
    };
    one(BARE);
    let (stats, handle) = one(who);
    let live = stats.live - stats.start;
    let live = live.bytes_allocated.saturating_sub(live.bytes_deallocated);
    line::<Parked>(name, who, calls, stats.end - stats.start, Some(as_f64(live) / as_f64(calls) + as_f64(handle)));
}

fn line<W: Work>(runtime: &str, who: &str, calls: usize, stats: Stats, live_bytes: Option<f64>) {
    let each = |sum: usize| as_f64(sum) / as_f64(calls);
    println!(
        "{}",
        json!({
            "work": W::NAME,
            "runtime": runtime,
            "who": who,
            "allocations": each(stats.allocations + stats.reallocations),
            "bytes": each(stats.bytes_allocated),
            "live_bytes": live_bytes,
        })
    );
}
