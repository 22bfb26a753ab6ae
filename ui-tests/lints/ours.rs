//! What outlive's macros make: nothing is said of it.

use std::fmt::Error;
use std::sync::Arc;

use outlive::{
    Context, OwnedTracker, TaskHandle, TaskOwner, Tracker, Unfinished, detach, detached, owned_tasks, periodic, worker,
};

pub static AUDIT: Tracker = Tracker::bounded("audit", 8).queue(8);

tokio::task_local! {
    static TENANT: u32;
}

#[detached(timeout = "5s", grace = "1s", track = AUDIT)]
pub async fn write_audit(event: u32) -> Result<u32, Error> {
    tokio::task::yield_now().await;
    Ok(event)
}

#[detached(timeout = "5s", track = AUDIT, when_full = wait, inherit = [TENANT], span = child)]
pub async fn when_there_is_room(event: u32) -> u32 {
    event
}

#[detached(timeout = "5s", track = AUDIT, blocking, unfinished = spill)]
pub fn blocks(event: u32) -> Result<u32, Error> {
    Ok(event)
}

fn spill(call: Unfinished<(u32,)>) {
    println!("{} {:?}", call.site().name(), call.reason());
}

#[detached(timeout = "5s", track = tracker, context = context, on = runtime, name = "audit.elsewhere")]
pub async fn elsewhere<T: Send + 'static>(
    value: T,
    tracker: Arc<Tracker>,
    context: Context,
    runtime: tokio::runtime::Handle,
) -> T {
    drop((tracker, context, runtime));
    value
}

#[periodic(every = "30s", timeout = "10s", immediate, track = AUDIT)]
pub async fn refresh(key: &'static str) -> Result<usize, Error> {
    Ok(key.len())
}

#[worker(grace = "2s", restart = "1s..1m", track = AUDIT)]
pub async fn follow(feed: String) -> Result<(), Error> {
    println!("{feed}");
    Context::current().cancelled().await;
    Ok(())
}

pub struct Actor {
    done: u64,
}

impl Actor {
    #[worker(grace = "1s", track = AUDIT)]
    pub async fn run(mut self) -> u64 {
        self.done += 1;
        self.done
    }

    #[detached(timeout = "5s", track = AUDIT)]
    pub async fn once(self: Arc<Self>) -> u64 {
        self.done
    }
}

#[derive(Clone, TaskOwner)]
pub struct Server {
    tasks: OwnedTracker,
    name: Arc<str>,
}

#[owned_tasks]
impl Server {
    pub fn new(name: &str) -> Self {
        Self { tasks: OwnedTracker::bounded("server", 8), name: name.into() }
    }

    #[detached(timeout = "5s", unfinished = spill)]
    pub async fn greet(&self, whom: u32) -> Result<usize, Error> {
        Ok(self.name.len() + usize::try_from(whom).map_err(|_| Error)?)
    }

    #[detached(timeout = "5s", blocking)]
    pub fn blocks(&self) -> usize {
        self.name.len()
    }

    #[periodic(every = "30s", timeout = "10s")]
    pub async fn refresh(&self) {
        self.greet(7);
    }

    #[worker(grace = "2s")]
    pub async fn consume(&self) {
        Context::current().cancelled().await;
    }
}

/// And how it is called.
pub async fn everything(server: Server) -> Result<(), outlive::Rejected> {
    let number: TaskHandle<u32> = detach!(timeout = "1s", track = AUDIT, async { 7 });
    drop(number.await);
    write_audit(7);
    blocks(7).admitted()?;
    when_there_is_room(7).await.admitted()?;
    elsewhere("value", Arc::new(Tracker::bounded("here", 8)), Context::root(), tokio::runtime::Handle::current());
    refresh("users");
    follow("news".to_owned());
    Actor { done: 0 }.run();
    Arc::new(Actor { done: 0 }).once();
    server.greet(7);
    server.blocks();
    server.refresh();
    server.consume();
    println!("{}", server.shutdown().await);
    Ok(())
}
