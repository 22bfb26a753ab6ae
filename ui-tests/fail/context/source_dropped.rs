//! When the last clone of a source is dropped, its contexts are cancelled. This source is dropped, and cancels them, at once.
//! The fix: keep it, for as long as its contexts may run.

#![deny(unused_must_use)]

use outlive::CancelSource;

fn main() {
    CancelSource::new();
}
