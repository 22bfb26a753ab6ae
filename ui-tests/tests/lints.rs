//! The lint set that users copy (`docs/lints/`) bites: clippy runs over `lints/`, a crate that breaks each rule once, and
//! says of each line what is written behind it, and nothing else.

use std::collections::BTreeSet;
use std::env;
use std::fmt::{self, Write};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use toml::Table;

#[test]
fn every_rule_bites_and_what_the_macros_make_trips_none() {
    let said = clippy();
    let expected = marked();
    let missing: Vec<_> = expected.difference(&said.iter().map(|one| one.finding.clone()).collect()).cloned().collect();
    let more: Vec<_> = said.iter().filter(|one| !expected.contains(&one.finding)).collect();
    assert!(missing.is_empty() && more.is_empty(), "clippy does not say: {missing:#?}\nit says: {more:#?}");

    for Said { finding, level, notes } in &said {
        assert_eq!(level, "error", "{finding:?} is no error");
        let [_, path] = finding.rule.splitn(2, ' ').collect::<Vec<_>>()[..] else { continue };
        let (_, reason) = banned().into_iter().find(|(banned, _)| banned == path).unwrap();
        assert!(notes.contains(&reason), "{finding:?} does not say {reason:?}: {notes:?}");
    }
}

/// What is added to the set needs a line that breaks it; what nothing can break is not in it.
#[test]
fn every_rule_of_the_set_is_broken() {
    let broken: BTreeSet<_> = marked().into_iter().map(|finding| finding.rule).collect();
    let lacking: Vec<_> = rules().into_iter().filter(|rule| !broken.contains(rule)).collect();
    assert!(lacking.is_empty(), "nothing in ui-tests/lints breaks {lacking:#?}");
    let unknown: Vec<_> = broken.iter().filter(|rule| !rules().contains(*rule)).collect();
    assert!(unknown.is_empty(), "not in the set: {unknown:#?}");
}

/// The page that explains them leaves none out.
#[test]
fn every_rule_is_explained() {
    let page = read("docs/lints.md");
    let names = rules().into_iter().map(|rule| rule.rsplit([' ']).next().unwrap().to_owned());
    let missing: Vec<_> = names.filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/lints.md does not name {missing:#?}");
}

/// One thing that clippy says, and where.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    line: usize,
    /// `clippy::exit`, or with the path that is banned, `clippy::disallowed_methods tokio::spawn`.
    rule: String,
}

#[derive(Debug)]
struct Said {
    finding: Finding,
    level: String,
    notes: Vec<String>,
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.rule)
    }
}

/// What is written behind `//~` in the crate.
fn marked() -> BTreeSet<Finding> {
    let mut all = BTreeSet::new();
    let own = fs::read_dir(root().join("ui-tests/lints")).unwrap().map(|entry| entry.unwrap().path());
    for path in own.chain([root().join("tests/gallery/l1_lost_cancel/banned.rs")]) {
        for (at, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let Some((_, rules)) = line.split_once("//~ ") else { continue };
            for rule in rules.split(", ") {
                all.insert(Finding { file: name_of(&path), line: at + 1, rule: rule.to_owned() });
            }
        }
    }
    all
}

/// What clippy says, with the set as a user turns it on.
fn clippy() -> Vec<Said> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let version = Command::new(&cargo).args(["clippy", "--version"]).output();
    assert!(
        version.is_ok_and(|version| version.status.success()),
        "this test runs clippy, which is not installed: `rustup component add clippy`"
    );
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let output = Command::new(&cargo)
        .args(["clippy", "--offline", "--quiet", "--message-format=json", "--manifest-path"])
        .arg(project(&target.join("lints")))
        // What the tests' own build has left there need not be built anew.
        .arg("--target-dir")
        .arg(target.parent().unwrap())
        .env("CLIPPY_CONF_DIR", root().join("docs/lints"))
        .output()
        .unwrap();
    let said: Vec<_> = String::from_utf8(output.stdout).unwrap().lines().filter_map(said).collect();
    assert!(!said.is_empty(), "clippy says nothing: {}", String::from_utf8_lossy(&output.stderr));
    said
}

/// A workspace of its own beside this one, of the same versions: its crate breaks the rules, and this one keeps them.
fn project(folder: &Path) -> PathBuf {
    let workspace: Table = read("Cargo.toml").parse().unwrap();
    let mut manifest = read("docs/lints/lints.toml");
    writeln!(
        manifest,
        "
[package]
name = \"lints\"
edition = \"2024\"

[lib]
path = {lib}

[dependencies]
outlive = {{ path = {outlive} }}
tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"sync\", \"time\"] }}
tokio-util = {{ version = \"0.7\", features = [\"join-map\", \"rt\"] }}
tracing = \"0.1\"

[workspace]

[profile.dev]
{profile}",
        lib = quoted("ui-tests/lints/lib.rs"),
        outlive = quoted("runtime"),
        profile = workspace["profile"]["dev"].as_table().unwrap(),
    )
    .unwrap();
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("Cargo.lock"), read("Cargo.lock")).unwrap();
    folder.join("Cargo.toml")
}

/// A line of cargo's, if it is about this crate's code or its lints.
fn said(line: &str) -> Option<Said> {
    let line: Value = serde_json::from_str(line).unwrap();
    let message = line.get("message")?;
    // The rest counts the errors, or points nowhere.
    let primary = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    let text = message["message"].as_str()?;
    let mut rule = message["code"]["code"].as_str().unwrap_or(text).to_owned();
    if rule == "clippy::disallowed_methods" || rule == "clippy::await_holding_invalid_type" {
        write!(rule, " {}", text.split('`').nth(1)?).unwrap();
    }
    let notes = message["children"].as_array()?.iter().filter_map(|child| child["message"].as_str());
    Some(Said {
        finding: Finding {
            file: name_of(Path::new(primary["file_name"].as_str()?)),
            line: usize::try_from(primary["line_start"].as_u64()?).unwrap(),
            rule,
        },
        level: message["level"].as_str()?.to_owned(),
        notes: notes.map(str::to_owned).collect(),
    })
}

/// Every lint and every entry of the set, as [`Finding::rule`] has them.
fn rules() -> BTreeSet<String> {
    let table: Table = read("docs/lints/lints.toml").parse().unwrap();
    let mut rules = BTreeSet::new();
    for (tool, lints) in table["lints"].as_table().unwrap() {
        let prefix = if tool == "rust" { String::new() } else { format!("{tool}::") };
        rules.extend(lints.as_table().unwrap().keys().map(|lint| format!("{prefix}{lint}")));
    }
    let set: Table = read("docs/lints/clippy.toml").parse().unwrap();
    for (list, entries) in &set {
        let lint = match &**list {
            "disallowed-methods" => "clippy::disallowed_methods",
            "await-holding-invalid-types" => "clippy::await_holding_invalid_type",
            other => panic!("which lint reads {other}?"),
        };
        assert!(rules.remove(lint), "lints.toml does not turn {lint} on");
        rules.extend(paths(entries).map(|(path, _)| format!("{lint} {path}")));
    }
    rules
}

/// Every path that is banned, and why.
fn banned() -> Vec<(String, String)> {
    let set: Table = read("docs/lints/clippy.toml").parse().unwrap();
    set.values().flat_map(paths).collect()
}

fn paths(entries: &toml::Value) -> impl Iterator<Item = (String, String)> {
    let text = |entry: &toml::Value, key: &str| entry[key].as_str().unwrap().to_owned();
    entries.as_array().unwrap().iter().map(move |entry| (text(entry, "path"), text(entry, "reason")))
}

/// A path as TOML has it.
fn quoted(path: &str) -> toml::Value {
    root().join(path).to_str().unwrap().into()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
