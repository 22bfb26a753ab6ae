//! A worker runs longer than any token is valid.
//! The fix: pass a `Fresh<Token>`, and get the token where it is used.

use std::time::Duration;

use outlive::{MaxAge, Tracker, worker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Token(String);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(5);
}

#[worker(track = AUDIT)]
async fn follow(token: Token) {
    println!("{}", token.0);
}

fn main() {
    follow(Token(String::new()));
}
