//! What the calls do.

use std::future::Future;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use outlive::{OwnedTracker, TaskHandle, TaskOwner, Tracker, detached, owned_tasks};
use tokio::sync::{Notify, oneshot};

static CALLS: Tracker = Tracker::bounded("calls", 1 << 20);
static MILLION: Tracker<60> = Tracker::bounded("million", 1 << 20).drain_budget::<60>();
static SHARED: LazyLock<Arc<Tracker<60>>> =
    LazyLock::new(|| Arc::new(Tracker::bounded("shared", 1 << 20).drain_budget()));

/// How many bodies have come to where they wait for their release.
pub static PARKED: AtomicUsize = AtomicUsize::new(0);

/// What the parked bodies wait for.
pub static GATE: Notify = Notify::const_new();

/// Lets the bodies of one batch go on.
pub type Release = Box<dyn FnOnce() + Send>;

/// A work load: one body, as a future for anybody, and as a detached function.
pub trait Work: 'static {
    /// Its name in tables.
    const NAME: &'static str;
    /// The longest that a run may take.
    const TIMEOUT: Duration;
    /// Its bodies count themselves as [`PARKED`], and wait for their release.
    const PARKS: bool = false;
    /// What a body is called with.
    type Input: Send + 'static;

    /// What a batch of calls is made with, and what releases it.
    fn inputs(calls: usize) -> (Vec<Self::Input>, Release);

    /// The body.
    fn body(input: Self::Input) -> impl Future<Output = u64> + Send + 'static;

    /// The same body, token for token, in a function with the attribute.
    fn outlived(input: Self::Input) -> TaskHandle<u64>;

    /// The same, where the tracker is an `Arc<Tracker>`.
    fn shared(input: Self::Input) -> TaskHandle<u64>;

    /// The same, as a method of a service that owns its tasks.
    fn owned(input: Self::Input) -> TaskHandle<u64>;
}

fn numbers(calls: usize) -> Vec<u64> {
    (0..calls as u64).collect()
}

fn channels(calls: usize) -> (Vec<oneshot::Receiver<u64>>, Release) {
    let (senders, receivers): (Vec<_>, _) = (0..calls).map(|_| oneshot::channel()).unzip();
    let release = move || {
        for (sender, value) in senders.into_iter().zip(0_u64..) {
            // A body that its timeout has dropped does not take it.
            let _ = sender.send(value);
        }
    };
    (receivers, Box::new(release))
}

macro_rules! work {
    (
        $(#[$doc:meta])+
        $Work:ident, $name:literal, $timeout:literal $seconds:literal, $tracker:ident, parks: $parks:literal,
        |$input:ident: $Input:ty| $body:block, $inputs:expr
    ) => {
        $(#[$doc])+
        #[derive(Debug)]
        pub struct $Work;

        impl Work for $Work {
            const NAME: &'static str = $name;
            const TIMEOUT: Duration = Duration::from_secs($seconds);
            const PARKS: bool = $parks;
            type Input = $Input;

            fn inputs(calls: usize) -> (Vec<Self::Input>, Release) {
                $inputs(calls)
            }

            async fn body($input: Self::Input) -> u64 $body

            fn outlived(input: Self::Input) -> TaskHandle<u64> {
                #[detached(timeout = $timeout, track = $tracker)]
                async fn audit($input: $Input) -> u64 $body

                audit(input)
            }

            fn shared(input: Self::Input) -> TaskHandle<u64> {
                #[detached(timeout = $timeout, track = Arc::clone(&SHARED))]
                async fn audit($input: $Input) -> u64 $body

                audit(input)
            }

            fn owned(input: Self::Input) -> TaskHandle<u64> {
                #[derive(Clone, TaskOwner)]
                struct Service {
                    tasks: OwnedTracker<60>,
                }

                #[owned_tasks]
                impl Service {
                    #[detached(timeout = $timeout)]
                    async fn audit(&self, $input: $Input) -> u64 $body
                }

                static SERVICE: LazyLock<Service> =
                    LazyLock::new(|| Service { tasks: OwnedTracker::bounded("service", 1 << 20).drain_budget() });
                SERVICE.audit(input)
            }
        }
    };
}

work! {
    /// Done at its first poll.
    Ready, "w1 ready", "5s" 5, CALLS, parks: false,
    |value: u64| { value },
    |calls| (numbers(calls), Box::new(|| ()) as Release)
}

work! {
    /// Yields once.
    Yields, "w2 yields", "5s" 5, CALLS, parks: false,
    |value: u64| { tokio::task::yield_now().await; value },
    |calls| (numbers(calls), Box::new(|| ()) as Release)
}

work! {
    /// Waits for a timer.
    Sleeps, "w3 sleeps 1 ms", "5s" 5, CALLS, parks: false,
    |value: u64| { tokio::time::sleep(Duration::from_millis(1)).await; value },
    |calls| (numbers(calls), Box::new(|| ()) as Release)
}

work! {
    /// Waits for a message.
    Receives, "w3 oneshot", "5s" 5, CALLS, parks: true,
    |message: oneshot::Receiver<u64>| {
        PARKED.fetch_add(1, std::sync::atomic::Ordering::Release);
        message.await.unwrap_or(0)
    },
    channels
}

work! {
    /// Is parked, with all others of its batch, until all are released at once.
    Parked, "w4 alive at once", "30s" 30, MILLION, parks: true,
    |value: u64| {
        let released = GATE.notified();
        PARKED.fetch_add(1, std::sync::atomic::Ordering::Release);
        released.await;
        value
    },
    |calls| (numbers(calls), Box::new(|| GATE.notify_waiters()) as Release)
}

/// What a body holds while it waits.
fn held<const BYTES: usize>(value: u64) -> [u8; BYTES] {
    std::hint::black_box([value.to_le_bytes()[0]; BYTES])
}

macro_rules! large {
    ($Work:ident, $name:literal, $bytes:expr) => {
        work! {
            /// Yields once, with so many bytes beside it.
            $Work, $name, "5s" 5, CALLS, parks: false,
            |value: u64| {
                let held = held::<{ $bytes }>(value);
                tokio::task::yield_now().await;
                u64::from(std::hint::black_box(&held)[0])
            },
            |calls| (numbers(calls), Box::new(|| ()) as Release)
        }
    };
}

large!(Large1, "a body of 1 KiB", 1 << 10);
large!(Large4, "a body of 4 KiB", 4 << 10);
large!(Large16, "a body of 16 KiB", 16 << 10);
large!(Large256, "a body of 256 KiB", 256 << 10);
