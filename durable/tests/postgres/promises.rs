//! `promises.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../promises.rs"]
mod promises;
