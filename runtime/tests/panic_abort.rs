//! A build with `panic = "abort"` is refused, unless a feature says that it is meant.

use std::process::{Command, Output};

/// Compiles the guard alone: what a profile's `panic` becomes is this flag.
fn compile(args: &[&str]) -> Output {
    let guard = concat!(env!("CARGO_MANIFEST_DIR"), "/src/util/build.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let out = concat!(env!("CARGO_TARGET_TMPDIR"), "/unwind");
    Command::new(rustc)
        .args(["--edition=2024", "--crate-type=lib", "--crate-name=unwind", "--emit=metadata", "--out-dir", out])
        .args(args)
        .arg(guard)
        .output()
        .expect("rustc can be run")
}

#[test]
fn panic_abort_is_refused_and_the_message_names_both_ways_out() {
    let refused = compile(&["-Cpanic=abort"]);
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(message.contains("build with `panic = \"unwind\"`"), "{message}");
    assert!(message.contains("feature `panic-abort`"), "{message}");
}

#[test]
fn panic_abort_with_its_feature_and_panic_unwind_compile() {
    for args in [&["-Cpanic=abort", "--cfg=feature=\"panic-abort\""][..], &["-Cpanic=unwind"]] {
        let built = compile(args);
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    }
}
