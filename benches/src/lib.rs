//! What calls cost, and beside what: the work loads, the ways to make a call, and the measuring of them, interleaved.
//!
//! * `cargo bench -p outlive-benches --bench calls --features peers` measures times, allocations and bytes, and writes
//!   `benches/results/calls.json` and `calls.svg`. Behind `--`: `--quick`, and words that a work load's name has to
//!   contain.
//! * `cargo bench -p outlive-benches --bench watched` measures the same under the subscribers that services have, and writes
//!   `watched.json`.
//! * `--bench scale` measures how the cost of one grows with how many there are, and `--bench http --features http` requests in a
//!   second; they write `scale.json` and `http.json`.
//! * `cargo run -p outlive-benches --release --bin instructions` counts instructions, under valgrind.
//! * `cargo run -p outlive-benches --release --bin compile_time` measures the compiler.
//!
//! Absolute times drift with the machine. What counts is the ratio to the bare spawn and to the composition by hand,
//! of the same round.

pub mod chart;
pub mod contenders;
pub mod machine;
pub mod measure;
pub mod other_ways;
pub mod parts;
pub mod report;
pub mod trend;
pub mod watched;
pub mod work;
