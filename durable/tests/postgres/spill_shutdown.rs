//! `spill_shutdown.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../spill_shutdown.rs"]
mod spill_shutdown;
