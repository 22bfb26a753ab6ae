//! Audit rows, written behind the answer.

use outlive::{Tracker, Unfinished, detached};
use outlive_trial::accounts::{Entry, Trail};

use crate::kept;

/// `SQLite` takes one writer; who waits for it is in the queue.
pub(crate) static AUDIT: Tracker = Tracker::bounded("audit", 1).queue(10_000);

/// Writes the row in the background.
#[detached(timeout = "15s", track = AUDIT, unfinished = unwritten)]
pub(crate) async fn write_audit(trail: Trail, entry: Entry) -> sqlx::Result<()> {
    trail.write(&entry).await
}

fn unwritten(call: Unfinished<(Trail, Entry)>) {
    let ((_, entry), reason) = call.into_parts();
    kept::keep("trail.unwritten.jsonl", &entry, &reason);
}
