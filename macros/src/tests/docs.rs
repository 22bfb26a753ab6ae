//! The tables of the arguments in the documentation: `macros/docs/<macro>.md`, blessed as the expansions are.

use crate::arguments::{Kind, TASKS, Use};
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
