use std::sync::{Arc, Mutex};

use outlive::{Tracker, detached};

use super::{Known, REQUEST_ID, ask};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, inherit = [REQUEST_ID])]
async fn write_audit(known: Arc<Mutex<Known>>) {
    *known.lock().unwrap() = ask();
}

pub(crate) fn handler(known: Arc<Mutex<Known>>) {
    write_audit(known);
}

#[detached(timeout = "5s", track = AUDIT)]
async fn without_the_list(known: Arc<Mutex<Known>>) {
    *known.lock().unwrap() = ask();
}

pub(crate) fn unlisted(known: Arc<Mutex<Known>>) {
    without_the_list(known);
}
