//! `died_with_it.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../died_with_it.rs"]
mod died_with_it;
