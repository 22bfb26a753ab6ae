//! Every link leads somewhere: in the Markdown files as they are in the repository, and in the pages that are made of them and of the
//! sources. Links to other sites are not followed.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_link_of_the_markdown_files_leads_to_a_file_and_a_heading() {
    let pages = files_below(&root(), "md");
    assert!(pages.len() > 15, "{pages:?}");
    let mut site = Site::new(headings);
    // Those of `macros/docs` are parts of the reference, and followed there.
    for page in pages.iter().filter(|page| !page.starts_with(root().join("macros/docs"))) {
        let text = fs::read_to_string(page).unwrap();
        for target in markdown_targets(&text) {
            site.follow(page, target);
        }
    }
    site.is_whole(100);
}

/// `.ci/links` makes both first.
#[test]
#[ignore = "reads what `.ci/docs` and `.ci/book` have made"]
fn every_link_of_the_book_and_the_reference_leads_to_a_page_and_a_place_on_it() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    for (folder, least) in
        [("book", 500), ("doc/outlive", 500), ("doc/outlive_durable", 100), ("doc/outlive_macros", 10)]
    {
        let pages = files_below(&target.join(folder), "html");
        assert!(!pages.is_empty(), "{folder} is not there: `.ci/docs`, `.ci/book`");
        let mut site = Site::new(ids);
        for page in &pages {
            let text = fs::read_to_string(page).unwrap();
            // Below that are the docs of other crates' traits, whose links rustdoc leaves as they are.
            let own = text.split(" id=\"blanket-implementations-list\"").next().unwrap();
            // mdBook's page for what is not found is shown at any address.
            for target in attributes(own, "href").chain(attributes(own, "src")).filter(|_| !page.ends_with("404.html"))
            {
                site.follow(page, target);
            }
        }
        site.is_whole(least);
    }
}

/// Follows links, and remembers what of a page can be linked to.
struct Site {
    anchors_of: fn(&str) -> BTreeSet<String>,
    known: HashMap<PathBuf, BTreeSet<String>>,
    followed: usize,
    broken: BTreeSet<String>,
}

impl Site {
    fn new(anchors_of: fn(&str) -> BTreeSet<String>) -> Self {
        Self { anchors_of, known: HashMap::new(), followed: 0, broken: BTreeSet::new() }
    }

    fn follow(&mut self, page: &Path, target: &str) {
        // `tokio::spawn`: rustdoc knows where that is documented as soon as it documents it.
        if target.contains("::")
            || target.contains("://")
            || ["mailto:", "data:", "javascript:"].iter().any(|scheme| target.starts_with(scheme))
        {
            return;
        }
        self.followed += 1;
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let path = path.split('?').next().unwrap();
        let file = if path.is_empty() { page.to_owned() } else { page.parent().unwrap().join(path) };
        if !file.exists() || !(anchor.is_empty() || self.has(&file, anchor)) {
            let root = root();
            self.broken.insert(format!("{}: {target}", page.strip_prefix(root).unwrap_or(page).display()));
        }
    }

    fn has(&mut self, file: &Path, anchor: &str) -> bool {
        // Lines of a source, which a script marks.
        if anchor.starts_with(|first: char| first.is_ascii_digit())
            && file.components().any(|part| part.as_os_str() == "src")
        {
            return true;
        }
        let anchors_of = self.anchors_of;
        let anchors = self
            .known
            .entry(file.to_owned())
            .or_insert_with(|| fs::read_to_string(file).map(|text| anchors_of(&text)).unwrap_or_default());
        anchors.contains(anchor)
    }

    fn is_whole(&self, least: usize) {
        assert!(self.broken.is_empty(), "lead nowhere: {:#?}", self.broken);
        assert!(self.followed >= least, "{} links: are they read?", self.followed);
    }
}

/// What is in the parentheses of `[text](target)`; not in a program.
fn markdown_targets(text: &str) -> impl Iterator<Item = &str> {
    prose(text).flat_map(|line| {
        let links = line.match_indices("](").map(|(at, _)| at).filter(|at| line[..*at].matches('`').count() % 2 == 0);
        links.map(|at| line[at + 2..].split(')').next().unwrap())
    })
}

/// The names that forges and mdBook give to headings, and those that are given by hand.
fn headings(text: &str) -> BTreeSet<String> {
    let titles =
        prose(text).filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    let mut names = ids(text);
    for title in titles {
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let name = kept.collect::<String>().to_lowercase().replace(' ', "-");
        let again = (1..).map(|nth| format!("{name}-{nth}"));
        let free = [name.clone()].into_iter().chain(again).find(|name| !names.contains(name)).unwrap();
        names.insert(free);
    }
    names
}

/// The lines that stand outside of a fence.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fence = None;
    text.lines().filter(move |line| {
        let ticks = line.trim_start().chars().take_while(|c| *c == '`').count();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            None => return true,
            Some(open) if ticks >= open => fence = None,
            Some(_) => {}
        }
        false
    })
}

fn ids(text: &str) -> BTreeSet<String> {
    attributes(text, "id").chain(attributes(text, "name")).map(str::to_owned).collect()
}

fn attributes<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let opening = format!(" {name}=\"");
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&*opening)?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        Some(value)
    })
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                // What is made, and what cargo and git keep.
                if !(folder == root() && (name == "target" || name.starts_with(".git"))) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|own| own == extension) {
                found.push(path);
            }
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
