//! A process that enqueues and works is killed at random moments, again and again: every job that was committed has run at
//! least once in the end, and none that was not.
#![cfg(unix)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use support::Database;
use support::store::{Pool, queue_at};

static JOBS: Tracker = Tracker::bounded("sigkill", 8);

const CHILD: &str = "OUTLIVE_DURABLE_CHILD";

/// One line, in one write: a kill leaves all of it or nothing.
fn note(folder: &Path, file: &str, line: impl std::fmt::Display) {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(file));
    file.unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn noted(folder: &Path, file: &str) -> Vec<u64> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

#[derive(Clone)]
struct Folder(PathBuf);

// A kill counts as an attempt: none is to be given up here.
#[durable(timeout = "10s", attempts = 1000, track = JOBS)]
async fn run(#[state] folder: Folder, number: u64) {
    // Some are killed before it, and some behind.
    tokio::time::sleep(Duration::from_millis(number % 7)).await;
    note(&folder.0, "ran", number);
    tokio::time::sleep(Duration::from_millis(number % 5)).await;
}

/// Enqueues and works until it is killed. It does nothing where it is run as a test.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let round: u64 = std::env::var("ROUND").unwrap().parse().unwrap();
    let url = std::env::var("DATABASE").unwrap();
    let queue = queue_at(&url);
    queue.migrate().await.unwrap();
    let pool = Pool::new(&url).await;
    pool.execute("CREATE TABLE IF NOT EXISTS orders (number BIGINT PRIMARY KEY)").await;
    let _worker = Jobs::on(&queue).state(Folder(folder.clone())).heartbeat(Duration::from_secs(1)).start();
    for at in 0.. {
        let number = round * 1_000_000 + at;
        match number % 3 {
            // By itself: committed when it has returned.
            0 => {
                note(&folder, "tried", number);
                run(number).enqueue(&queue).await.unwrap();
                note(&folder, "committed", number);
            }
            // With a row of the caller's, which says by itself whether it was committed; and one that never is.
            kind => {
                let mut transaction = pool.begin().await;
                transaction.execute(&format!("INSERT INTO orders VALUES ({number})")).await;
                transaction.enqueue(run(number)).await.unwrap();
                if kind == 1 {
                    transaction.commit().await;
                } else {
                    transaction.rollback().await;
                }
            }
        }
    }
}

/// The test above, as the harness names it.
fn child_test() -> String {
    module_path!().split_once("::").map_or("child".to_owned(), |(_, module)| format!("{module}::child"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_committed_job_has_run_and_no_other() {
    let kills: u64 = std::env::var("OUTLIVE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(10);
    let database = Database::new("sigkill");
    let folder = database.folder.clone();
    let mut seed = u64::from(std::process::id());
    for round in 1..=kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &child_test(), "--nocapture"])
            .env(CHILD, &folder)
            .env("DATABASE", database.url())
            .env("ROUND", round.to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(300 + (seed >> 33) % 700)).await;
        assert!(child.try_wait().unwrap().is_none(), "it works until it is killed");
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();
    }
    let queue = database.queue().await;
    let _worker = Jobs::on(&queue).state(Folder(folder.clone())).heartbeat(Duration::from_secs(1)).start();
    database.until_all("Done").await;

    let mut runs = BTreeMap::<u64, u32>::new();
    for number in noted(&folder, "ran") {
        *runs.entry(number).or_default() += 1;
    }
    let orders = database.look().await.numbers("SELECT number FROM orders").await;
    let orders: BTreeSet<u64> = orders.into_iter().map(|number| u64::try_from(number).unwrap()).collect();
    let committed: BTreeSet<u64> = noted(&folder, "committed").into_iter().collect();
    let tried: BTreeSet<u64> = noted(&folder, "tried").into_iter().collect();
    assert!(committed.len() > 10 && orders.len() > 10, "{} and {}", committed.len(), orders.len());
    let (alone, with_orders): (BTreeSet<u64>, _) = runs.keys().partition(|number| *number % 3 == 0);
    assert_eq!(with_orders, orders, "the jobs are those whose rows were committed");
    assert!(alone.is_superset(&committed), "{:?} were committed, and have not run", &committed - &alone);
    assert!(alone.is_subset(&tried), "{:?} have run, and nobody has enqueued them", &alone - &tried);
    let again = runs.values().filter(|runs| **runs > 1).count();
    println!("{kills} kills: {} jobs, {again} of them run more than once", runs.len());
}
