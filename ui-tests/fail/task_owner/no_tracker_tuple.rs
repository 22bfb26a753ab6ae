//! A tuple struct needs a tracker as well.
//! The fix: `struct Server(OwnedTracker, String)`.

use outlive::TaskOwner;

#[derive(Clone, TaskOwner)]
struct Server(String);

fn main() {
    println!("{}", Server("shop".to_owned()).0);
}
