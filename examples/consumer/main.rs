//! The consumer of a queue. It takes a message when there is room for its work, and not before; the process is of no use without it,
//! so where it loses its queue the shutdown begins, every message that was taken is handled or given back, and the exit code is 1.
//!
//! The queue is in memory, and goes after 200 messages: `cargo run -p outlive-examples --bin consumer` shows what is left then.

use std::collections::BTreeSet;
use std::fmt;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outlive::{Context, Shutdown, Tracker, Unfinished, detached, worker};
use tokio::time::sleep;

const MESSAGES: u32 = 200;

static CONSUMERS: Tracker<2> = Tracker::bounded("consumers", 1).drain_budget::<2>();
/// Eight messages are in work at once. There is no queue here: the messages have one already.
static MESSAGES_IN_WORK: Tracker<3> = Tracker::bounded("messages", 8).drain_budget::<3>();

/// First who takes messages, then what is made of them.
const BUDGETS: &[&[Duration]] = &[&[CONSUMERS.budget()], &[MESSAGES_IN_WORK.budget()]];
const _: () = Shutdown::fits(BUDGETS, Duration::from_secs(10));

#[worker(essential, grace = "1s", track = CONSUMERS)]
async fn consume(queue: Queue) -> Result<(), Gone> {
    let context = Context::current();
    loop {
        let message = tokio::select! {
            _ = context.cancelled() => return Ok(()),
            message = queue.next() => message?,
        };
        // Waits for room, so that no more messages are taken than can be handled.
        drop(handle(queue.clone(), message).await);
    }
}

#[detached(timeout = "2s", track = MESSAGES_IN_WORK, when_full = wait, unfinished = give_back)]
async fn handle(queue: Queue, message: u32) -> Result<(), &'static str> {
    sleep(Duration::from_millis(u64::from(message % 5) * 5)).await;
    if message % 50 == 7 {
        return Err("not an order");
    }
    queue.lock().handled.insert(message);
    Ok(())
}

/// Whatever did not end in `Ok` goes back, for another consumer.
fn give_back(unfinished: Unfinished<(Queue, u32)>) {
    let ((queue, message), reason) = unfinished.into_parts();
    println!("message {message} goes back: {reason}");
    queue.lock().given_back.insert(message);
}

/// A broker, as its client shows it.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<Broker>>);

#[derive(Default)]
struct Broker {
    taken: u32,
    handled: BTreeSet<u32>,
    given_back: BTreeSet<u32>,
}

#[derive(Debug)]
struct Gone;

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue is gone")
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Broker> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn next(&self) -> Result<u32, Gone> {
        sleep(Duration::from_millis(1)).await;
        let mut broker = self.lock();
        if broker.taken == MESSAGES {
            return Err(Gone);
        }
        broker.taken += 1;
        Ok(broker.taken)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().without_time().init();
    let queue = Queue::default();
    consume(queue.clone());
    let report = Shutdown::all()
        .on(Shutdown::requested())
        .phase("consumers")
        .tracker(&CONSUMERS)
        .phase("messages")
        .tracker(&MESSAGES_IN_WORK)
        .run()
        .await;
    println!("{report}");

    let broker = queue.lock();
    let (taken, handled, given_back) = (broker.taken, broker.handled.len(), broker.given_back.len());
    println!("\n{taken} messages taken, {handled} handled, {given_back} given back; exit code {}", report.code());
    // A consumer returns `report.into()`. This is an example, which has gone well if that is 1, and no message is lost.
    let is_right = report.code() == 1 && handled + given_back == MESSAGES as usize;
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
