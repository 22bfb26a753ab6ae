//! One call, beside a bare `tokio::spawn` and beside the hand-written composition. Ratios are what counts: the three
//! are interleaved in one process. `cargo bench -p outlive-benches --bench call`; `cargo test` runs a short form, which
//! shows that it runs.

use outlive::Context;
use outlive_benches::{ByHand, Work, bare, interleaved, outlived};
use tokio::runtime::{Builder, Runtime};

const CALLS: u32 = 1_000;

fn main() {
    let rounds = if std::env::args().any(|arg| arg == "--bench") { 250 } else { 3 };
    println!("ratios of medians over {rounds} rounds of {CALLS} calls\n");
    println!("runtime         work      outlive / bare   outlive / by hand   bare, ns a call");
    let current = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let two = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for (name, runtime) in [("current_thread", &current), ("two workers", &two)] {
        for work in [Work::Nothing, Work::Yields, Work::Waits] {
            compare(name, runtime, work, rounds);
        }
    }
}

fn compare(name: &str, runtime: &Runtime, work: Work, rounds: usize) {
    let by_hand = ByHand::new();
    let request = Context::root().with(7_u64);
    let [bare, by_hand, outlive] = interleaved(
        rounds,
        CALLS,
        &mut [
            &mut || runtime.block_on(all(|value| bare(work, value))),
            &mut || runtime.block_on(all(|value| by_hand.call(work, value))),
            &mut || runtime.block_on(request.scope(all(|value| outlived(work, value)))).expect("nothing cancels it"),
        ],
    );
    let ratio = |to: std::time::Duration| outlive.as_secs_f64() / to.as_secs_f64();
    println!(
        "{name:<14}  {:<8}  {:>14.2}   {:>17.2}   {:>15}",
        format!("{work:?}").to_lowercase(),
        ratio(bare),
        ratio(by_hand),
        bare.as_nanos(),
    );
}

/// Makes the calls, and waits for all of them.
async fn all<H: Future>(mut call: impl FnMut(u64) -> H) {
    let handles: Vec<_> = (0..u64::from(CALLS)).map(&mut call).collect();
    for handle in handles {
        handle.await;
    }
}
