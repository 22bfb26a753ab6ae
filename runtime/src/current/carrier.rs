//! What other libraries keep for the running code in thread-locals of their own: how it is captured and entered, and what is
//! captured for every call.

use std::any::{TypeId, type_name};

use super::carriers::{Captured, Carriers, TaskName, captured};
use crate::util::AppendList;

/// What another library keeps in a thread-local for the code that runs, and what a detached task is to find there as well.
///
/// A thread-local belongs to its thread, and a task runs now on this one, now on that one. A carrier captures at the call
/// what the caller sees, and puts it in place whenever the task's own code runs: around each poll of its future, around
/// its work on a `blocking` thread, around the destructors of what it holds, and around its `unfinished` hook. In between the
/// thread's own is back.
///
/// [`carry`] installs one for the program; `carry = [Locale]` on a function is for that function's calls.
///
/// ```
/// use std::cell::Cell;
/// use outlive::{Carrier, Tracker, detached};
///
/// thread_local! {
///     static LOCALE: Cell<&'static str> = const { Cell::new("en") };
/// }
///
/// struct Locale(&'static str);
///
/// impl Carrier for Locale {
///     fn capture() -> Option<Self> {
///         Some(Self(LOCALE.get()))
///     }
///
///     fn enter(&mut self, work: &mut dyn FnMut()) {
///         let own = LOCALE.replace(self.0);
///         work();
///         self.0 = LOCALE.replace(own); // what the task has made of it
///     }
/// }
///
/// static MAIL: Tracker = Tracker::bounded("mail", 64);
///
/// #[detached(timeout = "5s", track = MAIL, carry = [Locale])]
/// async fn greet() -> &'static str {
///     tokio::task::yield_now().await;
///     LOCALE.get()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// LOCALE.set("fr");
/// let greeting = greet();
/// LOCALE.set("de"); // the next request of this thread
/// assert_eq!(greeting.await.unwrap(), "fr");
/// assert_eq!(LOCALE.get(), "de");
/// # }
/// ```
///
/// Several are entered one inside the other: those of the program first, in the order in which they were installed, then
/// those of the function, in the order of the list. A type that is installed and listed is captured once. The task's span and
/// its [`Context`](crate::Context) are entered inside of them all.
///
/// # What does not harm the task
///
/// The task's code runs once each time, whatever `enter` does: where `work` was not called, it runs without this carrier;
/// a second call of `work` does nothing. A panic of the task's code ends inside `work`, so that `enter` always gets to what
/// it does afterwards. A panic of the carrier's own is survived, and the task goes on. What went wrong is reported, once for
/// each carrier and function.
#[diagnostic::on_unimplemented(
    message = "`carry` takes types that are a `Carrier`, and `{Self}` is not",
    label = "not a `Carrier`",
    note = "write `impl outlive::Carrier for {Self}`, with `capture`, which reads the thread-local at the call, and \
            `enter`, which sets it around each poll",
    note = "the value of a `tokio::task_local!` crosses with `inherit = [KEY]`"
)]
pub trait Carrier: Send + Sized + 'static {
    /// Reads what is in place. Runs at the call, on the caller's thread. `None`: there is nothing to carry.
    ///
    /// A detached call that it makes itself carries nothing.
    fn capture() -> Option<Self>;

    /// Runs `work` with it in place, and puts back what was there before. It must call `work`, once, and may do so inside
    /// of a closure or of a guard's scope, as the library has it. It does not run as the task's own code: what it asks for of
    /// the running task is not there yet.
    fn enter(&mut self, work: &mut dyn FnMut());
}

/// What is captured for every call.
static INSTALLED: AppendList<Capture> = AppendList::new();

/// Installs a carrier for the program: every detached call from then on carries it.
///
/// Once, in `main`; a second time changes nothing. A library may do it, too, at any time. Where none is installed, a call
/// pays one load for it; where [`Carrier::capture`] gives `None`, no memory.
///
/// It goes along with the calls of `#[detached]` functions and `detach!`, and to the children of a [`Group`](crate::Group).
/// A loop ([`#[periodic]`](macro@crate::periodic), [`#[worker]`](macro@crate::worker)) starts without: what is in place
/// where it happens to be started is some request's. List there what it is to have: `carry = [Locale]`. The shared work of a
/// [`Singleflight`](crate::Singleflight) is nobody's alone, and carries none.
///
/// It is the process's, also where it is installed by an isolated test of the feature `testing`: the calls of the other
/// tests carry it as well.
///
/// ```
/// # use std::cell::Cell;
/// # thread_local! { static LOCALE: Cell<&'static str> = const { Cell::new("en") }; }
/// # struct Locale(&'static str);
/// # impl outlive::Carrier for Locale {
/// #     fn capture() -> Option<Self> { Some(Self(LOCALE.get())) }
/// #     fn enter(&mut self, work: &mut dyn FnMut()) {
/// #         let own = LOCALE.replace(self.0);
/// #         work();
/// #         LOCALE.set(own);
/// #     }
/// # }
/// use outlive::{Tracker, detach};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 64);
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// outlive::carry::<Locale>();
///
/// LOCALE.set("fr");
/// let greeting = detach!(timeout = "5s", track = MAIL, async { LOCALE.get() });
/// LOCALE.set("de");
/// assert_eq!(greeting.await.unwrap(), "fr");
/// # }
/// ```
pub fn carry<C: Carrier>() {
    INSTALLED.find(Capture::of::<C>, |installed| installed.is(&Capture::of::<C>()).then_some(()));
}

/// How a carrier is captured.
#[derive(Clone, Copy)]
pub struct Capture {
    id: fn() -> TypeId,
    name: fn() -> &'static str,
    pub(super) captured: fn(Self) -> Captured,
}

impl Capture {
    #[doc(hidden)]
    #[must_use]
    pub const fn of<C: Carrier>() -> Self {
        Self { id: TypeId::of::<C>, name: type_name::<C>, captured: captured::<C> }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        (self.id)() == (other.id)()
    }

    pub(super) fn name(&self) -> &'static str {
        (self.name)()
    }
}

/// What a call is to capture.
#[derive(Clone, Copy)]
pub(crate) struct CarrierSet {
    /// What is installed, too.
    programs: bool,
    pub(crate) listed: &'static [Capture],
}

impl CarrierSet {
    pub(crate) const NOTHING: Self = Self { programs: false, listed: &[] };
    pub(crate) const PROGRAMS: Self = Self { programs: true, listed: &[] };

    /// Whether there is anything to capture.
    #[inline(always)]
    pub(crate) fn any(self) -> bool {
        !self.listed.is_empty() || self.programs && !INSTALLED.is_empty()
    }

    /// Those of the program come first, in the order in which they were installed.
    pub(crate) fn captured(self, task_name: TaskName) -> Carriers {
        let installed = INSTALLED.iter().filter(|_| self.programs);
        Carriers::capture(installed.chain(self.listed).copied(), task_name)
    }
}
