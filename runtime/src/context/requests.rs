//! The open requests while a [`Shutdown`](crate::Shutdown) runs servers: it cancels their contexts before a server's budget
//! is over, and reports those that are still open.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::time::Instant;

use super::cancellation::Cancellation;
use super::{CancelCause, Context, Link, Values};
use crate::util::Rounded;
use crate::util::sync::lock;
use crate::util::text::{Clean, NAME};

/// How many shutdowns run servers. While there is none, a request pays one load.
static SERVING: AtomicUsize = AtomicUsize::new(0);

static OPEN: Mutex<Requests> = Mutex::new(Requests { known: Vec::new(), sweep_at: 0, seen: false, cancelled: false });

struct Requests {
    known: Vec<OpenEntry>,
    /// The number of entries at which those of ended requests are removed.
    sweep_at: usize,
    /// Whether there was any.
    seen: bool,
    /// New requests are cancelled from the start.
    cancelled: bool,
}

/// A request. It is open while its context, or the body of its response, exists.
struct OpenEntry {
    signal: Weak<Cancellation>,
    /// The values of its context, for its labels.
    values: Weak<Values>,
    /// Its method and path, if it has them.
    line: Option<Box<str>>,
    since: Instant,
}

/// A request that was open when its server was cut short.
///
/// [`ShutdownReport::open_requests`](crate::ShutdownReport::open_requests) lists them. The `Display` is for an operator:
/// `GET /export user=7 (for 12.4s)`.
///
/// ```
/// use outlive::ShutdownReport;
///
/// fn log(report: &ShutdownReport) {
///     for request in report.open_requests() {
///         let line = request.line().unwrap_or("a request");
///         eprintln!("{line} was open for {:?}: {}", request.age(), request.labels());
///     }
/// }
/// # let _ = log;
/// ```
#[derive(Clone, Debug)]
pub struct OpenRequest {
    line: Option<String>,
    labels: String,
    age: Duration,
}

impl OpenRequest {
    /// Its method and path, as in `GET /orders/7`, without its query, which may have secrets in it. Escaped, and cut at 240
    /// bytes. Only requests of axum and of tonic have one (features `axum` and `tonic`).
    #[must_use]
    pub fn line(&self) -> Option<&str> {
        self.line.as_deref()
    }

    /// The labels of its context, `name=value`, which the function of the `ContextLayer` sets.
    #[must_use]
    pub fn labels(&self) -> &str {
        &self.labels
    }

    /// How long it was open.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.age
    }
}

impl fmt::Display for OpenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, labels, age } = self;
        match (line, labels.is_empty()) {
            (Some(line), true) => f.write_str(line)?,
            (Some(line), false) => write!(f, "{line} {labels}")?,
            (None, true) => f.write_str("a request without labels")?,
            (None, false) => f.write_str(labels)?,
        }
        write!(f, " (for {})", Rounded(*age))
    }
}

/// While this exists, open requests are recorded.
pub(crate) struct Serving(());

impl Serving {
    pub(crate) fn begin() -> Self {
        SERVING.fetch_add(1, SeqCst);
        Self(())
    }

    /// Cancels the open requests, and all later ones.
    #[allow(clippy::unused_self, reason = "who serves may")]
    pub(crate) fn cancel(&self) {
        let signals: Vec<_> = {
            let mut requests = lock(&OPEN);
            requests.cancelled = true;
            requests.known.iter().filter_map(|known| known.signal.upgrade()).collect()
        };
        // A woken task may take this lock.
        for signal in signals {
            signal.cancel(CancelCause::Shutdown);
        }
    }

    /// Whether a request is open.
    #[allow(clippy::unused_self, reason = "they are known while somebody serves")]
    pub(crate) fn has_open(&self) -> bool {
        lock(&OPEN).known.iter().any(|known| known.signal.strong_count() > 0)
    }

    /// How many requests are open. `None` if there was none at all, as without a layer that tells of them.
    #[allow(clippy::unused_self, reason = "they are known while somebody serves")]
    pub(crate) fn open_count(&self) -> Option<usize> {
        let requests = lock(&OPEN);
        let open = requests.known.iter().filter(|known| known.signal.strong_count() > 0);
        requests.seen.then(|| open.count())
    }

    /// The open requests, the oldest first.
    #[allow(clippy::unused_self, reason = "they are known while somebody serves")]
    pub(crate) fn open(&self) -> Vec<OpenRequest> {
        let now = Instant::now();
        let requests = lock(&OPEN);
        let open = requests.known.iter().filter(|known| known.signal.strong_count() > 0);
        open.map(|known| OpenRequest {
            line: known.line.as_ref().map(|line| Clean(line, NAME).to_string()),
            labels: Values::labels(known.values.upgrade().as_ref()).to_string(),
            age: now.saturating_duration_since(known.since),
        })
        .collect()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let mut requests = lock(&OPEN);
        if SERVING.fetch_sub(1, SeqCst) == 1 {
            *requests = Requests { known: Vec::new(), sweep_at: 0, seen: false, cancelled: false };
        }
    }
}

/// Keeps a request open.
#[allow(dead_code, reason = "it is only held, and that by a layer")]
pub(crate) struct Open(Arc<Cancellation>, Option<Arc<Values>>);

/// Registers a request that has begun, and makes its context one that a shutdown with servers can cancel. `line` gives its
/// method and path, if it has them.
#[cfg_attr(not(feature = "tower"), allow(dead_code, reason = "only a layer knows when a request begins"))]
pub(crate) fn opened(context: Context, line: impl FnOnce() -> Option<Box<str>>) -> (Context, Option<Open>) {
    if SERVING.load(SeqCst) == 0 {
        return (context, None);
    }
    let (signal, line) = (Arc::<Cancellation>::default(), line());
    let is_cancelled = {
        let mut requests = lock(&OPEN);
        requests.seen = true;
        if requests.known.len() >= requests.sweep_at {
            requests.known.retain(|known| known.signal.strong_count() > 0);
            requests.sweep_at = requests.known.len().saturating_mul(2).max(64);
        }
        let values = context.values.as_ref().map(Arc::downgrade).unwrap_or_default();
        requests.known.push(OpenEntry { signal: Arc::downgrade(&signal), values, line, since: Instant::now() });
        requests.cancelled
    };
    if is_cancelled {
        signal.cancel(CancelCause::Shutdown);
    }
    let open = Open(Arc::clone(&signal), context.values.clone());
    let cancel = Some(Link::new(signal, context.cancel.clone()));
    (Context { cancel, ..context }, Some(open))
}
