//! The token may expire before the task uses it.
//! The fix: pass a `Fresh<Token>`, and get the token inside; or a shorter timeout: with the grace, the task may take 5.3 s.

use std::time::Duration;

use outlive::{MaxAge, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Token(String);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(5);
}

#[detached(timeout = "4800ms", grace = "500ms", track = AUDIT)]
async fn send(user: u64, token: Token) {
    println!("{user}: {}", token.0);
}

fn main() {
    send(7, Token(String::new()));
}
