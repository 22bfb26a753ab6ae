//! What a message tells to write compiles: each correction is pasted into its case, and cargo checks them all.

mod paste;
mod project;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Cases whose correction nobody can paste without thinking, and why.
const NOT_PASTED: &[(&str, &str)] = &[
    ("detach/arguments_by_position", ONE),
    ("detach/no_arguments", "the future is the user's to write"),
    ("detach/no_future", "the future is the user's to write"),
    ("detach/only_a_future", "the future goes in the place of the example's"),
    ("detach/several_mistakes", "the other mistakes have no `write`"),
    ("detached/argument_borrowed_data", "the type is to own its data then"),
    ("detached/argument_lock_guard", CALL),
    ("detached/argument_mut", BODY),
    ("detached/argument_not_send", CALL),
    ("detached/argument_option_reference", CALL),
    ("detached/argument_reference", CALL),
    ("detached/argument_reference_to_arc", CALL),
    ("detached/argument_slice", CALL),
    ("detached/argument_str", CALL),
    ("detached/blocking_not_send", CALL),
    ("detached/blocking_returns_future", BODY),
    ("detached/blocking_awaits", "the head of the function changes, and its attribute"),
    ("detached/carry_empty", EXAMPLE),
    ("detached/blocking_as_attribute", "the import goes with it, and the call is of a task then"),
    ("detached/carry_task_local", "one argument goes, and another comes"),
    ("detached/context_borrowed", CALL),
    ("detached/context_of_the_request", CALL),
    ("detached/handler", HANDLER),
    ("detached/handler_of_several", HANDLER),
    ("detached/on_pool", "the attribute changes, and the head of the function"),
    ("detached/receiver_shared", SERVICE),
    ("detached/retry_if_type", "the function is the user's to write"),
    (
        "detached/lifetime_bound_of_where",
        "the message leaves the choice: to remove the lifetime, or `'static` in its place",
    ),
    ("detached/lifetime_parameter", "the lifetime is to be removed when nothing names it any more"),
    (
        "detached/lifetime_parameter_unused",
        "the message leaves the choice: to remove the lifetime, or `'static` in its place",
    ),
    ("detached/on_closure", "the closure becomes the future of another macro"),
    ("detached/retries_and_backoff", ONE),
    ("detached/retry_and_backoff", ONE),
    ("detached/retry_if_literal", EXAMPLE),
    ("detached/retry_not_send", CALL),
    ("detached/returns_an_optional_error", BODY),
    ("detached/returns_boxed_future", BODY),
    ("detached/returns_future", BODY),
    ("detached/returns_future_of_a_result", BODY),
    ("detached/returns_result_of_join_handle", BODY),
    ("detached/returns_stream", BODY),
    ("detached/soft_and_hard_time_limit", ONE),
    ("detached/soft_limit_of_a_thread", ONE),
    ("detached/unfinished_by_another_name", "the arguments of the hook change with it"),
    ("detached/several_mistakes", "the other mistakes have no `write`"),
    ("detached/trait_impl_borrowed", SERVICE),
    ("detached/track_local", "the tracker becomes an argument, and each call passes it"),
    ("detached/when_full_queue", "it goes to the tracker"),
    ("owned_tasks/argument_not_send", CALL),
    ("owned_tasks/argument_reference", CALL),
    ("owned_tasks/own_shutdown", "each call of it is renamed with it"),
    ("owned_tasks/receiver_value", "the method goes into another `impl`"),
    ("owned_tasks/renamed_attribute", "the arguments stay what they are"),
    ("owned_tasks/restart_of_detached", "the function has to have an `Err` to be tried again for"),
    ("owned_tasks/several_mistakes", "the other mistakes have no `write`"),
    ("owned_tasks/timeout_of_the_block", "it goes to the methods, one by one"),
    ("owned_tasks/timeout_only_of_the_block", "it goes to the methods, one by one"),
    ("periodic/argument_not_send", CALL),
    ("periodic/argument_reference", CALL),
    ("periodic/cancellation_token", CALL),
    ("periodic/context_of_its_caller", CALL),
    ("periodic/max_timeout", "one argument goes, and the other is there already"),
    ("periodic/daily", "one argument becomes another"),
    ("periodic/receiver_shared", SERVICE),
    ("periodic/returns_result_of_bool", BODY),
    ("periodic/site_of_its_caller", "it goes to another function"),
    ("task_owner/helper_attribute", "the attribute goes; what to write is for who has an alias"),
    ("task_owner/no_tracker_unit", "each place that makes the service makes its tracker, too"),
    ("task_owner/one_mistake", "each place that makes the service makes its tracker, too"),
    ("task_owner/tracker_in_arc", "each place that makes the service makes its tracker, too"),
    ("task_owner/unknown_word", "the message leaves the choice of two attributes"),
    ("worker/argument_not_send", CALL),
    ("worker/argument_reference", CALL),
    ("worker/blocking", BODY),
    ("worker/blocking_endless", "it goes in the place of a word of the body"),
    ("worker/cancel", "the argument goes, and the grace is for who wants one"),
    ("worker/cancellation_token", CALL),
    ("worker/context_borrowed", CALL),
    ("worker/context_of_its_caller", CALL),
    ("worker/on_shutdown", "what it did goes into the body"),
    ("worker/receiver_shared", SERVICE),
    ("worker/returns_result_of_bool", BODY),
    ("worker/shutdown_channel", CALL),
];

const HANDLER: &str = "a handler of its own is to be written";
const ONE: &str = "several arguments become one";
const BODY: &str = "the body is to be changed with it";
const CALL: &str = "the call passes what it borrowed";
const SERVICE: &str = "the call is of an `Arc` then, and the message leaves the choice";
const EXAMPLE: &str = "the value is an example, as there is nothing of the user's";

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
