//! A bare call on a thread without a runtime does nothing: a debug build says so where nobody else hears of it.

use std::process::Command;

/// What it says on stdout and on stderr.
fn said(who_hears: &str) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_no_runtime")).arg(who_hears).output().unwrap();
    assert!(output.status.success());
    let text = |bytes| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    (text(output.stdout), text(output.stderr))
}

#[test]
fn it_is_said_on_stderr_once_for_each_function() {
    let (out, err) = said("nobody");
    assert_eq!(out, "");
    if cfg!(debug_assertions) {
        let start = "outlive: `write_audit` (tests/src/bin/no_runtime.rs:9) was called outside of a tokio runtime, and did not run: ";
        assert!(err.replace('\\', "/").starts_with(start) && err.lines().count() == 1, "{err}");
    } else {
        assert_eq!(err, "");
    }
}

#[test]
fn who_has_a_subscriber_hears_it_there_and_who_looks_is_told() {
    let (out, err) = said("a subscriber");
    assert!(out.contains("write_audit") && out.contains("outside a tokio runtime"), "{out}");
    assert_eq!(err, "");
    assert_eq!(said("the caller"), ("Err(NoRuntime)\n".to_owned(), String::new()));
}
