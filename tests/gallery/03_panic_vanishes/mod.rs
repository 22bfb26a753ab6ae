//! # 3. A panic vanishes with its handle, or kills the process
//!
//! Level: R + C. Escapes: who turns on `panic-abort`
//!
//! In Go a panic in any goroutine ends the process, and the `recover` of the middleware does not help: it is another
//! goroutine's.
//!
//! In Rust a panic of a spawned task ends in its `JoinHandle`. Dropped, it takes the panic along: the row is not
//! written, and no log line says so. With `panic = "abort"` in the profile it ends the process, as in Go.
//!
//! With outlive a panic is caught, counted, and reported with its message and its place. A build with
//! `panic = "abort"` (`refused.toml`) does not compile, unless the feature `panic-abort` says that it is meant.

mod naive;
mod outlive;

use std::path::Path;
use std::process::{Command, Output};

use outlive_tests::Trace;
use tokio::time::sleep;

use crate::common::{Db, seconds};

/// A write panics. What is the operator told?
async fn reports(handler: impl FnOnce(Db)) -> Vec<String> {
    let trace = Trace::record();
    handler(Db::that_takes(seconds(1)));
    sleep(seconds(60)).await;
    let events = trace.events();
    events.iter().map(|event| format!("{}: {}", event.field("task"), event.field("cause"))).collect()
}

#[tokio::test(start_paused = true)]
async fn naive_tells_nobody() {
    assert!(reports(naive::handler).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn outlive_reports_it_and_counts_it() {
    assert_eq!(reports(outlive::handler).await, ["write_audit: user 13 has no audit log"]);
    assert_eq!(outlive::site().counts().panicked, 1);
}

#[test]
fn outlive_refuses_a_build_that_would_end_the_process() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("gallery/03_panic_vanishes");
    let profile = std::fs::read_to_string(here.join("refused.toml")).unwrap();
    assert!(profile.contains("panic = \"abort\""));

    let refused = compile(&["-Cpanic=abort"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    let expected = std::fs::read_to_string(here.join("refused.stderr")).unwrap();
    assert!(!refused.status.success());
    assert_eq!(said.lines().next(), expected.lines().next());
    assert!(compile(&["-Cpanic=unwind"]).status.success());
}

#[test]
fn what_escapes_says_that_it_is_meant() {
    assert!(compile(&["-Cpanic=abort", "--cfg=feature=\"panic-abort\""]).status.success());
}

/// Compiles the one file of outlive that asks for a build that unwinds.
fn compile(how: &[&str]) -> Output {
    let guard = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/src/util/build.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let out = concat!(env!("CARGO_TARGET_TMPDIR"), "/unwind");
    let args = ["--edition=2024", "--crate-type=lib", "--emit=metadata", "--out-dir", out, guard];
    Command::new(rustc).args(args).args(how).output().expect("rustc can be run")
}
