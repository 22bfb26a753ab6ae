//! What is right is not refused.

use super::{detach, detached, owned_tasks_throughout, shown, task, task_owner};
use crate::arguments::Kind;

const ARGS: &str = "timeout = \"5s\", track = AUDIT";
const ITEM: &str = "async fn write(db: Db) {}";

#[test]
fn what_is_tried_again() {
    for (attr, item) in [
        ("retry = \"2, 1s..1s\"", "async fn f() -> Outcome {}"),
        ("retry = \" 30 ,10ms .. 1m 30s \", attempt = LIMIT, retry_if = Error::is_transient", "async fn f() -> R {}"),
        (
            "retry = (3, FIRST..crate::MOST), retry_if = |_| true",
            "async fn f<T: Send + 'static>(t: T) -> impl Attempted {}",
        ),
        ("retry = (ATTEMPTS, \"1s\"..MOST), unfinished = spill", "async fn f(self, (a, b): (A, B)) -> Outcome {}"),
        ("retry = \"3, 1s..2s\", when_full = wait, inherit = [ID]", "async fn f(self: Arc<Self>) -> Outcome {}"),
        ("retry = \"3, 1s..2s\", site = caller", "async fn f(self: &Arc<Self>) -> (Outcome) {}"),
    ] {
        let errors = detached(&format!("{ARGS}, {attr}"), item).1;
        assert!(errors.is_empty(), "{attr} {item}: {:?}", shown(&errors));
    }
}

#[test]
fn loops_and_services() {
    for (kind, attr, item) in [
        (Kind::Periodic, "every = \"30s\", timeout = \"10s\", track = AUDIT, missed = skip", "async fn f(self) {}"),
        (
            Kind::Periodic,
            "every = LIMIT, timeout = LIMIT, track = a.tasks, immediate,",
            "async fn f(a: A) -> Outcome {}",
        ),
        (Kind::Periodic, "every = \"1s\", timeout = \"9s\", track = AUDIT", "async fn f(self: &Arc<Self>) {}"),
        (Kind::Periodic, "every = n, jitter = \"5s\", timeout = \"9s\", track = AUDIT", "async fn f(n: Duration) {}"),
        (Kind::Periodic, "every = self.every(), timeout = \"9s\", track = AUDIT", "async fn f(self) {}"),
        (Kind::Periodic, "every = T::EVERY, timeout = \"9s\", track = AUDIT", "async fn f<T: Job>(t: T) {}"),
        (
            Kind::Periodic,
            "every = Duration::from_secs(N), timeout = \"9s\", track = AUDIT",
            "async fn f<const N: u64>() {}",
        ),
        (
            Kind::Periodic,
            "every = \"1s\", timeout = \"9s\", track = AUDIT",
            "async fn f() { loop { if g() { break; } } }",
        ),
        (
            Kind::Periodic,
            "every = \"1s\", timeout = \"9s\", track = AUDIT",
            "async fn f() -> Outcome { loop { g().await?; } }",
        ),
        (Kind::Periodic, "every = \"1s\", timeout = \"9s\", track = AUDIT", "async fn f() { loop { ends!(g()); } }"),
        (Kind::Periodic, "every = \"1s\", timeout = \"9s\", track = AUDIT", "async fn f() { while g() { h(); } }"),
        (Kind::Worker, "track = AUDIT", "async fn f() { loop { g().await; } }"),
        (Kind::Detached, ARGS, "async fn f() -> u8 { loop { if let Some(n) = g().await { break n; } } }"),
        (Kind::Detached, ARGS, "async fn f() { loop { if g().await { return; } } }"),
        (Kind::Detached, ARGS, "async fn f() -> Outcome { loop { g().await?; } }"),
        (Kind::Detached, ARGS, "async fn f() { select! { _ = async { loop { g().await; } } => {} _ = h() => {} } }"),
        (Kind::Detached, ARGS, "async fn f() { loop { ends!(g()); } }"),
        (Kind::Detached, ARGS, "async fn f() { while g().await { h(); } }"),
        (Kind::Worker, "track = AUDIT, blocking", "fn f() { loop { if ended() { break; } } }"),
        (Kind::Worker, "track = AUDIT, blocking", "fn f(rx: Receiver<u8>) -> R { loop { g(rx.recv()?); } }"),
        (Kind::Worker, "track = AUDIT, blocking", "fn f(rx: Receiver<u8>) { for n in rx { g(n); } }"),
        (Kind::Worker, "track = AUDIT, blocking", "fn f(rx: Receiver<u8>) { loop { g(rx.recv().unwrap()); } }"),
        (Kind::Detached, "timeout = \"1s\", track = AUDIT", "async fn f(self) where Self: Send + 'static {}"),
        (Kind::Periodic, "every = NEVER, timeout = FOREVER, track = AUDIT", "async fn f() {}"),
        (Kind::Worker, "track = AUDIT, when_full = wait", "async fn f(stream: Stream) {}"),
        (Kind::Worker, "track = AUDIT", "async fn f<T: Job>(mut self, t: T) -> impl Display {}"),
        (Kind::Worker, "track = AUDIT, restart = \"1s..1s\"", "async fn f(self: Arc<Self>) -> Outcome {}"),
        (Kind::Worker, "track = AUDIT, restart = FIRST..crate::MOST, grace = GRACE", "async fn f() -> Outcome {}"),
    ] {
        let errors = task(kind, attr, item).1;
        assert!(errors.is_empty(), "{attr} {item}: {:?}", shown(&errors));
    }
    for item in [
        "impl Server { #[detached(timeout = \"5s\", track = AUDIT)] async fn f(n: u8) {} }",
        "impl<'a, T, const N: usize> a::Server<T, N> where T: Job { #[worker] async fn f<U: Fn(u8) + Send + 'static>(&self, u: U) {} }",
        "impl Server { #[cfg_attr(x, outlive::detached(timeout = \"5s\"))] async fn f(&self) {} }",
        "impl Server { #[periodic(every = \"1s\", timeout = \"1s\")] async fn f(self: &Self) {} }",
        "impl<T: Store + Clone> Server<T> { #[worker] async fn f(&self) {} }",
        "impl<T: Clone> Server<T> where T: Store { #[worker] async fn f(&self) {} }",
        "impl<T> Server<T> where Self: Send + Sync + 'static { #[worker] async fn f(&self) {} }",
        "impl<T: Clone + Send + 'static> Server<T> { #[worker] async fn f(&self) {} }",
        "impl<T: core::marker::Send + std::marker::Sync + 'static> Server<T> { #[worker] async fn f(&self) {} }",
        "impl<T> Server<T> { async fn f(&self) {} }",
    ] {
        let errors = owned_tasks_throughout("", item).1;
        assert!(errors.is_empty(), "{item}: {:?}", shown(&errors));
    }
    for item in [
        "struct Server { tasks: OwnedTracker }",
        "pub struct Server<'a, T: ?Sized>(Box<T>, &'a str, outlive::OwnedTracker<90>) where T: Job;",
        "struct Server { #[tasks] inner: Tasks, #[tasks(allow = \"its parent's\")] parent: OwnedTracker }",
        "#[tasks(crate = crate::x)] struct Server { #[serde(skip)] r#type: OwnedTracker, n: Option<(u8, Db)> }",
    ] {
        let errors = task_owner(item).1;
        assert!(errors.is_empty(), "{item}: {:?}", shown(&errors));
    }
}

#[test]
fn functions_and_their_arguments() {
    for item in [
        "async fn f(f: impl Fn(&str) -> &str + Send + 'static, g: fn(&[u8]), h: Box<dyn for<'a> Fn(&'a Db) -> Out<'a> + Send>) {}",
        "async fn f(a: &'static str, b: Cow<'static, str>) -> &'static str {}",
        "async fn f<T, const N: usize>(a: [T; N]) -> impl Iterator<Item = T> where T: Debug + Send + 'static {}",
        "async fn f(f: fn() -> BoxFuture<'static, ()>) -> impl Fn() -> Pin<Box<dyn Future<Output = u8>>> {}",
        "async fn f(self) {}",
        "async fn f(mut self, mut a: u8) {}",
        "async fn f(self: Self) {}",
        "async fn f(self: Arc<Self>) -> impl Display {}",
        "async fn f(self: &Arc<Self>) -> Self {}",
        "async fn f(self: &'static Self) {}",
        "async fn f(&'static self) {}",
        "async fn f(cause: Box<dyn Error + Send>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {}",
        "async fn f(self: &std::sync::Arc<Self>) {}",
        "pub(in crate::x) async fn r#fn(r#type: u8, _: u8, (a, [b, ..]): (u8, [u8; 3]), Wrap(c): Wrap) {}",
        "#[cfg(x)] #[cfg_attr(x, y)] #[allow(z)] #[unsafe(w)] async fn f() {}",
    ] {
        let errors = detached(ARGS, item).1;
        assert!(errors.is_empty(), "{item}: {:?}", shown(&errors));
    }
    for attr in [
        "timeout = \"5s\", track = AUDIT,",
        "timeout = LIMIT, grace = crate::GRACE, track = crate::trackers::AUDIT",
        "timeout = Duration::from_secs(5), track = &AUDIT",
        "timeout = \"1s\", max_timeout = \"1s\", track = db",
        "timeout = Config { db: 5 }.limit(), track = AUDIT",
        "timeout = other::<A, B>(db::X), track = AUDIT",
        "timeout = if db.slow { LONG } else { SHORT }, max_timeout = LONG, track = db.tasks.clone()",
        "timeout = \"5s\", track = AUDIT, when_full = reject, span = linked, inherit = [], crate = ::x",
        "timeout = \"5s\", track = Arc::clone(&SHARED)",
        "timeout = \"5s\", track = TASKS.get_or_init(|| Arc::new(Tracker::bounded(\"audit\", 1)))",
        "timeout = \"5s\", track = { static TASKS: Tracker = Tracker::bounded(\"audit\", 1); &TASKS }",
        "timeout = \"5s\", track = db.or_else(move || Tracker::bounded(\"audit\", 1)).bounded(1)",
        "timeout = \"5s\", track = AUDIT, carry = [Hub, a::Local<u8>, <T as Of>::Carrier, Local::<u8>],",
        "timeout = \"5s\", track = AUDIT, crate = crate, context = db.ctx, on = db.handle(), unfinished = |_| {}",
    ] {
        let errors = detached(attr, ITEM).1;
        assert!(errors.is_empty(), "{attr}: {:?}", shown(&errors));
    }
    for input in [
        "timeout = \"5s\", track = AUDIT, async { a == b }",
        "timeout = \"5s\", track = AUDIT, future",
        "timeout = \"5s\", track = AUDIT, track,",
        "timeout = \"5s\", track = AUDIT, work::<A, B>(a, b),",
        "timeout = \"5s\", track = tasks, f(a, timeout == b)",
        "timeout = config.limit, max_timeout = \"5s\", track = self.tasks, when_full = reject, span = child, {}",
    ] {
        let errors = detach(input).1;
        assert!(errors.is_empty(), "{input}: {:?}", shown(&errors));
    }
}
