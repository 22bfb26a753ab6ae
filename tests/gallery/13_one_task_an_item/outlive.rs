use std::sync::{Arc, Mutex};

use outlive::{Reason, Rejected, Tracker, Unfinished, detached};

use super::{BOUND, ITEMS, Index, SHORT};

// More wait in the queue.

static QUEUED: Tracker = Tracker::bounded("queued", BOUND).queue(10_000);

#[detached(timeout = "5s", track = QUEUED)]
async fn add_in_turn(index: Arc<Index>, item: u64) {
    index.add(item).await;
}

pub(crate) fn add_all_by_queue(index: &Arc<Index>) {
    for item in 0..ITEMS {
        add_in_turn(Arc::clone(index), item);
    }
}

// The producer waits.

static WAITED_FOR: Tracker = Tracker::bounded("waited for", BOUND);

#[detached(timeout = "5s", track = WAITED_FOR, when_full = wait)]
async fn add_when_there_is_a_place(index: Arc<Index>, item: u64) {
    index.add(item).await;
}

pub(crate) async fn add_all_by_waiting(index: &Arc<Index>) {
    for item in 0..ITEMS {
        add_when_there_is_a_place(Arc::clone(index), item).await;
    }
}

pub(crate) static ELSEWHERE: Tracker = Tracker::bounded("elsewhere", BOUND);

#[detached(timeout = "5s", track = ELSEWHERE, when_full = wait)]
async fn add_elsewhere(index: Arc<Index>, item: u64) {
    index.add(item).await;
}

pub(crate) async fn add_all_by_waiting_elsewhere(index: &Arc<Index>) {
    for item in 0..ITEMS {
        add_elsewhere(Arc::clone(index), item).await;
    }
}

// The rest is refused: the caller sees which, or the hook does.

static NO_QUEUE: Tracker = Tracker::bounded("no queue", BOUND);

#[detached(timeout = "5s", track = NO_QUEUE)]
async fn add_now(index: Arc<Index>, item: u64) {
    index.add(item).await;
}

pub(crate) fn add_all_or_name_them(index: &Arc<Index>) -> Vec<u64> {
    let refused = |item: &u64| matches!(add_now(Arc::clone(index), *item).admitted(), Err(Rejected::Full));
    (0..ITEMS).filter(refused).collect()
}

type Spilled = Arc<Mutex<Vec<u64>>>;

static SPILLING: Tracker = Tracker::bounded("spilling", BOUND).queue(SHORT);

#[detached(timeout = "5s", track = SPILLING, unfinished = spill)]
async fn add_or_spill(index: Arc<Index>, item: u64, spilled: Spilled) {
    index.add(item).await;
    drop(spilled); // for the hook
}

fn spill(call: Unfinished<(Arc<Index>, u64, Spilled)>) {
    assert!(matches!(call.reason(), Reason::Rejected(Rejected::Full)));
    let (_, item, spilled) = call.into_args();
    spilled.lock().unwrap().push(item);
}

pub(crate) fn add_all_or_spill_them(index: &Arc<Index>) -> Spilled {
    let spilled = Spilled::default();
    for item in 0..ITEMS {
        let _ = add_or_spill(Arc::clone(index), item, Arc::clone(&spilled)).admitted();
    }
    spilled
}

// Who means it says so.

static UNBOUNDED: Tracker = Tracker::unbounded("unbounded");

#[detached(timeout = "5s", track = UNBOUNDED)]
async fn add_at_once(index: Arc<Index>, item: u64) {
    index.add(item).await;
}

pub(crate) fn add_all_unbounded(index: &Arc<Index>) {
    for item in 0..ITEMS {
        add_at_once(Arc::clone(index), item);
    }
}
