//! The only names that generated code uses. Not part of the public face: they change without notice.

use std::fmt::{Debug, Display};
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::LocalKey;
use tokio::task::futures::TaskLocalFuture;

pub use inventory;

mod crossing;
mod fields;

pub use crossing::*;
pub use fields::*;

pub use crate::call::Call;
pub use crate::flight::{Fault, Verdict};
pub use crate::loops::Missed;
pub use crate::unfinished::{Hook, Spill};
pub use crate::{Context, DrainReport, OwnedTracker, TaskHandle, TaskOwner, TaskSite, Tracker, Unfinished};

use crate::tracker::{Fixed, Home, Moved, Station, fixed};

/// What the macro knows of a function.
#[derive(Clone, Copy)]
pub struct Spec {
    pub name: &'static str,
    pub file: &'static str,
    pub line: u32,
    /// The tracker, as the user wrote it. Empty where no macro has read it.
    pub tracker: &'static str,
    pub timeout: Duration,
    pub grace: Duration,
    pub span: SpanKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A root that follows from the caller's.
    Linked,
    Child,
}

pub const NO_GRACE: Duration = Duration::ZERO;

/// A worker's.
pub const NO_TIMEOUT: Duration = Duration::MAX;

#[must_use]
pub const fn duration(secs: u64, nanos: u32) -> Duration {
    Duration::new(secs, nanos)
}

/// One for each annotated function, called or not.
pub struct Listed(pub &'static TaskSite);

inventory::collect!(Listed);

/// What every annotated function has, but for what an error may be about: an unoptimised procedural macro, which is what a
/// debug build has, takes several times as long over the same tokens. `$here` is a call of [`Place::here`]; as single tokens,
/// it keeps the user's place.
#[doc(hidden)]
#[macro_export]
macro_rules! __outlive_record {
    (
        $name:literal, [$($here:tt)*], $tracker:literal, $timeout:expr, $grace:expr, $span:ident,
        { $($checks:tt)* } $($proof:tt)*
    ) => {
        #[allow(unused_imports)]
        use $crate::__private::{
            Ageless as _, Unbound as _, ViaAge as _, ViaAgeless as _, ViaAny as _, ViaDebug as _, ViaDisplay as _,
            ViaResult as _,
        };
        impl $crate::__private::Site for __Outlive {
            const SPEC: $crate::__private::Spec = {
                let place = $crate::__private::Place.$($here)*;
                $crate::__private::Spec {
                    name: $name,
                    file: place.file(),
                    line: place.line(),
                    tracker: $tracker,
                    timeout: $timeout,
                    grace: $grace,
                    span: $crate::__private::SpanKind::$span,
                }
            };
            $($proof)*
        }
        const _: () = { $($checks)* };
        $crate::__private::inventory::submit! { $crate::__private::Listed(&__SITE) }
    };
}

pub use crate::__outlive_record as record;

/// What is asked of the types that cross, where an item can name them.
#[doc(hidden)]
#[macro_export]
macro_rules! __outlive_traits {
    ($bound:ident $($ty:ty),*) => {
        const __TRAITS: &'static [$crate::__private::Traits] = &[$($crate::__private::Traits(
            $crate::__private::Ty::<$ty>::$bound,
            $crate::__private::Ty::<$ty>::__OUTLIVE_AGE,
        )),*];
    };
}

pub use crate::__outlive_traits as traits;

/// Where a function stands: the place of the call of `here`.
pub struct Place;

impl Place {
    #[track_caller]
    #[must_use]
    pub const fn here(self) -> &'static Location<'static> {
        Location::caller()
    }
}

/// What is known of a function at compile time, where its tracker is not.
pub trait Site {
    const SPEC: Spec;

    /// The proof that a tracker's budget covers the timeout, where only the call knows the tracker. Generated, so that
    /// it fails at the user's timeout, and not here.
    fn covered<T: Track + ?Sized>() {}
}

/// The site of a function whose tracker is a static.
#[track_caller]
#[must_use]
pub const fn site_of<S: Site, T: StaticTrack>(_: &S, tracker: &'static T) -> TaskSite {
    prove(&S::SPEC, T::BUDGET);
    TaskSite::new(S::SPEC, Some(tracker))
}

/// The site of a function whose tracker is an expression: its budget is proved where the call is built.
#[track_caller]
#[must_use]
pub const fn site<S: Site>(_: &S) -> TaskSite {
    prove(&S::SPEC, Duration::MAX);
    TaskSite::new(S::SPEC, None)
}

/// The site of a service's method, where the service's type can be named.
#[track_caller]
#[must_use]
pub const fn site_within<S: Site>(_: &S, budget: Duration) -> TaskSite {
    within(&S::SPEC, budget);
    TaskSite::new(S::SPEC, None)
}

/// Fails to compile where the budget does not cover the timeout and the grace; of a worker, the grace.
#[track_caller]
pub const fn prove(spec: &Spec, budget: Duration) {
    covers(spec, budget, false);
}

#[track_caller]
const fn covers(spec: &Spec, budget: Duration, owned: bool) {
    let named = Text::new().add("`").add(spec.name);
    let is_unwritten = spec.tracker.is_empty();
    assert!(
        !spec.timeout.is_zero(),
        "{}",
        named
            .add("`: a timeout of zero would end every call before it begins: ")
            .add("give it the longest time that a call may take, say `")
            .add(if is_unwritten { "Duration::from_secs(5)`" } else { "timeout = \"5s\"`" })
            .show()
    );
    let is_worker = spec.timeout.as_nanos() == NO_TIMEOUT.as_nanos();
    let timeout = if is_worker { Duration::ZERO } else { spec.timeout };
    let Some(needed) = timeout.checked_add(spec.grace) else {
        panic!("{}", named.add("`: timeout + grace is more than a Duration can hold").show());
    };
    if needed.as_nanos() > budget.as_nanos() {
        let seconds = needed.as_secs().saturating_add(if needed.subsec_nanos() == 0 { 0 } else { 1 });
        let text = if is_worker {
            named.add("` has a grace of ").time(needed)
        } else {
            named.add("` may take ").deadline(spec, needed)
        };
        let text = text
            .add(if is_unwritten { ", but a drain of its tracker" } else { ", but a drain of `" })
            .add(spec.tracker)
            .add(if is_unwritten { " waits " } else { "` waits " })
            .time(budget)
            .add(if is_worker { ": shorten the grace" } else { ": shorten the timeout" })
            .add(if owned { ", or give the service an `OwnedTracker<" } else { ", or make the tracker a `Tracker<" })
            .number(seconds as u128);
        let text = if owned {
            text.add(">`")
        } else {
            text.add(">`, with `.drain_budget::<").number(seconds as u128).add(">()`")
        };
        panic!("{}", text.show());
    }
}

#[track_caller]
pub(crate) const fn does_not_fit(sum: Duration, grace: Duration) -> ! {
    let seconds = sum.as_secs() + if sum.subsec_nanos() == 0 { 0 } else { 1 };
    let text = Text::new()
        .add("the phases of the shutdown may take ")
        .time(sum)
        .add(", and the deployment gives ")
        .time(grace)
        .add(": set `terminationGracePeriodSeconds: ")
        .number(seconds as u128)
        .add("`, or shorten the drain budgets");
    panic!("{}", text.show())
}

/// A message that is put together in const.
#[derive(Clone, Copy)]
struct Text {
    bytes: [u8; 1024],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; 1024], len: 0 }
    }

    /// What does not fit is cut, at the end of a character.
    const fn add(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut take = bytes.len();
        if take > self.bytes.len() - self.len {
            take = self.bytes.len() - self.len;
            while take > 0 && bytes[take] & 0xC0 == 0x80 {
                take -= 1;
            }
        }
        let mut at = 0;
        while at < take {
            self.bytes[self.len] = bytes[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    const fn number(self, number: u128) -> Self {
        let mut text = if number >= 10 { self.number(number / 10) } else { self };
        if text.len < text.bytes.len() {
            text.bytes[text.len] = b'0' + (number % 10) as u8;
            text.len += 1;
        }
        text
    }

    /// As people write it: `5s`, `30.5s`, `250ms`; what is finer, in nanoseconds.
    const fn time(self, time: Duration) -> Self {
        let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
        if nanos % 1_000_000 != 0 {
            return self.number(time.as_nanos()).add("ns");
        }
        let mut millis = nanos / 1_000_000;
        if seconds == 0 && millis > 0 {
            return self.number(millis as u128).add("ms");
        }
        let mut text = self.number(seconds as u128);
        if millis > 0 {
            text = text.add(".");
        }
        while millis > 0 {
            text = text.number((millis / 100) as u128);
            millis = millis % 100 * 10;
        }
        text.add("s")
    }

    /// And what it is the sum of.
    const fn deadline(self, spec: &Spec, sum: Duration) -> Self {
        if spec.grace.is_zero() {
            return self.time(sum);
        }
        self.time(sum).add(" (timeout ").time(spec.timeout).add(" + grace ").time(spec.grace).add(")")
    }

    const fn show(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "timeout + grace is more than the tracker's drain budget",
        }
    }
}

/// What `track = …` may name where it is a static. A trait, for its message alone.
#[diagnostic::on_unimplemented(
    message = "`track` takes a static `Tracker`, or an expression that gives an `Arc<Tracker>`",
    label = "this is `{Self}`, which cannot track tasks",
    note = "make it `static NAME: Tracker = Tracker::bounded(\"name\", 64);`, which needs no `LazyLock`"
)]
pub trait StaticTrack: Keeper {
    const BUDGET: Duration;
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> StaticTrack for Tracker<DRAIN_SECS> {
    const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);
}

pub trait Keeper: Send + Sync + 'static {
    fn keep(&'static self) -> Held;

    fn station(&'static self) -> &'static Station;

    fn drain_budget(&self) -> Duration;
}

impl<const DRAIN_SECS: u64> Keeper for Tracker<DRAIN_SECS> {
    fn keep(&'static self) -> Held {
        Held(Home::Site(self.station()))
    }

    fn station(&'static self) -> &'static Station {
        Tracker::station(self)
    }

    fn drain_budget(&self) -> Duration {
        self.budget()
    }
}

impl Held {
    pub(crate) fn into_home(self) -> Home {
        self.0
    }
}

/// What `track = …` may give where it is not a static.
#[diagnostic::on_unimplemented(
    message = "`track` takes a static `Tracker`, or an expression that gives an `Arc<Tracker>`",
    label = "this is `{Self}`, which cannot track tasks",
    note = "make a static: `static NAME: Tracker = Tracker::bounded(\"name\", 64);`",
    note = "or share one: `Arc::new(Tracker::bounded(\"name\", 64))`"
)]
pub trait Track {
    const BUDGET: Duration;

    fn held(&self) -> Held;
}

/// What a `DetachedContext` would have to be, to be waited on. Nothing is: a trait for its message alone. The lifetime keeps
/// rustc from finding that out before somebody calls.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` obeys no cancel: who waits for one waits for ever",
    label = "give it an end first: `.with_timeout(Duration::from_secs(5))`",
    note = "why its request was cancelled, if it was: `.origin_cause()`"
)]
pub trait HasAnEnd<'a> {}

/// A tracker, kept for as long as its task needs it.
pub struct Held(Home);

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> Track for Arc<Tracker<DRAIN_SECS>> {
    const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    fn held(&self) -> Held {
        Held(Home::Shared(Arc::clone(self) as _))
    }
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> Track for &'static Tracker<DRAIN_SECS> {
    const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    fn held(&self) -> Held {
        self.keep()
    }
}

impl<const DRAIN_SECS: u64> Track for OwnedTracker<DRAIN_SECS> {
    const BUDGET: Duration = Self::BUDGET;

    fn held(&self) -> Held {
        Held(self.home())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Track> Track for &T {
    const BUDGET: Duration = T::BUDGET;

    fn held(&self) -> Held {
        T::held(self)
    }
}

/// A call to a function whose tracker is a static.
#[track_caller]
#[inline]
pub fn call(site: &'static TaskSite) -> Call<(), Fixed> {
    Call::new(|world| fixed(site, world))
}

/// A call to a function whose tracker is an expression.
#[track_caller]
pub fn call_in<S: Site, T: Track + ?Sized>(site: &'static TaskSite, _: S, tracker: &T) -> Call {
    S::covered::<T>();
    let Held(home) = tracker.held();
    Call::new(|world| Moved::new(site, home, world))
}

/// Which field of a service is its tracker. Derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not own its tasks",
    label = "no `TaskOwner`",
    note = "derive it: `#[derive(Clone, TaskOwner)]`, with a field `tasks: OwnedTracker`"
)]
pub trait Owner: Send + Sync + 'static {
    const BUDGET: Duration;

    fn held(&self) -> Held;

    fn disown(&mut self, owner: &Self);
}

#[must_use]
pub fn disowned<const DRAIN_SECS: u64>(tracker: &OwnedTracker<DRAIN_SECS>) -> OwnedTracker<DRAIN_SECS> {
    tracker.disowned()
}

pub fn shutdown<const DRAIN_SECS: u64>(
    tracker: &OwnedTracker<DRAIN_SECS>,
) -> impl Future<Output = DrainReport> + Send + use<'_, DRAIN_SECS> {
    tracker.drained()
}

/// A clone that does not own: what a task works on. A `Clone` written by hand may make a new tracker; the task's is its
/// owner's all the same.
#[must_use]
pub fn lend<S: Owner + Clone>(owner: &S) -> S {
    let mut lent = S::clone(owner);
    lent.disown(owner);
    lent
}

/// A loop whose tracker is a static.
#[track_caller]
pub fn looping(site: &'static TaskSite) -> Call<(), Fixed> {
    call(site).into_loop()
}

/// A loop whose tracker is an expression, or its service's.
#[track_caller]
pub fn looping_in<S: Site, T: Track + ?Sized>(site: &'static TaskSite, marker: S, tracker: &T) -> Call {
    call_in(site, marker, tracker).into_loop()
}

/// Carries a task-local over: its value is read here, at the call.
pub fn carry<K: Clone + Send + 'static, F: Future>(key: &'static LocalKey<K>, future: F) -> Carried<K, F> {
    match key.try_with(K::clone) {
        Ok(value) => Carried::With { future: key.scope(value, future) },
        Err(_) => Carried::Without { future },
    }
}

pin_project_lite::pin_project! {
    #[project = CarriedProjection]
    pub enum Carried<K: 'static, F> {
        With { #[pin] future: TaskLocalFuture<K, F> },
        Without { #[pin] future: F },
    }
}

impl<K: 'static, F: Future> Future for Carried<K, F> {
    type Output = F::Output;

    fn poll(self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<F::Output> {
        match self.project() {
            CarriedProjection::With { future } => future.poll(cx),
            CarriedProjection::Without { future } => future.poll(cx),
        }
    }
}

/// The same for a thread.
pub fn carry_blocking<K, R>(key: &'static LocalKey<K>, work: impl FnOnce() -> R) -> impl FnOnce() -> R
where
    K: Clone + Send + 'static,
{
    let value = key.try_with(K::clone).ok();
    move || match value {
        Some(value) => key.sync_scope(value, work),
        None => work(),
    }
}

/// Finds out whether a value is an `Err`, and how to show it, by the method that is nearest: no bound on the type.
pub struct Probe<'a, T>(pub &'a T);

pub trait ViaDisplay<'a> {
    fn __outlive_fault(&self) -> Option<Fault<'a>>;
}

impl<'a, T, E: Display> ViaDisplay<'a> for &&&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<Fault<'a>> {
        self.0.as_ref().err().map(|error| Fault::Display(error))
    }
}

pub trait ViaDebug<'a> {
    fn __outlive_fault(&self) -> Option<Fault<'a>>;
}

impl<'a, T, E: Debug> ViaDebug<'a> for &&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<Fault<'a>> {
        self.0.as_ref().err().map(|error| Fault::Debug(error))
    }
}

pub trait ViaResult<'a> {
    fn __outlive_fault(&self) -> Option<Fault<'a>>;
}

impl<'a, T, E> ViaResult<'a> for &Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<Fault<'a>> {
        self.0.as_ref().err().map(|_| Fault::Opaque(std::any::type_name::<E>()))
    }
}

pub trait ViaAny<'a> {
    fn __outlive_fault(&self) -> Option<Fault<'a>>;
}

impl<'a, T> ViaAny<'a> for Probe<'a, T> {
    fn __outlive_fault(&self) -> Option<Fault<'a>> {
        None
    }
}
