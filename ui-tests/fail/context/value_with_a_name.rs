//! In Go, and in an MDC, a value has a name. Here its type is its key. rustc then offers to leave the value out: keep it.
//! The fix: `Context::root().with(RequestId(42))`.

use outlive::Context;

struct RequestId(u64);

fn main() {
    let request = Context::root().with("request_id", RequestId(42));
    println!("{:?}", request.get::<RequestId>().map(|id| id.0));
}
