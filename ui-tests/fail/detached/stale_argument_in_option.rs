//! A token in an `Option` in an `Arc` may expire within the `max_timeout`.
//! The fix: pass a `Fresh<Token>`, and get the token inside; or a shorter `max_timeout`.

use std::time::Duration;

use outlive::{MaxAge, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Token(String);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(5);
}

#[detached(timeout = limit, max_timeout = "5001ms", track = AUDIT)]
async fn send(limit: Duration, token: Option<std::sync::Arc<Token>>) {
    println!("{limit:?}: {}", token.map_or(0, |token| token.0.len()));
}

fn main() {
    send(Duration::from_secs(1), None);
}
