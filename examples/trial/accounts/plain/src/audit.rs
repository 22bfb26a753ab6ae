//! Audit rows, written behind the answer.

use outlive_trial::accounts::{Entry, Trail};

/// Writes the row in the background.
pub(crate) fn write_audit(trail: Trail, entry: Entry) {
    tokio::spawn(async move {
        if let Err(error) = trail.write(&entry).await {
            tracing::error!(%error, ?entry, "an audit row is not written");
        }
    });
}
