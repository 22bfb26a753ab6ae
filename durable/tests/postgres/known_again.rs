//! `known_again.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../known_again.rs"]
mod known_again;
