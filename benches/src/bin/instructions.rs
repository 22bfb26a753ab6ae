//! Counts the instructions of a call, under callgrind: a figure that a busy machine does not change. It runs itself
//! twice for each contender, with so many calls and with twice as many; the difference is what the calls take.
//!
//! What waits for a timer depends on the clock nevertheless, and repeats only roughly.
//!
//! With `trend`, it counts what repeats, and fails where a count has risen since the last that is written down in
//! `results/trend.jsonl`; with `trend --update`, it writes down what it counts.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use outlive_benches::contenders::{BARE, BY_HAND, From, OUTLIVE, OWNED, SHARED, contenders};
use outlive_benches::measure::as_f64;
use outlive_benches::other_ways::{OTHER_WAYS, other_way};
use outlive_benches::trend::{ALLOWED, Entry, Verdict, compared};
use outlive_benches::work::{Large1, Large4, Large16, Large256, Ready, Receives, Sleeps, Work, Yields};
use outlive_benches::{machine, report};
use serde_json::{Value, json};
use tokio::runtime::Builder;

const CALLS: usize = 1_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [run, work, who, calls] = arguments.as_slice() {
        assert_eq!(run, "run", "type `instructions` alone");
        return one(work, who, calls.parse().expect("a number of calls"));
    }
    let is_trend = arguments.first().is_some_and(|argument| argument == "trend");
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no valgrind here (`apt-get install valgrind`)");
        return;
    }
    if is_trend {
        return trend(arguments.get(1).is_some_and(|argument| argument == "--update"));
    }

    println!("{:<18} {:<22} {:>12} {:>8} {:>10}", "", "", "instructions", "to bare", "to by hand");
    let mut rows = Vec::new();
    counted::<Ready>(&[], &mut rows);
    counted::<Yields>(&[], &mut rows);
    counted::<Receives>(&[], &mut rows);
    counted::<Sleeps>(&[], &mut rows);
    let few = [BARE, BY_HAND, OUTLIVE, OWNED];
    counted::<Large1>(&few, &mut rows);
    counted::<Large4>(&few, &mut rows);
    counted::<Large16>(&few, &mut rows);
    counted::<Large256>(&few, &mut rows);
    for way in OTHER_WAYS {
        rows_of(way, &[BARE, OUTLIVE].map(str::to_owned), &mut rows);
    }
    let results = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/results/instructions.json"));
    report::write(results, &report::lines(&machine::describe(), &rows));
}

/// Who records how long its tasks take.
const WITH_DURATIONS: &str = " with durations";

/// Two batches, on the one thread: the first is for what is made once.
fn one(work: &str, who: &str, calls: usize) {
    fn of<W: Work>(work: &str, who: &str, calls: usize) {
        if W::NAME == work {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            for mut contender in contenders::<W, _>(&runtime, From::Inside, calls, Instant::now) {
                if contender.who == who {
                    (contender.batch)();
                    (contender.batch)();
                }
            }
        }
    }
    let who = who.strip_suffix(WITH_DURATIONS).inspect(|_| record_durations()).unwrap_or(who);
    if OTHER_WAYS.contains(&work) {
        let paused = Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        for mut contender in other_way(work, &paused, calls).into_iter().filter(|contender| contender.who == who) {
            (contender.batch)();
            (contender.batch)();
        }
    }
    of::<Ready>(work, who, calls);
    of::<Yields>(work, who, calls);
    of::<Receives>(work, who, calls);
    of::<Sleeps>(work, who, calls);
    of::<Large1>(work, who, calls);
    of::<Large4>(work, who, calls);
    of::<Large16>(work, who, calls);
    of::<Large256>(work, who, calls);
}

/// Of everybody, or of those few.
fn counted<W: Work>(few: &[&str], rows: &mut Vec<Value>) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let names = contenders::<W, _>(&runtime, From::Inside, 1, Instant::now).into_iter().map(|one| one.who);
    let mut names: Vec<String> = names.filter(|who| few.is_empty() || few.contains(who)).map(str::to_owned).collect();
    if cfg!(feature = "durations") {
        names.push(OUTLIVE.to_owned() + WITH_DURATIONS);
    }
    rows_of(W::NAME, &names, rows);
}

fn rows_of(work: &str, names: &[String], rows: &mut Vec<Value>) {
    let counts: Vec<(&String, f64)> = names.iter().map(|who| (who, a_call(work, who))).collect();
    let of = |name: &str| counts.iter().find(|(who, _)| *who == name).map_or(f64::NAN, |(_, count)| *count);
    for (who, count) in &counts {
        let (to_bare, to_by_hand) = (count / of(BARE), count / of(BY_HAND));
        println!("{work:<18} {who:<22} {count:>12.0} {to_bare:>8.2} {to_by_hand:>10.2}");
        let rounded = |ratio: f64| (ratio * 1_000.0).round() / 1_000.0;
        rows.push(json!({
            "work": work,
            "runtime": "current_thread",
            "who": who,
            "instructions": count.round(),
            "to_bare": rounded(to_bare),
            "to_by_hand": rounded(to_by_hand),
        }));
    }
}

#[cfg(feature = "durations")]
fn record_durations() {
    use outlive::prometheus::{BUCKETS, Collector};
    drop(Collector::new().with_durations(&BUCKETS));
}

#[cfg(not(feature = "durations"))]
fn record_durations() {}

const TREND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/results/trend.jsonl");

/// What repeats from run to run, and from build to build. The sleeps depend on the clock, a blocking call on how two threads
/// meet, and what moves kilobytes on where they happen to lie.
fn repeating() -> Vec<(&'static str, &'static str)> {
    let mut all = Vec::new();
    for work in [Ready::NAME, Yields::NAME, Receives::NAME] {
        all.extend([BARE, OUTLIVE, SHARED, OWNED].map(|who| (work, who)));
    }
    let ways = OTHER_WAYS.into_iter().filter(|way| *way != "blocking");
    all.extend(ways.map(|way| (way, OUTLIVE)));
    all
}

fn trend(update: bool) {
    let count = |(work, who): (&str, &str)| (format!("{work}, {who}"), a_call(work, who).round());
    let machine = machine::describe();
    let of = |key: &str| machine[key].as_str().unwrap_or_default().to_owned();
    let now = Entry { commit: of("commit"), rustc: of("rustc"), counts: repeating().into_iter().map(count).collect() };
    let written = std::fs::read_to_string(TREND).unwrap_or_default();
    let before = Entry::last(&written);
    for (what, count) in &now.counts {
        let was = before.as_ref().and_then(|before| before.counts.get(what));
        println!("{what:<40} {count:>9.0}   {}", was.map_or_else(String::new, |was| format!("was {was:.0}")));
    }
    if update {
        return report::write(Path::new(TREND), &format!("{written}{}\n", now.line()));
    }
    let Some(before) = before else { panic!("{TREND} has nothing to compare with: run `.ci/trend --update`") };
    match compared(&before, &now, |what| what.ends_with(BARE)) {
        Verdict::Holds => println!("nothing has risen by more than {ALLOWED} % since {}", before.commit),
        Verdict::Elsewhere(why) => println!("NOT SHOWN HERE: {why}"),
        Verdict::Rises(rises) => {
            eprintln!("risen by more than {ALLOWED} % since {}:", before.commit);
            eprintln!("  {}", rises.join("\n  "));
            eprintln!("if that is meant, run `.ci/trend --update` and commit what it writes with the change");
            std::process::exit(1);
        }
    }
}

fn a_call(work: &str, who: &str) -> f64 {
    // Each run makes two batches.
    (as_f64(total(work, who, 2 * CALLS)) - as_f64(total(work, who, CALLS))) / as_f64(2 * CALLS)
}

/// All instructions of one run.
fn total(work: &str, who: &str, calls: usize) -> usize {
    let myself = std::env::current_exe().expect("the program that runs");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(myself)
        .args(["run", work, who, &calls.to_string()])
        .output()
        .expect("valgrind runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    collected.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or_else(|| panic!("no count in: {said}"))
}
