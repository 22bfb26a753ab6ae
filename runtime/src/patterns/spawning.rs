//! The spawn of a group's child, which waits for a place.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Group;

/// What a group spawns. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "a group takes a future that gives a `Result<{T}, {E}>`",
    label = "write `async {{ …; Ok(…) }}`, without `||`; a call of a `#[detached]` function needs no group: write it alone"
)]
pub trait GroupTask<E, T>: Future<Output = Result<T, E>> {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = Result<T, E>>, E, T> GroupTask<E, T> for F {}

/// The future of [`Group::spawn`]: it waits until the group has a place, and starts the child.
///
/// It is one for every `F`, so that a child that is no future is one error.
///
/// ```
/// use std::future::{Ready, ready};
/// use std::io;
/// use outlive::Group;
/// use outlive::futures::Spawning;
///
/// type Child = Ready<io::Result<u64>>;
///
/// fn start(group: &mut Group<io::Error, u64>, number: u64) -> Spawning<'_, Child, io::Error, u64> {
///     group.spawn(ready(Ok(number)))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let mut group = Group::new();
/// start(&mut group, 7).await;
/// assert_eq!(group.wait().await.unwrap(), [7]);
/// # }
/// ```
///
/// # Panics
///
/// If it starts the child outside a tokio runtime.
///
/// # Cancel safety
///
/// If it is dropped while it waits, it starts nothing, and drops the child's future.
#[must_use = "the child starts when this is awaited: write `.await`"]
pub struct Spawning<'g, F, E, T> {
    group: &'g mut Group<E, T>,
    child: Option<F>,
    start: fn(&mut Group<E, T>, F),
}

impl<'g, F, E, T> Spawning<'g, F, E, T>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    E: fmt::Display + Send + 'static,
    T: Send + 'static,
{
    pub(super) fn new(group: &'g mut Group<E, T>, child: F) -> Self {
        Self { group, child: Some(child), start: Group::start }
    }
}

/// The child is moved into its task before it is polled.
impl<F, E, T> Unpin for Spawning<'_, F, E, T> {}

impl<F, E: fmt::Display + Send + 'static, T: Send + 'static> Future for Spawning<'_, F, E, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        while self.group.is_full() {
            if self.group.poll_ended(cx).is_pending() {
                return Poll::Pending;
            }
        }
        if let Some(child) = self.child.take() {
            let start = self.start;
            start(self.group, child);
        }
        Poll::Ready(())
    }
}
