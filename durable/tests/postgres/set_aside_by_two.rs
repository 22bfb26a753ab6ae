//! `set_aside_by_two.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../set_aside_by_two.rs"]
mod set_aside_by_two;
