//! `blocking` is a word of `#[detached]`, and no attribute.
//! The fix: `#[detached(timeout = "15s", track = THUMBS, blocking)]`.

use outlive::{Tracker, blocking};

static THUMBS: Tracker = Tracker::bounded("thumbs", 2);

#[blocking(timeout = "15s", track = THUMBS)]
fn thumbnail(picture: Vec<u8>) -> usize {
    picture.len() / 2
}

fn main() {
    drop(thumbnail(Vec::new()).admitted());
}
