//! What a function that is tried again expands to.

use super::expansion::{Wrap, golden};
use super::{detached, owned_tasks_throughout};

#[test]
fn retry() {
    golden(
        "retry",
        detached(
            "timeout = \"5s\", track = AUDIT, retry = \"3, 100ms..2s\"",
            "async fn write_audit(db: Db, mut event: Event) -> Outcome { db.insert(event).await }",
        ),
        Wrap::Module,
    );
}

#[test]
fn retry_with_all_that_goes_with_it() {
    golden(
        "retry_with_all_that_goes_with_it",
        detached(
            "timeout = LIMIT, track = self.tasks, retry = (ATTEMPTS, FIRST..\"2s\"), attempt = ATTEMPT, \
             retry_if = Error::is_transient, unfinished = spill, inherit = [REQUEST_ID]",
            "async fn write<T: Job>(self: Arc<Self>, (a, b): (A, B), _kept: T) -> Outcome { body }",
        ),
        Wrap::Impl,
    );
}

#[test]
fn retry_of_a_service() {
    golden(
        "retry_of_a_service",
        owned_tasks_throughout(
            "",
            "impl Server {
                #[detached(timeout = \"5s\", retry = \"3, 100ms..2s\")]
                async fn write(&self, event: Event) -> Outcome { body }
            }",
        ),
        Wrap::Module,
    );
}
