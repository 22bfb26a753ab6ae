//! The field is not a tracker.
//! The fix: name the one that is, `app.tasks`.

use std::sync::Arc;

use outlive::{Tracker, detached};

struct App {
    name: String,
    tasks: Arc<Tracker>,
}

#[detached(timeout = "5s", track = app.name)]
async fn refill(app: App) {
    println!("{}", app.tasks.live());
}

fn main() {
    refill(App { name: "shop".to_owned(), tasks: Arc::new(Tracker::bounded("shop", 8)) });
}
