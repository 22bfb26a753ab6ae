//! The book is whole: each chapter is in its table of contents, its programs are compiled, and its links lead somewhere.

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
    let contents = fs::read_to_string(docs().join("README.md")).unwrap();
    let compiled = concat!(
        include_str!("../src/lib.rs"),
        include_str!("../integrations/src/lib.rs"),
        include_str!("../../durable/src/lib.rs"),
    );
    let chapters: Vec<_> = pages().into_iter().map(|(name, _)| name).filter(|name| name != "README.md").collect();
    assert!(chapters.len() > 5, "{chapters:?}");
    for name in chapters {
        assert!(contents.contains(&format!("]({name})")), "{name} is in no table of contents");
        assert!(compiled.contains(&format!("docs/{name}\"")), "the programs of {name} are not compiled");
    }
}

#[test]
fn every_link_of_the_book_leads_to_a_file() {
    let mut links = 0;
    for (name, page) in pages() {
        let targets = page.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for target in targets.filter(|target| !target.contains("://")) {
            let file = target.split('#').next().unwrap();
            assert!(docs().join(file).exists(), "{name} links to {target}");
            links += 1;
        }
    }
    assert!(links > 10, "{links}");
}
