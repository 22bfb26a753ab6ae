use std::sync::{Arc, Mutex};

use super::{Known, ask};

pub(crate) fn handler(known: Arc<Mutex<Known>>) {
    tokio::spawn(async move { *known.lock().unwrap() = ask() });
}
