//! Calls of the library's types, as they are meant: what refuses the others does not stand in their way.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use outlive::{
    CancelCause, Context, Group, OwnedTracker, Shutdown, ShutdownReport, Singleflight, Stop, TaskOwner, Tracker,
    detached, shield,
};

static AUDIT: Tracker = Tracker::bounded("audit", 64);
static USERS: Singleflight<u64, String> = Singleflight::new("users", &AUDIT, Duration::from_secs(5));

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> u64 {
    user
}

async fn load(id: u64) -> String {
    format!("user {id}")
}

/// As of futures-util and tokio-util.
trait FutureExt: Future + Sized {
    fn timeout(self, limit: Duration) -> impl Future<Output = Option<Self::Output>> {
        async move { tokio::time::timeout(limit, self).await.ok() }
    }

    fn map<R>(self, change: impl FnOnce(Self::Output) -> R) -> impl Future<Output = R> {
        async { change(self.await) }
    }

    fn unwrap(&self) -> &'static str {
        "an extension's"
    }
}

impl<F: Future> FutureExt for F {}

async fn of_any_future<F: Future>(future: F) -> F::Output {
    shield(Context::root().scope(future)).await.expect("nothing cancels it")
}

async fn of_any_work<F: Future<Output = String> + Send + 'static>(work: F) -> String {
    USERS.run(8, work).await.expect("it does not fail").value
}

async fn of_any_child<F>(child: F, other: F) -> Vec<u64>
where
    F: Future<Output = Result<u64, String>> + Send + 'static,
{
    let mut group = Group::new();
    group.spawn(child).await;
    drop(group.try_spawn(other));
    group.wait().await.expect("none fails")
}

fn look(_: &ShutdownReport) {}

fn die(_: &ShutdownReport) -> ! {
    panic!("nobody calls it")
}

async fn serve(stop: Stop) -> std::io::Result<()> {
    stop.await;
    Ok(())
}

/// One that is not cloned may have a destructor, and the field of one that is.
#[derive(TaskOwner)]
struct Shared {
    tasks: OwnedTracker,
}

impl Drop for Shared {
    fn drop(&mut self) {
        println!("{} ends", self.tasks.name());
    }
}

#[derive(Clone, TaskOwner)]
struct Cloned<T: Clone + Send + Sync + 'static> {
    tasks: OwnedTracker,
    lease: Arc<Lease>,
    of: T,
}

struct Lease;

impl Drop for Lease {
    fn drop(&mut self) {}
}

fn shutdown() -> Shutdown {
    let kept = String::from("kept");
    let (sent, _received) = std::sync::mpsc::channel();
    Shutdown::new()
        .on(async {})
        .on(Box::pin(std::future::ready(())))
        .serve("lines", Duration::from_secs(1), |stop| {
            let also = stop.clone();
            println!("{}", stop.is_requested());
            async move {
                also.await;
                Ok::<_, std::io::Error>(())
            }
        })
        .serve("named", Duration::from_secs(1), serve)
        .serve("async", Duration::from_secs(1), async |stop: Stop| stop.await)
        .phase("stores")
        .tracker(&AUDIT)
        .inspect(|report| println!("{report}"))
        .inspect(look)
        .inspect(move |report| drop(sent.send(report.to_string())))
        .inspect(move |_| {
            if kept.is_empty() {
                panic!("it is kept")
            }
        })
        .finally("nothing", Duration::from_secs(1), || ())
        .finally("a file", Duration::from_secs(1), || {
            std::fs::remove_file("there is none").or(Ok::<_, std::io::Error>(()))
        })
}

#[tokio::main]
async fn main() {
    assert_eq!(write_audit(7).timeout(Duration::from_secs(60)).await.unwrap().unwrap(), 7);
    assert_eq!(write_audit(7).map(Result::unwrap).await, 7);
    assert_eq!(FutureExt::unwrap(&write_audit(7)), "an extension's");

    assert_eq!(of_any_future(load(7)).await, "user 7");
    assert_eq!(of_any_work(load(8)).await, "user 8");
    assert_eq!(of_any_child(std::future::ready(Ok(7)), std::future::ready(Ok(8))).await, [7, 8]);

    let mut group: Group<String> = Group::new();
    group.spawn(async { panic!("whatever it would give") }).await;
    group.spawn(async { "8".parse::<u64>().map(drop).map_err(|error| error.to_string()) }).await;
    group.spawn(Box::pin(async { Ok(()) }) as Pin<Box<dyn Future<Output = _> + Send>>).await;
    group.wait().await.unwrap_err();

    let context = Context::root().with_timeout(Duration::from_secs(60));
    context.on_cancel(|cause| println!("{cause}"));
    context.on_cancel(drop);
    context.on_cancel(|cause| match cause {
        CancelCause::Timeout => {}
        other => panic!("{other}"),
    });
    context.on_cancel(|_| std::process::exit(1)).stop();
    let borrowed = String::from("borrowed");
    assert_eq!(context.scope(async { borrowed.len() }).await.unwrap(), 8);

    drop(Shutdown::new().inspect(die));
    drop(Shared { tasks: OwnedTracker::bounded("shared", 8) });
    let cloned = Cloned { tasks: OwnedTracker::bounded("cloned", 8), lease: Arc::new(Lease), of: 7_u8 };
    println!("{} {}", Arc::strong_count(&cloned.lease), cloned.of);
    assert!(shutdown().run().await.is_clean());
}
