//! A crate that uses the macros as awkwardly as it may, and must raise no lint: edition 2021, `outlive` renamed (which the macros
//! find in `Cargo.toml` where nobody says it), every
//! group of clippy's, `tokio::spawn` banned. CI runs clippy over it; its one ban that is broken by hand shows that the
//! bans bite.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    rust_2018_idioms,
    unused,
    single_use_lifetimes,
    trivial_casts,
    let_underscore_drop,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::missing_const_for_fn,
    clippy::missing_docs_in_private_items,
    clippy::wildcard_enum_match_arm,
    clippy::shadow_unrelated,
    clippy::default_numeric_fallback
)]

use std::sync::Arc;
use std::time::Duration;

use elsewhere::{
    MaxAge, OwnedTracker, RequestBound, TaskHandle, TaskOwner, Tracker, detach, detached, owned_tasks, periodic, worker,
};

#[forbid(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::unused_async,
    clippy::unused_self,
    clippy::wildcard_imports
)]
pub mod forbidden;

/// The tracker of everything here.
static HERE: Tracker = Tracker::bounded("here", 8).queue(8);

/// The longest time.
const LIMIT: Duration = Duration::from_secs(3);

/// Plain.
#[detached(timeout = "5s", grace = "1s", track = HERE, crate = elsewhere)]
pub async fn plain(name: String) -> usize {
    tokio::task::yield_now().await;
    name.len()
}

/// Never awaits, never fails, could be const.
#[detached(timeout = LIMIT, track = crate::HERE, crate = ::elsewhere)]
pub async fn nothing() {}

/// Generic, and instrumented.
#[detached(timeout = "5s", track = HERE)]
#[tracing::instrument(skip_all)]
pub async fn generic<T: Clone + Send + 'static, const N: usize>(values: [T; N]) -> Result<T, String>
where
    [T; N]: Clone,
{
    values.first().cloned().ok_or_else(|| String::from("empty"))
}

/// Goes stale.
#[derive(Clone, Debug)]
pub struct Token(Duration);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(90);

    fn remaining(&self) -> Option<Duration> {
        Some(self.0)
    }
}

impl Token {
    /// Spends itself, in a tuple, and two more.
    #[detached(timeout = "5s", track = HERE, crate = elsewhere)]
    pub async fn spend(self, _other: Self, more: (u8, Option<Self>)) -> Duration {
        more.1.map_or(self.0, |token| token.0)
    }
}

/// Belongs to a request.
#[derive(Debug)]
pub struct Upload;

impl RequestBound for Upload {}

/// May all the same.
#[detached(timeout = "5s", track = HERE, allow_request_bound = "stored, or not", crate = elsewhere)]
pub async fn store(_upload: Upload, token: Token) -> (Upload, Token) {
    (Upload, token)
}

/// Patterns.
#[detached(timeout = "5s", track = HERE, crate = elsewhere)]
pub async fn patterns((left, right): (u32, u32), mut sum: u32, _: Arc<()>) -> u32 {
    sum += left + right;
    sum
}

/// Waits for a place.
#[detached(timeout = "5s", track = HERE, when_full = wait)]
pub async fn waits_for_a_place(value: u32) -> u32 {
    value
}

/// Counted for each line that calls it.
#[detached(timeout = "5s", track = HERE, site = caller, crate = elsewhere)]
pub async fn counted_by_line(value: u32) -> u32 {
    value
}

/// On the blocking pool.
#[detached(timeout = "5s", track = HERE, blocking, crate = elsewhere)]
pub fn blocks(value: u32) -> u32 {
    value
}

/// Hands its arguments back.
#[detached(timeout = "5s", track = HERE, unfinished = spill, crate = elsewhere)]
pub async fn hands_back(value: u32) -> Result<(), std::fmt::Error> {
    let _: u32 = value;
    Err(std::fmt::Error)
}

/// Where they go.
fn spill(call: elsewhere::Unfinished<(u32,)>) {
    let ((value,), reason) = call.into_parts();
    tracing::info!(value, %reason);
}

tokio::task_local! {
    /// Whose request it is.
    static TENANT: u32;
}

/// Every argument that the others leave out.
#[detached(
    timeout = limit,
    max_timeout = "9s",
    grace = "500ms",
    track = tasks,
    name = "here.everything",
    span = child,
    context = ctx,
    on = runtime,
    inherit = [TENANT],
    carry = [Kept<u8>, Kept<std::string::String>],
    unfinished = drop,
    crate = elsewhere
)]
pub async fn everything<const BUDGET: u64>(
    limit: Duration,
    tasks: Arc<Tracker<BUDGET>>,
    ctx: elsewhere::Context,
    runtime: tokio::runtime::Handle,
) -> Result<u64, std::fmt::Error> {
    drop((limit, tasks, ctx, runtime));
    Ok(BUDGET)
}

/// What another library keeps in a thread-local.
#[derive(Debug)]
pub struct Kept<T>(T);

impl<T: std::default::Default + Send + 'static> elsewhere::Carrier for Kept<T> {
    fn capture() -> std::option::Option<Self> {
        std::option::Option::Some(Self(T::default()))
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        work();
    }
}

/// A task-local for a thread, and an argument that is an `impl Trait`.
#[detached(timeout = "5s", track = HERE, inherit = [TENANT], blocking, crate = elsewhere)]
pub fn blocks_with(values: impl IntoIterator<Item = u32> + Send + 'static) -> u32 {
    values.into_iter().sum()
}

/// A service with an instance of its own.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its tracker.
    tasks: Arc<Tracker<30>>,
}

impl Service {
    /// By value.
    #[detached(timeout = "25s", track = self.tasks, crate = elsewhere)]
    pub async fn by_value(self) -> usize {
        self.tasks.live()
    }

    /// By `Arc`.
    #[detached(timeout = "25s", track = self.tasks, crate = elsewhere)]
    #[tracing::instrument(skip_all)]
    pub async fn by_arc(self: Arc<Self>, _unused: u32) {}

    /// By a reference to an `Arc`.
    #[detached(timeout = "25s", track = self.tasks, crate = elsewhere)]
    pub async fn by_arc_ref(self: &Arc<Self>) -> usize {
        Arc::strong_count(self)
    }

    /// Without a receiver.
    #[detached(timeout = "25s", track = service.tasks, crate = elsewhere)]
    pub async fn associated(service: Self) -> Self {
        service
    }
}

/// Of any type.
#[derive(Debug)]
pub struct Store<T> {
    /// What it holds.
    value: T,
}

impl<T: Clone + Send + Sync + 'static> Store<T> {
    /// The block's parameter, and one of its own.
    #[detached(timeout = "5s", track = HERE, when_full = wait, crate = elsewhere)]
    pub async fn copy<const N: usize>(self: &Arc<Self>) -> Vec<T> {
        vec![self.value.clone(); N]
    }

    /// Without a receiver.
    #[detached(timeout = "5s", track = HERE, unfinished = forget, crate = elsewhere)]
    pub async fn holding(value: T) -> Self
    where
        Self: Sized,
    {
        Self { value }
    }
}

/// Any arguments.
fn forget<A>(call: elsewhere::Unfinished<A>) {
    drop(call);
}

/// A service that owns its tasks.
#[derive(Clone, Debug, TaskOwner)]
#[tasks(crate = elsewhere)]
pub struct Owner {
    /// Its tracker.
    tasks: OwnedTracker<30>,
    /// What it is called.
    name: Arc<str>,
    /// Not its own.
    #[tasks(allow = "shows that it may be there")]
    request: elsewhere::Context,
}

#[owned_tasks(crate = elsewhere)]
impl Owner {
    /// The longest time.
    const LIMIT: Duration = Duration::from_secs(3);

    /// Bounded.
    #[detached(timeout = Owner::LIMIT, grace = "1s")]
    #[tracing::instrument(skip_all)]
    pub async fn bounded(&self, more: String) -> Result<usize, std::fmt::Error> {
        tokio::task::yield_now().await;
        Ok(self.name.len() + more.len())
    }

    /// Never awaits, never names the service.
    #[detached(timeout = "5s", when_full = wait)]
    pub async fn nothing(&self) {}

    /// Counted for each line that calls it.
    #[detached(timeout = "5s", site = caller)]
    pub async fn counted_by_line(&self, value: u32) -> u32 {
        value
    }

    /// On the blocking pool.
    #[detached(timeout = "5s", blocking, unfinished = forget)]
    pub fn blocks(&self, value: u32) -> u32 {
        value
    }

    /// By a reference to an `Arc`.
    #[detached(timeout = "5s")]
    pub async fn by_arc_ref(self: &Arc<Self>) -> usize {
        Arc::strong_count(self)
    }

    /// Again and again.
    #[periodic(every = "30s", timeout = "10s", missed = burst, immediate)]
    pub async fn again(&self) -> Result<(), std::fmt::Error> {
        drop(self.request.clone());
        Ok(())
    }

    /// Again after a failure.
    #[detached(timeout = "5s", retry = (3, Duration::from_millis(1)..LIMIT), attempt = "1s")]
    pub async fn tried(&self, _unused: u32, (one, _): (u32, u32)) -> Result<u32, std::fmt::Error> {
        if self.live() == 0 { Err(std::fmt::Error) } else { Ok(one) }
    }

    /// Until it is told.
    #[worker(grace = "2s", restart = "1s..1m")]
    pub async fn listens(&self, _unused: u32) {
        elsewhere::Context::current().cancelled().await;
    }

    /// Not a task.
    #[must_use]
    pub fn live(&self) -> usize {
        self.tasks.live()
    }
}

/// Of any type, and by position.
#[derive(Clone, Debug, TaskOwner)]
#[tasks(crate = elsewhere)]
pub struct Holder<T, const DRAIN: u64>(OwnedTracker<DRAIN>, T, Owner)
where
    T: Clone;

#[owned_tasks(crate = elsewhere)]
impl<T: Clone + Send + Sync + 'static, const DRAIN: u64> Holder<T, DRAIN> {
    /// A clone of it.
    #[detached(timeout = "5s")]
    pub async fn copy<const N: usize>(&self) -> Vec<T> {
        vec![self.1.clone(); N]
    }

    /// Again and again.
    #[periodic(every = "30s", timeout = "10s")]
    pub async fn again(self: &Arc<Self>) {
        drop(self.2.nothing().await);
    }
}

/// Again and again.
#[periodic(every = LIMIT, timeout = "5s", missed = delay, track = HERE)]
pub async fn repeats(mut name: String, (left, _): (u32, u32)) -> Result<u32, std::fmt::Error> {
    name.push('!');
    Ok(left)
}

/// Nothing, again and again.
#[periodic(every = "30s", timeout = "5s", immediate, span = child, track = HERE, crate = elsewhere)]
pub async fn repeats_nothing() {}

/// As often as it is told.
#[periodic(every = period.0, jitter = LIMIT, timeout = "5s", track = HERE, crate = elsewhere)]
pub async fn repeats_as_told(period: (Duration, u8)) {}

/// When there is room.
#[worker(when_full = wait, track = HERE, crate = elsewhere)]
pub async fn waits(name: String) -> usize {
    name.len()
}

/// Until it is told.
#[worker(grace = "1s", track = HERE)]
#[tracing::instrument(skip_all)]
pub async fn works<T: Send + 'static>(value: T, _: Arc<()>) -> T {
    elsewhere::Context::current().cancelled().await;
    value
}

/// Anew after a failure.
#[worker(restart = LIMIT..Owner::LIMIT, on = runtime, track = tasks, crate = elsewhere)]
pub async fn works_anew(tasks: Arc<Tracker>, runtime: tokio::runtime::Handle) -> Result<usize, std::fmt::Error> {
    drop(runtime);
    Ok(tasks.live())
}

/// An actor.
#[derive(Debug)]
pub struct Actor {
    /// What it has done.
    done: u64,
}

impl Actor {
    /// By value.
    #[worker(grace = "1s", track = HERE, crate = elsewhere)]
    pub async fn run(mut self, more: u64) -> u64 {
        tokio::task::yield_now().await;
        self.done += more;
        self.done
    }
}

#[must_use]
/// A future, and one with a tracker that is an expression.
pub fn futures(service: &Service) -> (TaskHandle<u32>, TaskHandle<usize>) {
    let number = detach!(timeout = "1s", track = HERE, crate = elsewhere, async { 7_u32 });
    let tasks = Arc::clone(&service.tasks);
    let live = detach!(timeout = "1s", track = service.tasks, crate = elsewhere, async move { tasks.live() });
    (number, live)
}

/// Names that a prelude has, meaning something else.
pub mod shadows {
    use elsewhere::detached;

    /// Not that one.
    #[derive(Debug)]
    pub struct Option;
    /// Not that one.
    #[derive(Debug)]
    pub struct Some;
    /// Not that one.
    pub type Result<T> = core::result::Result<T, Some>;
    /// Not that one.
    pub trait Clone {}
    /// Not that one.
    pub trait Send {}
    /// Not that one.
    #[derive(Debug)]
    pub struct String;

    /// All of them at once.
    #[detached(timeout = "5s", track = super::HERE, unfinished = spill, crate = elsewhere)]
    pub async fn shadowed(value: u32) -> Result<Option> {
        if value == 0 {
            return core::result::Result::Err(Some);
        }
        Ok(Option)
    }

    /// And again.
    #[detached(timeout = "5s", track = super::HERE, unfinished = spill, retry = "3, 1ms..2s", retry_if = wanted, crate = elsewhere)]
    pub async fn tried(value: u32) -> Result<Option> {
        if value == 0 {
            return core::result::Result::Err(Some);
        }
        Ok(Option)
    }

    /// Which of them.
    const fn wanted(_: &Some) -> bool {
        true
    }

    /// Where they go.
    fn spill(call: elsewhere::Unfinished<(u32,)>) {
        drop(call);
    }

    /// And a service.
    #[derive(Debug, elsewhere::TaskOwner)]
    #[tasks(crate = elsewhere)]
    pub struct Owner<T> {
        /// Its tracker.
        tasks: elsewhere::OwnedTracker,
        /// What it holds.
        value: T,
    }

    #[elsewhere::owned_tasks(crate = elsewhere)]
    impl<T: core::marker::Send + core::marker::Sync + 'static> Owner<T> {
        /// Again and again.
        #[elsewhere::periodic(every = "30s", timeout = "10s")]
        pub async fn again(self: &std::sync::Arc<Self>) -> Result<Option> {
            tokio::task::yield_now().await;
            drop(std::sync::Arc::clone(self));
            Ok(Option)
        }

        /// What it holds.
        pub const fn value(&self) -> &T {
            &self.value
        }
    }

    /// Until it is told.
    #[elsewhere::worker(track = super::HERE, restart = "1s..1m", crate = elsewhere)]
    pub async fn works(value: u32) -> Result<Option> {
        if value == 0 {
            return core::result::Result::Err(Some);
        }
        Ok(Option)
    }
}

/// Made by a macro.
macro_rules! made {
    ($(#[$meta:meta])* $name:ident, $timeout:literal, $argument:ident: $type:ty, $body:expr) => {
        $(#[$meta])*
        #[detached(timeout = $timeout, track = HERE, crate = elsewhere)]
        pub async fn $name($argument: $type) -> $type {
            $body
        }
    };
}

made! {
    /// By a macro.
    by_a_macro, "5s", value: u64, value + 1
}

/// A service's methods, made by a macro.
macro_rules! made_service {
    ($service:ident, $name:ident, $every:literal, $($argument:ident: $type:ty),*) => {
        /// Made.
        #[derive(Clone, Debug, TaskOwner)]
        #[tasks(crate = elsewhere)]
        pub struct $service {
            /// Its tracker.
            tasks: OwnedTracker,
        }

        #[owned_tasks(crate = elsewhere)]
        impl $service {
            /// Made.
            #[periodic(every = $every, timeout = "10s")]
            pub async fn $name(&self $(, $argument: $type)*) {
                drop((self.tasks.live() $(, $argument)*));
            }
        }
    };
}

made_service!(Made, made_again, "30s", left: String, right: Arc<()>);

/// The one place that breaks a ban: were the ban asleep, this expectation would be unfulfilled, and so denied.
pub fn breaks_a_ban() {
    #[expect(clippy::disallowed_methods, reason = "shows that the ban bites")]
    drop(tokio::spawn(async {}));
}
