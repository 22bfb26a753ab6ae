//! The rules, and what breaks them.

use std::collections::BTreeMap;

use crate::tree::{Module, Place, Sources, Tree};
use crate::uses::{Of, uses};

pub(crate) const MOST_LINES: usize = 450;
pub(crate) const MOST_FILES_BESIDE_LIB: usize = 6;

pub(crate) struct Crate {
    /// For messages, and from the workspace's root.
    pub(crate) src: &'static str,
    /// Bottom to top.
    pub(crate) rooms: &'static [&'static str],
    /// A room that no other imports, not even one above.
    pub(crate) facade: Option<&'static str>,
}

pub(crate) fn problems(of: &Crate, sources: &Sources) -> Vec<String> {
    let src = of.src;
    let tree = Tree::new(sources);
    let mut problems: Vec<String> = tree.problems.iter().map(|problem| format!("{src}/{problem}")).collect();
    for (file, text) in &sources.0 {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            problems.push(format!("{src}/{file} has {lines} lines, and {MOST_LINES} are the most: split it"));
        }
        if !tree.read.contains(file) {
            problems.push(format!("{src}/{file} belongs to no module"));
        }
    }
    let flat: Vec<&str> = sources.0.keys().map(String::as_str).filter(|file| !file.contains('/')).collect();
    if flat.len() > MOST_FILES_BESIDE_LIB + 1 {
        problems.push(format!(
            "{src} has {} files beside lib.rs, and {MOST_FILES_BESIDE_LIB} are the most: {}",
            flat.len() - 1,
            flat.join(", ")
        ));
    }
    let mut rooms: BTreeMap<&str, &str> = BTreeMap::new();
    for Module { room, file, .. } in &tree.modules {
        rooms.entry(room).or_insert(file);
    }
    for (room, file) in &rooms {
        if !of.rooms.contains(room) {
            problems.push(format!("{src}/{file}: the room `{room}` is not in the list: add it, where it belongs"));
        }
    }
    for room in of.rooms {
        if !rooms.contains_key(room) {
            problems.push(format!("{src} has no room `{room}`, which is in the list: take it out"));
        }
    }
    problems.extend(imports(of, &tree));
    problems
}

fn imports(of: &Crate, tree: &Tree) -> Vec<String> {
    let height = |room: &str| of.rooms.iter().position(|known| *known == room);
    // A file is told once of each path that leads up; where it leads to, is the item rather than a module on the way.
    let mut found: BTreeMap<(&str, String, String), (usize, Place)> = BTreeMap::new();
    for (id, module) in tree.modules.iter().enumerate() {
        let Some(own_height) = height(&module.room) else {
            continue;
        };
        for used in uses(&module.items) {
            let (places, shown) = match &used.of {
                Of::Path(path) => (tree.resolve(id, path).into_iter().collect(), path.join("::")),
                Of::Macro(name) => (tree.macro_called(id, name), format!("{name}!")),
            };
            for place in places {
                let is_upward = height(&place.room) > Some(own_height);
                let is_facades = of.facade == Some(&*place.room) && module.room != place.room;
                if is_upward || is_facades {
                    let known = found
                        .entry((&module.file, shown.clone(), place.room.clone()))
                        .or_insert_with(|| (used.line, place.clone()));
                    known.0 = known.0.min(used.line);
                    if place < known.1 {
                        known.1 = place;
                    }
                }
            }
        }
    }
    let message = |((file, shown, _), (line, to)): ((&str, String, String), (usize, Place))| {
        let src = of.src;
        let why = if of.facade == Some(&*to.room) {
            format!("the room `{}` is for generated code alone", to.room)
        } else {
            format!("the room `{}` is above", to.room)
        };
        format!("{src}/{file}:{line} imports `{shown}` of {src}/{}:{}: {why}", to.file, to.line)
    };
    found.into_iter().map(message).collect()
}
