//! Several tasks may read a context's values at once, and a `Cell` cannot be shared between threads.
//! The fix: an atomic, or a lock.

use std::cell::Cell;

use outlive::Context;

fn main() {
    let context = Context::root().with(Cell::new(7));
    drop(context);
}
