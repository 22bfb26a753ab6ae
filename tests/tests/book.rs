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
