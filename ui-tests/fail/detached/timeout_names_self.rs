//! The timeout is a constant outside of the `impl`, where `Self` has no meaning.
//! The fix: the type's own name, `Mailer::LIMIT`.

use std::sync::Arc;
use std::time::Duration;

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Mailer;

impl Mailer {
    const LIMIT: Duration = Duration::from_secs(5);

    #[detached(timeout = Self::LIMIT, track = MAIL)]
    async fn send(self: Arc<Self>, to: String) {
        println!("{to}");
    }
}

fn main() {
    Arc::new(Mailer).send("ada@example.org".to_owned());
}
