//! The task outlives the loop, and so may outlive what it loops over.
//! The fix: `user: User`, or `user: Arc<User>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct User(u64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: &User) {
    println!("{} signed in", user.0);
}

fn main() {
    for user in [User(1), User(2), User(3)] {
        write_audit(&user);
    }
}
