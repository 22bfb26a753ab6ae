//! A call that waits for a place before it is spawned.

use std::future::poll_fn;
use std::task::Poll;

use super::call::Call;
use super::filled;
use super::unfinished::Hook;
use crate::current::current_task;
use crate::report;
use crate::tracker::{Binding, Permit, TaskSite, TrackerRef};

impl<U: Hook, B: Binding> Call<U, B> {
    /// Waits until the tracker has a place.
    pub async fn wait(mut self) -> Self {
        self.capture();
        let key = self.binding.core().admission().acquire(self.request());
        // It gives the place back if the caller is dropped.
        let permit = Permit::new(self.binding.clone(), Some(key));
        let admitted = poll_fn(|cx| {
            if let Some(admitted) = self.binding.core().admission().poll_acquire(key, cx.waker()) {
                return Poll::Ready(admitted);
            }
            waits_for_own_place(&self.binding);
            filled::by_loops(&self.binding);
            Poll::Pending
        })
        .await;
        let options = self.options();
        options.permit = admitted.is_ok().then_some(permit);
        options.admitted = Some(admitted);
        self
    }
}

/// Warns about a task that calls into its own full tracker, and may wait for its own place. An accept loop is fine, if there
/// are more places: its sessions end by themselves.
#[cold]
fn waits_for_own_place(called: &impl Binding) {
    let is_accept_loop = |site: &TaskSite| site.is_worker() && called.core().occupancy(|_, _| ()).running_limit > 1;
    let own_tracker = |own: &TrackerRef| own.core().address() == called.core().address();
    if let Some((site, own)) = current_task().filter(|(site, own)| own_tracker(own) && !is_accept_loop(site)) {
        report::waits_for_own_place(site, own.core().shown_name(), called.site());
    }
}
