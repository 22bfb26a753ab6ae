//! The modules of a crate and the names in them, as far as its sources say: an item that a macro makes is not seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::{Expr, ExprLit, Item, ItemMod, Lit, Meta};

use crate::items::{attributes, defined, imports, is_for_tests, plain};

/// The `.rs` files below `src`, by their path in it.
pub(crate) struct Sources(pub(crate) BTreeMap<String, String>);

impl Sources {
    pub(crate) fn read(src: &Path) -> Self {
        let mut files = BTreeMap::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(src.join(&folder)).unwrap() {
                let entry = entry.unwrap();
                let path = format!("{folder}{}", entry.file_name().to_str().unwrap());
                if entry.file_type().unwrap().is_dir() {
                    folders.push(format!("{path}/"));
                } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
                    files.insert(path, fs::read_to_string(entry.path()).unwrap());
                }
            }
        }
        Self(files)
    }
}

/// The index of a module; that of `lib.rs` is 0.
pub(crate) type Id = usize;

pub(crate) struct Module {
    pub(crate) parent: Option<Id>,
    /// The name of the room that it is, or is in.
    pub(crate) room: String,
    pub(crate) file: String,
    pub(crate) items: Vec<Item>,
    names: BTreeMap<String, Vec<Named>>,
    globs: Vec<Vec<String>>,
}

#[derive(Clone)]
enum Named {
    Module(Id),
    Item(Place),
    Import(Vec<String>),
}

/// Where something is defined, or is handed on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// No item: a module as a whole.
    pub(crate) is_module: bool,
    pub(crate) room: String,
    pub(crate) file: String,
    pub(crate) line: usize,
}

/// What is found while a path is followed.
#[derive(Default)]
struct Way {
    places: BTreeSet<Place>,
    /// Names that are being looked up, so that imports of each other come to an end.
    asked: BTreeSet<(Id, String)>,
}

#[derive(Default)]
struct Found {
    is_known: bool,
    modules: BTreeSet<Id>,
}

#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) modules: Vec<Module>,
    /// Every `macro_rules!`, wherever it is in scope.
    macros: BTreeMap<String, Vec<Place>>,
    pub(crate) read: BTreeSet<String>,
    pub(crate) problems: Vec<String>,
}

impl Tree {
    pub(crate) fn new(sources: &Sources) -> Self {
        let mut tree = Self::default();
        tree.file(sources, "lib.rs", "", None, "lib");
        tree
    }

    /// `folder` is where the files of its child modules are.
    fn file(&mut self, sources: &Sources, file: &str, folder: &str, parent: Option<Id>, room: &str) -> Option<Id> {
        self.read.insert(file.to_owned());
        let text = &sources.0[file];
        match syn::parse_file(text) {
            Ok(parsed) => Some(self.module(sources, parsed.items, file, folder, parent, room)),
            Err(error) => {
                self.problems.push(format!("{file}:{}: {error}", error.span().start().line));
                None
            }
        }
    }

    fn module(
        &mut self,
        sources: &Sources,
        items: Vec<Item>,
        file: &str,
        folder: &str,
        parent: Option<Id>,
        room: &str,
    ) -> Id {
        let id = self.modules.len();
        let (names, globs) = (BTreeMap::new(), Vec::new());
        self.modules.push(Module {
            parent,
            room: room.to_owned(),
            file: file.to_owned(),
            items: Vec::new(),
            names,
            globs,
        });
        for item in &items {
            if is_for_tests(attributes(item)) {
                if let Item::Mod(module) = item {
                    self.passed_over(sources, module, folder);
                }
                continue;
            }
            match item {
                Item::Mod(module) => {
                    let name = plain(&module.ident);
                    let room = if id == 0 { name.clone() } else { room.to_owned() };
                    if let Some(child) = self.child(sources, module, file, folder, id, &room) {
                        self.name(id, name, Named::Module(child));
                    }
                }
                Item::Use(item) => {
                    for import in imports(item) {
                        match import.name {
                            Some(name) => self.name(id, name, Named::Import(import.path)),
                            None => self.modules[id].globs.push(import.path),
                        }
                    }
                }
                Item::Macro(item) => {
                    if let Some(name) = &item.ident {
                        let (name, line) = (plain(name), name.span().start().line);
                        let place = Place { is_module: false, room: room.to_owned(), file: file.to_owned(), line };
                        self.macros.entry(name.clone()).or_default().push(place.clone());
                        if item.attrs.iter().any(|attr| attr.path().is_ident("macro_export")) {
                            self.name(0, name.clone(), Named::Item(place.clone()));
                        }
                        self.name(id, name, Named::Item(place));
                    }
                }
                item => {
                    if let Some((name, line)) = defined(item) {
                        let place = Place { is_module: false, line, ..self.whole(id) };
                        self.name(id, name, Named::Item(place));
                    }
                }
            }
        }
        self.modules[id].items = items;
        id
    }

    fn name(&mut self, module: Id, name: String, named: Named) {
        self.modules[module].names.entry(name).or_default().push(named);
    }

    fn child(
        &mut self,
        sources: &Sources,
        module: &ItemMod,
        file: &str,
        folder: &str,
        parent: Id,
        room: &str,
    ) -> Option<Id> {
        let name = plain(&module.ident);
        if let Some((_, items)) = &module.content {
            return Some(self.module(sources, items.clone(), file, &format!("{folder}{name}/"), Some(parent), room));
        }
        let Some((path, folder)) = file_of(sources, module, folder) else {
            let line = module.ident.span().start().line;
            self.problems.push(format!("{file}:{line}: there is no file for `mod {name}`"));
            return None;
        };
        self.file(sources, &path, &folder, Some(parent), room)
    }

    /// A module for tests imports what it likes; its files are known all the same.
    fn passed_over(&mut self, sources: &Sources, module: &ItemMod, folder: &str) {
        let name = plain(&module.ident);
        if module.content.is_none() {
            self.read.extend(file_of(sources, module, folder).map(|(file, _)| file));
        }
        let below = format!("{folder}{name}/");
        self.read.extend(sources.0.keys().filter(|file| file.starts_with(&below)).cloned());
    }

    /// All the places that the path leads through, and `lib.rs` where it ends there. Empty where it leads out of the crate.
    pub(crate) fn resolve(&self, from: Id, path: &[String]) -> BTreeSet<Place> {
        let mut way = Way::default();
        self.follow(from, path, &mut way);
        way.places
    }

    /// The modules at the path's end.
    fn follow(&self, from: Id, path: &[String], way: &mut Way) -> Vec<Id> {
        let (mut at, rest) = match path.first().map(String::as_str) {
            Some("crate") => (vec![0], &path[1..]),
            Some("self") => (vec![from], &path[1..]),
            _ => (vec![from], path),
        };
        for (index, segment) in rest.iter().enumerate() {
            // Else it is of this crate, whether it is found or not.
            let may_be_outside = index == 0 && rest.len() == path.len();
            let mut next = BTreeSet::new();
            for module in at {
                if segment == "super" {
                    next.extend(self.modules[module].parent);
                    continue;
                }
                let found = self.lookup(module, segment, index + 1 < rest.len(), way);
                if !found.is_known && !may_be_outside {
                    // Something that a macro makes.
                    way.places.insert(self.whole(module));
                }
                next.extend(found.modules);
            }
            at = next.into_iter().collect();
        }
        way.places.extend(at.iter().map(|module| self.whole(*module)));
        at
    }

    /// What the name is in the module. Where the path `leads_on`, and there is a module of that name, no function is meant.
    fn lookup(&self, module: Id, name: &str, leads_on: bool, way: &mut Way) -> Found {
        let mut found = Found::default();
        let key = (module, name.to_owned());
        let is_new = !way.asked.contains(&key);
        let beyond =
            || Way { places: BTreeSet::new(), asked: way.asked.iter().cloned().chain([key.clone()]).collect() };
        let mut places = BTreeSet::new();
        let all = self.modules[module].names.get(name).map_or(&[][..], Vec::as_slice);
        let is_led_on = leads_on && all.iter().any(|named| matches!(named, Named::Module(_)));
        for named in all {
            match named {
                Named::Item(_) if is_led_on => {}
                Named::Module(id) => {
                    found.is_known = true;
                    found.modules.insert(*id);
                }
                Named::Item(place) => {
                    found.is_known = true;
                    places.insert(place.clone());
                }
                Named::Import(path) if is_new => {
                    found.is_known = true;
                    let mut beyond = beyond();
                    let modules = self.follow(module, path, &mut beyond);
                    // The room that hands on what is of this crate.
                    places.extend((module != 0 && !beyond.places.is_empty()).then(|| self.whole(module)));
                    places.extend(beyond.places);
                    found.modules.extend(modules);
                }
                // `use quote::quote` is no import of itself.
                Named::Import(_) => {}
            }
        }
        if !found.is_known && is_new {
            for glob in &self.modules[module].globs {
                for target in self.follow(module, glob, &mut beyond()) {
                    let mut beyond = beyond();
                    let inside = self.lookup(target, name, leads_on, &mut beyond);
                    places.extend(beyond.places);
                    found.is_known |= inside.is_known;
                    found.modules.extend(inside.modules);
                }
            }
        }
        way.places.extend(places);
        found
    }

    fn whole(&self, module: Id) -> Place {
        let Module { room, file, .. } = &self.modules[module];
        Place { is_module: true, room: room.clone(), file: file.clone(), line: 1 }
    }

    /// A macro that is called by its bare name: the room's own, or those of that name.
    pub(crate) fn macro_called(&self, from: Id, name: &str) -> Vec<Place> {
        let all = self.macros.get(name).into_iter().flatten();
        let own = all.clone().any(|place| place.room == self.modules[from].room);
        if own { Vec::new() } else { all.cloned().collect() }
    }
}

/// The file of a `mod name;`, and the folder of its children.
fn file_of(sources: &Sources, module: &ItemMod, folder: &str) -> Option<(String, String)> {
    let name = plain(&module.ident);
    let given = module.attrs.iter().find_map(|attr| match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => Some(format!("{folder}{}", path.value())),
            _ => None,
        },
        _ => None,
    });
    let candidates = [given, Some(format!("{folder}{name}.rs")), Some(format!("{folder}{name}/mod.rs"))];
    let file = candidates.into_iter().flatten().find(|file| sources.0.contains_key(file))?;
    Some((file, format!("{folder}{name}/")))
}
