//! Counts what the allocator sees of a call. It is a program of its own, as counting takes time: the bench runs it, and
//! reads one JSON object a line.

use std::alloc::System;
use std::time::Duration;

use outlive_benches::contenders::{From, contenders};
use outlive_benches::measure::as_f64;
use outlive_benches::work::{Parked, Ready, Receives, Sleeps, Work, Yields};
use serde_json::json;
use stats_alloc::{INSTRUMENTED_SYSTEM, Stats, StatsAlloc};
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (calls, million) = if quick { (1_000, 10_000) } else { (10_000, 1_000_000) };
    let current = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let two = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for (name, runtime) in [("current_thread", &current), ("two workers", &two)] {
        // Those that are alive at once come first, where nothing is left of a former batch that they could use.
        counted::<Parked>(name, runtime, million, false);
        counted::<Ready>(name, runtime, calls, true);
        counted::<Yields>(name, runtime, calls, true);
        counted::<Sleeps>(name, runtime, calls, true);
        counted::<Receives>(name, runtime, calls, true);
    }
}

fn counted<W: Work>(name: &str, runtime: &Runtime, calls: usize, warm: bool) {
    for mut contender in contenders::<W, Stats>(runtime, From::Inside, calls, || ALLOCATOR.stats()) {
        if warm {
            (contender.batch)();
            // What another worker has still to free is not the next batch's.
            runtime.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
        }
        let stats = (contender.batch)();
        let (whole, live) = (stats.end - stats.start, stats.live - stats.start);
        let each = |sum: usize| as_f64(sum) / as_f64(calls);
        let still = live.bytes_allocated.saturating_sub(live.bytes_deallocated);
        println!(
            "{}",
            json!({
                "work": W::NAME,
                "runtime": name,
                "who": contender.who,
                "allocations": each(whole.allocations + whole.reallocations),
                "bytes": each(whole.bytes_allocated),
                "live_bytes": W::PARKS.then(|| each(still) + as_f64(contender.handle)),
            })
        );
    }
}
