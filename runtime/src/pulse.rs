//! A clock for those who wait for a drain, where the runtime's own has stopped.
//!
//! A runtime's timers are kept by its workers: where all of them are blocked, none fires. The thread that waits in
//! `block_on` can still run, once it is woken. So a thread of our own wakes whoever waits here, ten times a second, and
//! they look at the time themselves. It ends when nobody waits.

use std::sync::{Mutex, PoisonError};
use std::task::Waker;
use std::thread;
use std::time::Duration;

const PERIOD: Duration = Duration::from_millis(100);

struct Pulse {
    beats: bool,
    next: u64,
    waiting: Vec<(u64, Waker)>,
}

static PULSE: Mutex<Pulse> = Mutex::new(Pulse { beats: false, next: 0, waiting: Vec::new() });

fn with<R>(work: impl FnOnce(&mut Pulse) -> R) -> R {
    work(&mut PULSE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// One who waits, until dropped.
#[derive(Default)]
pub(crate) struct Beat(Option<u64>);

impl Beat {
    /// Wakes `waker` from now on, in the place of the one before.
    pub(crate) fn wake(&mut self, waker: &Waker) {
        let mut old = None;
        let starts = with(|pulse| {
            match pulse.waiting.iter_mut().find(|(id, _)| Some(*id) == self.0) {
                Some((_, known)) if known.will_wake(waker) => {}
                Some((_, known)) => old = Some(std::mem::replace(known, waker.clone())),
                None => {
                    self.0 = Some(pulse.next);
                    pulse.waiting.push((pulse.next, waker.clone()));
                    pulse.next += 1;
                }
            }
            !std::mem::replace(&mut pulse.beats, true)
        });
        drop(old);
        // Without a thread, the runtime's own clock has to do.
        if starts && thread::Builder::new().name("outlive-pulse".to_owned()).spawn(beat).is_err() {
            with(|pulse| pulse.beats = false);
        }
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        if let Some(own) = self.0 {
            // A waker's destructor may be a task's: it runs without the lock.
            drop(with(|pulse| {
                let at = pulse.waiting.iter().position(|(id, _)| *id == own)?;
                Some(pulse.waiting.swap_remove(at))
            }));
        }
    }
}

fn beat() {
    loop {
        thread::sleep(PERIOD);
        let wakers: Vec<Waker> = with(|pulse| {
            pulse.beats = !pulse.waiting.is_empty();
            pulse.waiting.iter().map(|(_, waker)| waker.clone()).collect()
        });
        if wakers.is_empty() {
            return;
        }
        wakers.into_iter().for_each(Waker::wake);
    }
}
