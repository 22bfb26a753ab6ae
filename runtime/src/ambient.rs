//! What the running code can ask for without having been passed it: the context, and the task it belongs to.
//!
//! A thread-local is exchanged with the task's own copy around every poll and around the drop, so that no copy is
//! cloned on the way. No user code runs while it is borrowed.

use std::any::Any;
use std::cell::RefCell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::TaskSite;
use crate::cancel::CancelSource;
use crate::context::{Context, Link, Values};
use crate::deadline::Ticks;
use crate::tracker::{Home, Station};
use crate::world::World;

#[derive(Default)]
pub(crate) struct Ambient {
    state: State,
    /// A task of a [`Group`](crate::Group).
    in_group: bool,
    pub(crate) values: Option<Arc<Values>>,
    pub(crate) deadline: Ticks,
    pub(crate) cancel: Option<Arc<Link>>,
    pub(crate) task: Option<Task>,
    /// Whose statics it means.
    pub(crate) world: World,
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
#[derive(Clone)]
pub(crate) struct Task {
    pub(crate) site: &'static TaskSite,
    /// Its tracker, where it is not its site's own.
    pub(crate) home: Option<Home>,
    /// Its context has a deadline: a loop's has none.
    pub(crate) is_bounded: bool,
    /// It has no entry in its tracker.
    pub(crate) is_light: bool,
    /// It is to run again, and what has run is counted: nothing is lost with it.
    pub(crate) between_runs: bool,
    /// How many [`shield`](crate::shield) sections it is in.
    pub(crate) shields: u32,
}

impl Task {
    /// Its drain lets this task's calls pass.
    pub(crate) fn station(&self) -> &Station {
        match &self.home {
            Some(home) => home.station(),
            None => self.site.station(),
        }
    }

    pub(crate) fn home(&self) -> Home {
        self.home.clone().unwrap_or_else(|| Home::Site(self.site.station()))
    }
}

thread_local! {
    static AMBIENT: RefCell<Ambient> = const { RefCell::new(Ambient::UNSET) };
}

/// Runs code with the thread's ambient exchanged for another. A panic is caught.
#[inline]
pub(crate) fn within<R>(own: &mut Ambient, work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    exchange(own);
    let result = catch_unwind(AssertUnwindSafe(work));
    exchange(own);
    result
}

#[inline]
fn exchange(other: &mut Ambient) {
    // A thread that is being torn down has no ambient left: the code runs without one.
    let _ = AMBIENT.try_with(|ambient| mem::swap(&mut *ambient.borrow_mut(), other));
}

#[inline]
fn with<R>(look: impl FnOnce(&mut Ambient) -> R) -> Option<R> {
    AMBIENT.try_with(|ambient| look(&mut ambient.borrow_mut())).ok()
}

impl Ambient {
    const UNSET: Self = Self {
        state: State::Unset,
        in_group: false,
        values: None,
        deadline: Ticks::NONE,
        cancel: None,
        task: None,
        world: World::PROCESS,
    };

    /// A task's: whole only once somebody asks.
    #[inline]
    pub(crate) fn of_task(
        values: Option<Arc<Values>>,
        deadline: Ticks,
        cancel: Option<Arc<Link>>,
        task: Task,
        world: World,
    ) -> Self {
        let state = if cancel.is_some() { State::Whole } else { State::Bare };
        Self { state, in_group: false, values, deadline, cancel, task: Some(task), world }
    }

    fn complete(&mut self) {
        if self.state == State::Bare {
            if let Some(task) = self.task.as_ref().filter(|task| task.is_bounded && !self.deadline.is_set()) {
                self.deadline = Ticks::now().after(task.site.timeout());
            }
            self.cancel = Some(Link::new(Arc::default(), None));
            self.state = State::Whole;
        }
    }

    fn swap(&mut self, context: &mut Context) {
        mem::swap(&mut self.values, &mut context.values);
        let deadline = mem::take(&mut self.deadline);
        self.deadline = context.deadline.map(Ticks::of).unwrap_or_default();
        context.deadline = deadline.instant();
        mem::swap(&mut self.cancel, &mut context.cancel);
    }
}

/// The context of the running code.
pub(crate) fn context() -> Option<Context> {
    with(|ambient| {
        ambient.complete();
        (ambient.state == State::Whole).then(|| Context {
            values: ambient.values.clone(),
            deadline: ambient.deadline.instant(),
            cancel: ambient.cancel.clone(),
        })
    })
    .flatten()
}

/// The running task's, for the thread that does its work: the same deadline, and the same cancellation.
pub(crate) fn for_thread() -> Ambient {
    with(|ambient| {
        ambient.complete();
        // The sections are the task's own future's.
        let task = ambient.task.clone().map(|task| Task { shields: 0, is_light: false, ..task });
        Ambient {
            state: ambient.state,
            values: ambient.values.clone(),
            deadline: ambient.deadline,
            cancel: ambient.cancel.clone(),
            task,
            world: ambient.world.clone(),
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

/// What a detached call finds where it is made.
#[derive(Default)]
pub(crate) struct Origin {
    pub(crate) values: Option<Arc<Values>>,
    /// It is made in a task of a [`Group`](crate::Group).
    pub(crate) in_group: bool,
    pub(crate) world: World,
}

#[inline]
pub(crate) fn origin() -> Origin {
    with(|ambient| Origin { values: ambient.values.clone(), in_group: ambient.in_group, world: ambient.world.clone() })
        .unwrap_or_default()
}

/// The tracker of the task that makes it.
pub(crate) fn caller() -> Option<usize> {
    with_task(|task| task.station().address())
}

pub(crate) fn world() -> World {
    with(|ambient| ambient.world.clone()).unwrap_or_default()
}

#[cfg(feature = "testing")]
pub(crate) fn exchange_world(other: &mut World) {
    with(|ambient| mem::swap(&mut ambient.world, other));
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
