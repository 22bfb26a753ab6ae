//! Groups of tasks that belong to their caller: the first failure cancels the others.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::task::{JoinError, JoinSet};

use super::first_failure::FirstFailure;
use super::spawning::{GroupTask, Spawning};
use crate::context::CancelSource;
use crate::current::{CarrierSet, Carriers, Current, TaskName, for_group, in_place};
use crate::error::{CancelCause, Panic};
use crate::report::{self, TaskSpan};
use crate::util::WithSources;
use crate::util::text::{self, TEXT, clean};

/// A group of tasks that belong to their caller: the first failure cancels the others, and [`wait`](Self::wait) waits for
/// all.
///
/// Use it, instead of detached calls, for concurrent work that a response needs. A child ends with its group, and the group
/// with its caller. It is Go's `errgroup` on top of tokio's [`JoinSet`], with these differences:
///
/// * A child runs in the [`Context`](crate::Context) and the span of the code that spawned it: it has the caller's values,
///   labels, deadline and cancellation, and the values of the program's [`Carrier`](crate::Carrier)s. The tasks of a
///   `JoinSet` have none of these.
/// * The first `Err` or panic cancels the contexts of the other children. A child that awaits
///   [`Context::cancelled`](crate::Context::cancelled) gets the cause ([`CancelCause::Other`] with the failure), and can
///   undo its work. A child that does not await it runs to its end.
/// * [`wait`](Self::wait) always waits for all children. It returns their values in the order of the spawns, or the first
///   failure. No child runs on when it has returned.
/// * A child's panic is an error of [`wait`](Self::wait). In Go it ends the process.
/// * Dropping the group cancels the children ([`CancelCause::Disconnected`]) and aborts them, so they end with their caller.
///   If nobody has begun to wait for it, debug builds warn, with the line that made it.
///
/// A `#[detached]` call in a child is not part of the group: a sibling's failure does not cancel it. This may be a mistake,
/// so the first such call at each line is reported. In a group of a detached task, a child's calls count as calls of that
/// task, which a drain accepts. A [`shield`](crate::shield) in a child does not delay an abort of the task.
///
/// ```
/// use outlive::{Context, Group, GroupError};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let mut group = Group::new().limit(8); // at most 8 at once
/// for shard in 0..20 {
///     group
///         .spawn(async move {
///             if shard == 3 {
///                 return Err(format!("shard {shard} is down"));
///             }
///             Context::current().cancelled().await; // at once
///             Ok(())
///         })
///         .await; // waits while 8 run
/// }
/// let error = group.wait().await.unwrap_err();
/// assert!(matches!(error, GroupError::Failed(text) if text == "shard 3 is down"));
///
/// let mut squares: Group<std::io::Error, u64> = Group::new();
/// for number in 1..=3 {
///     squares.spawn(async move { Ok(number * number) }).await;
/// }
/// assert_eq!(squares.wait().await.unwrap(), [1, 4, 9]);
/// # }
/// ```
#[must_use = "dropping a group aborts its tasks: end it with `.wait().await`"]
pub struct Group<E, T = ()> {
    children: Children<T>,
    /// The values of successful children, with their places in the order of the spawns.
    values: Vec<(usize, T)>,
    spawned: usize,
    limit: usize,
    /// Whether `wait` was called. Then its drop is the end of its caller.
    is_awaited: bool,
    /// Where it was made.
    place: &'static Location<'static>,
    /// How many children have not ended, for the drop, where `T` may be of any lifetime.
    left: fn(&mut Children<T>) -> usize,
    shared: Arc<Shared<E>>,
}

/// Each gives its value, and its place in the order of the spawns, unless it has failed.
type Children<T> = JoinSet<Option<(usize, T)>>;

fn left<T: 'static>(children: &mut Children<T>) -> usize {
    while children.try_join_next().is_some() {}
    children.len()
}

/// The state that children and group share.
struct Shared<E> {
    source: CancelSource,
    /// The first failure, which usually causes the others.
    first: FirstFailure<GroupError<E>, CancelCause>,
}

/// Why a [`Group`] did not succeed: the first failure of its children.
///
/// ```
/// use outlive::{Group, GroupError};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let mut shards = Group::new();
/// shards.spawn(async { Err::<(), _>("shard 3 is down") }).await;
/// match shards.wait().await {
///     Ok(_) => unreachable!(),
///     Err(GroupError::Failed(error)) => assert_eq!(error, "shard 3 is down"),
///     Err(GroupError::Panicked(panic)) => std::panic::resume_unwind(panic.into_payload()),
///     Err(other) => panic!("{other}"),
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum GroupError<E> {
    /// A child returned this `Err`.
    Failed(E),
    /// A child panicked.
    Panicked(Panic),
    /// A child was dropped together with its runtime.
    Lost,
}

/// One line, with the sources of an `E` that is an error in a `Box` or an `Arc`, or an `io::Error`; cut at 4096 bytes.
impl<E: fmt::Display + 'static> fmt::Display for GroupError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => clean(WithSources(error)).fmt(f),
            Self::Panicked(panic) => write!(f, "panicked: {}", clean(panic.message())),
            Self::Lost => f.write_str("lost: dropped together with its runtime"),
        }
    }
}

/// Also for an `E` that is not an `Error`, such as `anyhow::Error` and `Box<dyn Error>`: it only needs a `Display`.
impl<E: fmt::Debug + fmt::Display + 'static> Error for GroupError<E> {}

/// The cause that cancels the others when one child fails.
#[derive(Debug)]
struct SiblingFailed(String);

impl fmt::Display for SiblingFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "another task of the group failed: {}", self.0)
    }
}

impl Error for SiblingFailed {}

impl<E: fmt::Display + 'static> Shared<E> {
    fn fail(&self, error: GroupError<E>) {
        let cause = CancelCause::Other(Arc::new(SiblingFailed(text::shown(&error, TEXT - 128))));
        self.first.fail(error, cause, |cause| self.source.cancel(cause));
    }
}

impl<E: fmt::Display + Send + 'static, T: Send + 'static> Group<E, T> {
    /// Makes a group without children and without a limit.
    #[track_caller]
    pub fn new() -> Self // `Group::new().limit(8)`
    {
        let shared = Shared { source: CancelSource::new(), first: FirstFailure::new() };
        Self {
            children: JoinSet::new(),
            values: Vec::new(),
            spawned: 0,
            limit: usize::MAX,
            is_awaited: false,
            place: Location::caller(),
            left,
            shared: Arc::new(shared),
        }
    }

    /// Runs at most `running` children at once.
    ///
    /// # Panics
    ///
    /// If `running` is zero.
    #[track_caller]
    pub fn limit(mut self, running: usize) -> Self // `Group::new().limit(8)`: where it is made
    {
        assert!(running > 0, "a group whose limit is 0 can run nothing: give it at least 1");
        self.limit = running;
        self
    }

    /// Starts a child. If the limit is reached, it first waits until another child has ended, as Go's `Group.Go` does.
    ///
    /// If the group has failed already, the child starts with a cancelled context.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// If it is dropped while it waits, it starts nothing, and drops the child's future.
    pub fn spawn<F>(&mut self, child: F) -> Spawning<'_, F, E, T>
    where
        F: GroupTask<E, T> + Send + 'static,
    {
        Spawning::new(self, child)
    }

    /// Starts a child if the limit is not reached, as Go's `Group.TryGo` does.
    ///
    /// It does not wait.
    ///
    /// ```
    /// use outlive::Group;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let mut group: Group<std::io::Error> = Group::new().limit(1);
    /// assert!(group.try_spawn(async { Ok(()) }).is_ok());
    /// assert!(group.try_spawn(async { Ok(()) }).is_err()); // one runs
    /// group.wait().await.unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// The future, unpolled, if the limit is reached.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn try_spawn<F>(&mut self, child: F) -> Result<(), F>
    where
        F: GroupTask<E, T> + Send + 'static,
    {
        if self.is_full() {
            return Err(child);
        }
        self.start(child);
        Ok(())
    }

    /// Waits until every child has ended, and returns their values in the order of the spawns.
    ///
    /// # Errors
    ///
    /// The failure that came first. Later failures are dropped, because the first one usually causes them.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the group: the children are cancelled, and aborted.
    pub async fn wait(mut self) -> Result<Vec<T>, GroupError<E>> {
        self.is_awaited = true;
        while let Some(ended) = self.children.join_next().await {
            self.reap(Some(ended));
        }
        if let Some(error) = self.shared.first.take() {
            return Err(error);
        }
        let mut values = std::mem::take(&mut self.values);
        values.sort_unstable_by_key(|(place, _)| *place);
        Ok(values.into_iter().map(|(_, value)| value).collect())
    }

    /// Whether the limit is reached, without the ended children.
    pub(super) fn is_full(&mut self) -> bool {
        while let Some(ended) = self.children.try_join_next() {
            self.reap(Some(ended));
        }
        self.children.len() >= self.limit
    }

    pub(super) fn start<F>(&mut self, child: F)
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let place = self.spawned;
        let current = for_group(&self.shared.source);
        let task_name = current.task_name();
        self.spawned += 1;
        self.children.spawn(Child {
            body: Some(child),
            place,
            carriers: CarrierSet::PROGRAMS.captured(task_name),
            task_name,
            current,
            span: TaskSpan::current(),
            shared: Arc::clone(&self.shared),
        });
    }

    /// Waits until a child has ended, and collects it.
    pub(super) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.children.poll_join_next(cx).map(|ended| self.reap(ended))
    }

    /// Collects an ended child. It has recorded its own failure, unless it was dropped.
    fn reap(&mut self, ended: Option<Result<Option<(usize, T)>, JoinError>>) {
        match ended {
            Some(Ok(value)) => self.values.extend(value),
            Some(Err(error)) => self.shared.fail(match error.try_into_panic() {
                Ok(payload) => GroupError::Panicked(Panic::new(payload)),
                Err(_) => GroupError::Lost,
            }),
            None => {}
        }
    }
}

impl<E: fmt::Display + Send + 'static, T: Send + 'static> Default for Group<E, T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<E, T> Drop for Group<E, T> {
    /// The children are cancelled first, so that their destructors see the cause; then the set aborts them.
    fn drop(&mut self) {
        self.shared.source.cancel(CancelCause::Disconnected);
        if cfg!(debug_assertions) && !self.is_awaited {
            let left = (self.left)(&mut self.children);
            if left > 0 {
                report::group_dropped(self.place, left);
            }
        }
    }
}

impl<E, T> fmt::Debug for Group<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").field("children", &self.children.len()).finish_non_exhaustive()
    }
}

pin_project_lite::pin_project! {
    /// The future of a child: it is polled and dropped in its context and span, and its panic is caught.
    struct Child<F, E> {
        #[pin]
        body: Option<F>,
        place: usize,
        current: Current,
        span: TaskSpan,
        carriers: Carriers,
        task_name: TaskName,
        shared: Arc<Shared<E>>,
    }

    impl<F, E> PinnedDrop for Child<F, E> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // It was aborted: nobody is left to report a destructor's panic to.
            let dropped = this.carriers.around(*this.task_name, || in_place(this.span, this.current, || this.body.set(None)));
            drop(dropped);
        }
    }
}

impl<F, E, T> Future for Child<F, E>
where
    F: Future<Output = Result<T, E>>,
    E: fmt::Display + 'static,
{
    type Output = Option<(usize, T)>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let poll = || {
            in_place(this.span, this.current, || match this.body.as_mut().as_pin_mut() {
                Some(body) => {
                    let polled = body.poll(cx);
                    if polled.is_ready() {
                        // Drops the body before the end is visible, so that nothing of the child is left then.
                        this.body.set(None);
                    }
                    polled.map(Some)
                }
                None => Poll::Ready(None),
            })
        };
        match this.carriers.around(*this.task_name, poll) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Some(Ok(value)))) => return Poll::Ready(Some((*this.place, value))),
            Ok(Poll::Ready(Some(Err(error)))) => this.shared.fail(GroupError::Failed(error)),
            Ok(Poll::Ready(None)) => {}
            Err(payload) => this.shared.fail(GroupError::Panicked(Panic::new(payload))),
        }
        Poll::Ready(None)
    }
}
