//! Without a subscriber, as in a first program or in a test, a debug build writes its warnings about wrong uses to stderr.

use std::process::Command;

/// What it says on stdout and on stderr.
fn said(who_hears: &str) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_unheard")).arg(who_hears).output().unwrap();
    assert!(output.status.success());
    let text = |bytes| String::from_utf8(bytes).unwrap().replace("\r\n", "\n").replace('\\', "/");
    (text(output.stdout), text(output.stderr))
}

#[test]
fn each_is_a_line_on_stderr_once_with_its_place_and_what_to_write() {
    let (out, err) = said("nobody");
    assert_eq!(out, "");
    if !cfg!(debug_assertions) {
        return assert_eq!(err, "");
    }
    let [context, drained] = err.lines().collect::<Vec<_>>()[..] else { panic!("{err}") };
    assert!(
        context.starts_with("outlive: at tests/src/bin/unheard.rs:21:40: the context made here was dropped unused"),
        "{err}"
    );
    assert!(context.contains("write `context.scope(async { … }).await`"), "{err}");
    assert!(drained.starts_with("outlive: `write_audit` (tests/src/bin/unheard.rs:10) of `audit`: refused, "), "{err}");
    assert!(drained.contains("`outlive::testing::isolated(async { … }).await`"), "{err}");
    for line in [context, drained] {
        assert!(line.ends_with(". Said once, in a debug build without a subscriber for `tracing`."), "{err}");
    }
}

#[test]
fn who_has_a_subscriber_hears_them_there() {
    let (out, err) = said("a subscriber");
    assert_eq!(err, "");
    assert_eq!(out.matches("in another runtime").count(), usize::from(cfg!(debug_assertions)), "{out}");
}
