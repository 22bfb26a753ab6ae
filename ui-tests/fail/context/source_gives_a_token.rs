//! A source has no token: what it cancels are contexts.
//! The fix: `Context::current().with_cancel(&source)`.

use outlive::CancelSource;

fn main() {
    let source = CancelSource::new();
    let token = source.token();
    println!("{token}");
}
