//! `news.rs` beside this folder, on PostgreSQL: the name of the test says so.

#[path = "../news.rs"]
mod news;
