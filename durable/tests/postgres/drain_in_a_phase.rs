//! `drain_in_a_phase.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../drain_in_a_phase.rs"]
mod drain_in_a_phase;
