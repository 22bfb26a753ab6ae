//! What the running code can ask for without having been passed it: the context, and the task it belongs to.
//!
//! A thread-local is exchanged with the task's own record around every poll and around the drop, so that nothing is
//! cloned on the way. No user code runs while it is borrowed.

use std::any::Any;
use std::cell::RefCell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::TaskSite;
use crate::cancel::CancelSource;
use crate::context::{Context, Link, Values};
use crate::task::Task;
use crate::tracker::{Home, Place, Station};
use crate::world::World;

/// All of it.
pub(crate) struct Ambient {
    frame: Frame,
    task: Task,
    /// The task's tracker, where it is not its site's own.
    home: Option<Home>,
    /// Where it is not the task's own.
    scope: Context,
}

/// What the rest means.
#[derive(Clone, Copy)]
struct Frame {
    /// Of the task whose code runs.
    site: Option<&'static TaskSite>,
    /// The task's tracker is `home`.
    is_elsewhere: bool,
    context: Whose,
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
    static AMBIENT: RefCell<Ambient> = const { RefCell::new(Ambient::UNSET) };
}

#[inline]
fn with<R>(look: impl FnOnce(&mut Ambient) -> R) -> Option<R> {
    // A thread that is being torn down has no ambient left: the code runs without one.
    AMBIENT.try_with(|ambient| look(&mut ambient.borrow_mut())).ok()
}

/// Runs a task's code with its record lent to the thread. A panic is caught.
#[inline]
pub(crate) fn within<P: Place, R>(
    place: &mut P,
    task: &mut Task,
    work: impl FnOnce() -> R,
) -> Result<R, Box<dyn Any + Send>> {
    let frame = Frame { site: Some(place.site()), is_elsewhere: P::IS_ELSEWHERE, context: Whose::Tasks };
    let outer = with(|ambient| {
        mem::swap(&mut ambient.task, task);
        place.lend(&mut ambient.home);
        mem::replace(&mut ambient.frame, frame)
    });
    let result = caught(work);
    if let Some(outer) = outer {
        with(|ambient| {
            mem::swap(&mut ambient.task, task);
            place.lend(&mut ambient.home);
            ambient.frame = outer;
        });
    }
    result
}

/// Runs code with the thread's ambient exchanged for another. A panic is caught.
pub(crate) fn inside<R>(own: &mut Ambient, work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    let exchange = |own: &mut Ambient| with(|ambient| mem::swap(ambient, own));
    exchange(own);
    let result = caught(work);
    exchange(own);
    result
}

#[inline]
fn caught<R>(work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(work))
}

impl Default for Ambient {
    fn default() -> Self {
        Self::UNSET
    }
}

impl Ambient {
    const UNSET: Self = Self {
        frame: Frame { site: None, is_elsewhere: false, context: Whose::Nobodys },
        task: Task::NONE,
        home: None,
        scope: Context { values: None, deadline: None, cancel: None },
    };

    fn home(&self) -> Option<Home> {
        match &self.home {
            Some(home) if self.frame.is_elsewhere => Some(home.clone()),
            _ => self.frame.site.map(|site| Home::Site(site.station())),
        }
    }

    fn station(&self) -> Option<&Station> {
        match &self.home {
            Some(home) if self.frame.is_elsewhere => Some(home.station()),
            _ => self.frame.site.map(TaskSite::station),
        }
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
    with(Ambient::context).flatten()
}

/// The running task's, for the thread that does its work: the same deadline, and the same cancellation. The sections
/// are the task's own future's.
pub(crate) fn for_thread() -> Ambient {
    with(|ambient| {
        let scope = ambient.context();
        let context = match ambient.frame.context {
            Whose::Tasks => Whose::Scopes,
            other => other,
        };
        Ambient {
            frame: Frame { context, ..ambient.frame },
            task: Task { world: ambient.task.world.clone(), ..Task::NONE },
            home: if ambient.frame.is_elsewhere { ambient.home.clone() } else { None },
            scope: scope.unwrap_or_default(),
        }
    })
    .unwrap_or_default()
}

/// The running code's, for a task of a group, which can be cancelled by that as well.
pub(crate) fn for_group(source: &CancelSource) -> Ambient {
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
    pub(crate) world: World,
}

#[inline]
pub(crate) fn origin() -> Origin {
    with(|ambient| Origin {
        values: ambient.values().cloned(),
        in_group: ambient.frame.context == Whose::Groups,
        world: ambient.task.world.clone(),
    })
    .unwrap_or_default()
}

/// The tracker of the task that makes it.
pub(crate) fn caller() -> Option<usize> {
    with(|ambient| ambient.station().map(Station::address)).flatten()
}

pub(crate) fn world() -> World {
    with(|ambient| ambient.task.world.clone()).unwrap_or_default()
}

#[cfg(feature = "testing")]
pub(crate) fn exchange_world(other: &mut World) {
    with(|ambient| mem::swap(&mut ambient.task.world, other));
}

/// The task whose code runs.
pub(crate) fn with_task<R>(look: impl FnOnce(&mut Task) -> R) -> Option<R> {
    with(|ambient| ambient.frame.site.map(|_| look(&mut ambient.task))).flatten()
}

/// Where the task whose code runs belongs.
pub(crate) fn place() -> Option<(&'static TaskSite, Home)> {
    with(|ambient| ambient.frame.site.zip(ambient.home())).flatten()
}

/// Puts a context in scope until dropped, and leaves the task as it is.
pub(crate) struct Scoped<'a> {
    own: &'a mut Context,
    outer: Option<Whose>,
}

impl<'a> Scoped<'a> {
    pub(crate) fn enter(own: &'a mut Context) -> Self {
        let outer = with(|ambient| {
            mem::swap(&mut ambient.scope, own);
            let outer = ambient.frame.context;
            ambient.frame.context = if outer == Whose::Groups { outer } else { Whose::Scopes };
            outer
        });
        Self { own, outer }
    }
}

impl Drop for Scoped<'_> {
    fn drop(&mut self) {
        let Some(outer) = self.outer else { return };
        with(|ambient| {
            mem::swap(&mut ambient.scope, self.own);
            ambient.frame.context = outer;
        });
    }
}
