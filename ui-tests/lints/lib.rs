//! A service that does everything that the lint set bans, each thing once, and what outlive makes instead; and the
//! gallery's own.
//!
//! Whatever clippy says of a line is written behind it, after `//~`, in the order of the alphabet.

#[path = "../../tests/gallery/l1_lost_cancel/banned.rs"]
pub mod banned;
pub mod guards;
pub mod habits;
pub mod methods;
pub mod opt_out;
pub mod ours;
