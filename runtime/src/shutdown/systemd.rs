//! Notifications to systemd, for units with `Type=notify` and `WatchdogSec=`.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use sd_notify::NotifyState;

/// Feeds the watchdog until it is dropped.
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

    /// Also extends the stop timeout, because `TimeoutStopSec=` of the unit may be shorter than the budget.
    #[allow(clippy::unused_self, reason = "it has begun")]
    pub(super) fn stopping(&self, budget: Duration) {
        let micros = u32::try_from(budget.as_micros()).unwrap_or(u32::MAX);
        notify(&[NotifyState::Stopping, NotifyState::ExtendTimeoutUsec(micros)]);
    }
}

/// Feeds the watchdog twice as often as needed, on its own thread, because worker threads may be blocked for a while. It
/// does not replace the tasks' timeouts.
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

/// Ignores errors, for example if systemd did not start the process.
fn notify(state: &[NotifyState<'_>]) {
    #[cfg(target_os = "linux")]
    if let Some(name) = abstract_name() {
        let _ = send_to_abstract(&name, state);
        return;
    }
    let _ = sd_notify::notify(state);
}

/// The name of the socket, if it is in Linux's abstract namespace, where a leading `@` stands for a zero byte. `sd_notify`
/// takes it for a path.
#[cfg(target_os = "linux")]
fn abstract_name() -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;

    let socket = std::env::var_os("NOTIFY_SOCKET")?;
    socket.as_bytes().strip_prefix(b"@").map(<[u8]>::to_vec)
}

#[cfg(target_os = "linux")]
fn send_to_abstract(name: &[u8], state: &[NotifyState<'_>]) -> std::io::Result<usize> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    let states: Vec<_> = state.iter().map(NotifyState::to_string).collect();
    UnixDatagram::unbound()?.send_to_addr(states.join("\n").as_bytes(), &SocketAddr::from_abstract_name(name)?)
}
