//! A clock for waiting drains, for when the runtime's own clock has stopped.
//!
//! A runtime's worker threads drive its timers: while all of them are blocked, no timer fires. The thread in `block_on` can
//! still run when it is woken. So a separate thread wakes the waiters here ten times a second, and they check the time
//! themselves. The thread ends when nobody waits.

use std::sync::Mutex;
use std::task::Waker;
use std::thread;
use std::time::Duration;

use super::panic::quietly;
use super::sync::lock;

const PERIOD: Duration = Duration::from_millis(100);

struct Ticker {
    runs: bool,
    next: u64,
    waiting: Vec<(u64, Waker)>,
}

static TICKER: Mutex<Ticker> = Mutex::new(Ticker { runs: false, next: 0, waiting: Vec::new() });

fn with<R>(work: impl FnOnce(&mut Ticker) -> R) -> R {
    work(&mut lock(&TICKER))
}

/// A wait for the next tick, until dropped.
#[derive(Default)]
pub(crate) struct Tick(Option<u64>);

impl Tick {
    /// Wakes `waker` at each tick from now on, instead of the previous one.
    pub(crate) fn wake(&mut self, waker: &Waker) {
        let mut old = None;
        let starts = with(|ticker| {
            match ticker.waiting.iter_mut().find(|(id, _)| Some(*id) == self.0) {
                Some((_, known)) if known.will_wake(waker) => {}
                Some((_, known)) => old = Some(std::mem::replace(known, waker.clone())),
                None => {
                    self.0 = Some(ticker.next);
                    ticker.waiting.push((ticker.next, waker.clone()));
                    ticker.next += 1;
                }
            }
            !std::mem::replace(&mut ticker.runs, true)
        });
        drop(old);
        // If no thread can be spawned, only the runtime's own clock is left.
        if starts && thread::Builder::new().name("outlive-ticker".to_owned()).spawn(run).is_err() {
            with(|ticker| ticker.runs = false);
        }
    }
}

impl Drop for Tick {
    fn drop(&mut self) {
        if let Some(own) = self.0 {
            // A waker's destructor may drop a task, so it runs without the lock.
            drop(with(|ticker| {
                let at = ticker.waiting.iter().position(|(id, _)| *id == own)?;
                Some(ticker.waiting.swap_remove(at))
            }));
        }
    }
}

fn run() {
    loop {
        thread::sleep(PERIOD);
        let wakers: Vec<Waker> = with(|ticker| {
            ticker.runs = !ticker.waiting.is_empty();
            ticker.waiting.iter().map(|(_, waker)| waker.clone()).collect()
        });
        if wakers.is_empty() {
            return;
        }
        for waker in wakers {
            // A waker that panics does not stop the others.
            quietly(|| waker.wake());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::{self, SyncSender};
    use std::task::{Wake, Waker};

    use super::Tick;

    struct Panics;

    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("cannot be woken");
        }
    }

    struct Notifies(SyncSender<()>);

    impl Wake for Notifies {
        fn wake(self: Arc<Self>) {
            let _ = self.0.try_send(());
        }
    }

    #[test]
    fn a_waker_that_panics_does_not_stop_the_clock_of_the_others() {
        let (sender, ticked) = mpsc::sync_channel(1);
        let (mut first, mut second) = (Tick::default(), Tick::default());
        first.wake(&Waker::from(Arc::new(Panics)));
        second.wake(&Waker::from(Arc::new(Notifies(sender))));
        for _ in 0..3 {
            ticked.recv().unwrap();
        }
        drop((first, second));
    }
}
