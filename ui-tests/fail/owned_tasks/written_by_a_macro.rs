//! The `impl` does not see the methods that a macro writes into it, as the macro runs later.
//! The fix: the methods as they are, or a macro that writes the `impl` with its `#[owned_tasks]`.

use outlive::{OwnedTracker, TaskOwner, owned_tasks, periodic};

#[derive(Clone, TaskOwner)]
struct Rates {
    tasks: OwnedTracker,
}

macro_rules! loops {
    ($($name:ident $every:literal),*) => {$(
        #[periodic(every = $every, timeout = "10s")]
        async fn $name(&self) {
            println!("{}", stringify!($name));
        }
    )*};
}

#[owned_tasks]
impl Rates {
    loops!(refresh "30s", sweep "5m");
}

fn main() {
    let rates = Rates { tasks: OwnedTracker::bounded("rates", 8) };
    rates.refresh();
    rates.sweep();
}
