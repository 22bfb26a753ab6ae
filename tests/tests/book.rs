//! The book is whole: each chapter is in its table of contents, and its programs are compiled. The README is short. `links.rs` follows
//! their links.

use std::fs;
use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// Every page of the book, by its file's name.
fn pages() -> Vec<(String, String)> {
    let entries = fs::read_dir(docs()).unwrap().map(|entry| entry.unwrap().path());
    let pages = entries.filter(|path| path.extension().is_some_and(|own| own == "md"));
    let pages =
        pages.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()));
    pages.collect()
}

#[test]
fn every_chapter_is_in_the_table_of_contents_and_its_programs_are_compiled() {
    let contents = fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    let compiled = concat!(
        include_str!("../src/lib.rs"),
        include_str!("../integrations/src/lib.rs"),
        include_str!("../../durable/src/lib.rs"),
    );
    let chapters: Vec<_> = pages().into_iter().map(|(name, _)| name).filter(|name| name != "SUMMARY.md").collect();
    assert!(chapters.len() > 5, "{chapters:?}");
    for name in chapters {
        assert!(contents.contains(&format!("]({name})")), "{name} is in no table of contents");
        let has_programs = name != "README.md";
        assert!(
            !has_programs || compiled.contains(&format!("docs/{name}\"")),
            "the programs of {name} are not compiled"
        );
    }
}

#[test]
fn the_readme_is_read_in_five_minutes() {
    let bytes = fs::read_to_string(docs().join("../README.md")).unwrap().replace("\r\n", "\n").len();
    assert!(bytes <= 9_000, "{bytes} bytes: what is more belongs in the book");
}

/// A page that a tool has wrapped may have lost the end of a line.
#[test]
fn a_heading_is_alone_and_a_table_has_its_header() {
    let mut texts = pages();
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "RELEASING.md", "durable/README.md"] {
        texts.push((name.to_owned(), fs::read_to_string(docs().join("..").join(name)).unwrap()));
    }
    let mut found = Vec::new();
    for (name, text) in &texts {
        let (mut before, mut is_code, mut is_heading) = ("", false, false);
        for (number, line) in (1..).zip(text.lines()) {
            is_code ^= line.starts_with("```");
            let is_separator = line.starts_with("| ---");
            let has_header = before.starts_with("| ") || before.starts_with("| |");
            if !is_code && ((is_heading && !line.is_empty()) || (is_separator && !has_header)) {
                found.push(format!("{name}:{number}: {line}"));
            }
            is_heading = !is_code && line.starts_with('#');
            if !is_code && is_heading && (line.contains(" | ") || line.ends_with('.')) {
                found.push(format!("{name}:{number}: {line}"));
            }
            before = line;
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
