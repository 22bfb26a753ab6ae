//! A function becomes a task by `#[detached]`.
//! The fix: `#[outlive::detached(timeout = "5s", track = AUDIT)]`.

static AUDIT: outlive::Tracker = outlive::Tracker::bounded("audit", 8);

#[outlive::task]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
    println!("{}", AUDIT.name());
}
