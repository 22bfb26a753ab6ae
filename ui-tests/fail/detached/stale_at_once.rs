//! The value expires at once, and no timeout is short enough.
//! The fix: make it in the task.

use std::time::Duration;

use outlive::{MaxAge, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Token(String);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::ZERO;
}

#[detached(timeout = "1ms", track = AUDIT)]
async fn send(token: Token) {
    println!("{}", token.0);
}

fn main() {
    send(Token(String::new()));
}
