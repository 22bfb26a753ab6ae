//! `spill.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../spill.rs"]
mod spill;
