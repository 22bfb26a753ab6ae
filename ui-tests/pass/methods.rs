//! Inherent methods: the receivers, `Self`, and functions without a receiver.

#![deny(warnings)]

use std::pin::Pin;
use std::sync::Arc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone)]
struct Service {
    tasks: Arc<Tracker<30>>,
    name: String,
}

impl Service {
    const LENGTH: usize = 4;

    #[detached(timeout = "5s", track = AUDIT)]
    async fn by_value(self) -> String {
        self.name
    }

    #[detached(timeout = "5s", track = AUDIT)]
    async fn mutable(mut self, more: &'static str) -> String {
        self.name.push_str(more);
        self.name
    }

    #[detached(timeout = "25s", track = self.tasks)]
    async fn by_arc(self: Arc<Self>, key: String) -> usize {
        self.name.len() + key.len()
    }

    #[detached(timeout = "25s", track = self.tasks)]
    async fn by_arc_reference(self: &Arc<Self>, key: String) -> usize {
        tokio::task::yield_now().await;
        self.name.len() + key.len()
    }

    #[detached(timeout = "25s", track = &self.tasks)]
    async fn boxed(self: Box<Self>) -> usize {
        self.name.len()
    }

    #[detached(timeout = "25s", track = self.tasks)]
    async fn pinned(self: Pin<Box<Self>>) -> usize {
        self.name.len()
    }

    #[detached(timeout = "25s", track = self.tasks, blocking)]
    fn blocks(self: &Arc<Self>) -> usize {
        Self::helper(&self.name)
    }

    #[detached(timeout = "5s", track = AUDIT)]
    pub async fn associated(name: String) -> usize {
        Self::helper(&name) + Self::LENGTH
    }

    #[detached(timeout = "5s", track = service.tasks)]
    async fn of_type(service: Self) -> Self {
        service
    }

    /// Says `Self` nowhere.
    #[detached(timeout = "5s", track = AUDIT)]
    async fn free(name: String) -> usize {
        name.len()
    }

    fn helper(name: &str) -> usize {
        name.len()
    }
}

/// What a trait's methods do: they call one that is detached.
trait Audit {
    fn write(&self, event: String);
}

impl Audit for Arc<Service> {
    fn write(&self, event: String) {
        self.by_arc_reference(event);
    }
}

enum Event {
    SignedIn,
}

impl Event {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(self) -> bool {
        matches!(self, Self::SignedIn)
    }
}

#[tokio::main]
async fn main() {
    let tasks = Arc::new(Tracker::bounded("service", 8).drain_budget::<30>());
    let service = Service { tasks, name: "four".to_owned() };
    assert_eq!(service.clone().by_value().await.unwrap(), "four");
    assert_eq!(service.clone().mutable("teen").await.unwrap(), "fourteen");
    assert_eq!(Box::new(service.clone()).boxed().await.unwrap(), 4);
    assert_eq!(Box::pin(service.clone()).pinned().await.unwrap(), 4);
    let shared = Arc::new(service.clone());
    assert_eq!(shared.clone().by_arc("five5".to_owned()).await.unwrap(), 9);
    assert_eq!(shared.by_arc_reference("five5".to_owned()).await.unwrap(), 9);
    assert_eq!(shared.blocks().await.unwrap(), 4);
    assert_eq!(Service::associated("four".to_owned()).await.unwrap(), 8);
    assert_eq!(Service::of_type(service.clone()).await.unwrap().name, "four");
    assert_eq!(Service::free("four".to_owned()).await.unwrap(), 4);
    assert!(Event::SignedIn.write().await.unwrap());
    shared.write("signed in".to_owned());
    assert!(AUDIT.drain().await.is_clean());
    assert!(service.tasks.drain().await.is_clean());
}
