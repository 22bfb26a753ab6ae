//! What does not compile, and what it says. `TRYBUILD=overwrite cargo test -p outlive-durable --test ui` writes the messages anew.

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/fail/*.rs");
    cases.pass("ui/pass/*.rs");
}

/// One mistake is one error, and the case says what to write instead.
#[test]
fn each_case_has_one_error() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/fail");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "stderr") {
            let text = std::fs::read_to_string(&path).unwrap();
            let errors = text.lines().filter(|line| line.starts_with("error")).count();
            assert!(!text.lines().any(|line| line.starts_with("warning")), "{}:\n{text}", path.display());
            assert_eq!(errors, 1, "{}:\n{text}", path.display());
            let case = std::fs::read_to_string(path.with_extension("rs")).unwrap();
            assert!(case.starts_with("//! ") && case.contains(" The fix: "), "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 10);
}
