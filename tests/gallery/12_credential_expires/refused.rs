//! A token that may be of no use before the task comes to use it.
//! The fix: pass a `Fresh<Token>`, and get the token inside; or a timeout of at most five seconds.

use std::time::Duration;

use outlive::{MaxAge, Tracker, detached};

static UPLOADS: Tracker = Tracker::bounded("uploads", 64);

struct Token(String);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(5);
}

#[detached(timeout = "15s", track = UPLOADS)]
async fn upload(name: String, token: Token) {
    println!("{name} with {}", token.0);
}

fn main() {
    upload("photo".to_owned(), Token(String::new()));
}
