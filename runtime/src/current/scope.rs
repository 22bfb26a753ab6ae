//! The thread-local record of the running code: its context and its task.
//!
//! The thread-local is swapped with the task's own record around every poll and around the drop, so that nothing is cloned.
//! No user code runs while it is borrowed.

use std::any::Any;
use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::sync::Arc;
use std::task::Waker;

use super::carriers::TaskName;
use super::record::TaskRecord;
use crate::context::{CancelSource, Context, Link, Values};
use crate::tracker::{Binding, Isolated, Lends, Lent, TaskSite, TrackerCore, TrackerRef};
use crate::util::{Entered, Surrounding, Ticks, Within, catching};

/// The state of the running code on this thread.
pub(crate) struct Current {
    frame: Frame,
    task: TaskRecord,
    /// The task's tracker, if it is not its site's static.
    tracker: Lent,
    /// The context of a scope, if it is not the task's own.
    scope: Context,
}

/// Which fields of `Current` are in use.
#[derive(Clone, Copy)]
struct Frame {
    /// The function of the running task.
    site: Option<&'static TaskSite>,
    /// Which part of `tracker` is the task's.
    lends: Lends,
    context: ContextSource,
    /// The identity of the task's waker, while its future is polled. It is never dereferenced.
    waker: usize,
}

/// Where the current context comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ContextSource {
    Unset,
    Task,
    Scope,
    /// A scope in a task of a [`Group`](crate::Group).
    Group,
}

thread_local! {
    /// It has no destructor, because each access would first check whether it has run. None is needed: between two tasks it
    /// holds nothing. So the destructors of a thread that ends can use it, too.
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
    /// The task's frame, swapped with the thread's while it is lent.
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
    let frame = Frame { site: Some(binding.site()), lends: B::LENDS, context: ContextSource::Task, waker };
    let mut lent = LentTask { binding, task, frame };
    if B::LENDS == Lends::Nothing {
        let _entered = Entered::new(&mut lent);
        return catching(work);
    }
    // What may panic in between is caught, so it needs no guard. A guard's destructor is too large to be inlined here. With a
    // static tracker it is inlined, and then the result need not be moved.
    lent.enter();
    let result = catching(work);
    lent.leave();
    result
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

/// Runs code with the thread's record swapped for another. A panic is caught.
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
        frame: Frame { site: None, lends: Lends::Nothing, context: ContextSource::Unset, waker: 0 },
        task: TaskRecord::NONE,
        tracker: Lent::NONE,
        scope: Context::of(None, None, None),
    };

    fn tracker(&self) -> Option<TrackerRef> {
        match self.frame.lends {
            Lends::Nothing => self.frame.site.map(|site| TrackerRef::Static(Some(site.core()))),
            lends => self.tracker.tracker(lends),
        }
    }

    fn core(&self) -> Option<&TrackerCore> {
        match self.frame.lends {
            Lends::Nothing => self.frame.site.map(TaskSite::core),
            lends => self.tracker.core(lends),
        }
    }

    /// The function and the tracker's name of the running task.
    pub(crate) fn task_name(&self) -> TaskName {
        self.frame.site.zip(self.core().map(TrackerCore::name))
    }

    fn context(&mut self) -> Option<Context> {
        match self.frame {
            Frame { context: ContextSource::Scope | ContextSource::Group, .. } => Some(self.scope.clone()),
            Frame { context: ContextSource::Task, site: Some(site), .. } => {
                if let Some(entry) = self.task.deferred() {
                    let since = self.core().map_or(Ticks::NONE, |core| core.since(site, entry));
                    self.task.settle(site, since);
                }
                Some(self.task.context(site))
            }
            _ => None,
        }
    }

    #[inline]
    fn values(&self) -> Option<&Arc<Values>> {
        match self.frame.context {
            ContextSource::Task => self.task.values.as_ref(),
            ContextSource::Scope | ContextSource::Group => self.scope.values.as_ref(),
            ContextSource::Unset => None,
        }
    }
}

/// The context of the running code.
pub(crate) fn context() -> Option<Context> {
    with(Current::context).flatten()
}

/// Whether the running code is in no context at all.
#[cfg(debug_assertions)]
pub(crate) fn is_outside() -> bool {
    with(|current| current.frame.context == ContextSource::Unset).unwrap_or(false)
}

fn identity(waker: &Waker) -> usize {
    waker.data().addr()
}

/// Whether the context is the running task's own, and `waker` is the task's waker: then the task's timer wakes the waiter.
/// It does not inside a `block_on` within the task's poll.
pub(super) fn is_kept_by_task(context: &Context, waker: &Waker) -> bool {
    let is_own = |current: &mut Current| {
        let frame = current.frame;
        current.task.waits(context);
        frame.context == ContextSource::Task && frame.waker == identity(waker) && current.task.keeps(context)
    };
    with(is_own).unwrap_or(false)
}

/// The record for the thread that does the running task's work, with the same deadline and cancellation. Shielded sections
/// belong to the task's future alone.
pub(crate) fn for_thread() -> Current {
    with(|current| {
        let scope = current.context();
        let context = match current.frame.context {
            ContextSource::Task => ContextSource::Scope,
            other => other,
        };
        // Its values have the counters of detached work.
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

/// The record for a task of a group: the running code's, which the group can cancel as well.
pub(crate) fn for_group(source: &CancelSource) -> Current {
    let mut own = for_thread();
    own.scope.cancel = Some(Link::new(Arc::clone(source.signal()), own.scope.cancel.take()));
    own.frame.context = ContextSource::Group;
    own
}

/// The state that a detached call captures.
#[derive(Default)]
pub(crate) struct Origin {
    pub(crate) values: Option<Arc<Values>>,
    /// Whether it is made in a task of a [`Group`](crate::Group).
    pub(crate) in_group: bool,
    pub(crate) isolated: Isolated,
}

#[inline]
pub(crate) fn origin() -> Origin {
    with(|current| Origin {
        values: current.values().cloned(),
        in_group: current.frame.context == ContextSource::Group,
        isolated: Isolated::current(),
    })
    .unwrap_or_default()
}

/// The tracker of the running task, as an identity.
pub(crate) fn caller() -> Option<usize> {
    with(|current| current.core().map(TrackerCore::address)).flatten()
}

/// Calls `look` with the record of the running task.
pub(crate) fn with_task<R>(look: impl FnOnce(&mut TaskRecord) -> R) -> Option<R> {
    with(|current| current.frame.site.map(|_| look(&mut current.task))).flatten()
}

/// The function and the tracker of the running task.
pub(crate) fn current_task() -> Option<(&'static TaskSite, TrackerRef)> {
    with(|current| current.frame.site.zip(current.tracker())).flatten()
}

/// The function and the tracker's name of the running task.
pub(super) fn named_task() -> Option<(&'static TaskSite, &'static str)> {
    current_task().map(|(site, tracker)| (site, tracker.core().shown_name()))
}

/// A context in scope, which does not change the current task.
pub(crate) struct Scope {
    context: Context,
    outer: Option<ContextSource>,
}

impl Scope {
    pub(crate) fn new(context: Context) -> Self {
        context.used();
        Self { context, outer: None }
    }
}

impl Surrounding for Scope {
    fn enter(&mut self) {
        self.outer = with(|current| {
            mem::swap(&mut current.scope, &mut self.context);
            let outer = current.frame.context;
            current.frame.context = if outer == ContextSource::Group { outer } else { ContextSource::Scope };
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
