//! The book's index of errors, `docs/errors/`, is made of the UI cases: each mistake, the message, the correction.
//!
//! `OUTLIVE_BLESS=1 cargo test -p outlive-ui-tests --test error_index` makes it anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Where there are cases, in the order of the index; and what they are about.
const FOLDERS: &[(&str, &str, &str)] = &[
    ("detached", "ui-tests/fail/detached", "`#[detached]`"),
    ("detach", "ui-tests/fail/detach", "`detach!`"),
    ("periodic", "ui-tests/fail/periodic", "`#[periodic]`"),
    ("worker", "ui-tests/fail/worker", "`#[worker]`"),
    ("owned_tasks", "ui-tests/fail/owned_tasks", "`#[owned_tasks]`"),
    ("task_owner", "ui-tests/fail/task_owner", "`#[derive(TaskOwner)]`"),
    ("tracker", "ui-tests/fail/tracker", "`Tracker` and `Shutdown`"),
    ("shutdown", "ui-tests/fail/shutdown", "`Shutdown` with its servers"),
    ("context", "ui-tests/fail/context", "`Context`"),
    ("handle", "ui-tests/fail/handle", "`TaskHandle`"),
    ("group", "ui-tests/fail/group", "`Group`"),
    ("singleflight", "ui-tests/fail/singleflight", "`Singleflight` and `Fresh`"),
    ("testing", "ui-tests/fail/testing", "`outlive::testing`"),
    ("at_build", "ui-tests/fail/at_build", "What `cargo build` shows, and `cargo check` does not"),
    ("durable", "durable/ui/fail", "`#[durable]`"),
];

/// So many lines of a message are shown: what comes after them says where a bound stands.
const LINES: usize = 14;

#[test]
fn the_index_has_each_case_as_it_is() {
    let pages = pages();
    let folder = root().join("docs/errors");
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for old in markdown_in(&folder) {
            fs::remove_file(folder.join(old)).unwrap();
        }
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let stale: Vec<_> =
        pages.iter().filter(|(name, text)| fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text)).collect();
    let stale: Vec<_> = stale.into_iter().map(|(name, _)| name).collect();
    let left: Vec<_> = markdown_in(&folder).into_iter().filter(|name| !pages.contains_key(name)).collect();
    assert!(
        stale.is_empty() && left.is_empty(),
        "not what the cases say: {stale:?}, and no longer made: {left:?} in docs/errors/. Write \
         `OUTLIVE_BLESS=1 cargo test -p outlive-ui-tests --test error_index`"
    );
}

#[test]
fn every_folder_of_cases_has_a_page_and_every_page_is_in_the_table_of_contents() {
    for entry in fs::read_dir(root().join("ui-tests/fail")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(FOLDERS.iter().any(|(page, ..)| *page == name), "ui-tests/fail/{name} is not in `FOLDERS`");
    }
    let contents = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    for name in pages().keys() {
        assert!(contents.contains(&format!("](errors/{name})")), "errors/{name} is not in docs/SUMMARY.md");
    }
}

/// One mistake.
struct Case {
    name: String,
    /// What it says of itself: the bug, and the fix.
    bug: String,
    fix: Option<String>,
    /// The first line of what the compiler says.
    headline: String,
    message: String,
    /// How many more errors there are.
    others: usize,
}

/// Each page of the index, by its file's name.
fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut index = String::from(
        "# The error index\n\nEach message that the macros and the types of outlive are known to cause, with the mistake and the correction. \
         Search for its words. They are those of one version of the compiler: rustc's own differ from one to the next.\n",
    );
    for (page, folder, about) in FOLDERS {
        let cases = cases(&root().join(folder));
        let mut text = format!("# {about}\n");
        write!(index, "\n## {about}\n\n").unwrap();
        for case in &cases {
            text.push_str(&case.entry());
            writeln!(index, "- [{}]({page}.md#{}): {}", escaped(&case.headline), case.name, escaped(&case.bug))
                .unwrap();
        }
        pages.insert(format!("{page}.md"), text);
    }
    pages.insert("README.md".to_owned(), index);
    pages
}

/// By what the compiler says.
fn cases(folder: &Path) -> Vec<Case> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|own| own == "rs")).map(|path| Case::read(&path)).collect();
    assert!(!cases.is_empty(), "{}", folder.display());
    cases.sort_by_key(|case| (case.headline.to_lowercase(), case.name.clone()));
    cases
}

impl Case {
    fn read(path: &Path) -> Self {
        let source = fs::read_to_string(path).unwrap();
        let header: Vec<_> = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
        let header = header.join(" ");
        assert!(!header.is_empty(), "{} does not say which bug it is", path.display());
        let (bug, fix) = match header.split_once(" The fix: ") {
            Some((bug, fix)) => (bug.to_owned(), Some(fix.to_owned())),
            None => (header, None),
        };
        let said = fs::read_to_string(path.with_extension("stderr")).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut errors = said.split("\n\n").filter(|block| block.trim_start().starts_with("error"));
        let first = errors.next().unwrap_or_else(|| panic!("{name}: no error")).trim_start();
        Self { headline: headline(first), message: shown(first), others: errors.count(), name, bug, fix }
    }

    fn entry(&self) -> String {
        let mut text = String::new();
        write!(text, "\n<a id=\"{}\"></a>\n\n## {}\n\n{}\n", self.name, escaped(&self.headline), escaped(&self.bug))
            .unwrap();
        write!(text, "\n```text\n{}\n```\n", self.message).unwrap();
        match self.others {
            0 => {}
            1 => text.push_str("\nOne more error follows from it.\n"),
            many => write!(text, "\n{many} more errors come with it.\n").unwrap(),
        }
        if let Some(fix) = &self.fix {
            write!(text, "\n**The fix:** {}\n", escaped(fix)).unwrap();
        }
        text
    }
}

/// `error[E0080]: evaluation panicked: …`, without what is no part of the message.
fn headline(error: &str) -> String {
    let lines = error.lines().take_while(|line| !line.trim_start().starts_with("-->"));
    let text = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    let text = text.split_once(": ").map_or(&*text, |(_, text)| text);
    text.strip_prefix("evaluation panicked: ").unwrap_or(text).to_owned()
}

/// As a user sees it, who has it in a file of his own.
fn shown(error: &str) -> String {
    let end = error.find("= note: this error originates in").unwrap_or(error.len());
    let mut lines: Vec<_> = error[..end].trim_end_matches([' ', '|', '\n']).lines().map(str::to_owned).collect();
    for line in &mut lines {
        if let Some((before, place)) = line.split_once("--> ").filter(|(_, place)| !place.starts_with('$')) {
            *line = format!("{before}--> src/main.rs{}", place.find(".rs").map_or("", |end| &place[end + 3..]));
        }
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

/// What Markdown would read as its own, outside of code.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut code = false;
    for c in text.chars() {
        code ^= c == '`';
        if !code && matches!(c, '<' | '>' | '[' | ']' | '*' | '_' | '#' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn markdown_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| Path::new(name).extension().is_some_and(|own| own == "md")).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
