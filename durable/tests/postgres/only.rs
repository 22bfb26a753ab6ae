//! `only.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../only.rs"]
mod only;
