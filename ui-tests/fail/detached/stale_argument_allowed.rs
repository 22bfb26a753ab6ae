//! `allow_request_bound` allows what belongs to the request. The token may still expire before the task uses it.
//! The fix: pass a `Fresh<Token>`, and get the token inside.

use std::time::Duration;

use outlive::{MaxAge, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Token(String);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(5);
}

#[detached(timeout = "6s", track = AUDIT, allow_request_bound = "a token of the request")]
async fn send(token: Token) {
    println!("{}", token.0);
}

fn main() {
    send(Token(String::new()));
}
