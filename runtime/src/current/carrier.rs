//! Carriers of other libraries' thread-locals: how they are captured and entered, and which are installed for every call.

use std::any::{TypeId, type_name};

use super::carriers::{Captured, Carriers, TaskName, captured};
use crate::util::AppendList;

/// Carries another library's thread-local into detached tasks: it is captured at the call, and set whenever the task's code
/// runs.
///
/// A thread-local belongs to its thread, and a task moves between threads. A carrier captures the caller's value at the
/// call. It sets the value around each poll of the task's future, around its work on a `blocking` thread, around the
/// destructors of its captures, and around its `unfinished` hook. In between, the thread has its own value again.
///
/// [`carry`] installs a carrier for the whole program; `carry = [Locale]` on a function applies to that function's calls.
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
///         self.0 = LOCALE.replace(own); // keeps the task's change
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
/// Several carriers are nested: first those of the program, in the order in which they were installed, then those of the
/// function, in the order of the list. A type that is both installed and listed is captured once. The task's span and its
/// [`Context`](crate::Context) are entered inside all of them.
///
/// # A broken carrier does not harm the task
///
/// The task's code runs exactly once, whatever `enter` does. If `enter` does not call `work`, the code runs without this
/// carrier; a second call of `work` does nothing. A panic of the task's code is caught inside `work`, so that `enter` always
/// runs to its end. A panic of the carrier is caught, and the task goes on. Each such fault is reported, once for each
/// carrier and function.
#[diagnostic::on_unimplemented(
    message = "`carry` takes types that are a `Carrier`, and `{Self}` is not",
    label = "not a `Carrier`",
    note = "write `impl outlive::Carrier for {Self}`, with `capture`, which reads the thread-local at the call, and \
            `enter`, which sets it around each poll",
    note = "the value of a `tokio::task_local!` crosses with `inherit = [KEY]`"
)]
pub trait Carrier: Send + Sized + 'static {
    /// Reads the current value. It runs at the call, on the caller's thread. `None` means that there is nothing to carry.
    ///
    /// A detached call inside `capture` carries nothing.
    fn capture() -> Option<Self>;

    /// Sets the value, runs `work`, and restores the value that was there before. It must call `work` exactly once, for
    /// example inside a closure or a guard's scope, as the library requires. The task's context and span are not current in
    /// `enter` itself, only in `work`.
    fn enter(&mut self, work: &mut dyn FnMut());
}

/// The carriers that are captured for every call.
static INSTALLED: AppendList<Capture> = AppendList::new();

/// Installs a carrier for the program: every later detached call carries it.
///
/// Call it once, in `main`; a second call changes nothing. A library may call it, too, at any time. If no carrier is
/// installed, a call pays one load. If [`Carrier::capture`] returns `None`, nothing is allocated.
///
/// Calls of `#[detached]` functions, `detach!`, and the children of a [`Group`](crate::Group) carry it. A loop
/// ([`#[periodic]`](macro@crate::periodic), [`#[worker]`](macro@crate::worker)) does not, because the value at its start may
/// be some request's; list the carrier there: `carry = [Locale]`. The work of a [`Singleflight`](crate::Singleflight)
/// belongs to no single caller, and carries nothing.
///
/// It is installed for the whole process, even by an isolated test of the feature `testing`: the calls of other tests carry
/// it as well.
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
pub fn carry<C: Carrier>() // `carry::<Tenant>()`, with a type that is a `Carrier`
{
    INSTALLED.find(Capture::of::<C>, |installed| installed.is(&Capture::of::<C>()).then_some(()));
}

/// The functions that capture a carrier.
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

/// Which carriers a call captures.
#[derive(Clone, Copy)]
pub(crate) struct CarrierSet {
    /// Also the installed carriers of the program.
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

    /// Captures them. The program's come first, in the order in which they were installed.
    pub(crate) fn captured(self, task_name: TaskName) -> Carriers {
        let installed = INSTALLED.iter().filter(|_| self.programs);
        Carriers::capture(installed.chain(self.listed).copied(), task_name)
    }
}
