//! What could not be done, a line each, in a file that somebody looks into.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

use outlive::Reason;
use serde::Serialize;

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Names the folder of these files.
pub(crate) fn keep_in(folder: PathBuf) {
    FOLDER.set(folder).expect("it is named once");
}

/// Adds a line.
pub(crate) fn keep(file: &str, what: &impl Serialize, why: &Reason) {
    let line = serde_json::json!({ "what": what, "why": why.to_string() });
    let kept = FOLDER.get().map(|folder| {
        let mut file = OpenOptions::new().create(true).append(true).open(folder.join(file))?;
        file.write_all(format!("{line}\n").as_bytes())
    });
    if !matches!(kept, Some(Ok(()))) {
        tracing::error!(%line, file, "it is not done, and not kept");
    }
}
