//! What a kept job costs: enqueueing beside a bare INSERT, running beside apalis with its ready-made layers, and how long a job
//! waits in an idle worker. Interleaved in one process: each round measures all, in turn, on files of its own with
//! `synchronous = NORMAL`. On PostgreSQL as well, with the feature `durable-postgres`, where `OUTLIVE_POSTGRES` names an empty
//! database. `--quick` shows that it runs.

mod by_hand;
mod ours;
mod store;

use std::path::Path;
use std::time::{Duration, Instant};

use outlive_benches::{machine, report};
use serde_json::json;
use store::{Place, Pool};

struct Sizes {
    rounds: usize,
    enqueued: u32,
    run: u32,
    waits: u32,
}

const WHOLE: Sizes = Sizes { rounds: 7, enqueued: 1_000, run: 2_000, waits: 100 };
const QUICK: Sizes = Sizes { rounds: 1, enqueued: 20, run: 40, waits: 3 };

/// A second's worth of them.
fn rate(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::main]
async fn main() {
    let sizes = if std::env::args().any(|argument| argument == "--quick") { QUICK } else { WHOLE };
    let machine = machine::describe();
    println!("{}", machine::line(&machine));
    let mut rows = Vec::new();
    for place in Place::all() {
        rows.push(on(&place, &sizes).await);
    }
    let results =
        if sizes.rounds == 1 { env!("CARGO_TARGET_TMPDIR") } else { concat!(env!("CARGO_MANIFEST_DIR"), "/results") };
    report::write(&Path::new(results).join("durable.json"), &report::lines(&machine, &rows));
}

/// Ratios are those of the same round.
async fn on(place: &Place, sizes: &Sizes) -> serde_json::Value {
    let (mut inserted, mut enqueued, mut to_insert) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ours_ran, mut waited) = (Vec::new(), Vec::new());
    let (mut theirs_ran, mut to_theirs) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for round in 0..sizes.rounds {
        let pool = Pool::new(place).await;
        let queue = ours::queue(place).await;
        let insert = rate(sizes.enqueued, pool.inserts(sizes.enqueued).await);
        let enqueue = rate(sizes.enqueued, ours::enqueues(&queue, sizes.enqueued).await);
        inserted.push(insert);
        enqueued.push(enqueue);
        to_insert.push(enqueue / insert);
        // What it has written would be run, too.
        pool.clear().await;

        let mut ran = [0.0; 3];
        for turn in 0..3 {
            let who = (turn + round) % 3;
            let took = match who {
                0 => ours::runs(&queue, sizes.run).await,
                1 => by_hand::runs(&pool, sizes.run, None).await,
                _ => by_hand::runs(&pool, sizes.run, Some(64)).await,
            };
            ran[who] = rate(sizes.run, took);
            pool.clear().await;
        }
        ours_ran.push(ran[0]);
        for (at, theirs) in ran[1..].iter().enumerate() {
            theirs_ran[at].push(*theirs);
            to_theirs[at].push(ran[0] / theirs);
        }
        waited.extend(ours::waits(&queue, sizes.waits).await.into_iter().map(|wait| wait.as_secs_f64() * 1e3));
        pool.close().await;
    }
    let (theirs_ran, to_theirs) = (theirs_ran.map(median), to_theirs.map(median));
    let store = place.name();
    let row = json!({
        "store": store,
        "inserts_a_second": median(inserted).round(),
        "enqueues_a_second": median(enqueued).round(),
        "enqueue_to_insert": median(to_insert),
        "runs_a_second": median(ours_ran).round(),
        "apalis_runs_a_second": theirs_ran[0].round(),
        "runs_to_apalis": to_theirs[0],
        "apalis_in_batches_of_64_runs_a_second": theirs_ran[1].round(),
        "runs_to_apalis_in_batches_of_64": to_theirs[1],
        "commit_to_start_ms": median(waited),
    });
    println!("{row:#}");
    row
}

/// Until it is so.
pub(crate) async fn until(mut is_so: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so() {
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    began.elapsed()
}
