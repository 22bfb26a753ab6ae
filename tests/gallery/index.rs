//! The book's table of the bugs, and these folders: what the one says, the other shows.

#[path = "../mutants/list.rs"]
mod mutants;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mutants::{Check, MUTANTS};

/// A row of `docs/bugs.md`.
struct Row {
    number: String,
    bug: String,
    /// Below the workspace's root.
    folder: String,
    mechanism: String,
    level: String,
    escapes: String,
    /// In its folder.
    files: BTreeSet<String>,
}

fn gallery() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("gallery")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// `[text](target)`, each of a cell's.
fn links(cell: &str) -> Vec<(&str, &str)> {
    let links = cell.split('[').skip(1);
    links
        .filter_map(|link| link.split_once("](").and_then(|(text, rest)| Some((text, rest.split_once(')')?.0))))
        .collect()
}

fn rows() -> Vec<Row> {
    let page = read(gallery().join("../../docs/bugs.md"));
    page.lines().filter(|line| line.starts_with("| ")).skip(2).map(row).collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let [number, bug, mechanism, level, escapes, code] = *cells else { panic!("not six cells: {line}") };
    let [(bug, folder)] = *links(bug) else { panic!("row {number} links no folder") };
    let files = links(code).into_iter().map(|(text, target)| {
        let name = target.strip_prefix(folder).unwrap_or_else(|| panic!("row {number} links {target}"));
        let stem = name.split('.').next().unwrap();
        assert_eq!(stem.replace('_', " "), text, "row {number} calls {target} so");
        name.to_owned()
    });
    Row {
        number: number.to_owned(),
        bug: bug.to_owned(),
        folder: folder.strip_prefix("../").unwrap_or_else(|| panic!("row {number} links {folder}")).to_owned(),
        mechanism: mechanism.to_owned(),
        level: level.to_owned(),
        escapes: escapes.to_owned(),
        files: files.collect(),
    }
}

#[test]
fn the_table_has_every_row() {
    let numbers: Vec<_> = rows().into_iter().map(|row| row.number).collect();
    let expected = (1..=20).map(|number| number.to_string()).chain((1..=3).map(|number| format!("L{number}")));
    assert_eq!(numbers, expected.collect::<Vec<_>>());
}

#[test]
fn every_row_has_its_folder_and_every_folder_its_row() {
    let root = gallery();
    let linked: BTreeSet<_> = rows().into_iter().map(|row| row.folder).collect();
    let folders = names(&root).into_iter().filter(|name| root.join(name).is_dir());
    assert_eq!(linked, folders.map(|name| format!("tests/gallery/{name}/")).collect());
    let program = read(root.join("main.rs"));
    for row in rows() {
        let name = row.folder.strip_prefix("tests/gallery/").unwrap().trim_end_matches('/');
        let (number, module) = name.split_once('_').unwrap();
        assert_eq!(number.trim_start_matches('0').to_uppercase(), row.number, "{name}");
        assert!(program.contains(&format!("#[path = \"{name}/mod.rs\"]\nmod {module};\n")), "{name} is not compiled");
    }
}

#[test]
fn a_row_links_every_file_of_its_folder() {
    for row in rows() {
        let files = names(&gallery().join("../..").join(&row.folder));
        let linked = files.iter().filter(|name| *name != "mod.rs" && !name.ends_with(".stderr"));
        assert_eq!(row.files, linked.cloned().collect(), "row {}", row.number);
        let needed = ["naive.rs", "outlive.rs"];
        assert!(needed.iter().all(|name| row.files.contains(*name)), "row {}", row.number);
        // What is refused has its message beside it, and the other way round.
        let stems = |suffix: &str| -> BTreeSet<String> {
            files.iter().filter_map(|name| name.strip_suffix(suffix)).map(str::to_owned).collect()
        };
        let refused = |name: &String| name.starts_with("refused");
        let cases: BTreeSet<_> = stems(".rs").union(&stems(".toml")).filter(|name| refused(name)).cloned().collect();
        assert_eq!(cases, stems(".stderr"), "row {}", row.number);
    }
}

#[test]
fn a_folder_says_what_the_table_says() {
    for row in rows() {
        let story = read(gallery().join("../..").join(&row.folder).join("mod.rs"));
        let mut lines = story.lines();
        assert_eq!(lines.next().unwrap().to_lowercase(), format!("//! # {}. {}", row.number, row.bug).to_lowercase());
        let said = format!("//! Level: {}. Escapes: {}", row.level, row.escapes);
        assert_eq!(lines.nth(1), Some(said.as_str()), "row {}", row.number);
        assert!(!row.mechanism.is_empty(), "row {}", row.number);
        assert!(story.contains("//! In Go") && story.contains("//! With outlive"), "row {}", row.number);
    }
}

#[test]
fn a_level_is_shown_as_the_level_asks_for() {
    for row in rows() {
        let story = read(gallery().join("../..").join(&row.folder).join("mod.rs"));
        let tests =
            |name: &str| story.contains(&format!("\nasync fn {name}_")) || story.contains(&format!("\nfn {name}_"));
        assert!(tests("naive") && tests("outlive"), "row {}: one test shows the bug, one that it is gone", row.number);
        let levels: Vec<_> = row.level.split(" + ").collect();
        assert!(levels.iter().all(|level| ["C", "N", "R", "lint"].contains(level)), "row {}: {levels:?}", row.number);
        let is_refused = row.files.iter().any(|name| name.starts_with("refused") || name.starts_with("banned"));
        let asks_for_that = levels.contains(&"C") || levels.contains(&"lint");
        assert_eq!(is_refused, asks_for_that, "row {}: {levels:?}", row.number);
        assert_eq!(tests("what_escapes"), row.escapes != "–", "row {}: what escapes is shown, too", row.number);
    }
}

#[test]
fn every_row_has_a_mechanism_that_can_be_taken_out() {
    for row in rows() {
        let mutants: Vec<_> = MUTANTS.iter().filter(|mutant| mutant.row == row.number).collect();
        assert!(!mutants.is_empty(), "row {}", row.number);
        // A case of `ui-tests`, or a test beside the others.
        let is_case =
            row.files.iter().any(|name| name.strip_suffix(".rs").is_some_and(|stem| stem.starts_with("refused")));
        for level in row.level.split(" + ") {
            let check = if level == "C" && is_case { Check::Refusal } else { Check::Scene };
            let has_one = mutants.iter().any(|mutant| mutant.noticed_by == check);
            assert!(has_one, "row {}, level {}", row.number, row.level);
        }
    }
    for mutant in MUTANTS {
        assert!(rows().iter().any(|row| row.number == mutant.row), "{}: {}", mutant.row, mutant.without);
        let found = read(gallery().join("../..").join(mutant.file)).matches(mutant.old).count();
        assert_eq!(found, 1, "`{}`, in tests/mutants/list.rs: its old text is not in {}", mutant.without, mutant.file);
        assert_ne!(mutant.old, mutant.new, "{}", mutant.without);
    }
}
