//! One run of work that may be repeated: of a worker with `restart`, or of a call with `retry`.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::looping::Contained;
use crate::context::Context;
use crate::current::{InScope, Scope, with_task};
use crate::error::Panic;
use crate::tracker::{TaskSite, TrackerRef};
use crate::util::catching;

/// Runs work once, in its own context, which is cancelled when the run ends.
pub(super) async fn attempted<F: Future>(
    work: F,
    context: Context,
    site: &'static TaskSite,
    tracker: &TrackerRef,
) -> Result<F::Output, Panic> {
    with_task(|task| task.cold().shields = 0);
    let run = InScope::new(work, Scope::new(context));
    let mut run = pin!(Contained::new(run, "future", site, tracker));
    poll_fn(|cx| match run.as_mut().project().content.as_pin_mut() {
        Some(run) => match catching(|| run.poll(cx)) {
            Ok(polled) => polled.map(Ok),
            Err(payload) => Poll::Ready(Err(Panic::new(payload))),
        },
        None => Poll::Pending,
    })
    .await
}
