//! A real process with its server in the shutdown: its exit code, and what it says, whatever the server does.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// A process that should have ended long ago is killed, so that its test fails and does not hang.
const PATIENCE: Duration = Duration::from_secs(60);

struct Probe {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    _watched: mpsc::Sender<()>,
}

impl Probe {
    fn start(wrong: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_serving_probe"));
        let mut process = command.arg(wrong).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (watched, ended) = mpsc::channel();
        let id = process.id();
        thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                kill("KILL", id);
            }
        });
        Self { process, lines, _watched: watched }
    }

    fn ready(wrong: &str) -> Self {
        let mut probe = Self::start(wrong);
        probe.says("ready");
        probe
    }

    fn signal(&self, name: &str) {
        kill(name, self.process.id());
    }

    fn says(&mut self, line: &str) {
        assert_eq!(self.lines.next().map(Result::unwrap).as_deref(), Some(line));
    }

    /// All that it has still to say, and its exit code.
    fn ends(&mut self) -> (String, Option<i32>) {
        let lines: Vec<_> = self.lines.by_ref().map(Result::unwrap).collect();
        (lines.join("\n"), self.process.wait().unwrap().code())
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // A test that has failed leaves nobody behind.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn kill(signal: &str, process: u32) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(process.to_string()).status().unwrap();
    assert!(sent.success());
}

#[test]
fn a_signal_ends_it_with_0_and_what_its_server_has_accepted_last_is_written() {
    let mut probe = Probe::ready("nothing");
    probe.signal("TERM");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(0), "{said}");
    let (written, rest) = said.split_once('\n').unwrap();
    assert_eq!(written, "written");
    let begins = "shutdown: clean\nbegan: signal SIGTERM\nnot ready, still serving for 1";
    assert!(rest.starts_with(begins) && rest.contains("ms\nserver http: ended in "), "{said}");
    assert!(rest.contains("\n[stores] store: drained in ") && rest.ends_with("\nflushed"), "{said}");
}

#[test]
fn a_server_that_fails_as_it_starts_ends_it_with_1() {
    let (said, code) = Probe::start("port").ends();
    assert_eq!(code, Some(1), "{said}");
    let begin = "shutdown: not clean\nbegan: the server http ended\nserver http: failed: the port is taken\n[stores] ";
    assert!(said.starts_with(begin) && said.ends_with("\nflushed"), "{said}");
}

#[test]
fn a_server_that_fails_in_the_middle_ends_it_with_1_and_the_drain_takes_place() {
    let (said, code) = Probe::start("fails").ends();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with("written\nshutdown: not clean\n"), "{said}");
    assert!(said.contains("\n[stores] store: drained in ") && said.contains(": 1 ended"), "{said}");
    assert!(said.contains("\nserver http: failed: the network is gone\n[stores] "), "{said}");
}

#[test]
fn a_server_that_never_ends_is_cut_short_and_the_drain_takes_place() {
    let mut probe = Probe::ready("stalls");
    probe.signal("INT");
    probe.says("told");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("\nserver http: dropped after 1") && said.contains("\n[stores] store: drained in "),
        "{said}"
    );
}

#[test]
fn a_second_signal_while_the_server_ends_stops_at_once_with_2_and_the_last_steps_are_done() {
    let mut probe = Probe::ready("patient");
    probe.signal("TERM");
    // It would take an hour.
    probe.says("told");
    // Not the first one, passed on: that would come within a tenth of a second.
    thread::sleep(Duration::from_millis(150));
    probe.signal("INT");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.starts_with("shutdown: stopped by a second signal\n"), "{said}");
    assert!(said.contains("\nserver http: left running after ") && said.ends_with("\nflushed"), "{said}");
}

/// As `cargo run` does with a Ctrl-C.
#[test]
fn a_signal_that_is_passed_on_again_at_once_is_one_signal() {
    let mut probe = Probe::ready("nothing");
    let pids = probe.process.id().to_string();
    let sent = Command::new("sh").args(["-c", "kill -INT $0; kill -INT $0; kill -TERM $0", &pids]).status().unwrap();
    assert!(sent.success());
    let (said, code) = probe.ends();
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn it_ends_also_where_every_worker_of_the_runtime_is_blocked() {
    let mut probe = Probe::ready("blocked");
    probe.signal("TERM");
    probe.says("told");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("\nserver http: dropped after 1") && said.contains(": 0 ended, 2 stuck"), "{said}");
    assert!(said.contains("\nflushed"), "{said}");
}

/// Its runtime cannot be dropped.
#[test]
fn a_main_that_returns_the_report_ends_also_where_the_handlers_of_a_server_block_every_worker() {
    let mut probe = Probe::ready("handlers");
    probe.signal("TERM");
    probe.says("told");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("\nserver http: dropped after 1") && said.contains("[stores] store: drained in "), "{said}");
    assert!(said.contains("\n2 worker threads of the runtime are blocked\n"), "{said}");
    assert!(said.ends_with("\nflushed"), "{said}");
}

/// Nothing was cut short, and yet its runtime cannot be dropped.
#[test]
fn a_main_that_returns_a_clean_report_ends_also_where_a_worker_is_blocked() {
    let mut probe = Probe::ready("bare");
    probe.signal("TERM");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("shutdown: clean\n") && said.contains("\n1 worker thread of the runtime is blocked\n"),
        "{said}"
    );
    assert!(said.ends_with("\nflushed"), "{said}");
}

/// A step that takes longer than a signal may go unanswered.
#[test]
fn a_signal_that_comes_while_the_last_steps_are_done_does_not_cut_them_short() {
    let mut probe = Probe::ready("slow flush");
    probe.signal("TERM");
    while probe.lines.next().unwrap().unwrap() != "flushes" {}
    probe.signal("TERM");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("flushed"), "{said}");
}

#[test]
fn a_main_that_returns_the_report_ends_also_where_a_thread_is_stuck() {
    let mut probe = Probe::ready("stuck");
    probe.signal("TERM");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("\n  stuck          1 × blocks (tests/src/bin/serving_probe.rs:"), "{said}");
    assert!(said.ends_with("\nflushed"), "{said}");
}

#[test]
fn the_programs_own_code_ends_it_with_its_reason() {
    let mut probe = Probe::ready("lease");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("shutdown: clean\nbegan: requested: the lease is lost\n"), "{said}");
}

#[test]
fn something_essential_that_fails_ends_it_with_1() {
    let mut probe = Probe::ready("consumer");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(1), "{said}");
    let began = "shutdown: not clean\nbegan: essential `consume` (tests/src/bin/serving_probe.rs:";
    assert!(said.contains(began) && said.contains(") ended: failed\nnot ready, still serving for 1"), "{said}");
    assert!(said.contains("\nworker died: `consume` ("), "{said}");
    assert!(said.contains(" before the shutdown: no queue\nserver http: ended in "), "{said}");
    assert!(said.contains("\n[stores] store: drained in ") && said.ends_with("\nflushed"), "{said}");
}

#[test]
fn something_essential_that_finds_no_place_ends_it_with_1() {
    let mut probe = Probe::ready("full");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("\nbegan: essential `holds` (") && said.contains(") ended: refused\n"), "{said}");
}

#[test]
fn an_essential_loop_with_a_period_of_zero_ends_it_with_1() {
    let mut probe = Probe::ready("zero period");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("\nbegan: essential `beats` (") && said.contains(") ended: refused\n"), "{said}");
}

#[test]
fn something_essential_that_is_told_to_end_and_runs_of_a_loop_that_fail_do_not_end_it() {
    let mut probe = Probe::start("told");
    probe.says("aborted: on request");
    probe.says("ready");
    probe.signal("TERM");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("shutdown: clean\nbegan: signal SIGTERM\n"), "{said}");
}

#[test]
fn a_last_step_that_never_ends_does_not_keep_the_process() {
    let mut probe = Probe::ready("flush");
    probe.signal("TERM");
    let (said, code) = probe.ends();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.ends_with("\nlog: did not end within its budget of 300ms"), "{said}");
}

#[test]
fn a_shutdown_that_is_dropped_lets_the_process_go_on() {
    let mut probe = Probe::ready("dropped");
    assert_eq!(probe.ends(), ("goes on".to_owned(), Some(7)));
}
