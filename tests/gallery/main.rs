//! Twenty bugs of work that must outlive its request, and the leak of workers that outlive their service: a folder for
//! each. In it:
//!
//! * `mod.rs`: what happens, in Go, in Rust as people write it, and with outlive; and the tests. The same scene is played
//!   with both: with the naive version it shows the bug, with outlive's it does not.
//! * `naive.rs`: the bug. It compiles, and no lint says a word.
//! * `outlive.rs`: the same with outlive.
//! * `refused….rs`: what does not compile, and in `refused….stderr` what the compiler says. `ui-tests/` runs these.
//! * `banned….rs`: what clippy refuses, with the lint set of `docs/lints/`.
//!
//! The index is the table in `docs/bugs.md`. Tests in `index.rs` compare the two.
//!
//! One row alone: `cargo test -p outlive-tests --test gallery closed_twice`.

mod common;
mod index;

#[path = "15_borrow_captured/mod.rs"]
mod borrow_captured;
#[path = "10_cancelled_before_it_starts/mod.rs"]
mod cancelled_before_it_starts;
#[path = "01_cancelled_with_its_request/mod.rs"]
mod cancelled_with_its_request;
#[path = "18_cause_expected_to_cross/mod.rs"]
mod cause_expected_to_cross;
#[path = "11_closed_twice/mod.rs"]
mod closed_twice;
#[path = "12_credential_expires/mod.rs"]
mod credential_expires;
#[path = "08_detached_inside_a_group/mod.rs"]
mod detached_inside_a_group;
#[path = "02_detached_without_a_deadline/mod.rs"]
mod detached_without_a_deadline;
#[path = "16_drain_does_not_wait/mod.rs"]
mod drain_does_not_wait;
#[path = "19_drain_shorter_than_the_work/mod.rs"]
mod drain_shorter_than_the_work;
#[path = "09_first_caller_hangs_up/mod.rs"]
mod first_caller_hangs_up;
#[path = "07_killed_half_way_at_shutdown/mod.rs"]
mod killed_half_way_at_shutdown;
#[path = "l1_lost_cancel/mod.rs"]
mod lost_cancel;
#[path = "05_middleware_detaches_the_handler/mod.rs"]
mod middleware_detaches_the_handler;
#[path = "l3_nobody_sees_the_count_climb/mod.rs"]
mod nobody_sees_the_count_climb;
#[path = "13_one_task_an_item/mod.rs"]
mod one_task_an_item;
#[path = "03_panic_vanishes/mod.rs"]
mod panic_vanishes;
#[path = "04_request_id_is_lost/mod.rs"]
mod request_id_is_lost;
#[path = "20_stored_context_goes_stale/mod.rs"]
mod stored_context_goes_stale;
#[path = "17_submitted_after_the_drain/mod.rs"]
mod submitted_after_the_drain;
#[path = "06_waiting_for_a_cancel_that_cannot_come/mod.rs"]
mod waiting_for_a_cancel_that_cannot_come;
#[path = "l2_workers_outlive_their_service/mod.rs"]
mod workers_outlive_their_service;
#[path = "14_wrong_cancel_deferred/mod.rs"]
mod wrong_cancel_deferred;
