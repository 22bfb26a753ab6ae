//! `sigkill.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../sigkill.rs"]
mod sigkill;
