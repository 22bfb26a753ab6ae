//! `several_workers.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../several_workers.rs"]
mod several_workers;
