//! `track` is evaluated at the call, before the pattern is destructured.
//! The fix: give the argument a name, `app: App`, write `track = app.tasks`, and take it apart in the body.

use std::sync::Arc;

use outlive::{Tracker, detached};

struct App {
    tasks: Arc<Tracker>,
}

#[detached(timeout = "5s", track = tasks)]
async fn refill(App { tasks }: App) {
    println!("{}", tasks.live());
}

fn main() {
    refill(App { tasks: Arc::new(Tracker::bounded("shop", 8)) });
}
