//! `drain.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../drain.rs"]
mod drain;
