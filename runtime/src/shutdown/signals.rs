//! The signals that end the process. A separate thread receives them, from the first call until the process ends. So they
//! arrive even if every worker thread of the runtime is blocked, and none is lost between two calls.

use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// How long a second signal may go unanswered.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// A signal this soon after another counts as the same one: launchers (`cargo run`, npm, Docker Compose) pass on a Ctrl-C
/// that the terminal has sent already. No person presses it twice in that time.
const REPEAT_WITHIN: Duration = Duration::from_millis(100);

/// The received signals.
pub(crate) struct ReceivedSignals {
    count: watch::Sender<u32>,
    /// The name of the first.
    first: Arc<OnceLock<&'static str>>,
    /// How many of them were handled.
    answered: AtomicU32,
    /// How many need no handling: the first only asks.
    may_ignore: AtomicU32,
}

/// Starts the thread at the first call.
pub(crate) fn listen() -> &'static ReceivedSignals {
    static RECEIVED: OnceLock<ReceivedSignals> = OnceLock::new();
    RECEIVED.get_or_init(|| {
        let (count, _) = watch::channel(0);
        let (ready, listens) = std::sync::mpsc::sync_channel(1);
        let sender = count.clone();
        let first = Arc::new(OnceLock::new());
        let name_of_first = Arc::clone(&first);
        let thread = thread::Builder::new().name("outlive-signals".to_owned());
        let spawned = thread.spawn(move || {
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return drop(ready.send(Err(error))),
            };
            runtime.block_on(async {
                let mut signals = match Signals::listen() {
                    Ok(signals) => signals,
                    Err(error) => return drop(ready.send(Err(error))),
                };
                let _ = ready.send(Ok(()));
                let mut last: Option<Instant> = None;
                loop {
                    let name = signals.next().await;
                    let _ = name_of_first.set(name);
                    let is_repeated = last.is_some_and(|last| last.elapsed() < REPEAT_WITHIN);
                    if is_repeated {
                        continue;
                    }
                    last = Some(Instant::now());
                    let mut now = 0;
                    sender.send_modify(|count| {
                        *count += 1;
                        now = *count;
                    });
                    tokio::spawn(end_unless_answered(now));
                }
            });
        });
        let listening = spawned.and_then(|_| listens.recv().unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into())));
        if let Err(error) = listening {
            panic!("cannot listen for the signals that end the process: {error}");
        }
        ReceivedSignals { count, first, answered: AtomicU32::new(0), may_ignore: AtomicU32::new(1) }
    })
}

/// Ends the process if nothing has handled a second signal in time, for example because the runtime is blocked.
async fn end_unless_answered(signal: u32) {
    tokio::time::sleep(ANSWER_WITHIN).await;
    let received = listen();
    if signal > received.may_ignore.load(SeqCst).max(received.answered.load(SeqCst)) {
        // The reader of stderr may be what blocks the runtime, so this must not block.
        thread::spawn(|| {
            let text = "outlive: nobody has answered a signal within a second: the process ends";
            let _ = writeln!(std::io::stderr(), "{text}");
        });
        tokio::time::sleep(ANSWER_WITHIN / 10).await;
        std::process::exit(2);
    }
}

impl ReceivedSignals {
    /// Whether a signal has come.
    pub(crate) fn has_come(&self) -> bool {
        *self.count.borrow() > 0
    }

    /// The name of the first signal, if one has come.
    pub(crate) fn first_name(&self) -> Option<&'static str> {
        self.first.get().copied()
    }

    /// Waits for the first signal.
    pub(crate) async fn first(&self) {
        self.after(0).await;
        self.answer(1);
    }

    /// Waits for a second signal: one after those that led to the shutdown which begins now.
    pub(crate) fn second(&self) -> impl Future<Output = ()> + use<'_> {
        let first = u32::from(*self.count.borrow() > 0);
        let so_far = self.answered.load(SeqCst).max(first);
        self.may_ignore.fetch_min(so_far, SeqCst);
        async move {
            self.after(so_far).await;
            let now = *self.count.borrow();
            self.answer(now);
        }
    }

    /// Marks all signals as handled until it is dropped, because the process ends soon by itself.
    pub(crate) fn answer_all(&self) -> AnswersAll<'_> {
        AnswersAll { received: self, may_ignore: self.may_ignore.swap(u32::MAX, SeqCst) }
    }

    async fn after(&self, count: u32) {
        let mut received = self.count.subscribe();
        // The sender is a static.
        let _ = received.wait_for(|now| *now > count).await;
    }

    fn answer(&self, count: u32) {
        self.answered.fetch_max(count, SeqCst);
    }
}

/// See [`ReceivedSignals::answer_all`].
pub(crate) struct AnswersAll<'a> {
    received: &'a ReceivedSignals,
    may_ignore: u32,
}

impl Drop for AnswersAll<'_> {
    fn drop(&mut self) {
        self.received.answer(*self.received.count.borrow());
        self.received.may_ignore.store(self.may_ignore, SeqCst);
    }
}

#[cfg(unix)]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
    }

    /// Waits for the next signal, and returns its name.
    async fn next(&mut self) -> &'static str {
        let Self(terminate, interrupt) = self;
        std::future::poll_fn(|cx| {
            // Both are polled: each wakes this.
            let (terminates, interrupts) = (terminate.poll_recv(cx).is_ready(), interrupt.poll_recv(cx).is_ready());
            first([(terminates, "SIGTERM"), (interrupts, "SIGINT")])
        })
        .await
    }
}

#[cfg(windows)]
struct Signals(
    tokio::signal::windows::CtrlC,
    tokio::signal::windows::CtrlBreak,
    tokio::signal::windows::CtrlClose,
    tokio::signal::windows::CtrlLogoff,
    tokio::signal::windows::CtrlShutdown,
);

#[cfg(windows)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
        Ok(Self(ctrl_c()?, ctrl_break()?, ctrl_close()?, ctrl_logoff()?, ctrl_shutdown()?))
    }

    /// Waits for the next signal, and returns its name.
    async fn next(&mut self) -> &'static str {
        let Self(c, r#break, close, logoff, shutdown) = self;
        std::future::poll_fn(|cx| {
            first([
                (c.poll_recv(cx).is_ready(), "Ctrl-C"),
                (r#break.poll_recv(cx).is_ready(), "Ctrl-Break"),
                (close.poll_recv(cx).is_ready(), "Ctrl-Close"),
                (logoff.poll_recv(cx).is_ready(), "Ctrl-Logoff"),
                (shutdown.poll_recv(cx).is_ready(), "Ctrl-Shutdown"),
            ])
        })
        .await
    }
}

/// The name of the first of them that has come.
fn first<const N: usize>(polled: [(bool, &'static str); N]) -> Poll<&'static str> {
    let come = polled.into_iter().find(|(is_ready, _)| *is_ready);
    come.map_or(Poll::Pending, |(_, name)| Poll::Ready(name))
}
