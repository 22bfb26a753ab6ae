//! Every run gets a clone of the same token, and the token expires.
//! The fix: pass a `Fresh<Token>`, and get the token in each run.

use std::time::Duration;

use outlive::{MaxAge, Tracker, periodic};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone)]
struct Token(String);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(5);
}

#[periodic(every = "1s", timeout = "1s", track = AUDIT)]
async fn poll(token: Token) {
    println!("{}", token.0);
}

fn main() {
    poll(Token(String::new()));
}
