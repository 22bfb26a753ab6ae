//! `queue_status.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../queue_status.rs"]
mod queue_status;
