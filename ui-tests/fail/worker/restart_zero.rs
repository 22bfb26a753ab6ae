//! A pause of zero stays zero when it is doubled.
//! The fix: `restart = "1s..1m"`.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "0s..1m", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
