//! A process that runs on after the shutdown of its whole program says so, and what to write.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn a_process_that_runs_on_after_its_shutdown_says_so() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lives_on"));
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    // It says nothing more: without the warning, this waits until its stdin ends, which is with this process.
    let said = lines.into_iter().find(|line| line.contains("WARN")).unwrap();
    assert!(said.contains("the shutdown has ended, and the process runs on: let `main` return its report"), "{said}");
    assert!(said.contains("by `.serve(…)`"), "{said}");
    drop(process.stdin.take());
    assert!(process.wait().unwrap().success());
}
