//! The captured carriers of a task, which are entered around its code. Whatever a carrier does, the code runs exactly once.

use std::cell::Cell;
use std::mem;
use std::panic::resume_unwind;

use super::carrier::{Capture, Carrier};
use crate::report;
use crate::tracker::TaskSite;
use crate::util::{catching, quietly};

/// The carriers of a task, the outermost first. Without carriers nothing is allocated.
#[derive(Default)]
pub(crate) struct Carriers(Captured);

pub(super) type Captured = Option<Box<Node<dyn Carried>>>;

pub(super) struct Node<C: ?Sized> {
    capture: Capture,
    /// The inner carriers, which are dropped first.
    inner: Carriers,
    carrier: C,
}

/// A captured carrier of any type.
pub(super) trait Carried: Send {
    fn enter(&mut self, work: &mut dyn FnMut());
}

impl<C: Carrier> Carried for C {
    fn enter(&mut self, work: &mut dyn FnMut()) {
        Carrier::enter(self, work);
    }
}

/// The task that code belongs to, for reports: the function and the name of the tracker.
pub(crate) type TaskName = Option<(&'static TaskSite, &'static str)>;

thread_local! {
    /// Whether a carrier's own code runs. A call made there carries nothing, or it would recurse.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

pub(super) fn captured<C: Carrier>(capture: Capture) -> Captured {
    let carrier = C::capture()?;
    Some(Box::new(Node { capture, inner: Carriers::default(), carrier }))
}

impl Carriers {
    /// Captures carriers. The first is the outermost.
    pub(super) fn capture(captures: impl Iterator<Item = Capture>, task_name: TaskName) -> Self {
        let mut carriers = Self::default();
        captures.for_each(|capture| carriers.add(capture, task_name));
        carriers
    }

    /// Captures the same carriers once more.
    pub(crate) fn again(&self, task_name: TaskName) -> Self {
        let nodes = std::iter::successors(self.0.as_deref(), |node| node.inner.0.as_deref());
        Self::capture(nodes.map(|node| node.capture), task_name)
    }

    /// Captures one more carrier, inside the others, unless it is captured already.
    fn add(&mut self, capture: Capture, task_name: TaskName) {
        match &mut self.0 {
            Some(node) if node.capture.is(&capture) => {}
            Some(node) => node.inner.add(capture, task_name),
            None => self.0 = take(capture, task_name),
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Runs code inside all carriers. Its panic continues outside of them.
    #[inline]
    pub(crate) fn around<R>(&mut self, task_name: TaskName, work: impl FnOnce() -> R) -> R {
        if self.is_empty() {
            return work();
        }
        let (mut work, mut done) = (Some(work), None);
        self.enter(task_name, &mut || done = work.take().map(catching));
        match done {
            Some(Ok(value)) => value,
            Some(Err(payload)) => resume_unwind(payload),
            None => unreachable!("what a carrier has not run is run in its place"),
        }
    }

    /// Runs `work` once.
    fn enter(&mut self, task_name: TaskName, work: &mut dyn FnMut()) {
        let Some(node) = &mut self.0 else {
            return work();
        };
        let Node { capture, inner, carrier } = &mut **node;
        let is_left = Cell::new(true);
        let mut once = || {
            if is_left.replace(false) {
                let _busy = Busy::set(false);
                inner.enter(task_name, work);
            }
        };
        let broken = quietly(|| {
            let _busy = Busy::set(true);
            carrier.enter(&mut once);
        });
        let was_left = is_left.get();
        once();
        if let Some(message) = broken {
            report::broken_carrier(capture.name(), task_name, "panicked as it was entered", &message);
        } else if was_left {
            report::broken_carrier(capture.name(), task_name, "did not call `work`", "the task's code ran without it");
        }
    }
}

/// Sets `BUSY` until it is dropped.
struct Busy(bool);

impl Busy {
    fn set(busy: bool) -> Self {
        Self(BUSY.try_with(|now| now.replace(busy)).unwrap_or(busy))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = BUSY.try_with(|busy| busy.set(self.0));
    }
}

/// Captures a carrier. If that panics, nothing is carried.
fn take(capture: Capture, task_name: TaskName) -> Captured {
    let nested = BUSY.try_with(|busy| busy.replace(true));
    if nested.unwrap_or(true) {
        return None;
    }
    let mut captured = None;
    let broken = quietly(|| captured = (capture.captured)(capture));
    let _ = BUSY.try_with(|busy| busy.set(false));
    if let Some(message) = broken {
        report::broken_carrier(capture.name(), task_name, "panicked as it was captured", &message);
    }
    captured
}

impl Drop for Carriers {
    /// Drops them one after the other, because two panics at once would abort the process.
    #[inline]
    fn drop(&mut self) {
        if let Some(node) = mem::take(&mut self.0) {
            drop_quietly(node);
        }
    }
}

#[cold]
fn drop_quietly(node: Box<Node<dyn Carried>>) {
    let name = node.capture.name();
    if let Some(message) = quietly(|| drop(node)) {
        report::broken_carrier(name, None, "panicked as it was dropped", &message);
    }
}
