//! What the running code can ask for without having been passed it: the context, and the task it belongs to.
//!
//! A thread-local is exchanged with the task's own copy around every poll and around the drop, so that no copy is
//! cloned on the way. No user code runs while it is borrowed.

use std::cell::RefCell;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::cancel::{CancelCause, CancelSource, Signal};
use crate::context::{Context, Link, Values};
use crate::roster::Key;

#[derive(Default)]
pub(crate) struct Ambient {
    state: State,
    pub(crate) values: Option<Arc<Values>>,
    pub(crate) deadline: Option<Instant>,
    cancel: Option<Arc<Link>>,
    pub(crate) task: Option<Task>,
    /// A task of a [`Group`](crate::Group).
    in_group: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// No context.
    #[default]
    Unset,
    /// A task's context, whose cancellation (an allocation) and deadline (a look at the clock) nobody has asked for.
    Bare,
    Whole,
}

/// The task whose code runs.
pub(crate) struct Task {
    /// The address of its tracker's roster: whose drain lets this task's calls pass.
    pub(crate) home: usize,
    /// A loop has none.
    pub(crate) timeout: Option<Duration>,
    /// How many [`shield`](crate::shield) sections it is in.
    pub(crate) shields: u32,
    /// It is to run again, and what has run is counted: nothing is lost with it.
    pub(crate) between_runs: bool,
    /// Its place in its tracker: with that, its identity.
    pub(crate) key: Key,
}

impl Task {
    pub(crate) fn new(home: usize, key: Key, timeout: Option<Duration>) -> Self {
        Self { home, timeout, shields: 0, between_runs: false, key }
    }
}

thread_local! {
    static AMBIENT: RefCell<Ambient> = RefCell::new(Ambient::default());
}

/// Exchanges the thread's ambient for another, until dropped.
pub(crate) struct Exchanged<'a> {
    own: &'a mut Ambient,
}

impl<'a> Exchanged<'a> {
    pub(crate) fn new(own: &'a mut Ambient) -> Self {
        exchange(own);
        Self { own }
    }
}

impl Drop for Exchanged<'_> {
    fn drop(&mut self) {
        exchange(self.own);
    }
}

fn exchange(other: &mut Ambient) {
    // A thread that is being torn down has no ambient left: the code runs without one.
    let _ = AMBIENT.try_with(|ambient| mem::swap(&mut *ambient.borrow_mut(), other));
}

fn with<R>(look: impl FnOnce(&mut Ambient) -> R) -> Option<R> {
    AMBIENT.try_with(|ambient| look(&mut ambient.borrow_mut())).ok()
}

impl Ambient {
    /// A task's: whole only once somebody asks.
    pub(crate) fn of_task(values: Option<Arc<Values>>, task: Task) -> Self {
        Self { state: State::Bare, values, deadline: None, cancel: None, task: Some(task), in_group: false }
    }

    fn complete(&mut self) {
        if self.state == State::Bare {
            let timeout = self.task.as_ref().and_then(|task| task.timeout);
            self.deadline = self.deadline.or_else(|| timeout.map(crate::context::after));
            self.cancel = Some(Link::new(Arc::default(), None));
            self.state = State::Whole;
        }
    }

    /// The task's own signal. Another context may be in scope only while the task's code runs.
    fn signal(&mut self) -> Option<&Signal> {
        self.complete();
        self.cancel.as_deref().map(Link::signal)
    }

    /// Tells the task's code to stop.
    pub(crate) fn cancel(&mut self, cause: CancelCause) {
        if let Some(signal) = self.signal() {
            signal.cancel(cause);
        }
    }

    /// The task has ended, and so does what waits for its context.
    pub(crate) fn end(&self) {
        if let Some(link) = &self.cancel {
            link.signal().cancel(CancelCause::Disconnected);
        }
    }

    fn swap(&mut self, context: &mut Context) {
        mem::swap(&mut self.values, &mut context.values);
        mem::swap(&mut self.deadline, &mut context.deadline);
        mem::swap(&mut self.cancel, &mut context.cancel);
    }
}

/// The context of the running code.
pub(crate) fn context() -> Option<Context> {
    with(|ambient| {
        ambient.complete();
        (ambient.state == State::Whole).then(|| Context {
            values: ambient.values.clone(),
            deadline: ambient.deadline,
            cancel: ambient.cancel.clone(),
        })
    })
    .flatten()
}

/// The running task's, for the thread that does its work: the same deadline, and the same cancellation.
pub(crate) fn for_thread() -> Ambient {
    with(|ambient| {
        ambient.complete();
        let task = ambient.task.as_ref().map(|task| Task::new(task.home, task.key, task.timeout));
        Ambient {
            state: ambient.state,
            values: ambient.values.clone(),
            deadline: ambient.deadline,
            cancel: ambient.cancel.clone(),
            task,
            in_group: ambient.in_group,
        }
    })
    .unwrap_or_default()
}

/// The running code's, for a task of a group, which can be cancelled by that as well.
pub(crate) fn for_group(source: &CancelSource) -> Ambient {
    let outer = for_thread();
    let cancel = Link::new(Arc::clone(source.signal()), outer.cancel.clone());
    Ambient { state: State::Whole, cancel: Some(cancel), in_group: true, ..outer }
}

/// What crosses to a detached call, the tracker of the task that makes it, and whether a group's task does.
pub(crate) fn origin() -> (Option<Arc<Values>>, Option<usize>, bool) {
    with(|ambient| (ambient.values.clone(), ambient.task.as_ref().map(|task| task.home), ambient.in_group))
        .unwrap_or_default()
}

pub(crate) fn with_task<R>(look: impl FnOnce(&mut Task) -> R) -> Option<R> {
    with(|ambient| ambient.task.as_mut().map(look)).flatten()
}

/// Puts a context in scope until dropped, and leaves the task as it is.
pub(crate) struct Scoped<'a> {
    own: &'a mut Context,
    outer: State,
}

impl<'a> Scoped<'a> {
    pub(crate) fn enter(own: &'a mut Context) -> Self {
        let outer = with(|ambient| {
            ambient.swap(own);
            mem::replace(&mut ambient.state, State::Whole)
        });
        Self { own, outer: outer.unwrap_or_default() }
    }
}

impl Drop for Scoped<'_> {
    fn drop(&mut self) {
        with(|ambient| {
            ambient.swap(self.own);
            ambient.state = self.outer;
        });
    }
}
