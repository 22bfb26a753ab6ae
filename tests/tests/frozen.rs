//! A process that is stopped past the deadlines of its tasks, as a debugger, a suspended machine or a container without
//! a share of its CPU stops it, gives each of them its whole grace when it goes on.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

struct Frozen(Child);

impl Frozen {
    fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.0.id().to_string()).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        // A test that has failed leaves nobody behind.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn rolls_back_after_it_was_stopped(workers: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frozen"));
    let mut process = command.arg(workers).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut process = Frozen(process);
    assert_eq!(lines.next().as_deref(), Some("ready"));
    process.signal("STOP");
    // What it is stopped for: the clock goes on past the timeouts and the graces.
    sleep(Duration::from_millis(1_200));
    process.signal("CONT");
    let lines: Vec<_> = lines.collect();
    let expected = ["call", "timeout of its own", "section", "method", "future", "run"];
    assert_eq!(lines, expected.map(|name| format!("{name}: rolled back")));
    assert!(process.0.wait().unwrap().success());
}

#[test]
fn a_process_of_one_thread_rolls_back_after_it_was_stopped() {
    rolls_back_after_it_was_stopped("0");
}

#[test]
fn a_process_of_two_workers_rolls_back_after_it_was_stopped() {
    rolls_back_after_it_was_stopped("2");
}
