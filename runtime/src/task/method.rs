//! The task of a service's method. Its future holds a clone of the service, so its state is packed between two polls: what the
//! function's code, its queue of timeouts or the body's place say as well is not kept.
//!
//! - The function is that of the call's type.
//! - Whether the body is still there, its stage, and its entry in the queue share a word.
//! - The deadline is read from the queue when somebody asks for it.
//!
//! What a task needs besides (it had to wait for its place, it has a span, its code has asked for its context) is in the box
//! that it has anyway, or gets.

use std::future::Future;
use std::marker::PhantomData;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::body::{Body, Held};
use super::call::{Call, given};
use super::future::Together;
use super::handle::TaskHandle;
use super::join_output::JoinOutput;
use super::large::{boxed, is_large};
use super::state::TaskState;
use crate::context::Values;
use crate::current::{Extra, TaskRecord};
use crate::report::{ErrorProbe, ProbeSource};
use crate::tracker::{Hold, Isolated, Owned, OwnedBinding, Permit, StaticSite, TaskSite};

impl Call<(), OwnedBinding> {
    /// Makes the call of a service's method, which `M` stands for.
    #[track_caller]
    #[inline]
    pub fn spawn_method<M: StaticSite, F: Future<Output: Send + 'static> + Send + 'static>(
        self,
        _: M,
        future: F,
        error_of: impl Fn() -> ErrorProbe<F::Output> + Copy + Send + 'static,
    ) -> TaskHandle<F::Output> {
        if const { is_large::<F>() } {
            self.spawn_in_place(boxed(future), Method::<_, M>::new(given(error_of())))
        } else {
            self.spawn_in_place(future, Method::<_, M>::new(error_of))
        }
    }
}

/// How a method's body and its state are put together. `M` knows the function.
pub(super) struct Method<P, M>(P, PhantomData<fn() -> M>);

impl<P, M> Method<P, M> {
    pub(super) fn new(error_of: P) -> Self {
        Self(error_of, PhantomData)
    }
}

impl<P: Clone, M> Clone for Method<P, M> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<P: Copy, M> Copy for Method<P, M> {}

impl<F, P, M> Together<F, (), OwnedBinding> for Method<P, M>
where
    F: Future<Output: Send + 'static> + Send + 'static,
    P: ProbeSource<F::Output>,
    M: StaticSite,
{
    type Task = MethodFuture<F, P, M>;

    #[inline(always)]
    fn together(self, body: F, state: TaskState<(), OwnedBinding>) -> Self::Task {
        MethodFuture { slot: Slot::Alive { body, packed: Packed::of(state) }, error_of: self.0, site: PhantomData }
    }
}

/// The state of a task between two polls. Its tracker is gone once it has ended.
struct Packed {
    tracker: Option<Arc<Owned>>,
    values: Option<Arc<Values>>,
    extra: Option<Box<Extra>>,
    hold: Hold,
    isolated: Isolated,
}

impl Packed {
    #[inline(always)]
    fn of(state: TaskState<(), OwnedBinding>) -> Self {
        let TaskState { permit, record, hook: () } = state;
        let isolated = record.isolated.clone();
        let (tracker, hold) = permit.packed();
        let (values, extra) = record.packed(hold);
        Self { tracker, values, extra, hold, isolated }
    }

    /// What is left in its place need not be dropped.
    #[inline(always)]
    fn state(&mut self, tracker: Arc<Owned>, site: &'static TaskSite) -> TaskState<(), OwnedBinding> {
        let (values, extra, isolated) = (self.values.take(), self.extra.take(), mem::take(&mut self.isolated));
        let permit = Permit::unpacked(isolated.site(site), tracker, self.hold);
        let record = TaskRecord::unpacked(values, extra, self.hold, isolated);
        TaskState { permit, record, hook: () }
    }
}

impl TaskState<(), OwnedBinding> {
    #[inline(always)]
    fn is_spent(&self) -> bool {
        self.permit.is_spent() && self.record.values.is_none() && self.record.extra.is_none()
    }
}

pin_project_lite::pin_project! {
    /// The body with the task's state, until the body is dropped.
    #[project = SlotPlace]
    enum Slot<F> {
        Alive { #[pin] body: F, packed: Packed },
        Gone,
    }
}

impl<F> Slot<F> {
    #[inline(always)]
    fn packed(self: Pin<&mut Self>) -> Option<&mut Packed> {
        match self.project() {
            SlotPlace::Alive { packed, .. } => Some(packed),
            SlotPlace::Gone => None,
        }
    }
}

impl<F: Future> Body for Slot<F> {
    type Output = F::Output;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            SlotPlace::Alive { body, .. } => body.poll(cx),
            SlotPlace::Gone => Poll::Pending,
        }
    }
}

impl<F> Held for Slot<F> {
    #[inline]
    fn drop_body(mut self: Pin<&mut Self>) {
        self.set(Self::Gone);
    }

    #[inline]
    fn is_dropped(&self) -> bool {
        matches!(self, Self::Gone)
    }
}

pin_project_lite::pin_project! {
    pub(super) struct MethodFuture<F, P, M>
    where
        F: Future<Output: 'static>,
        P: ProbeSource<F::Output>,
        M: StaticSite,
    {
        #[pin]
        slot: Slot<F>,
        error_of: P,
        site: PhantomData<fn() -> M>,
    }

    impl<F, P, M> PinnedDrop for MethodFuture<F, P, M>
    where
        F: Future<Output: 'static>,
        P: ProbeSource<F::Output>,
        M: StaticSite,
    {
        /// If it is not done, it was aborted, or its runtime shuts down.
        fn drop(this: Pin<&mut Self>) {
            if !this.slot.is_dropped() {
                this.lose();
            }
        }
    }
}

impl<F: Future<Output: 'static>, P: ProbeSource<F::Output>, M: StaticSite> MethodFuture<F, P, M> {
    #[cold]
    #[inline(never)]
    fn lose(self: Pin<&mut Self>) {
        let mut this = self.project();
        let Some(packed) = this.slot.as_mut().packed() else { return };
        let Some(tracker) = packed.tracker.take() else { return };
        let mut state = packed.state(tracker, M::site());
        state.record.take_rest();
        let site = state.site();
        // Nobody reads this output; the handle gets its cause from the tracker.
        drop(state.lose(this.slot, (this.error_of)()).failed(site));
    }
}

/// The poll of a task that has not ended. It is a function of its own, so that its result is made where it stays.
#[inline]
fn poll<F: Future<Output: 'static>>(
    mut state: TaskState<(), OwnedBinding>,
    mut slot: Pin<&mut Slot<F>>,
    error_of: impl ProbeSource<F::Output>,
    cx: &mut Context<'_>,
) -> Poll<JoinOutput<F::Output>> {
    if state.record.extra.is_some() {
        state.record.take_rest();
    }
    let polled = if state.record.carries() {
        state.poll_inside(slot.as_mut(), error_of(), cx)
    } else if cfg!(debug_assertions) {
        state.poll_any(slot.as_mut(), error_of(), cx)
    } else {
        state.poll(slot.as_mut(), error_of, cx)
    };
    if polled.is_pending() {
        if let Some(packed) = slot.packed() {
            // Nothing is left there that would have to be dropped.
            mem::forget(mem::replace(packed, Packed::of(state)));
        }
    } else if state.is_spent() {
        mem::forget(state);
    }
    polled
}

impl<F: Future<Output: 'static>, P: ProbeSource<F::Output>, M: StaticSite> Future for MethodFuture<F, P, M> {
    type Output = JoinOutput<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(packed) = this.slot.as_mut().packed() else { return Poll::Pending };
        let Some(tracker) = packed.tracker.take() else { return Poll::Pending };
        let state = packed.state(tracker, M::site());
        poll(state, this.slot, *this.error_of, cx)
    }
}

// tokio's cell of 256 bytes has room for 152. A method's body of 88 takes 120, with its service and its arguments.
#[cfg(all(target_pointer_width = "64", not(feature = "testing")))]
const _: () = assert!(size_of::<Slot<[u64; 15]>>() <= 152);
