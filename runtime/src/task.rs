//! What a task is, beside its body: its flight keeps it, and lends it to the task's own code while that runs.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Sleep;

use crate::context::{Context, Link, Values};
use crate::deadline::Ticks;
use crate::report::TaskSpan;
use crate::tracker::Claim;
use crate::world::World;
use crate::{CancelCause, TaskSite};

/// Small: it is exchanged around every poll, moved with the body, and lies in memory as long as that.
pub(crate) struct Task {
    pub(crate) values: Option<Arc<Values>>,
    /// Its context's, and so its own: from the first await on, or where its code has asked. While it is queued, when it
    /// came.
    pub(crate) deadline: Ticks,
    /// What few have.
    pub(crate) more: Option<Box<More>>,
    pub(crate) queue_delay: Brief,
    pub(crate) limit: Limit,
    pub(crate) stage: Stage,
    /// Whose statics its code means.
    pub(crate) world: World,
}

/// What a task has only where it is watched, told, shielded or no plain call, or where its code has asked for its context.
#[derive(Default)]
pub(crate) struct More {
    pub(crate) span: TaskSpan,
    /// Where it is not its site's.
    pub(crate) timeout: Option<Duration>,
    /// What only starts others is not counted itself.
    uncounted: bool,
    /// Held until its end.
    _claim: Option<Claim>,
    pub(crate) told: Told,
    /// What its code has been given to be told by.
    pub(crate) cancel: Option<Arc<Link>>,
    /// Where no lane rings it.
    pub(crate) timer: Option<Pin<Box<Sleep>>>,
    /// Where it has no deadline: since when it waits.
    pub(crate) since: Ticks,
    /// How many [`shield`](crate::shield) sections it is in.
    pub(crate) shields: u32,
    /// It is to run again, and what has run is counted: nothing is lost with it.
    pub(crate) between_runs: bool,
}

/// Who has told the task to stop.
#[derive(Default)]
pub(crate) enum Told {
    #[default]
    Nobody,
    /// Its timeout; its grace runs.
    Timeout,
    Drain,
    /// Its handle, while it was in a shielded section; its grace runs.
    Abort(CancelCause),
    /// It ends when it is told, and was; its grace runs.
    ToEnd(CancelCause),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Waits for its turn.
    Queued,
    /// Has not had to wait yet.
    Ready,
    /// Has waited: a lane or its tracker has its waker, and its time runs.
    Parked,
    Done,
}

/// From when the timeout counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// From the first poll that has to wait.
    Run,
    /// From the call, or the end of its wait in the queue: a thread cannot be seen to wait.
    Call,
    /// There is none: it ends when it is told.
    Never,
}

/// A time in four bytes: exact to the microsecond up to half an hour, and to the millisecond up to 24 days.
#[derive(Clone, Copy, Default)]
pub(crate) struct Brief(u32);

impl Brief {
    const MILLIS: u32 = 1 << 31;
    pub(crate) const ZERO: Self = Self(0);

    pub(crate) fn of(time: Duration) -> Self {
        match u32::try_from(time.as_micros()) {
            Ok(micros) if micros < Self::MILLIS => Self(micros),
            _ => Self(Self::MILLIS | u32::try_from(time.as_millis()).unwrap_or(u32::MAX).min(Self::MILLIS - 1)),
        }
    }

    pub(crate) fn get(self) -> Duration {
        if self.0 < Self::MILLIS {
            Duration::from_micros(self.0.into())
        } else {
            Duration::from_millis((self.0 - Self::MILLIS).into())
        }
    }
}

impl More {
    pub(crate) fn of_loop(claim: Option<Claim>, uncounted: bool) -> Option<Box<Self>> {
        (claim.is_some() || uncounted).then(|| Box::new(Self { _claim: claim, uncounted, ..Self::default() }))
    }
}

impl Task {
    /// What stands for a task where there is none.
    pub(crate) const NONE: Self = Self {
        values: None,
        deadline: Ticks::NONE,
        more: None,
        queue_delay: Brief::ZERO,
        limit: Limit::Never,
        stage: Stage::Done,
        world: World::PROCESS,
    };

    pub(crate) fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    pub(crate) fn is_counted(&self) -> bool {
        !self.more.as_ref().is_some_and(|more| more.uncounted)
    }

    pub(crate) fn is_between_runs(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.between_runs)
    }

    pub(crate) fn is_shielded(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.shields > 0)
    }

    pub(crate) fn is_told(&self) -> bool {
        self.more.as_ref().is_some_and(|more| !matches!(more.told, Told::Nobody))
    }

    pub(crate) fn told(&self) -> &Told {
        self.more.as_ref().map_or(&Told::Nobody, |more| &more.told)
    }

    /// Its own, where it is not its site's.
    pub(crate) fn own_timeout(&self) -> Option<Duration> {
        self.more.as_ref().and_then(|more| more.timeout)
    }

    pub(crate) fn timeout(&self, site: &TaskSite) -> Duration {
        self.own_timeout().unwrap_or_else(|| site.timeout())
    }

    pub(crate) fn set_deadline(&mut self, site: &TaskSite) -> Ticks {
        if self.limit != Limit::Never && !self.deadline.is_set() {
            self.deadline = Ticks::now().after(self.timeout(site));
        }
        self.deadline
    }

    fn link(&mut self) -> &Arc<Link> {
        self.more().cancel.get_or_insert_with(|| Link::new(Arc::default(), None))
    }

    /// Its cancellation (an allocation) and its deadline (a look at the clock) are made when they are first asked for.
    pub(crate) fn context(&mut self, site: &TaskSite) -> Context {
        let deadline = self.set_deadline(site).instant();
        let cancel = Some(Arc::clone(self.link()));
        Context { values: self.values.clone(), deadline, cancel }
    }

    /// Tells its code to stop.
    pub(crate) fn signal(&mut self, site: &TaskSite, cause: CancelCause) {
        self.set_deadline(site);
        self.link().signal().cancel(cause);
    }

    /// Tells those that its code has left behind that it has ended.
    pub(crate) fn disconnect(&self) {
        if let Some(link) = self.more.as_ref().and_then(|more| more.cancel.as_ref()) {
            link.signal().cancel(CancelCause::Disconnected);
        }
    }

    /// Since when it waits: for its turn, or in its body.
    pub(crate) fn since(&self, site: &TaskSite) -> Ticks {
        match self.stage {
            Stage::Queued => self.deadline,
            Stage::Ready if self.limit != Limit::Call => Ticks::NONE,
            _ if self.limit == Limit::Never => self.more.as_ref().map_or(Ticks::NONE, |more| more.since),
            _ => self.deadline.before(self.timeout(site)),
        }
    }
}
