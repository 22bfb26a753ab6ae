//! `a_job.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../a_job.rs"]
mod a_job;
