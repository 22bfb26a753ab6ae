//! Every argument of the attribute, in any order.

#![deny(warnings)]

use std::sync::Arc;
use std::time::Duration;

use outlive::{Context, Tracker, Unfinished, detached};
use tokio::runtime::Handle;

static AUDIT: Tracker = Tracker::bounded("audit", 64).queue(64);

tokio::task_local! {
    static TENANT: u32;
    static REQUEST_ID: String;
}

#[detached(
    track = AUDIT,
    name = "audit.write",
    timeout = limit,
    max_timeout = "15s",
    grace = "500ms",
    inherit = [TENANT, REQUEST_ID],
    span = child,
    context = ctx,
    on = runtime.clone(),
    unfinished = spill,
    when_full = reject,
    crate = ::outlive,
)]
async fn everything(limit: Duration, ctx: Context, runtime: Handle) -> Result<u32, String> {
    drop((limit, ctx, runtime));
    REQUEST_ID.with(|id| assert_eq!(id, "r-1"));
    let tenant = TENANT.with(|tenant| *tenant);
    Context::current().get::<u8>().map_or(Ok(tenant), |_| Err("refused".to_owned()))
}

fn spill(call: Unfinished<(Duration, Context, Handle)>) {
    assert!(call.started());
}

#[detached(timeout = "5s", track = AUDIT, when_full = wait)]
async fn waits(number: u32) -> u32 {
    number
}

#[detached(timeout = "5s", track = AUDIT, unfinished = |call: Unfinished<(u32,)>| assert!(call.started()))]
async fn spills_into_a_closure(number: u32) -> Result<u32, ()> {
    if number > 7 { Ok(number) } else { Err(()) }
}

#[detached(timeout = "5s", track = AUDIT, blocking, inherit = [TENANT], unfinished = generic)]
fn blocks(number: u32) -> u32 {
    number + TENANT.with(|tenant| *tenant)
}

fn generic<A>(call: Unfinished<A>) {
    drop(call);
}

struct App {
    tasks: Arc<Tracker<60>>,
    limits: [Duration; 1],
}

#[detached(timeout = app.limits[0], max_timeout = "59s", grace = "1s", track = Arc::clone(&app.tasks), span = linked)]
async fn tracked_by_the_app(app: Arc<App>) -> u64 {
    drop(app);
    60
}

fn tracker() -> &'static Tracker {
    &AUDIT
}

#[detached(timeout = "5s", track = tracker())]
async fn tracked_by_a_call() {}

#[detached(timeout = "5s", track = &AUDIT)]
async fn tracked_by_a_reference() {}

#[tokio::main]
async fn main() {
    let call = async {
        let everything = |ctx| everything(Duration::from_secs(60), ctx, Handle::current());
        assert_eq!(everything(Context::root()).await.unwrap(), Ok(5));
        assert!(everything(Context::root().with(7_u8)).await.unwrap().is_err());
        assert_eq!(blocks(2).await.unwrap(), 7);
    };
    TENANT.scope(5, REQUEST_ID.scope("r-1".to_owned(), call)).await;
    assert_eq!(waits(7).await.await.unwrap(), 7);
    assert!(spills_into_a_closure(7).await.unwrap().is_err());
    let tasks = Arc::new(Tracker::bounded("app", 1).drain_budget::<60>());
    let app = Arc::new(App { tasks, limits: [Duration::from_secs(1)] });
    assert_eq!(tracked_by_the_app(app).await.unwrap(), 60);
    tracked_by_a_call();
    tracked_by_a_reference();
    assert!(AUDIT.drain().await.is_clean());
}
