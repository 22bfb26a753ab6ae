//! Every interleaving of those who ask a loop to run now with the loop: its waits, its runs, and its end.
//!
//! Compiled anew against loom's primitives, so that the whole workspace need not be. The loop does here what that of
//! `task/periodic.rs` does, in the same order; its runs are only their begin and their end.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "it is made for the crate, and only part of it is modelled"
)]

#[path = "support/util.rs"]
mod util;

#[path = "../src/task/run_requests.rs"]
mod run_requests;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use loom::future::block_on;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;
use run_requests::RunRequests;

/// What those who ask for the same run have in common: which run it was, from one, and `IN_VAIN` where there was none.
#[derive(Default)]
struct Ticket {
    run: AtomicUsize,
    times: AtomicUsize,
}

const IN_VAIN: usize = usize::MAX;

impl Ticket {
    fn tell(&self, run: usize) {
        self.run.store(run, SeqCst);
        self.times.fetch_add(1, SeqCst);
    }

    fn told(&self) -> usize {
        assert_eq!(self.times.load(SeqCst), 1, "told once");
        self.run.load(SeqCst)
    }
}

#[derive(Default)]
struct Loop {
    requests: RunRequests<Ticket>,
    begun: AtomicUsize,
    ended: AtomicUsize,
}

impl Default for RunRequests<Ticket> {
    fn default() -> Self {
        Self::new()
    }
}

impl Loop {
    fn ask(&self) -> Option<Arc<Ticket>> {
        self.requests.ask(Ticket::default)
    }

    /// Waits until it has been asked. Without a wake that is missing, this ends.
    fn wait(&self) {
        block_on(poll_fn(|cx| if self.requests.is_asked(cx.waker()) { Poll::Ready(()) } else { Poll::Pending }));
    }

    fn run(&self) {
        self.requests.begin();
        self.begun.fetch_add(1, SeqCst);
        self.run_ends();
    }

    fn run_ends(&self) {
        let ticket = self.requests.end();
        // What is counted is over: who has seen that, asks for another one.
        let run = self.ended.fetch_add(1, SeqCst) + 1;
        if let Some(ticket) = ticket {
            ticket.tell(run);
        }
    }

    fn close(&self) {
        if let Some(ticket) = self.requests.close() {
            ticket.tell(IN_VAIN);
        }
    }
}

#[test]
fn a_loop_that_waits_hears_whoever_asks() {
    loom::model(|| {
        let looping = Arc::new(Loop::default());
        let asking = {
            let looping = Arc::clone(&looping);
            thread::spawn(move || looping.ask().expect("it has not ended"))
        };
        looping.wait();
        looping.run();
        let ticket = asking.join().unwrap();
        assert_eq!(ticket.told(), 1);
    });
}

#[test]
fn who_asks_is_told_of_a_run_that_had_not_ended_when_he_asked() {
    loom::model(|| {
        let looping = Arc::new(Loop::default());
        let asking = [(); 2].map(|()| {
            let looping = Arc::clone(&looping);
            thread::spawn(move || {
                let ended = looping.ended.load(SeqCst);
                (ended, looping.ask().expect("it has not ended"))
            })
        });
        // One by its schedule, then whatever is asked for.
        looping.run();
        let asked = asking.map(|asking| asking.join().unwrap());
        if asked.iter().any(|(_, ticket)| ticket.times.load(SeqCst) == 0) {
            looping.wait();
            looping.run();
        }
        for (ended, ticket) in asked {
            assert!(ticket.told() > ended, "that run was over");
        }
        assert!(looping.ended.load(SeqCst) <= 2, "two who ask in between share a run");
    });
}

#[test]
fn who_asks_as_the_loop_ends_is_told_of_a_run_or_that_there_is_none() {
    loom::model(|| {
        let looping = Arc::new(Loop::default());
        let asking = {
            let looping = Arc::clone(&looping);
            thread::spawn(move || looping.ask())
        };
        looping.run();
        looping.close();
        let ticket = asking.join().unwrap();
        assert!(ticket.is_none_or(|ticket| [1, IN_VAIN].contains(&ticket.told())));
        assert!(looping.ask().is_none());
    });
}

#[test]
fn a_run_that_outlives_its_loop_tells_those_who_wait_for_it_and_nobody_else() {
    loom::model(|| {
        let looping = Arc::new(Loop::default());
        looping.requests.begin();
        let waits = looping.ask().expect("it has not ended");
        let asking = {
            let looping = Arc::clone(&looping);
            thread::spawn(move || looping.ask())
        };
        let running = {
            let looping = Arc::clone(&looping);
            thread::spawn(move || looping.run_ends())
        };
        looping.close();
        let ticket = asking.join().unwrap();
        running.join().unwrap();
        assert_eq!(waits.told(), 1);
        // Asked between the end of the run and that of the loop, it is in vain.
        assert!(ticket.is_none_or(|ticket| [1, IN_VAIN].contains(&ticket.told())));
    });
}
