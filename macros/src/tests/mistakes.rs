//! Every mistake that the macros refuse, with what is underlined and what is said:
//! `goldens/mistakes.txt`, blessed as the expansions are. How many errors there are is not blessed.

use super::cases::{
    ARGS, ATTRIBUTES, DETACH, ITEM, ITEMS, NAMES, OWNED, OWNED_TASKS, PERIODIC, RETRY, TASK_OWNER, TOGETHER, WORKER,
};
use super::durable::{MORE, WHOLE};
use super::habits::HABITS;
use super::{detach, detached, durable, owned_tasks_throughout, shown, task, task_owner};
use crate::arguments::Kind;
use std::fmt::Write as _;
use std::path::Path;

#[test]
fn each_says_what_to_type() {
    let mut page = String::new();
    let mut entry = |title: &str, errors: &[syn::Error], count: usize| {
        let shown = shown(errors);
        assert_eq!(shown.len(), count, "{title}\n{shown:#?}");
        let _ = writeln!(page, "{title}");
        for line in shown {
            let _ = writeln!(page, "    {}", line.trim_start());
        }
        let _ = writeln!(page);
    };
    for attr in ATTRIBUTES {
        let (_, errors) = detached(attr, ITEM);
        entry(&format!("#[detached({attr})] {ITEM}"), &errors, 1);
    }
    for (kind, attr) in HABITS {
        entry(&format!("#[{}({attr})] async fn run() {{}}", kind.name()), &task(*kind, attr, "async fn run() {}").1, 1);
    }
    for item in ITEMS {
        entry(&format!("#[detached] {item}"), &detached(ARGS, item).1, 1);
    }
    for (attr, item) in NAMES {
        entry(&format!("#[detached({attr})] {item}"), &detached(attr, item).1, 1);
    }
    for (count, attr, item) in TOGETHER {
        entry(&format!("#[detached({attr})] {item}"), &detached(attr, item).1, *count);
    }
    for (attr, item) in RETRY {
        entry(&format!("#[detached({ARGS}, {attr})] {item}"), &detached(&format!("{ARGS}, {attr}"), item).1, 1);
    }
    for input in DETACH {
        entry(&format!("detach!({input})"), &detach(input).1, 1);
    }
    for (kind, cases) in [(Kind::Periodic, PERIODIC), (Kind::Worker, WORKER)] {
        for (attr, item) in cases {
            entry(&format!("#[{}({attr})] {item}", kind.name()), &task(kind, attr, item).1, 1);
        }
    }
    for method in OWNED {
        let block = format!("impl Server {{ {method} }}");
        entry(&format!("#[owned_tasks] {block}"), &owned_tasks_throughout("", &block).1, 1);
    }
    for (attr, item) in OWNED_TASKS {
        entry(&format!("#[owned_tasks({attr})] {item}"), &owned_tasks_throughout(attr, item).1, 1);
    }
    for (attr, item) in WHOLE {
        entry(&format!("#[durable({attr})] {item}"), &durable(attr, item).1, 1);
    }
    for (more, item) in MORE {
        let attr = format!("timeout = \"5s\", track = MAIL, {more}");
        entry(&format!("#[durable(…, {more})] {item}"), &durable(&attr, item).1, 1);
    }
    for item in TASK_OWNER {
        entry(&format!("#[derive(TaskOwner)] {item}"), &task_owner(item).1, 1);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens/mistakes.txt");
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    for (expected, actual) in expected.split("\n\n").zip(page.split("\n\n")) {
        assert_eq!(expected, actual, "OUTLIVE_BLESS=1 accepts it");
    }
    assert_eq!(expected, page, "OUTLIVE_BLESS=1 accepts it");
}
