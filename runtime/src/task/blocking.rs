//! A call whose work is done by a thread of the blocking pool, which cannot be stopped.

use std::any::Any;
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::call::Call;
use super::handle::TaskHandle;
use super::unfinished::Hook;
use crate::current::{Timing, for_thread, in_place};
use crate::error::Panic;
use crate::report::{self, ErrorProbe, Facts, TaskSpan};
use crate::tracker::{Binding, Outcome, Permit};

impl<U: Hook, B: Binding> Call<U, B> {
    /// Makes the call, on the blocking pool.
    pub fn spawn_blocking<T: Send + 'static, W: FnOnce() -> T + Send + 'static>(
        mut self,
        work: W,
        error_of: ErrorProbe<T>,
    ) -> TaskHandle<T> {
        match self.runtime().and_then(|runtime| Ok((runtime, self.admit()?))) {
            Ok((runtime, admitted)) => {
                let facts = Facts::new(self.binding.site(), self.binding.core(), self.values.clone());
                self.launch(&runtime, admitted, Timing::Call, None, error_of, |permit, span| Blocking {
                    runtime: runtime.clone(),
                    job: Arc::new(Job {
                        waiting: Mutex::new(Some((work, permit.share()))),
                        is_alone: AtomicBool::new(false),
                    }),
                    started: Some((span.clone(), Late { done: None, error_of, facts })),
                    thread: None,
                })
            }
            Err(rejected) => self.refuse(rejected),
        }
    }
}

/// Hands work to the blocking pool when its turn has come, and waits for it.
struct Blocking<T, W, B: Binding> {
    runtime: Handle,
    job: Arc<Job<W, B>>,
    started: Option<(TaskSpan, Late<T>)>,
    thread: Option<JoinHandle<Option<Late<T>>>>,
}

struct Job<W, B: Binding> {
    /// What the pool has not begun. The thread holds the task's place, too: it cannot be stopped, and counts as long as
    /// it runs.
    waiting: Mutex<Option<(W, Permit<B>)>>,
    /// The task has ended without the thread.
    is_alone: AtomicBool,
}

impl<W, B: Binding> Job<W, B> {
    fn take(&self) -> Option<(W, Permit<B>)> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What the thread gives. If the task has ended before, a panic or an `Err` is reported all the same.
struct Late<T> {
    done: Option<Result<T, Box<dyn Any + Send>>>,
    error_of: ErrorProbe<T>,
    facts: Facts,
}

impl<T> Drop for Late<T> {
    fn drop(&mut self) {
        match self.done.take() {
            Some(Ok(value)) => {
                if let Some(error) = (self.error_of)(&value) {
                    report::send(Outcome::Failed, &self.facts, &error);
                }
            }
            Some(Err(payload)) => {
                let panic = Panic::new(payload);
                // Not in a `let`: Rust 1.85 drops what it borrows at the semicolon.
                report::send(
                    Outcome::Panicked,
                    &self.facts,
                    &format_args!("after its time was over: {}", panic.message()),
                );
            }
            None => {}
        }
    }
}

impl<T, W, B: Binding> Unpin for Blocking<T, W, B> {}

impl<T, W, B> Future for Blocking<T, W, B>
where
    B: Binding,
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if let Some((span, mut late)) = self.started.take() {
            let mut current = for_thread();
            let job = Arc::clone(&self.job);
            self.thread = Some(self.runtime.spawn_blocking(move || {
                let (work, permit) = job.take()?;
                late.done = Some(in_place(&span, &mut current, work));
                let late = if job.is_alone.load(Ordering::Acquire) {
                    drop(late);
                    None
                } else {
                    Some(late)
                };
                // The place goes last: a drain that has returned has left nothing behind.
                drop((current, span));
                drop(permit);
                late
            }));
        }
        let Some(thread) = &mut self.thread else {
            return Poll::Pending;
        };
        match Pin::new(thread).poll(cx) {
            Poll::Ready(Ok(Some(mut late))) => match late.done.take() {
                Some(Ok(value)) => Poll::Ready(value),
                Some(Err(payload)) => resume_unwind(payload),
                None => Poll::Pending,
            },
            // The runtime goes down: it is about to drop this future as well.
            Poll::Ready(Ok(None) | Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl<T, W, B: Binding> Drop for Blocking<T, W, B> {
    fn drop(&mut self) {
        self.job.is_alone.store(true, Ordering::Release);
        // What the pool has not begun, it shall not begin, and its place is free.
        drop(self.job.take());
    }
}
