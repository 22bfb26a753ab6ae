//! What every system has to do: detached calls, the list of all annotated functions, and a drain that Ctrl-C begins.
//!
//! Its output is the same everywhere: CI compares it with `expected.txt`.

#![forbid(unsafe_code)]

use std::future::pending;
use std::process::ExitCode;

use outlive::{Shutdown, TaskSite, Tracker, detached, sites};

static ROWS: Tracker = Tracker::bounded("rows", 2).queue(8);
static UPLOADS: Tracker = Tracker::bounded("uploads", 1);

#[detached(timeout = "5s", track = ROWS)]
async fn write_row(row: u32) -> Result<u32, String> {
    if row == 3 { Err(format!("row {row} is in nobody's table")) } else { Ok(row) }
}

/// Still runs when Ctrl-C comes, and then comes to its end.
#[detached(timeout = "15s", track = UPLOADS)]
async fn upload() {
    Shutdown::requested().await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    println!("the upload is complete");
}

#[expect(dead_code, reason = "it is listed, though nobody calls it")]
#[detached(timeout = "1s", grace = "250ms", track = ROWS)]
async fn never_called() {}

fn list() {
    let mut all: Vec<&TaskSite> = sites().collect();
    all.sort_by_key(|site| site.line());
    for site in all {
        let counts = site.counts();
        println!(
            "{} ({}:{}), within {:?}: {} started, {} completed, {} failed, {} live",
            site.name(),
            site.file(),
            site.line(),
            site.timeout(),
            counts.started,
            counts.completed,
            counts.failed,
            counts.live
        );
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    for call in [1, 2, 3].map(write_row) {
        println!("{:?}", call.await);
    }
    let upload = upload();
    list();
    tokio::select! {
        biased;
        () = Shutdown::requested() => println!("heard Ctrl-C"),
        // Is polled after the other, which listens from then on.
        () = async { println!("press Ctrl-C"); pending().await } => {}
    }
    let report = Shutdown::all().phase("uploads").tracker(&UPLOADS).run().await;
    for (phase, drains) in report.phases() {
        for drain in drains {
            println!("{phase}: {} ended, {} aborted, {} stuck", drain.finished(), drain.aborted(), drain.stuck());
        }
    }
    println!("the upload's handle: {:?}", upload.await);
    println!("in no phase: {:?}", report.unphased());
    println!("clean: {}", report.is_clean());
    list();
    ExitCode::from(report.code())
}
