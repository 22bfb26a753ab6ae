//! The chapter of the book about this trial says what stands in the files: each excerpt, and each number of lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace("\r\n", "\n")
}

fn chapter() -> String {
    read(&here().join("../../docs/trial.md"))
}

/// The blocks of this language.
fn blocks<'a>(chapter: &'a str, language: &str) -> Vec<&'a str> {
    let begin = format!("```{language}\n");
    chapter.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// What the lines of a hunk were before, or are now.
fn side(hunk: &str, sign: char) -> String {
    let lines = hunk.lines().filter(|line| line.is_empty() || line.starts_with([' ', sign]));
    lines.map(|line| line.get(1..).unwrap_or_default().to_owned() + "\n").collect()
}

#[test]
fn each_excerpt_stands_in_its_files() {
    let chapter = chapter();
    let mut hunks = 0;
    for block in blocks(&chapter, "diff") {
        let mut lines = block.lines();
        let mut file = |sign| {
            let line = lines.next().unwrap();
            let name = line.strip_prefix(sign).unwrap_or_else(|| panic!("`{sign}` and a file: {line}"));
            (name.to_owned(), read(&here().join(name)))
        };
        let (before, after) = (file("--- "), file("+++ "));
        for hunk in block.split("@@\n").skip(1) {
            hunks += 1;
            for (sign, (name, text)) in [('-', &before), ('+', &after)] {
                let side = side(hunk, sign);
                assert!(text.contains(&side), "this does not stand in {name}:\n{side}");
            }
        }
    }
    assert!(hunks >= 11, "{hunks} hunks: the excerpts are not found");
}

#[test]
fn the_numbers_of_lines_are_those_of_the_files() {
    let chapter = chapter();
    for service in ["accounts", "chat"] {
        let [shared, plain, outlive] =
            ["shared", "plain", "outlive"].map(|part| lines(&here().join(service).join(part)));
        let row = format!("| {service} | {shared} | {plain} | {outlive} |");
        assert!(chapter.contains(&row), "the chapter has not this row:\n{row}");
    }
}

#[test]
fn what_the_lint_set_bans_is_in_the_plain_versions_alone() {
    const BANNED: [&str; 4] = ["tokio::spawn(", "tasks.spawn(", "CancellationToken::new()", ".abort()"];
    let count = |version: &str| {
        let code = ["accounts", "chat"].map(|service| code(&here().join(service).join(version))).concat();
        BANNED.iter().map(|call| code.matches(call).count()).sum::<usize>()
    };
    assert!(chapter().contains(&format!("finds {} calls in the plain versions", count("plain"))), "{}", count("plain"));
    assert_eq!(count("outlive"), 0);
}

/// Lines of code below a folder.
fn lines(folder: &Path) -> usize {
    code(folder).lines().count()
}

/// The code below a folder, without empty lines and comments.
fn code(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = if path.is_dir() { code(&path) } else { read(&path) };
        for line in text.lines().filter(|line| is_code(line)) {
            all += line;
            all.push('\n');
        }
    }
    all
}

fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

/// Each test that the chapter names is there.
#[test]
fn each_scene_of_the_chapter_is_a_test() {
    let chapter = chapter();
    let tests: String = ["accounts", "chat"].map(|name| read(&here().join(format!("tests/{name}.rs")))).concat();
    let named: BTreeSet<_> = chapter.split('`').filter(|word| word.starts_with("a_") && !word.contains(' ')).collect();
    assert!(named.len() >= 6, "{named:?}");
    for name in named {
        assert!(tests.contains(&format!("async fn {name}()")), "there is no test `{name}`");
    }
}
