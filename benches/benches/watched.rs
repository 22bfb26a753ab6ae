//! What a call costs under each of the subscribers that services have. A subscriber is for a whole process: so each has
//! a process of its own, in which the contenders are interleaved. `--quick` shows that it runs. With
//! `--features opentelemetry`: its rows measure tasks that are in their callers' traces.

use std::path::Path;
use std::process::{Command, Stdio};

use outlive_benches::contenders::{BARE, BY_HAND};
use outlive_benches::machine;
use outlive_benches::measure::{Baselines, interleaved};
use outlive_benches::report::{self, Row};
use outlive_benches::watched::{ALL, Watched, contenders};
use outlive_benches::work::{Ready, Receives, Work, Yields};
use serde_json::Value;
use tokio::runtime::Builder;

const SPAWNS: Baselines = Baselines { bare: BARE, by_hand: BY_HAND };

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    arguments.retain(|argument| argument != "--quick");
    match arguments.as_slice() {
        [run, name] if run == "under" => {
            let watched = ALL.iter().find(|watched| watched.name == name).expect("a subscriber's name");
            under(watched, quick);
        }
        [] => all(quick),
        _ => panic!("type nothing, or `--quick`"),
    }
}

fn all(quick: bool) {
    let machine = machine::describe();
    println!("{}", machine::line(&machine));
    println!("ratios of the same round: median (quartiles)");
    let mut rows = Vec::new();
    for Watched { name, .. } in ALL {
        let mut child = Command::new(std::env::current_exe().expect("the program that runs"));
        child.args(["under", name]).args(quick.then_some("--quick"));
        let output = child.stderr(Stdio::inherit()).output().expect("it runs");
        assert!(output.status.success(), "under {name}: {}", output.status);
        for line in String::from_utf8(output.stdout).expect("text").lines() {
            match serde_json::from_str::<Value>(line) {
                Ok(row) if row.is_object() => rows.push(row),
                _ => println!("{line}"),
            }
        }
    }
    let results = if quick { env!("CARGO_TARGET_TMPDIR") } else { concat!(env!("CARGO_MANIFEST_DIR"), "/results") };
    println!();
    report::write(&Path::new(results).join("watched.json"), &report::lines(&machine, &rows));
}

fn under(watched: &Watched, quick: bool) {
    (watched.install)();
    group::<Ready>(watched.name, quick);
    group::<Yields>(watched.name, quick);
    group::<Receives>(watched.name, quick);
}

fn group<W: Work>(subscriber: &'static str, quick: bool) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (rounds, calls) = (if quick { 2 } else { 150 }, 1_000);
    let timed = interleaved(rounds, calls, contenders::<W>(&runtime, calls), SPAWNS);
    let row = |timed| Row { work: W::NAME, runtime: subscriber, from: "inside", calls, timed, footprint: None };
    let rows: Vec<Row> = timed.into_iter().map(row).collect();
    print!("{}", report::table(&rows));
    for row in &rows {
        println!("{}", row.json());
    }
}
