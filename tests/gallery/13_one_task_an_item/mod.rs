//! # 13. One task an item, 10,000 at once
//!
//! Level: N + R. Escapes: `unbounded`, spelled out
//!
//! In Go and in Rust it is the same loop. It works in the test with ten items:
//!
//! ```go
//! for _, item := range items { go index.Add(ctx, item) } // 10,000 connections at once
//! ```
//!
//! With outlive a bound is part of every tracker: there is no constructor without one, but for the one that says so. What
//! becomes of the rest is chosen in the source: it waits in a queue, the producer waits (`when_full = wait`), or it is
//! refused, and the refusal is a value.

mod naive;
mod outlive;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::common::{seconds, settle, tasks};

pub(crate) const ITEMS: u64 = 10_000;
pub(crate) const BOUND: usize = 64;
/// A queue that is shorter than what comes.
pub(crate) const SHORT: usize = 16;

/// What all the items are written to.
#[derive(Default)]
pub(crate) struct Index {
    /// Those that have begun, in order.
    begun: Mutex<Vec<u64>>,
    done: Mutex<Vec<u64>>,
    most_at_once: Mutex<usize>,
}

impl Index {
    pub(crate) async fn add(&self, item: u64) {
        let begun = {
            let mut begun = self.begun.lock().unwrap();
            begun.push(item);
            begun.len()
        };
        {
            let at_once = begun - self.done.lock().unwrap().len();
            let mut most = self.most_at_once.lock().unwrap();
            *most = at_once.max(*most);
        }
        sleep(Duration::from_millis(1 + item * 7 % 10)).await;
        self.done.lock().unwrap().push(item);
    }

    fn done(&self) -> Vec<u64> {
        let mut done = self.done.lock().unwrap().clone();
        done.sort_unstable();
        done
    }

    fn most_at_once(&self) -> usize {
        *self.most_at_once.lock().unwrap()
    }

    fn is_in_order(&self) -> bool {
        self.begun.lock().unwrap().is_sorted()
    }
}

fn all() -> Vec<u64> {
    (0..ITEMS).collect()
}

#[tokio::test(start_paused = true)]
async fn naive_does_them_all_at_once() {
    let index = Arc::<Index>::default();
    naive::add_all(&index);
    sleep(seconds(60)).await;
    assert_eq!((index.most_at_once(), index.done()), (10_000, all()));
}

#[tokio::test(start_paused = true)]
async fn outlive_queues_them_and_does_64_at_once_in_their_order() {
    let index = Arc::<Index>::default();
    outlive::add_all_by_queue(&index);
    sleep(seconds(60)).await;
    assert_eq!((index.most_at_once(), index.done(), index.is_in_order()), (BOUND, all(), true));
}

#[tokio::test(start_paused = true)]
async fn outlive_has_the_producer_wait_and_does_64_at_once_in_their_order() {
    let index = Arc::<Index>::default();
    outlive::add_all_by_waiting(&index).await;
    assert!(index.done().len() >= all().len() - BOUND, "the producer was held to the pace of its tasks");
    sleep(seconds(60)).await;
    assert_eq!((index.most_at_once(), index.done(), index.is_in_order()), (BOUND, all(), true));
}

#[tokio::test(start_paused = true)]
async fn outlive_refuses_the_rest_by_name_and_does_64_at_once() {
    let index = Arc::<Index>::default();
    let refused = outlive::add_all_or_name_them(&index);
    sleep(seconds(60)).await;
    assert_eq!((index.most_at_once(), refused.len()), (BOUND, all().len() - BOUND));
    let mut known = [index.done(), refused].concat();
    known.sort_unstable();
    assert_eq!(known, all(), "each is done, or named");
}

#[tokio::test(start_paused = true)]
async fn outlive_gives_the_refused_back_to_the_hook() {
    let index = Arc::<Index>::default();
    let spilled = outlive::add_all_or_spill_them(&index);
    sleep(seconds(60)).await;
    let spilled = spilled.lock().unwrap().clone();
    assert_eq!(spilled.len(), all().len() - BOUND - SHORT);
    let mut known = [index.done(), spilled].concat();
    known.sort_unstable();
    assert_eq!((index.most_at_once(), known), (BOUND, all()));
}

#[tokio::test(start_paused = true)]
async fn a_producer_that_goes_away_while_it_waits_leaks_nothing() {
    let index = Arc::<Index>::default();
    let before = tasks();
    // The rest would take seconds.
    assert!(timeout(Duration::from_millis(20), outlive::add_all_by_waiting_elsewhere(&index)).await.is_err());
    let begun = index.begun.lock().unwrap().len();
    assert!(begun > BOUND && begun < all().len());
    settle().await;
    assert_eq!(outlive::ELSEWHERE.live(), tasks() - before, "what was let in goes on");
    sleep(seconds(1)).await;
    assert_eq!(index.begun.lock().unwrap().len(), begun, "what was not let in never begins");
    assert_eq!((outlive::ELSEWHERE.live(), tasks() - before, Arc::strong_count(&index)), (0, 0, 1));
    assert!(outlive::ELSEWHERE.drain().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn what_escapes_is_spelled_out() {
    let index = Arc::<Index>::default();
    outlive::add_all_unbounded(&index);
    sleep(seconds(60)).await;
    assert_eq!(index.most_at_once(), 10_000);
}
