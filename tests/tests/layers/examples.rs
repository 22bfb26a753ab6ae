//! The check itself, on crates that are a few lines long.

use crate::check::{Crate, MOST_FILES_BESIDE_LIB, MOST_LINES, problems};
use crate::tree::Sources;

const CRATE: Crate =
    Crate { src: "src", rooms: &["low", "mid", "high", "__private", "lib"], facade: Some("__private") };

const LIB: &str = "pub mod __private; mod high; mod low; mod mid; pub use high::Top; pub use low::Base;";

/// A crate that is right, with these files in it or in place of its own.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let own = [
        ("lib.rs", LIB),
        ("low/mod.rs", "pub(crate) mod base;\npub use base::Base;\npub(crate) fn low() {}"),
        ("low/base.rs", "pub struct Base;"),
        ("mid.rs", "use crate::low::{Base, base as b};\npub(crate) fn mid(_: Base) { crate::low::low() }"),
        ("high/mod.rs", "mod top;\npub use top::Top;\nuse crate::mid::*;\npub(crate) fn high() { mid(crate::Base) }"),
        ("high/top.rs", "\nuse super::high;\npub struct Top(super::super::low::base::Base);"),
        ("__private.rs", "pub use crate::high::Top;\nuse crate::Base;"),
    ];
    let all = own.iter().chain(files).map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
    problems(&CRATE, &Sources(all.collect()))
}

fn refused(files: &[(&str, &str)], message: &str) {
    assert_eq!(found(files), [message]);
}

#[test]
fn what_is_right_is_not_refused() {
    assert_eq!(found(&[]), [""; 0]);
}

#[test]
fn an_upward_import() {
    let message = "src/low/base.rs:2 imports `crate::mid::mid` of src/mid.rs:2: the room `mid` is above";
    refused(&[("low/base.rs", "pub struct Base;\nuse crate::mid::mid;")], message);
    refused(&[("low/base.rs", "pub struct Base;\nuse crate::{low::low, mid::{mid as y}};")], message);
    refused(
        &[("low/base.rs", "pub struct Base;\nuse super::super::mid::mid;")],
        &message.replace("crate", "super::super"),
    );
}

#[test]
fn one_of_what_lib_hands_on() {
    let message = "src/mid.rs:1 imports `crate::Top` of src/high/top.rs:3: the room `high` is above";
    refused(&[("mid.rs", "use crate::Top;\npub(crate) fn mid() {}")], message);
    // Also by a glob, and by another name.
    let lib = LIB.replace("high::Top", "high::*");
    refused(&[("lib.rs", &lib), ("mid.rs", "use crate::Top;\npub(crate) fn mid() {}")], message);
    let lib = LIB.replace("high::Top", "high::Top as Roof");
    let message = message.replace("crate::Top", "crate::Roof");
    refused(&[("lib.rs", &lib), ("mid.rs", "use crate::Roof;\npub(crate) fn mid() {}")], &message);
}

#[test]
fn one_of_lib_itself() {
    let lib = format!("{LIB}\npub struct Own;");
    refused(
        &[("lib.rs", &lib), ("low/base.rs", "pub struct Base;\nuse crate::Own;")],
        "src/low/base.rs:2 imports `crate::Own` of src/lib.rs:2: the room `lib` is above",
    );
}

/// Whatever it has, and whatever it will have.
#[test]
fn all_of_lib() {
    let message = "src/low/base.rs:2 imports `crate` of src/lib.rs:1: the room `lib` is above";
    refused(&[("low/base.rs", "pub struct Base;\nuse crate::*;")], message);
    refused(&[("low/base.rs", "pub struct Base;\nm!(use crate::*;);")], message);
    refused(
        &[("low/mod.rs", "pub mod base; pub use base::Base; pub(super) fn low() {}\nuse super::*;")],
        &message.replace("low/base.rs", "low/mod.rs").replace("`crate`", "`super`"),
    );
    assert_eq!(found(&[("low/base.rs", "pub struct Base;\nmacro_rules! m { ($x:ident) => { $crate::$x } }")]), [""; 0]);
}

#[test]
fn what_lib_hands_on_of_other_crates() {
    let lib = format!("{LIB} pub use std::time::Duration; pub use other::other;");
    assert_eq!(
        found(&[("lib.rs", &lib), ("low/base.rs", "pub struct Base(crate::Duration);\nuse crate::other;")]),
        [""; 0]
    );
}

/// A room and a function of `lib.rs` may have one name.
#[test]
fn a_room_that_a_function_has_the_name_of() {
    let lib = format!("{LIB}\npub fn low() {{}}");
    let through = [("lib.rs", &*lib), ("mid.rs", "pub(crate) fn mid() { crate::low::low() }")];
    assert_eq!(found(&through), [""; 0]);
    let message = "src/mid.rs:1 imports `crate::low` of src/lib.rs:2: the room `lib` is above";
    refused(&[("lib.rs", &lib), ("mid.rs", "pub(crate) fn mid() { crate::low() }")], message);
}

#[test]
fn one_within_the_code() {
    let message = "src/mid.rs:2 imports `crate::high::high` of src/high/mod.rs:4: the room `high` is above";
    refused(&[("mid.rs", "pub(crate) fn mid() {\n    crate::high::high()\n}")], message);
    refused(&[("mid.rs", "pub(crate) fn mid() {\n    use crate::high::high;\n}")], message);
    refused(
        &[("mid.rs", "impl Mid for u8 {}\ntrait Mid { const X: fn() = crate::high::high; }\nfn mid() {}")],
        message,
    );
    // By a module that an import has named.
    let imported = "use crate::high;\npub(crate) fn mid() {\n    high::high()\n}";
    let module = "src/mid.rs:1 imports `crate::high` of src/high/mod.rs:1: the room `high` is above";
    let call = message.replace("mid.rs:2", "mid.rs:3").replace("crate::", "");
    assert_eq!(found(&[("mid.rs", imported)]), [module.to_owned(), call]);
}

#[test]
fn one_within_a_macro() {
    let message = "src/mid.rs:2 imports `crate::high::high` of src/high/mod.rs:4: the room `high` is above";
    let rules = "macro_rules! mid {\n    () => { $crate::high::high() };\n}\npub(crate) fn mid() {}";
    refused(&[("mid.rs", rules)], message);
    refused(
        &[("mid.rs", "pub(crate) fn mid() {\n    m!(a, [super::high::high()]) }")],
        &message.replace("crate", "super"),
    );
    refused(&[("mid.rs", "pin_project! { struct X {\n x: crate::{low::Base, high::{high}} } }\nfn mid() {}")], message);
}

#[test]
fn a_macro_of_a_room_above() {
    let high = "mod top;\npub use top::Top;\nmacro_rules! high { () => {} }\npub(crate) fn high() {}";
    let message = "src/mid.rs:1 imports `high!` of src/high/mod.rs:3: the room `high` is above";
    refused(&[("high/mod.rs", high), ("mid.rs", "pub(crate) fn mid() { high!() }")], message);
    refused(&[("high/mod.rs", high), ("mid.rs", "pub(crate) fn mid() { vec![high!()] }")], message);
}

/// It is at the crate's root, and of the room that defines it.
#[test]
fn an_exported_macro() {
    let high =
        "mod top;\npub use top::Top;\n#[macro_export]\nmacro_rules! high { () => {} }\npub(crate) use crate::high;";
    assert_eq!(found(&[("high/mod.rs", high), ("mid.rs", "pub(crate) fn mid() {}")]), [""; 0]);
    refused(
        &[("high/mod.rs", high), ("mid.rs", "pub(crate) fn mid() { crate::high!() }\nuse crate::high as h;")],
        "src/mid.rs:1 imports `crate::high` of src/high/mod.rs:4: the room `high` is above",
    );
}

#[test]
fn an_inline_module_is_of_its_room() {
    refused(
        &[("mid.rs", "mod inner {\n    use super::super::high::high;\n}\npub(crate) fn mid() {}")],
        "src/mid.rs:2 imports `super::super::high::high` of src/high/mod.rs:4: the room `high` is above",
    );
}

#[test]
fn tests_import_what_they_like() {
    for tests in [
        "#[cfg(test)]\nmod tests { use crate::high::high; }",
        "#[cfg(all(test, not(loom)))]\nuse crate::high::high;",
        "#[test]\nfn f() { crate::high::high() }",
    ] {
        assert_eq!(found(&[("mid.rs", &format!("pub(crate) fn mid() {{}}\n{tests}"))]), [""; 0], "{tests}");
    }
    let in_a_file = [("mid.rs", "fn mid() {}\n#[cfg(test)]\nmod tests;"), ("mid/tests.rs", "use crate::high::high;")];
    assert_eq!(found(&in_a_file), [""; 0]);
    // What is compiled otherwise as well, may not.
    for condition in ["loom", "any(test, loom)", "not(test)"] {
        let mid = format!("#[cfg({condition})]\nuse crate::high::high;\npub(crate) fn mid() {{}}");
        assert_eq!(found(&[("mid.rs", &mid)]).len(), 1, "{condition}");
    }
}

#[test]
fn the_facade_is_imported_by_nobody() {
    let why = "the room `__private` is for generated code alone";
    let lib = format!("{LIB}\npub use __private::Top as Other;");
    let problems = found(&[("lib.rs", &lib)]);
    assert!(problems.iter().any(|problem| problem.ends_with(why)), "{problems:?}");
    let problems = found(&[("mid.rs", "pub(crate) fn mid() { crate::__private::x() }")]);
    assert_eq!(problems, [format!("src/mid.rs:1 imports `crate::__private::x` of src/__private.rs:1: {why}")]);
}

#[test]
fn a_long_file() {
    let fits = "\n".repeat(MOST_LINES - 1) + "pub struct Base;";
    assert_eq!(found(&[("low/base.rs", &fits)]), [""; 0]);
    refused(&[("low/base.rs", &format!("\n{fits}"))], "src/low/base.rs has 451 lines, and 450 are the most: split it");
}

#[test]
fn many_files_beside_lib() {
    // Two are there.
    let more = ["a.rs", "b.rs", "c.rs", "d.rs", "e.rs"].map(|file| (file, ""));
    let flat = |files: &[(&str, &str)]| found(files).into_iter().find(|problem| problem.contains("beside lib.rs"));
    assert_eq!(flat(&more[..MOST_FILES_BESIDE_LIB - 2]), None);
    let message = flat(&more[..MOST_FILES_BESIDE_LIB - 1]).unwrap();
    assert!(message.starts_with("src has 7 files beside lib.rs, and 6 are the most: "), "{message}");
}

#[test]
fn an_unknown_room_and_one_that_is_gone() {
    refused(
        &[("lib.rs", &format!("{LIB} mod attic;")), ("attic/mod.rs", "use crate::high::high;")],
        "src/attic/mod.rs: the room `attic` is not in the list: add it, where it belongs",
    );
    let lib = "pub mod __private; mod high; mod low; pub use high::Top; pub use low::Base;";
    let problems = found(&[("lib.rs", lib), ("high/mod.rs", "mod top;\npub use top::Top;\nfn high() {}")]);
    assert_eq!(
        problems,
        ["src/mid.rs belongs to no module", "src has no room `mid`, which is in the list: take it out"]
    );
}

#[test]
fn what_cannot_be_read() {
    let problems = found(&[("low/base.rs", "pub struct Base;\nstruct {}")]);
    assert!(problems[0].starts_with("src/low/base.rs:2: expected"), "{problems:?}");
    refused(&[("mid.rs", "pub(crate) fn mid() {}\nmod gone;")], "src/mid.rs:2: there is no file for `mod gone`");
}
