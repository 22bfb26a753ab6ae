//! Values are seen from every task that has the context at once, and a `Cell` cannot be.
//! The fix: an atomic, or a lock.

use std::cell::Cell;

use outlive::Context;

fn main() {
    let context = Context::root().with(Cell::new(7));
    drop(context);
}
