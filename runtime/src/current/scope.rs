//! The thread's record of the running code: the context it is in, and the task it belongs to.
//!
//! A thread-local is exchanged with the task's own record around every poll and around the drop, so that nothing is
//! cloned on the way. No user code runs while it is borrowed.

use std::any::Any;
use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::sync::Arc;
use std::task::Waker;

use super::carriers::TaskName;
use super::record::TaskRecord;
use crate::context::{CancelSource, Context, Link, Values};
use crate::tracker::{Binding, Isolated, Lends, Lent, TaskSite, TrackerCore, TrackerRef};
use crate::util::{Entered, Surrounding, Within, catching};

/// What is current on this thread.
pub(crate) struct Current {
    frame: Frame,
    task: TaskRecord,
    /// The task's tracker, where it is not its site's own.
    tracker: Lent,
    /// Where it is not the task's own.
    scope: Context,
}

/// Which fields of `Current` count.
#[derive(Clone, Copy)]
struct Frame {
    /// Of the task whose code runs.
    site: Option<&'static TaskSite>,
    /// Which part of `tracker` is the task's.
    lends: Lends,
    context: Whose,
    /// While the task's future is polled: by what its task is woken. An identity, never followed.
    waker: usize,
}

/// Which context the running code is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Nobodys,
    Tasks,
    Scopes,
    /// A scope's, in a task of a [`Group`](crate::Group).
    Groups,
}

thread_local! {
    /// Without a destructor, which each look would first have to ask about: between two tasks it holds nothing. It is there for the
    /// destructors of a thread that ends, too.
    static CURRENT: RefCell<ManuallyDrop<Current>> = const { RefCell::new(ManuallyDrop::new(Current::UNSET)) };
}

#[inline]
fn with<R>(look: impl FnOnce(&mut Current) -> R) -> Option<R> {
    CURRENT.try_with(|current| look(&mut current.borrow_mut())).ok()
}

/// A task's record, lent to the thread.
struct LentTask<'a, B: Binding> {
    binding: &'a mut B,
    task: &'a mut TaskRecord,
    /// Its own, and that of what it surrounds.
    frame: Frame,
}

impl<B: Binding> LentTask<'_, B> {
    #[inline]
    fn exchange(&mut self) {
        with(|current| {
            mem::swap(&mut current.task, self.task);
            self.binding.lend(&mut current.tracker);
            mem::swap(&mut current.frame, &mut self.frame);
        });
    }
}

impl<B: Binding> Surrounding for LentTask<'_, B> {
    #[inline]
    fn enter(&mut self) {
        self.task.isolated.exchange();
        self.exchange();
    }

    #[inline]
    fn leave(&mut self) {
        self.exchange();
        self.task.isolated.exchange();
    }
}

/// Runs a task's code with its record lent to the thread. A panic is caught.
#[inline]
pub(super) fn run_task<B: Binding, R>(
    binding: &mut B,
    task: &mut TaskRecord,
    waker: Option<&Waker>,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    let waker = waker.map_or(0, identity);
    let frame = Frame { site: Some(binding.site()), lends: B::LENDS, context: Whose::Tasks, waker };
    let mut lent = LentTask { binding, task, frame };
    let _entered = Entered::new(&mut lent);
    catching(work)
}

impl Surrounding for Current {
    fn enter(&mut self) {
        self.task.isolated.exchange();
        with(|current| mem::swap(current, self));
    }

    fn leave(&mut self) {
        with(|current| mem::swap(current, self));
        self.task.isolated.exchange();
    }
}

/// Runs code with the thread's record exchanged for another. A panic is caught.
pub(super) fn run_as<R>(own: &mut Current, work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    let _entered = Entered::new(own);
    catching(work)
}

impl Default for Current {
    fn default() -> Self {
        Self::UNSET
    }
}

impl Current {
    const UNSET: Self = Self {
        frame: Frame { site: None, lends: Lends::Nothing, context: Whose::Nobodys, waker: 0 },
        task: TaskRecord::NONE,
        tracker: Lent::NONE,
        scope: Context { values: None, deadline: None, cancel: None },
    };

    fn tracker(&self) -> Option<TrackerRef> {
        match self.frame.lends {
            Lends::Nothing => self.frame.site.map(|site| TrackerRef::Static(site.core())),
            lends => self.tracker.tracker(lends),
        }
    }

    fn core(&self) -> Option<&TrackerCore> {
        match self.frame.lends {
            Lends::Nothing => self.frame.site.map(TaskSite::core),
            lends => self.tracker.core(lends),
        }
    }

    /// The function whose code it is, and the name of the task's tracker.
    pub(crate) fn whose(&self) -> TaskName {
        self.frame.site.zip(self.core().map(TrackerCore::name))
    }

    fn context(&mut self) -> Option<Context> {
        match self.frame {
            Frame { context: Whose::Scopes | Whose::Groups, .. } => Some(self.scope.clone()),
            Frame { context: Whose::Tasks, site: Some(site), .. } => Some(self.task.context(site)),
            _ => None,
        }
    }

    #[inline]
    fn values(&self) -> Option<&Arc<Values>> {
        match self.frame.context {
            Whose::Tasks => self.task.values.as_ref(),
            Whose::Scopes | Whose::Groups => self.scope.values.as_ref(),
            Whose::Nobodys => None,
        }
    }
}

/// The context of the running code.
pub(crate) fn context() -> Option<Context> {
    with(Current::context).flatten()
}

fn identity(waker: &Waker) -> usize {
    waker.data().addr()
}

/// Whether it is the running task's own, and `waker` is the task's: who waits is woken when the task's time is over, or
/// goes with the task. Not so where the task's poll is what waits, in a `block_on` of its own.
pub(super) fn is_kept_by_task(context: &Context, waker: &Waker) -> bool {
    let is_own = |current: &mut Current| {
        let frame = current.frame;
        frame.context == Whose::Tasks && frame.waker == identity(waker) && current.task.keeps(context)
    };
    with(is_own).unwrap_or(false)
}

/// The running task's, for the thread that does its work: the same deadline, and the same cancellation. The sections
/// are the task's own future's.
pub(crate) fn for_thread() -> Current {
    with(|current| {
        let scope = current.context();
        let context = match current.frame.context {
            Whose::Tasks => Whose::Scopes,
            other => other,
        };
        // Its values say whose work it is.
        let (values, isolated) = (current.task.values.clone(), Isolated::current());
        Current {
            frame: Frame { context, ..current.frame },
            task: TaskRecord { values, isolated, ..TaskRecord::NONE },
            tracker: current.tracker.of(current.frame.lends),
            scope: scope.unwrap_or_default(),
        }
    })
    .unwrap_or_default()
}

/// The running code's, for a task of a group, which can be cancelled by that as well.
pub(crate) fn for_group(source: &CancelSource) -> Current {
    let mut own = for_thread();
    own.scope.cancel = Some(Link::new(Arc::clone(source.signal()), own.scope.cancel.take()));
    own.frame.context = Whose::Groups;
    own
}

/// What a detached call finds where it is made.
#[derive(Default)]
pub(crate) struct Origin {
    pub(crate) values: Option<Arc<Values>>,
    /// It is made in a task of a [`Group`](crate::Group).
    pub(crate) in_group: bool,
    pub(crate) isolated: Isolated,
}

#[inline]
pub(crate) fn origin() -> Origin {
    with(|current| Origin {
        values: current.values().cloned(),
        in_group: current.frame.context == Whose::Groups,
        isolated: Isolated::current(),
    })
    .unwrap_or_default()
}

/// The tracker of the task that makes it.
pub(crate) fn caller() -> Option<usize> {
    with(|current| current.core().map(TrackerCore::address)).flatten()
}

/// The task whose code runs.
pub(crate) fn with_task<R>(look: impl FnOnce(&mut TaskRecord) -> R) -> Option<R> {
    with(|current| current.frame.site.map(|_| look(&mut current.task))).flatten()
}

/// Where the task whose code runs belongs.
pub(crate) fn current_task() -> Option<(&'static TaskSite, TrackerRef)> {
    with(|current| current.frame.site.zip(current.tracker())).flatten()
}

/// The same, by its tracker's name.
pub(super) fn named_task() -> Option<(&'static TaskSite, &'static str)> {
    current_task().map(|(site, tracker)| (site, tracker.core().shown_name()))
}

/// A context that is in scope, and leaves the task as it is.
pub(crate) struct Scope {
    context: Context,
    outer: Option<Whose>,
}

impl Scope {
    pub(crate) fn new(context: Context) -> Self {
        Self { context, outer: None }
    }
}

impl Surrounding for Scope {
    fn enter(&mut self) {
        self.outer = with(|current| {
            mem::swap(&mut current.scope, &mut self.context);
            let outer = current.frame.context;
            current.frame.context = if outer == Whose::Groups { outer } else { Whose::Scopes };
            outer
        });
    }

    fn leave(&mut self) {
        let Some(outer) = self.outer.take() else { return };
        with(|current| {
            mem::swap(&mut current.scope, &mut self.context);
            current.frame.context = outer;
        });
    }
}

/// A future that is polled and dropped with its context in scope.
pub(crate) type InScope<F> = Within<F, Scope>;
