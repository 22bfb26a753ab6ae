//! A service that does everything that the lint set bans, each thing once, and what outlive makes instead.
//!
//! Whatever clippy says of a line is written behind it, after `//~`, in the order of the alphabet.

pub mod guards;
pub mod habits;
pub mod methods;
pub mod opt_out;
pub mod ours;
