//! `attempts.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../attempts.rs"]
mod attempts;
