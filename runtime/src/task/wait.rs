//! A call that waits for its place before it is made.

use std::future::poll_fn;
use std::task::Poll;

use super::call::Call;
use super::unfinished::Hook;
use crate::current::current_task;
use crate::report;
use crate::tracker::{Binding, Permit, TaskSite, TrackerRef};

impl<U: Hook, B: Binding> Call<U, B> {
    /// Waits until the tracker has a place.
    pub async fn wait(mut self) -> Self {
        self.capture();
        let key = self.binding.core().admission().acquire(self.request());
        // Given back when the caller goes away in between.
        let permit = Permit::new(self.binding.clone(), Some(key));
        let admitted = poll_fn(|cx| {
            if let Some(admitted) = self.binding.core().admission().poll_acquire(key, cx.waker()) {
                return Poll::Ready(admitted);
            }
            waits_for_own_place(&self.binding);
            Poll::Pending
        })
        .await;
        let special = self.special();
        special.permit = admitted.is_ok().then_some(permit);
        special.admitted = Some(admitted);
        self
    }
}

/// A task that calls into its own tracker holds a place that it may be waiting for. Not an accept loop, beside whose place there are
/// others: it waits for sessions that end by themselves.
#[cold]
fn waits_for_own_place(called: &impl Binding) {
    let is_accept_loop = |site: &TaskSite| site.is_worker() && called.core().census(|_, _| ()).running_limit > 1;
    let own_tracker = |own: &TrackerRef| own.core().address() == called.core().address();
    if let Some((site, own)) = current_task().filter(|(site, own)| own_tracker(own) && !is_accept_loop(site)) {
        report::waits_for_own_place(site, own.core().shown_name(), called.site());
    }
}
