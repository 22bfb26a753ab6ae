//! A second signal ends the last phase at once, and what is held is named.
#![cfg(unix)]

mod support;

use std::future::poll_fn;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::task::Poll;
use std::time::Duration;

use outlive::{Shutdown, Tracker};
use outlive_durable::{Queue, Spill, WithSpill as _, durable};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use support::Database;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[durable(timeout = "10s", track = MAIL, name = "mail.welcome")]
async fn send_welcome() {}

/// Waits for its signals with a store that is locked. It does nothing where it is run as a test.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Some(file) = std::env::var_os("OUTLIVE_DURABLE_STOPPED").map(PathBuf::from) else { return };
    let queue = Queue::sqlite(&format!("sqlite://{}", file.display())).unwrap();
    queue.migrate().await.unwrap();
    let spill = Spill::to(&queue).hand_over_within(Duration::from_hours(1)).start();
    let mut holder = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&file)).await.unwrap();
    let _lock = holder.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let _ = MAIL.drain().await;
    for _ in 0..2 {
        send_welcome().spawn_or_enqueue(&spill).unwrap();
    }
    let shutdown = Shutdown::new().on(async {
        let mut requested = pin!(Shutdown::requested());
        // It listens from its first poll on.
        poll_fn(|cx| {
            assert!(requested.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        println!("\nserving");
        requested.await;
        println!("stopping");
    });
    let report = shutdown.phase("work").spill(&spill).run().await;
    println!("{report}");
    report.exit();
}

#[test]
fn a_second_signal_names_what_is_not_handed_over() {
    let database = Database::new("stopped");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("OUTLIVE_DURABLE_STOPPED", database.folder.join("jobs.db"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let signal = || {
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
    };
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "serving"));
    signal();
    assert!(lines.any(|line| line == "stopping"));
    // One that comes within a tenth of a second would be the same.
    std::thread::sleep(Duration::from_millis(300));
    signal();
    let report: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(2), "{report:#?}");
    let named =
        report.iter().find(|line| line.starts_with("[hand over] stopped by a second signal: 0 jobs handed over"));
    assert!(named.is_some_and(|line| line.contains("2 lost: 2 × mail.welcome")), "{report:#?}");
}
