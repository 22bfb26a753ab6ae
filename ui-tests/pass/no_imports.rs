//! The attributes of a service's methods need no import, and one that is there is not unused.

#![deny(warnings)]

mod without {
    use outlive::{OwnedTracker, TaskOwner, owned_tasks};

    #[derive(Clone, TaskOwner)]
    pub struct Shop {
        pub tasks: OwnedTracker,
    }

    #[owned_tasks]
    impl Shop {
        #[detached(timeout = "5s")]
        pub async fn refill(&self, key: u64) -> u64 {
            key + 1
        }

        #[periodic(every = "30s", timeout = "5s")]
        pub async fn refresh(&self) {}
    }

    #[owned_tasks]
    impl Shop {
        #[worker]
        pub async fn consume(&self) {}
    }
}

mod with {
    use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

    #[derive(Clone, TaskOwner)]
    pub struct Shop {
        pub tasks: OwnedTracker,
    }

    #[owned_tasks]
    impl Shop {
        #[detached(timeout = "5s")]
        pub async fn refill(&self, key: u64) -> u64 {
            key + 1
        }
    }
}

/// Two blocks of one type, whose first methods exclude each other.
mod by_condition {
    use outlive::{OwnedTracker, TaskOwner, owned_tasks};

    #[derive(Clone, TaskOwner)]
    pub struct Shop {
        pub tasks: OwnedTracker,
    }

    #[owned_tasks]
    impl Shop {
        #[cfg(unix)]
        #[detached(timeout = "5s")]
        pub async fn refill(&self) -> bool {
            true
        }
    }

    #[owned_tasks]
    impl Shop {
        #[cfg(not(unix))]
        #[detached(timeout = "5s")]
        pub async fn refill(&self) -> bool {
            false
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shop = without::Shop { tasks: outlive::OwnedTracker::bounded("shop", 8) };
    assert_eq!(shop.refill(1).await.unwrap(), 2);
    shop.refresh();
    shop.consume();
    let shop = with::Shop { tasks: outlive::OwnedTracker::bounded("shop", 8) };
    assert_eq!(shop.refill(1).await.unwrap(), 2);
    let shop = by_condition::Shop { tasks: outlive::OwnedTracker::bounded("shop", 8) };
    assert_eq!(shop.refill().await.unwrap(), cfg!(unix));
}
