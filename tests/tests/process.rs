//! A real process, under load, ends on a real signal: its exit code, and what it says before.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// A process that should have ended long ago is killed, so that its test fails and does not hang.
const PATIENCE: Duration = Duration::from_secs(60);

struct Probe {
    process: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    _watched: mpsc::Sender<()>,
}

impl Probe {
    /// A service in which this goes wrong, under load.
    fn start(wrong: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shutdown_probe"));
        let command = command.arg(wrong).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        // Nobody reads what it complains of: that does not hold it up.
        drop(process.stderr.take());
        let stdin = process.stdin.take().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (watched, ended) = mpsc::channel();
        let id = process.id();
        thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                kill("KILL", id);
            }
        });
        let mut probe = Self { process, stdin, lines, _watched: watched };
        probe.says("ready");
        probe
    }

    fn signal(&self, name: &str) {
        kill(name, self.process.id());
    }

    /// A second one, and not the first passed on: that comes within a tenth of a second.
    fn signal_again(&self, name: &str) {
        thread::sleep(Duration::from_millis(150));
        self.signal(name);
    }

    fn line(&mut self) -> Option<String> {
        self.lines.next().map(Result::unwrap)
    }

    fn says(&mut self, line: &str) {
        assert_eq!(self.line().as_deref(), Some(line));
    }

    /// All that it has still to say, and how it ended. Nobody releases what is stuck in it before.
    fn ends(mut self) -> (Vec<String>, ExitStatus) {
        let lines = self.lines.by_ref().map(Result::unwrap).collect();
        (lines, self.process.wait().unwrap())
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

/// The number after a word.
fn number(lines: &[String], word: &str) -> u64 {
    let found = lines.iter().find_map(|line| line.strip_prefix(word)?.trim().parse().ok());
    found.unwrap_or_else(|| panic!("no `{word}` in {lines:#?}"))
}

fn has(lines: &[String], start: &str, end: &str) -> bool {
    lines.iter().any(|line| line.starts_with(start) && line.ends_with(end))
}

fn ends_cleanly_on(signal: &str) {
    let probe = Probe::start("nothing");
    probe.signal(signal);
    let (lines, status) = probe.ends();
    assert_eq!(status.code(), Some(0), "{status} {lines:#?}");
    assert_eq!(lines[0], "shutdown: clean", "{lines:#?}");
    for drain in ["[front] service: ", "[front] sessions: ", "[store] ", "[in no phase] forgotten: "] {
        assert!(has(&lines, &format!("{drain}drained in "), ""), "{drain} in {lines:#?}");
    }
    let (accepted, written) = (number(&lines, "accepted"), number(&lines, "written"));
    assert!(accepted >= 200, "there was load: {lines:#?}");
    assert_eq!(accepted, written, "accepted work was lost: {lines:#?}");
}

#[test]
fn sigterm_under_load_ends_the_process_with_0_and_no_accepted_work_is_lost() {
    ends_cleanly_on("TERM");
}

#[test]
fn ctrl_c_under_load_ends_the_process_with_0_and_no_accepted_work_is_lost() {
    ends_cleanly_on("INT");
}

#[test]
fn work_that_is_cut_short_is_named_and_the_process_ends_with_1() {
    let probe = Probe::start("cut");
    probe.signal("TERM");
    let (lines, status) = probe.ends();
    assert_eq!(status.code(), Some(1), "{status} {lines:#?}");
    assert_eq!(lines[0], "shutdown: not clean", "{lines:#?}");
    assert!(has(&lines, "[front] sessions: drained in ", " of 1s: 0 ended, 1 aborted"), "{lines:#?}");
    let cut = lines.iter().find(|line| line.starts_with("  aborted        1 × ignores_the_end (tests/src/bin/"));
    assert!(cut.is_some(), "{lines:#?}");
    assert_eq!(number(&lines, "accepted"), number(&lines, "written"), "the others were not: {lines:#?}");
}

#[test]
fn a_second_signal_stops_at_once_with_2() {
    for second in ["TERM", "INT"] {
        let mut probe = Probe::start("patient");
        probe.signal("TERM");
        // Its drain would take an hour.
        probe.says("draining");
        probe.signal_again(second);
        let (lines, status) = probe.ends();
        assert_eq!(status.code(), Some(2), "{status} {lines:#?}");
        assert_eq!(lines[0], "shutdown: stopped by a second signal", "{lines:#?}");
        let runs = lines.iter().find(|line| line.starts_with("  still running  1 × takes_an_hour (tests/src/bin/"));
        assert!(runs.is_some(), "it names what still runs: {lines:#?}");
        assert!(has(&lines, "[store] stopped after 0s of 20s: ", ""), "the next phase did not begin: {lines:#?}");
        assert!(has(&lines, "[slow] stopped after 0s of 20s: ", ""), "{lines:#?}");
        assert!(!lines.contains(&"dropped".to_owned()), "no destructor is waited for: {lines:#?}");
    }
}

#[test]
fn a_second_signal_is_heard_beside_a_shutdown_that_takes_all_the_time_there_is() {
    let mut probe = Probe::start("hog");
    probe.signal("TERM");
    probe.says("draining");
    probe.signal_again("TERM");
    let (lines, status) = probe.ends();
    assert_eq!(status.code(), Some(2), "{status} {lines:#?}");
    assert!(lines.contains(&"[by hand] a shutdown was stopped by a second signal".to_owned()), "{lines:#?}");
}

#[test]
fn a_second_signal_before_the_shutdown_has_begun_is_not_lost() {
    let mut probe = Probe::start("late");
    probe.signal("TERM");
    probe.says("asked");
    probe.signal_again("TERM");
    probe.stdin.write_all(b"go on\n").unwrap();
    let (lines, status) = probe.ends();
    assert_eq!(status.code(), Some(2), "{status} {lines:#?}");
    assert!(lines.contains(&"shutdown: stopped by a second signal".to_owned()), "{lines:#?}");
}

#[test]
fn a_shutdown_ends_with_its_report_also_where_every_worker_of_the_runtime_is_blocked() {
    let probe = Probe::start("blocked");
    probe.signal("TERM");
    let (lines, status) = probe.ends();
    assert_eq!(status.code(), Some(1), "{status} {lines:#?}");
    assert!(has(&lines, "[front] blocked: drained in ", " of 1s: 0 ended, 2 stuck"), "{lines:#?}");
    assert!(lines.contains(&"[by hand] a shutdown did not end within its budget of 1s".to_owned()), "{lines:#?}");
    assert!(
        has(&lines, "[store] drained in 0s of 20s: nothing was left to finish", ""),
        "the next phase ran: {lines:#?}"
    );
}

#[test]
fn one_signal_ends_a_process_that_is_shutting_down_already_and_whose_only_thread_is_blocked() {
    let probe = Probe::start("unasked");
    probe.signal("TERM");
    let (lines, status) = probe.ends();
    assert_eq!((lines.as_slice(), status.code()), ([].as_slice(), Some(2)));
}

#[test]
fn a_second_signal_ends_a_process_whose_only_thread_is_blocked() {
    let probe = Probe::start("seized");
    probe.signal("TERM");
    probe.signal_again("INT");
    let (lines, status) = probe.ends();
    assert_eq!((lines.as_slice(), status.code()), ([].as_slice(), Some(2)));
}

#[test]
fn a_blocking_thread_that_is_stuck_is_named_and_the_process_ends_all_the_same() {
    let probe = Probe::start("stuck");
    probe.signal("TERM");
    let (lines, status) = probe.ends();
    assert_eq!(status.code(), Some(1), "{status} {lines:#?}");
    assert!(has(&lines, "[front] sessions: drained in ", " of 1s: 0 ended, 1 stuck"), "{lines:#?}");
    assert!(has(&lines, "  stuck          1 × blocks (tests/src/bin/shutdown_probe.rs:", ""), "{lines:#?}");
    assert!(!lines.contains(&"released".to_owned()), "the thread was stuck until the end: {lines:#?}");
    assert_eq!(number(&lines, "accepted"), number(&lines, "written"), "{lines:#?}");
}

/// The runtime would wait for the thread as it is dropped.
#[test]
fn a_main_that_returns_the_report_does_not_wait_for_the_stuck_thread() {
    let probe = Probe::start("returns");
    probe.signal("TERM");
    let (lines, status) = probe.ends();
    assert_eq!(status.code(), Some(1), "{status} {lines:#?}");
    assert!(!lines.contains(&"released".to_owned()), "the thread was stuck until the end: {lines:#?}");
}
