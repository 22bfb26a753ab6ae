//! What is said of the arguments: the table, and the documentation that comes from it, `macros/docs/<macro>.md`, blessed as
//! the expansions are.

use super::tokens;
use crate::arguments::{self, Argument, Kind, TASKS, Use};
use crate::syntax::Diagnostics;
use std::fmt::Write as _;
use std::path::Path;

fn table(kind: Kind) -> String {
    let mut table = "| argument | meaning | without it |\n| --- | --- | --- |\n".to_owned();
    let mut elsewhere = Vec::new();
    for argument in kind.arguments() {
        let (example, doc) = match argument.on(kind) {
            Use::Required { add, doc, .. } => (*add, doc),
            Use::Optional(doc) => (argument.example(), doc),
            Use::AsDetached => {
                elsewhere.push(format!("`{}`", argument.key()));
                continue;
            }
            Use::Refused(_) => unreachable!(),
        };
        let _ = writeln!(table, "| `{example}` | {} | {} |", doc.meaning, doc.without);
    }
    if !elsewhere.is_empty() {
        let _ = writeln!(table, "| {} | As for `#[detached]`. | |", elsewhere.join(", "));
    }
    table
}

#[test]
fn the_documentation_is_that_of_the_table() {
    for kind in TASKS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(format!("{}.md", kind.name()));
        let actual = table(kind);
        if std::env::var_os("OUTLIVE_BLESS").is_some() {
            std::fs::write(&path, &actual).unwrap();
            continue;
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(written == actual, "{} is another; OUTLIVE_BLESS=1 accepts it:\n{actual}", path.display());
    }
}

/// What a message asks for can be written; and what it is not for, it says.
#[test]
fn each_example_is_read_where_it_is_taken() {
    for kind in [Kind::Detached, Kind::Periodic, Kind::Worker, Kind::Durable, Kind::OwnedTasks] {
        for argument in Argument::ALL.iter().copied() {
            let mut errors = Diagnostics::default();
            let args = arguments::parse(kind, false, tokens(argument.example()), &mut errors);
            let errors = errors.into_errors();
            let is_other = Argument::known(kind, argument.key()).is_none();
            assert!(args.has(argument) || is_other, "{kind:?}: {}", argument.key());
            assert_eq!(errors.is_empty(), argument.is_taken_by(kind), "{kind:?}: {}", argument.key());
            for error in errors {
                let message = error.to_string();
                assert!(!message.is_empty() && !message.contains(['{', '}']), "{message}");
            }
        }
    }
}
