//! Three worker processes on one queue: one is killed, one is drained, one comes in the middle. Nothing is lost, and what the
//! drained one hands over runs elsewhere at once.

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use outlive::{TaskOwner as _, Tracker};
use outlive_durable::{Jobs, Queue, durable};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("quick", 32);
static LONG: Tracker<60> = Tracker::bounded("long", 8).drain_budget::<60>();

const CHILD: &str = "OUTLIVE_DURABLE_CHILD";

#[derive(Clone)]
struct Folder(PathBuf);

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()
}

/// One line, in one write: a kill leaves all of it or nothing.
fn note(folder: &Path, file: &str, line: impl std::fmt::Display) {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(file));
    file.unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn noted(folder: &Path, file: &str) -> Vec<Vec<u128>> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    text.lines().map(|line| line.split(' ').map(|word| word.parse().unwrap()).collect()).collect()
}

#[durable(timeout = "10s", attempts = 100, track = JOBS)]
async fn quick(#[state] folder: Folder, number: u64) {
    note(&folder.0, "quick", number);
}

/// In its first process it is in the middle of something when that is drained.
#[durable(timeout = "50s", track = LONG)]
async fn long(#[state] folder: Folder, number: u64) {
    note(&folder.0, "long", format!("{number} {}", now()));
    if !folder.0.join("drained").exists() {
        std::future::pending::<()>().await;
    }
}

/// Works until its input ends. It does nothing where it is run as a test.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let queue = Queue::postgres(&std::env::var("DATABASE").unwrap()).unwrap();
    // A lease that outlasts the test, where nobody is killed.
    let (queue, beat) = match std::env::var_os("LONG") {
        Some(_) => (queue.named("long"), Duration::from_mins(10)),
        None => (queue, Duration::from_secs(1)),
    };
    let jobs = Jobs::on(&queue).state(Folder(folder)).heartbeat(beat).drain_budget::<2>();
    let worker = jobs.start();
    let end = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    end.await.unwrap().unwrap();
    let _ = worker.shutdown().await;
}

fn start(database: &Database, envs: &[(&str, &str)]) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "child", "--nocapture"]).env(CHILD, &database.folder).env("DATABASE", database.url());
    child.envs(envs.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()
}

fn drain(mut child: Child) {
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_jobs_lose_none() {
    const COUNT: u64 = 20_000;
    let database = Database::new("three");
    let queue = database.queue().await;
    let pool = database.pool().await;
    let done = || async { database.count("Done").await };
    let mut workers = [start(&database, &[]), start(&database, &[]), start(&database, &[])];
    for from in (0..COUNT).step_by(1000) {
        let mut transaction = pool.begin().await;
        for number in from..from + 1000 {
            transaction.enqueue(quick(number)).await.unwrap();
        }
        transaction.commit().await;
        match from {
            5000 => {
                until("they work", || async { done().await > 500 }).await;
                workers[0].kill().unwrap(); // SIGKILL
                workers[0].wait().unwrap();
            }
            10_000 => {
                let [_, drained, _] = &mut workers;
                drain(std::mem::replace(drained, start(&database, &[])));
            }
            _ => {}
        }
    }
    database.until_all("Done").await;
    let [_, one, two] = workers;
    drain(one);
    drain(two);
    let mut runs = BTreeMap::<u128, u32>::new();
    for line in noted(&database.folder, "quick") {
        *runs.entry(line[0]).or_default() += 1;
    }
    assert_eq!(runs.len() as u64, COUNT);
    let again = runs.values().filter(|runs| **runs > 1).count();
    println!("{COUNT} jobs, one worker killed, one drained, one come later: {again} run more than once");
    drop(queue);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_drained_process_hands_over_runs_at_once() {
    let database = Database::new("handed_over");
    let queue = database.queue().await.named("long");
    let first = start(&database, &[("LONG", "")]);
    for number in 0..8 {
        long(number).enqueue(&queue).await.unwrap();
    }
    let folder = database.folder.clone();
    until("all eight run", || async { noted(&folder, "long").len() == 8 }).await;
    note(&folder, "drained", now());
    let second = start(&database, &[("LONG", "")]);
    until("the second is there", || async { database.look().await.number("SELECT count(*) FROM Workers").await == 2 })
        .await;
    // What it has cut is back when it ends, and was heard of.
    drain(first);
    let ended = now();
    until("all eight run again", || async { noted(&folder, "long").len() == 16 }).await;
    database.until_all("Done").await;
    let last = noted(&folder, "long").iter().map(|line| line[1]).max().unwrap();
    let after = i128::try_from(last).unwrap() - i128::try_from(ended).unwrap();
    println!("the last of eight ran {} ms after the end of its first process", after / 1000);
    drain(second);
}
