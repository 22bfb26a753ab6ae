//! What a message tells to write compiles: each correction is pasted into its case, and cargo checks them all.

mod paste;
mod project;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Cases whose correction nobody can paste without thinking, and why.
const NOT_PASTED: &[(&str, &str)] = &[];

#[test]
fn corrections_compile_when_pasted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fail");
    let listed: BTreeMap<&str, &str> = NOT_PASTED.iter().copied().collect();
    assert_eq!(listed.len(), NOT_PASTED.len(), "a case is listed twice");
    assert!(listed.values().all(|reason| !reason.is_empty()));
    let mut fixed = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut unused: BTreeSet<&str> = listed.keys().copied().collect();
    for case in cases(&root) {
        let name = case.strip_prefix(&root).unwrap().with_extension("").display().to_string();
        let source = fs::read_to_string(&case).unwrap();
        let said = fs::read_to_string(case.with_extension("stderr")).unwrap();
        let corrections = paste::corrections(&said);
        if corrections.is_empty() {
            continue;
        }
        if listed.contains_key(&*name) {
            unused.remove(&*name);
            continue;
        }
        match paste::all(&source, &corrections) {
            Ok(source) => {
                fixed.insert(name.replace('/', "-"), source);
            }
            Err(what) => wrong.push(format!("{name}: cannot paste `{what}`")),
        }
    }
    assert!(fixed.len() > 100, "few corrections are pasted: {}", fixed.len());
    for (name, errors) in project::check(&fixed) {
        wrong.push(format!("{name}: {}", errors.join(" / ")));
    }
    assert!(wrong.is_empty(), "{} do not compile:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unused.is_empty(), "listed, and there is nothing to paste: {unused:?}");
}

fn cases(root: &Path) -> Vec<PathBuf> {
    let files = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let mut cases: Vec<PathBuf> = files(root)
        .iter()
        .flat_map(|folder| files(folder))
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    cases.sort();
    cases
}
