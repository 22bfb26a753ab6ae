//! What systemd is told of the process, where it asks for it: `Type=notify`, `WatchdogSec=`.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use sd_notify::NotifyState;

/// Keeps the watchdog until it is dropped.
pub(super) struct Notifier {
    _watchdog: Option<mpsc::Sender<()>>,
}

impl Notifier {
    pub(super) fn begin() -> Self {
        Self { _watchdog: sd_notify::watchdog_enabled().and_then(watch) }
    }

    #[allow(clippy::unused_self, reason = "it has begun")]
    pub(super) fn ready(&self) {
        notify(&[NotifyState::Ready]);
    }

    /// With how long it may take: `TimeoutStopSec=` of the unit may be shorter.
    #[allow(clippy::unused_self, reason = "it has begun")]
    pub(super) fn stopping(&self, budget: Duration) {
        let micros = u32::try_from(budget.as_micros()).unwrap_or(u32::MAX);
        notify(&[NotifyState::Stopping, NotifyState::ExtendTimeoutUsec(micros)]);
    }
}

/// On a thread of its own, as workers may be blocked: what they do has timeouts, which this does not replace. Twice as often as
/// systemd asks for.
fn watch(within: Duration) -> Option<mpsc::Sender<()>> {
    let (ends, end) = mpsc::channel();
    let watchdog = thread::Builder::new().name("outlive-watchdog".to_owned());
    let watches = move || {
        while end.recv_timeout(within / 2) == Err(RecvTimeoutError::Timeout) {
            notify(&[NotifyState::Watchdog]);
        }
    };
    watchdog.spawn(watches).is_ok().then_some(ends)
}

/// A process that systemd has not started, or that cannot reach it, goes on without.
fn notify(state: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(state);
}
