//! Other attributes: documentation, lints, conditions, `#[must_use]`, `#[instrument]` above and below.

#![deny(warnings, missing_docs, unused, unreachable_pub)]

use outlive::{Tracker, detached};
use tracing::instrument;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

/// Documented, above.
#[detached(timeout = "5s", track = AUDIT)]
/// And below.
#[must_use = "it is the count"]
pub async fn documented() -> u32 {
    7
}

#[detached(timeout = "5s", track = AUDIT)]
#[instrument(skip(event), fields(length = event.len()))]
async fn instrumented_below(event: String) -> usize {
    event.len()
}

#[instrument(skip_all)]
#[detached(timeout = "5s", track = AUDIT)]
async fn instrumented_above(event: String) -> usize {
    event.len()
}

#[detached(timeout = "5s", track = AUDIT)]
#[allow(unused_variables)]
async fn allowed(event: String) {}

#[detached(timeout = "5s", track = AUDIT)]
#[expect(unused_variables, reason = "not yet")]
async fn expected(event: String) {}

#[detached(timeout = "5s", track = AUDIT)]
#[expect(dead_code, reason = "nobody calls it")]
async fn never_called() {}

#[detached(timeout = "5s", track = AUDIT)]
#[cfg(all())]
async fn here() -> bool {
    true
}

#[detached(timeout = "5s", track = AUDIT)]
#[cfg(any())]
async fn here() -> bool {
    false
}

#[detached(timeout = "5s", track = AUDIT)]
#[cfg_attr(all(), must_use, allow(unused_variables), instrument)]
async fn conditionally(event: String) -> u32 {
    7
}

#[deprecated(note = "use `here`")]
#[detached(timeout = "5s", track = AUDIT)]
async fn old() {}

#[allow(deprecated)]
async fn calls_old() {
    old();
}

struct Service;

impl Service {
    /// Documented.
    #[detached(timeout = "5s", track = AUDIT)]
    #[instrument(skip_all)]
    #[must_use]
    #[inline]
    async fn instrumented(self, _event: String) -> u32 {
        7
    }

    #[detached(timeout = "5s", track = AUDIT)]
    #[expect(unused_variables, dead_code, reason = "not yet")]
    async fn expected(self, event: String) {}

    #[detached(timeout = "5s", track = AUDIT)]
    #[allow(non_snake_case, unused_mut)]
    async fn oddlyNamed(mut self) {}
}

macro_rules! audited {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),*) -> $out:ty $body:block within $timeout:literal by $tracker:expr) => {
        $(#[$meta])*
        #[detached(timeout = $timeout, track = $tracker)]
        $vis async fn $name($($arg: $ty),*) -> $out $body
    };
}

audited! {
    /// Made by a macro.
    pub(crate) fn made(left: u32, right: u32) -> u32 { left + right } within "5s" by AUDIT
}

#[tokio::main]
async fn main() {
    assert_eq!(documented().await.unwrap(), 7);
    assert_eq!(instrumented_below("four".to_owned()).await.unwrap(), 4);
    assert_eq!(instrumented_above("four".to_owned()).await.unwrap(), 4);
    allowed(String::new());
    expected(String::new());
    assert!(here().await.unwrap());
    assert_eq!(conditionally(String::new()).await.unwrap(), 7);
    calls_old().await;
    assert_eq!(Service.instrumented(String::new()).await.unwrap(), 7);
    Service.oddlyNamed();
    assert_eq!(made(1, 2).await.unwrap(), 3);
    assert!(AUDIT.drain().await.is_clean());
}
