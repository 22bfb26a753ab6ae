//! What does not compile, and what it says; what compiles, and runs.
//!
//! One case alone: `cargo test -p outlive-ui-tests mistakes -- trybuild=over_budget`.

use std::fs;
use std::path::{Path, PathBuf};

use trybuild::TestCases;

/// The mistakes that `cargo check` shows, the gallery's among them: one run of cargo for all of them.
#[test]
fn mistakes() {
    let cases = TestCases::new();
    cases.compile_fail("fail/detached/*.rs");
    cases.compile_fail("fail/detach/*.rs");
    cases.compile_fail("fail/task_owner/*.rs");
    cases.compile_fail("fail/owned_tasks/*.rs");
    cases.compile_fail("fail/periodic/*.rs");
    cases.compile_fail("fail/worker/*.rs");
    cases.compile_fail("fail/tracker/*.rs");
    cases.compile_fail("fail/context/*.rs");
    cases.compile_fail("fail/handle/*.rs");
    cases.compile_fail("fail/singleflight/*.rs");
    cases.compile_fail("fail/group/*.rs");
    cases.compile_fail("fail/shutdown/*.rs");
    cases.compile_fail("../tests/gallery/*/refused*.rs");
}

/// The mistakes in tests. They have a feature, which users' builds do not have.
#[cfg(feature = "testing")]
#[test]
fn in_tests() {
    TestCases::new().compile_fail("fail/testing/*.rs");
}

/// The mistakes that only a build shows, and what passes. Beside a case that passes, trybuild builds them all, one after
/// the other.
#[test]
fn at_build() {
    let cases = TestCases::new();
    cases.compile_fail("fail/at_build/*.rs");
    cases.pass("pass/*.rs");
}

/// Cases with as many mistakes.
const SEVERAL: &[(&str, usize)] = &[
    ("detach/several_mistakes", 3),
    ("detached/callers_are_fine", 2),
    ("detached/lifetime_parameter", 2),
    ("detached/misspelt_arguments", 10),
    ("detached/several_mistakes", 6),
    ("detached/signature_unknown_type", 2),
    ("detached/synonym", 2),
    ("detached/unused_function", 2),
    ("detached/value_without_key", 2),
    ("owned_tasks/several_mistakes", 4),
];

/// Cases in which one mistake is more than one error, and why. At most five.
const MORE: &[(&str, usize, &str)] = &[
    (
        "detached/crate_unknown",
        2,
        "rustc finds the path in a type and in a macro's name, and says it differently each time",
    ),
    ("detached/on_closure", 3, "the first two are rustc's own, which takes no attribute macro there"),
    (
        "detached/signature_unknown_type_in_method",
        3,
        "the result's type stands in three places, and rustc offers to make a type parameter of it in one of them",
    ),
    (
        "detached/trait_impl_async_method",
        2,
        "what a macro makes of an `async fn` is no longer one, as the trait asks for; no macro sees that it stands there",
    ),
];

/// One mistake, one error; nothing that follows from it; and a case says on top what is wrong and how to put it right.
#[test]
fn one_error_a_mistake() {
    assert!(MORE.len() <= 5);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("fail");
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/gallery");
    let is_refused = |case: &PathBuf| case.file_name().unwrap().to_string_lossy().starts_with("refused");
    let mut refused = cases(&gallery);
    refused.retain(is_refused);
    assert!(refused.len() > 10, "the gallery is elsewhere: {refused:?}");
    for (root, case) in cases(&own).iter().map(|case| (&own, case)).chain(refused.iter().map(|case| (&gallery, case))) {
        let name = case.strip_prefix(root).unwrap().with_extension("").display().to_string();
        let source = fs::read_to_string(case).unwrap();
        let top: Vec<&str> = source.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(top.len() > 1 && top.iter().any(|line| line.contains("The fix: ")), "{name}: {top:?}");
        let said = fs::read_to_string(case.with_extension("stderr")).unwrap();
        let errors = said.lines().filter(|line| line.starts_with("error")).count();
        let several = SEVERAL.iter().copied().chain(MORE.iter().map(|(more, count, _)| (*more, *count)));
        let expected = several.into_iter().find(|(several, _)| *several == name).map_or(1, |(_, count)| count);
        assert_eq!(errors, expected, "{name}: {said}");
        assert!(!said.lines().any(|line| line.starts_with("warning")), "{name}: {said}");
    }
    let stderrs = folders(&own).iter().flat_map(|folder| files(folder, "stderr")).count();
    assert_eq!(cases(&own).len(), stderrs, "a .stderr without its case");
}

fn cases(root: &Path) -> Vec<PathBuf> {
    folders(root).iter().flat_map(|folder| files(folder, "rs")).collect()
}

fn folders(root: &Path) -> Vec<PathBuf> {
    entries(root).filter(|path| path.is_dir()).collect()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    entries(folder).filter(|path| path.extension().is_some_and(|own| own == extension)).collect()
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())
}
