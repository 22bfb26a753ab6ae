//! In debug builds: whether requests pass the layer that makes their contexts, or go beside it.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};

use tokio::task::{Id, try_id};

use crate::util::sync::lock;

type Place = &'static Location<'static>;

/// The first layer that has wrapped a service.
static WRAPPED: OnceLock<Place> = OnceLock::new();

/// Whether a request has passed any layer.
static SEEN: AtomicBool = AtomicBool::new(false);

/// So many tasks call the same function beside the layer. A program that begins may spawn some that do, and a server spawns
/// one for each connection.
const ENOUGH: usize = 3;

#[cfg_attr(not(feature = "tower"), allow(dead_code, reason = "the layer is tower's"))]
pub(crate) fn layer_wraps(layer: Place) {
    WRAPPED.get_or_init(|| layer);
}

#[cfg_attr(not(feature = "tower"), allow(dead_code, reason = "the layer is tower's"))]
pub(crate) fn layer_sees_a_request() {
    SEEN.store(true, Relaxed);
}

/// A function, by its address, is called outside of every context. Gives the layer's place, once, if the calls show that requests
/// go beside it.
pub(crate) fn beside_the_layer(site: usize) -> Option<Place> {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    static TASKS: Mutex<BTreeMap<usize, Vec<Id>>> = Mutex::new(BTreeMap::new());
    let layer = WRAPPED.get().filter(|_| !SEEN.load(Relaxed) && !REPORTED.load(Relaxed))?;
    // Without one it is `main`, or a test.
    let task = try_id()?;
    let mut all = lock(&TASKS);
    let tasks = all.entry(site).or_default();
    if !tasks.contains(&task) {
        tasks.push(task);
    }
    (tasks.len() >= ENOUGH && !REPORTED.swap(true, Relaxed)).then_some(*layer)
}
