//! A mistake in the attribute is reported once. The function's callers have no errors of their own.
//! The fix: `timeout = "5s"`.

use outlive::{Rejected, TaskError, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5", track = AUDIT)]
async fn count(events: Vec<String>) -> Result<usize, String> {
    if events.is_empty() { Err("nothing".to_owned()) } else { Ok(events.len()) }
}

struct Report<T>(T);

impl<T: Send + 'static> Report<T> {
    #[detached(timeout = "5", track = AUDIT)]
    async fn render(self, title: impl Into<String> + Send + 'static) -> T {
        let _ = title.into();
        self.0
    }
}

fn admit() -> Result<(), Rejected> {
    count(Vec::new()).admitted()?;
    Ok(())
}

async fn wait() -> Result<Result<usize, String>, TaskError> {
    let title: String = Report("January").render("sales").await?.to_owned();
    count(vec![title]).await
}

fn main() {
    let _ = admit();
    drop(wait());
}
