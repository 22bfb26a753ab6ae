//! A module's functions belong to no service.
//! The fix: `#[owned_tasks]` on the `impl` inside.

use outlive::owned_tasks;

#[owned_tasks]
mod shop {
    pub fn key() -> &'static str {
        "tea"
    }
}

fn main() {
    println!("{}", shop::key());
}
