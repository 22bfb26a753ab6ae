//! Dropping the last clone of a source cancels what hangs on it: this one cancels at once.
//! The fix: keep it, for as long as its contexts may run.

#![deny(unused_must_use)]

use outlive::CancelSource;

fn main() {
    CancelSource::new();
}
