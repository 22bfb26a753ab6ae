//! A method's argument may expire before the task uses it.
//! The fix: pass a `Fresh<Token>`, and get the token inside; or a timeout of at most five seconds.

use std::time::Duration;

use outlive::{MaxAge, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Token;

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(5);
}

struct Service;

impl Service {
    #[detached(timeout = "15s", track = AUDIT)]
    async fn send(self, token: Token) {
        drop(token);
    }
}

fn main() {
    Service.send(Token);
}
