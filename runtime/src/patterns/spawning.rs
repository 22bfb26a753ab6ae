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

/// The future of [`Group::spawn`]. It is one for every `F`, so that a child that is no future is one error.
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
