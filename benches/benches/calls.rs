//! All work loads, everybody interleaved: see the library's front page. `--quick` shows that it runs.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use outlive_benches::contenders::{BARE, BY_HAND, Contender, From, contenders};
use outlive_benches::measure::{Baselines, interleaved};
use outlive_benches::parts::{self, EXTENSIONS};
use outlive_benches::report::{self, Footprint, Row};
use outlive_benches::work::{Parked, Ready, Receives, Sleeps, Work, Yields};
use outlive_benches::{chart, machine};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

const SPAWNS: Baselines = Baselines { bare: BARE, by_hand: BY_HAND };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let words: Vec<String> = arguments.into_iter().filter(|argument| !argument.starts_with("--")).collect();
    let whole = words.is_empty();

    let machine = machine::describe();
    println!("{}", machine::line(&machine));
    println!("ratios of the same round: median (quartiles)");
    let began = Instant::now();
    let mut bench = Bench { quick, words, footprints: footprints(quick), groups: Vec::new() };
    bench.run();

    // Only the whole run is a result.
    let results = match (quick, whole) {
        (false, true) => concat!(env!("CARGO_MANIFEST_DIR"), "/results"),
        _ => env!("CARGO_TARGET_TMPDIR"),
    };
    let results = Path::new(results);
    println!();
    report::write(&results.join("calls.json"), &report::json(&machine, &bench.groups.concat()));
    let title = "Time of a call, as a ratio to a bare tokio::spawn (dashed)";
    report::write(&results.join("calls.svg"), &chart::svg(title, &machine::line(&machine), &bench.groups));
    println!("took {} s", began.elapsed().as_secs());
}

struct Bench {
    quick: bool,
    /// What a work load's name has to contain.
    words: Vec<String>,
    footprints: HashMap<[String; 3], Footprint>,
    groups: Vec<Vec<Row>>,
}

impl Bench {
    fn run(&mut self) {
        let current = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let two = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (tasks, rounds) = if self.quick { (10_000, 2) } else { (1_000_000, 5) };
        let runtimes = [("current_thread", &current), ("two workers", &two)];
        for (name, runtime) in runtimes {
            self.calls::<Ready>(name, runtime, 250, 1_000);
            self.calls::<Yields>(name, runtime, 250, 1_000);
            self.calls::<Sleeps>(name, runtime, 50, 10_000);
            self.calls::<Receives>(name, runtime, 250, 1_000);
            self.group(Parked::NAME, name, From::Inside, rounds, tasks, SPAWNS, |tasks| {
                contenders::<Parked, _>(runtime, From::Inside, tasks, Instant::now)
            });
            self.group("drain of parked tasks", name, From::Inside, rounds, tasks, SPAWNS, |tasks| {
                parts::drain(runtime, tasks)
            });
        }
        self.everybody_at_once();
        for (name, runtime) in runtimes {
            self.group("single flight, miss", name, From::Inside, 100, 1_000, SPAWNS, |keys| {
                parts::singleflight(runtime, keys, 1)
            });
            self.group("single flight, 100 share one", name, From::Inside, 100, 10_000, SPAWNS, |calls| {
                parts::singleflight(runtime, calls / 100, 100)
            });
        }
        self.context::<1>("Context::get, of 1 value");
        self.context::<8>("Context::get, of 8 values");
        self.context::<32>("Context::get, of 32 values");
        // Last, as it pauses tokio's clock.
        self.group("expiry of parked tasks", "current_thread", From::Inside, rounds, tasks, SPAWNS, parts::expiry);
    }

    /// One work load, called from inside and from outside of the runtime.
    fn calls<W: Work>(&mut self, name: &'static str, runtime: &Runtime, rounds: usize, calls: usize) {
        for from in [From::Inside, From::Outside] {
            self.group(W::NAME, name, from, rounds, calls, SPAWNS, |calls| {
                contenders::<W, _>(runtime, from, calls, Instant::now)
            });
        }
    }

    /// One caller a core.
    fn everybody_at_once(&mut self) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let all = Builder::new_multi_thread().worker_threads(cores).enable_all().build().expect("a runtime");
        self.group("admission, all cores", "one worker a core", From::Inside, 100, 2_000 * cores, SPAWNS, |calls| {
            parts::admission(&all, cores, calls / cores)
        });
        self.group("refusal, all cores", "one worker a core", From::Inside, 100, 2_000 * cores, SPAWNS, |calls| {
            parts::refusal(&all, cores, calls / cores)
        });
    }

    fn context<const VALUES: usize>(&mut self, work: &'static str) {
        let baselines = Baselines { bare: "", by_hand: EXTENSIONS };
        let reads = 32_000 / VALUES;
        self.group(work, "no runtime", From::Inside, 100, reads * VALUES, baselines, |reads| {
            parts::read_values::<VALUES>(reads / VALUES)
        });
    }

    #[expect(clippy::too_many_arguments, reason = "a table's columns")]
    fn group<'a>(
        &mut self,
        work: &'static str,
        runtime: &'static str,
        from: From,
        rounds: usize,
        calls: usize,
        baselines: Baselines,
        contenders: impl FnOnce(usize) -> Vec<Contender<'a, Instant>>,
    ) {
        if !self.words.iter().all(|word| work.contains(word.as_str())) {
            return;
        }
        let rounds = if self.quick { 3.min(rounds) } else { rounds };
        let from = if from == From::Inside { "inside" } else { "outside" };
        let rows: Vec<Row> = interleaved(rounds, calls, contenders(calls), baselines)
            .into_iter()
            .map(|timed| {
                let key = [work, runtime, timed.who].map(str::to_owned);
                Row { work, runtime, from, calls, footprint: self.footprints.get(&key).copied(), timed }
            })
            .collect();
        print!("{}", report::table(&rows));
        self.groups.push(rows);
    }
}

/// What the allocator sees, as another process counts it: this one's times shall not pay for it.
fn footprints(quick: bool) -> HashMap<[String; 3], Footprint> {
    let counter = Command::new(env!("CARGO_BIN_EXE_footprint")).args(quick.then_some("--quick")).output();
    let counter = counter.expect("the counter runs");
    assert!(counter.status.success(), "{}", String::from_utf8_lossy(&counter.stderr));
    let lines = String::from_utf8(counter.stdout).expect("the counter writes text");
    lines
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).expect("one object a line");
            let text = |key: &str| row[key].as_str().expect("a name").to_owned();
            let number = |key: &str| row[key].as_f64().expect("a number");
            let footprint = Footprint {
                allocations: number("allocations"),
                bytes: number("bytes"),
                live_bytes: row["live_bytes"].as_f64(),
            };
            ([text("work"), text("runtime"), text("who")], footprint)
        })
        .collect()
}
