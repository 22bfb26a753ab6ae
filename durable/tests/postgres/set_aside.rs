//! `set_aside.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../set_aside.rs"]
mod set_aside;
