//! Calls with retries: one task, whose attempts run one after the other.

use std::future::{Future, pending, poll_fn};
use std::panic::resume_unwind;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, sleep, sleep_until};

use super::attempt::attempted;
use super::looping::Contained;
use super::pauses::Pauses;
use crate::context::{CancelSource, Context};
use crate::current::{current_task, with_task};
use crate::proof::Retry;
use crate::util::{after, catching};

/// The result of an attempt, which must be a `Result`. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "`retry` tries again after an `Err`, and this function gives no `Result`, but `{Self}`",
    label = "gives no `Result`",
    note = "return a `Result`, whose `Err` is then tried again; or leave `retry` out"
)]
pub trait Attempted {
    /// Its error type.
    type Error;

    /// Its error, if it failed.
    fn error(&self) -> Option<&Self::Error>;
}

impl<T, E> Attempted for Result<T, E> {
    type Error = E;

    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

type ErrorOf<F> = <<F as Future>::Output as Attempted>::Error;

/// The body of a call with retries. `work` makes the future of an attempt; its argument is whether that is the last one.
/// `retry_if` decides whether an `Err` is tried again.
#[allow(clippy::manual_async_fn, reason = "the bounds are asked for at the call, and nowhere inside")]
pub fn attempts<F, R>(
    retry: Retry,
    work: R,
    retry_if: fn(&ErrorOf<F>) -> bool,
) -> impl Future<Output = F::Output> + Send
where
    F: Future<Output: Attempted + Send> + Send,
    R: FnMut(bool) -> Option<F> + Send,
{
    async move {
        let Some((site, tracker)) = current_task() else {
            // On a thread that is ending, the task's record is gone, and nothing limits its time.
            return pending().await;
        };
        let mut work = Contained::new(work, "arguments", site, &tracker);
        let context = Context::current();
        let mut pauses = Pauses::new(retry.first, retry.most);
        let mut attempt = 0;
        loop {
            attempt += 1;
            let is_last = attempt >= retry.attempts;
            with_task(|task| task.cold().attempts = attempt);
            if attempt > 1 {
                site.count_retry();
            }
            let made = match catching(|| work.get().and_then(|work| work(is_last).map(Box::pin))) {
                Ok(Some(made)) => made,
                Ok(None) => return pending().await,
                Err(payload) => {
                    drop(work);
                    resume_unwind(payload)
                }
            };
            let failed = {
                let (end, mut own) = (CancelSource::new(), context.clone());
                // If the call's own deadline is earlier, the task handles it.
                let until = retry.attempt.map(after).filter(|until| context.deadline().is_none_or(|at| *until < at));
                if let Some(until) = until {
                    own = own.with_deadline(until);
                }
                within(until, attempted(made, own.of_attempt(attempt, &end), site, &tracker)).await
            };
            let failed = match failed {
                None => None,
                Some(Ok(value)) => {
                    let mut value = Contained::new(value, "result", site, &tracker);
                    match catching(|| value.get().and_then(|value| value.error()).is_some_and(retry_if)) {
                        Ok(true) => {}
                        Ok(false) => return given(value).await,
                        Err(payload) => {
                            drop((value, work));
                            resume_unwind(payload)
                        }
                    }
                    Some(value)
                }
                Some(Err(panic)) => {
                    drop(work);
                    resume_unwind(panic.into_payload())
                }
            };
            let pause = pauses.next();
            // A drain covers the call's whole timeout, so attempts go on until it cancels the tasks.
            let is_over = is_last || context.is_cancelled();
            let fits = || context.deadline().is_none_or(|deadline| after(pause) < deadline);
            let has_no_room = !is_over && !fits();
            if is_over || has_no_room || !paused(pause, &context).await {
                let Some(value) = failed else {
                    with_task(|task| {
                        let cold = task.cold();
                        (cold.overran, cold.is_over) = (retry.attempt, true);
                        cold.no_room_of = has_no_room.then_some(retry.attempts);
                    });
                    return pending().await;
                };
                return given(value).await;
            }
        }
    }
}

async fn given<T>(mut value: Contained<T>) -> T {
    match value.content.take() {
        Some(value) => value,
        None => pending().await,
    }
}

/// The result of `run`. `None` if its time was over first.
async fn within<F: Future>(until: Option<Instant>, run: F) -> Option<F::Output> {
    let (mut run, mut time) = (pin!(run), pin!(until.map(|until| unconstrained(sleep_until(until)))));
    poll_fn(|cx| {
        // If it is done when its time is over, it is done.
        if let Poll::Ready(ended) = run.as_mut().poll(cx) {
            return Poll::Ready(Some(ended));
        }
        match time.as_mut().as_pin_mut() {
            Some(time) => time.poll(cx).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}

/// Waits. Returns `false` if the task was cancelled first.
async fn paused(pause: Duration, context: &Context) -> bool {
    let (mut cancelled, mut pause) = (pin!(context.cancelled()), pin!(sleep(pause)));
    poll_fn(|cx| {
        if cancelled.as_mut().poll(cx).is_ready() {
            return Poll::Ready(false);
        }
        pause.as_mut().poll(cx).map(|()| true)
    })
    .await
}
