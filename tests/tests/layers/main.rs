//! The crates are built in layers: a room, that is a folder or a file beside `lib.rs`, imports only from rooms below it.
//! What `lib.rs` hands on counts as an import of the room that defines it.

mod check;
mod examples;
mod items;
mod tree;
mod uses;

use check::Crate;
use std::path::Path;
use tree::Sources;

/// Bottom to top. `lib` is what stands in `lib.rs` itself.
const MACROS: Crate = Crate {
    src: "macros/src",
    rooms: &[
        "syntax",
        "arguments",
        "settings",
        "emit",
        "task_owner",
        "owned_tasks",
        "detached",
        "durable",
        "detach",
        "lib",
    ],
    facade: None,
};

/// Bottom to top. `__private` is for generated code alone.
const RUNTIME: Crate = Crate {
    src: "runtime/src",
    rooms: &[
        "util",
        "context",
        "admission",
        "timer",
        "tracker",
        "error",
        "proof",
        "report",
        "current",
        "task",
        "drain",
        "owner",
        "shutdown",
        "patterns",
        "futures",
        "status",
        "integrations",
        "codegen",
        "testing",
        "__private",
        "lib",
    ],
    facade: Some("__private"),
};

/// Bottom to top. `__private` is for generated code alone.
const DURABLE: Crate = Crate {
    src: "durable/src",
    rooms: &[
        "error",
        "id",
        "function",
        "engine",
        "queue",
        "job",
        "worker",
        "spill",
        "axum",
        "__private",
        "book",
        "readme",
        "lib",
    ],
    facade: Some("__private"),
};

fn holds(of: &Crate) {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(of.src);
    let problems = check::problems(of, &Sources::read(&src));
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn the_macros_are_in_layers() {
    holds(&MACROS);
}

#[test]
fn the_runtime_is_in_layers() {
    holds(&RUNTIME);
}

#[test]
fn the_package_for_durable_functions_is_in_layers() {
    holds(&DURABLE);
}
