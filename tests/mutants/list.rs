//! The mechanisms, each with the patch that takes it out.

/// One mechanism, taken out.
pub(crate) struct Mutant {
    /// The row of the gallery that has to notice.
    pub(crate) row: &'static str,
    /// What is gone.
    pub(crate) without: &'static str,
    pub(crate) file: &'static str,
    /// Stands in the file once.
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
    pub(crate) noticed_by: Check,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// The row's tests.
    Scene,
    /// What the row has refused.
    Refusal,
    /// What the lint set bans.
    Ban,
}

use Check::{Ban, Refusal, Scene};

macro_rules! mutants {
    ($($row:literal $check:ident $without:literal in $file:literal: $old:literal => $new:literal;)*) => {
        pub(crate) const MUTANTS: &[Mutant] = &[$(Mutant {
            row: $row,
            without: $without,
            file: $file,
            old: $old,
            new: $new,
            noticed_by: $check,
        }),*];
    };
}

mutants! {
    "1" Scene "a dropped handle leaves its task running" in "runtime/src/task/handle.rs":
        "self.tracker.core().admission().handle_dropped(*key, join.id(), *is_watched);" =>
        "let _ = (key, is_watched);
                join.abort();";
    "1" Scene "the request's deadline stays behind" in "runtime/src/task/begin.rs":
        "        binding.function_in(core).task_arrived();" =>
        "        binding.function_in(core).task_arrived();
        if let Some(at) = crate::Context::current().deadline() {
            let over = at.saturating_duration_since(tokio::time::Instant::now());
            extra.get_or_insert_default().cold().timeout = Some(binding.site().timeout().min(over));
        }";
    "1" Scene "the request's cancel stays behind" in "runtime/src/task/call.rs":
        "return TaskHandle::spawned(site, tracker, join, None)" =>
        "let (task, origin) = (join.abort_handle(), crate::Context::current());
        tokio::spawn(async move { origin.cancelled().await; task.abort() });
        return TaskHandle::spawned(site, tracker, join, None)";

    "2" Refusal "a missing timeout is a mistake" in "macros/src/settings/mod.rs":
        "    missing(args, scope, errors);" => "    let _ = missing;";
    "2" Refusal "a timeout of zero is a mistake" in "macros/src/settings/constant.rs":
        "            if parsed.is_zero() {" => "            if false {";
    "2" Refusal "a timeout without a unit is a mistake" in "macros/src/settings/constant.rs":
        "        Lit::Int(integer) => Err(duration::integer(key, integer))," =>
        "        Lit::Int(integer) if integer.base10_digits() == \"5\" => {
            Ok(DurationValue::Known(Duration::from_secs(5), integer.span()))
        }
        Lit::Int(integer) => Err(duration::integer(key, integer)),";
    "2" Scene "a task ends at its timeout" in "runtime/src/task/lifecycle.rs":
        "    if !seen.is_over {" => "    if !seen.is_over || true {";

    "3" Scene "a panic is caught" in "runtime/src/util/panic.rs":
        "    catch_unwind(AssertUnwindSafe(work))" => "    Ok(work())";
    "3" Scene "a panic is counted as one" in "runtime/src/tracker/site.rs":
        "            Outcome::Panicked => &self.panicked," => "            Outcome::Panicked => &self.failed,";
    "3" Scene "a panic is reported" in "runtime/src/task/finish.rs":
        "        let is_reported_here = outcome != Outcome::Failed || self.is_run();" =>
        "        let is_reported_here = outcome != Outcome::Failed && outcome != Outcome::Panicked;";
    "3" Scene "a build that aborts is refused" in "runtime/src/util/build.rs":
        "#[cfg(all(panic = \"abort\", not(feature = \"panic-abort\")))]" => "#[cfg(any())]";

    "4" Scene "values cross" in "runtime/src/task/call.rs":
        "        let (values, in_group, isolated) = (origin.values," =>
        "        let (values, in_group, isolated) = (origin.values.filter(|_| false),";
    "4" Scene "the layer gives a request its context" in "runtime/src/integrations/tower.rs":
        "        ContextFuture { future: InScope::new(future, scope), open }" =>
        "        ContextFuture { future: InScope::new(future, Scope::new(Context::root())), open }";
    "4" Scene "the trace crosses" in "runtime/src/report/span.rs":
        "                    span.follows_from(caller.or_else(id));" => "                    drop(caller.or_else(id));";
    "4" Scene "labels stand on the task's span" in "runtime/src/report/span.rs":
        "Values::labels_text(values);" => "Values::labels_text(values.filter(|_| false));";
    "4" Scene "a listed task-local crosses" in "runtime/src/codegen/inherit.rs":
        "        Ok(value) => Carried::With { future: key.scope(value, future) }," =>
        "        Ok(value) if false => Carried::With { future: key.scope(value, future) },
        Ok(_) => Carried::Without { future },";

    "5" Refusal "an argument of the request's is refused" in "runtime/src/codegen/crossing.rs":
        "const fn unbound<S: Site>(argument: &str, bound: bool, instead: Option<&str>) {\n    if bound {" =>
        "const fn unbound<S: Site>(argument: &str, bound: bool, instead: Option<&str>) {\n    if bound && false {";
    "5" Refusal "a response is refused" in "runtime/src/codegen/crossing.rs":
        "    if of[which].0 {" => "    if of[which].0 && false {";
    "5" Refusal "a pool's connection is the request's" in "runtime/src/integrations/deadpool.rs":
        "impl<M: deadpool::managed::Manager> RequestBound for deadpool::managed::Object<M> {}" => "";

    "6" Refusal "a detached context cannot be waited for" in "runtime/src/context/detached.rs":
        "    pub fn cancelled(&self) -> Pending<CancelCause>\n    where\n        Self: for<'a> HasAnEnd<'a>,\n" =>
        "    pub fn cancelled(&self) -> Pending<CancelCause>\n";
    "6" Refusal "a detached context takes no callback" in "runtime/src/current/on_cancel.rs":
        "-> OnCancel\n    where\n        Self: for<'a> HasAnEnd<'a>,\n" => "-> OnCancel\n";
    "6" Scene "a wait on a root is reported" in "runtime/src/current/context.rs":
        "        if cfg!(debug_assertions) && !self.is_cancellable() {" => "        if false {";
    "6" Scene "a callback on a root is reported" in "runtime/src/current/on_cancel.rs":
        "            if cfg!(debug_assertions) {\n" => "            if false {\n";

    "7" Refusal "a missing tracker is a mistake" in "macros/src/settings/mod.rs":
        "    missing(args, scope, errors);" => "    let _ = missing;";
    "7" Scene "a drain waits" in "runtime/src/drain/mod.rs":
        "                if self.admission().is_empty(cx.waker()) {" =>
        "                if self.admission().is_empty(cx.waker()) || true {";
    "7" Scene "a drain drops what does not end" in "runtime/src/drain/clock.rs":
        "if now >= self.drops_at => Next::Advance(Phase::Dropped)," => "if now >= self.drops_at => Next::Report,";
    "7" Scene "a loss is reported" in "runtime/src/task/future.rs":
        "            if this.state.record.stage != Stage::Done {" => "            if false {";
    "7" Scene "a shutdown finds every static tracker" in "runtime/src/shutdown/shutdown.rs":
        "            if !known.contains(&core.address()) {" => "            if false {";

    "8" Scene "a failure tells the siblings" in "runtime/src/patterns/group.rs":
        "        self.first.fail(error, cause, |cause| self.source.cancel(cause));" =>
        "        self.first.fail(error, cause, drop);";
    "8" Scene "a detached call inside a group is reported" in "runtime/src/task/call.rs":
        "        if in_group {" => "        if in_group && Location::caller().line() == 0 {";
    "8" Scene "it is reported once" in "runtime/src/report/warning.rs":
        "    if !lock(&REPORTED).insert(known) {" =>
        "    if REPORTED.is_poisoned() && !lock(&REPORTED).insert(known) {";

    "9" Scene "the first caller does not own the work" in "runtime/src/patterns/running.rs":
        "    flight: Arc<Flight<V>>,
}

impl<V> From<Caller<V>> for Joined<V> {
    fn from(Caller { flight, handle }: Caller<V>) -> Self {
        // This marks a refusal as seen: the caller gets it as the result.
        drop(handle.map(TaskHandle::admitted));
        Self { flight }" =>
        "    flight: Arc<Flight<V>>,
    _first: Option<crate::task::AbortOnDrop<Arc<Flight<V>>>>,
}

impl<V> From<Caller<V>> for Joined<V> {
    fn from(Caller { flight, handle }: Caller<V>) -> Self {
        let _first = handle.map(TaskHandle::abort_on_drop);
        Self { flight, _first }";
    "9" Scene "the first caller does not lead" in "runtime/src/patterns/singleflight.rs":
        "Call::without_origin(|isolated|" => "Call::new(|isolated|";

    "10" Scene "a source cancels when its last clone goes, and not before" in "runtime/src/context/cancel_source.rs":
        "#[derive(Clone)]\npub struct CancelSource {\n    owned: Arc<CancelOnDrop>,\n}" =>
        "pub struct CancelSource {\n    owned: Arc<CancelOnDrop>,\n}
impl Clone for CancelSource {
    fn clone(&self) -> Self {
        Self { owned: Arc::new(CancelOnDrop(Arc::clone(self.signal()))) }
    }
}";
    "10" Scene "a source cancels when its last clone goes" in "runtime/src/context/cancel_source.rs":
        "        self.0.cancel(CancelCause::Disconnected);" => "";
    "10" Scene "a deadline is enforced where a future is scoped" in "runtime/src/context/context.rs":
        "        self.cancel.is_some() || self.deadline.is_some()" => "        self.cancel.is_some()";

    "11" Scene "a drain goes on where another has begun" in "runtime/src/tracker/core.rs":
        "        *self.drain.get_or_init(|| (Instant::now(), budget))" =>
        "        let drain = (Instant::now(), budget);
        self.drain.set(drain).expect(\"drained once\");
        drain";

    "12" Refusal "an argument lives as long as its task may" in "runtime/src/codegen/crossing.rs":
        "    if age.as_nanos() < deadline.as_nanos() {" => "    if false {";
    "12" Scene "what is left of a life is looked at" in "runtime/src/task/call.rs":
        "            if remaining < may_take {" => "            if remaining < may_take && false {";
    "12" Scene "what has expired is refreshed" in "runtime/src/patterns/fresh.rs":
        "            if left.is_zero() {" => "            if false {";
    "12" Scene "who comes during a refresh waits for that one" in "runtime/src/patterns/in_flight.rs":
        "            if let Some(flight) = key.as_ref().and_then(|key| under_way.get(key)) {" =>
        "            if let Some(flight) = key.as_ref().and_then(|key| under_way.get(key)).filter(|_| false) {";
    "12" Scene "what has expired on its way is given to nobody" in "runtime/src/patterns/fresh.rs":
        "        !self.validity.left(Moment::now()).is_zero()" => "        true";

    "13" Scene "no more run than the bound says" in "runtime/src/admission/acquire.rs":
        "            if registry.running < registry.running_limit {" => "            if true {";
    "13" Scene "no more wait than the queue takes" in "runtime/src/admission/acquire.rs":
        "            if registry.queue.has_room() {" => "            if true {";
    "13" Scene "who came first is first" in "runtime/src/admission/promotion.rs":
        "            let Some(index) = self.queue.waiting.first() else { break };" =>
        "            let Some(index) = self.queue.waiting.last() else { break };";
    "13" Scene "a caller that goes away gives its place back" in "runtime/src/tracker/permit.rs":
        "        self.leave(|| (), || None);" => "";
    "13" Scene "the producer waits" in "runtime/src/admission/acquire.rs":
        "                registry.push_back(state, key.at());" =>
        "                registry.running += 1;
                registry.set_state(key.at(), EntryState::Running);";

    "14" Scene "a source is its own guard" in "runtime/src/context/cancel_source.rs":
        "        self.0.cancel(CancelCause::Disconnected);" => "";

    "15" Refusal "an argument that borrows is a mistake" in "macros/src/detached/validate.rs":
        "        errors.on(first, borrowed(&name(), &written.ty));" => "        let _ = (first, borrowed);";

    "16" Scene "a drain waits" in "runtime/src/drain/mod.rs":
        "                if self.admission().is_empty(cx.waker()) {" =>
        "                if self.admission().is_empty(cx.waker()) || true {";

    "17" Scene "calls from outside are refused once a drain has begun" in "runtime/src/admission/registry.rs":
        "            Phase::Closing => !kept," => "            Phase::Closing => false,";
    "17" Scene "calls of live tasks are kept" in "runtime/src/tracker/core.rs":
        "kept: caller == Some(self.address())" => "kept: caller == Some(0)";

    "18" Scene "the origin's cause can be seen" in "runtime/src/context/detached.rs":
        "        self.origin.cause()\n" => "        None\n";
    "18" Scene "the origin's cause is not obeyed" in "runtime/src/context/detached.rs":
        "Some(after(timeout)), None)" => "Some(after(timeout)), self.origin.cancel.clone())";
    "18" Scene "whoever looks at its end finds the cause" in "runtime/src/task/end.rs":
        "            Self::Cancelled(cause) => Some(cause.clone())," => "            Self::Cancelled(_) => None,";
    "18" Scene "an owner that goes is a cause of its own" in "runtime/src/task/state.rs":
        "{ CancelCause::OwnerDropped } else { CancelCause::Shutdown }" =>
        "{ CancelCause::Shutdown } else { CancelCause::Shutdown }";

    "19" Refusal "a budget covers every timeout" in "runtime/src/proof/budget.rs":
        "    if needed.as_nanos() > budget.as_nanos() {" => "    if false {";
    "19" Refusal "a grace period covers every phase" in "runtime/src/shutdown/budget.rs":
        "        if sum.as_nanos() > grace.as_nanos() {" => "        if false {";
    "19" Scene "a grace period covers every phase, at run time" in "runtime/src/shutdown/budget.rs":
        "        if budget > grace {" => "        if false {";
    "19" Scene "a drain takes its budget" in "runtime/src/tracker/tracker.rs":
        "    pub(crate) const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);" =>
        "    pub(crate) const BUDGET: Duration = Duration::from_secs(DRAIN_SECS / 4);";

    "20" Refusal "a service stores no context" in "runtime/src/codegen/fields.rs":
        "        T: NoStoredContext," => "        T: Sized,";
    "20" Refusal "a service stores no token" in "runtime/src/codegen/fields.rs":
        "        T: NoSecondCancel," => "        T: Sized,";
    "20" Scene "the current request's values cross" in "runtime/src/task/call.rs":
        "        let (values, in_group, isolated) = (origin.values," =>
        "        let (values, in_group, isolated) = (origin.values.filter(|_| false),";

    "L1" Scene "a source cancels on every path" in "runtime/src/context/cancel_source.rs":
        "        self.0.cancel(CancelCause::Disconnected);" => "";

    "L1" Ban "a bare token is banned" in "docs/lints/clippy.toml":
        "path = \"tokio_util::sync::CancellationToken::new\"" => "path = \"std::process::abort\"";

    "L2" Scene "the last owner's drop ends its loops" in "runtime/src/owner/owned_tracker.rs":
        "        core.owner_gone();" => "";
    "L2" Scene "a task does not own its service" in "runtime/src/owner/owned_tracker.rs":
        "        Self { side: Arc::clone(self.side.of_tasks.as_ref().unwrap_or(&self.side)) }" => "        self.clone()";

    "L3" Scene "a function's live tasks are counted" in "runtime/src/tracker/site.rs":
        "        ends.live = ends.started - ends.ended();" => "        ends.live = 0;";
    "L3" Scene "a function has its line" in "runtime/src/tracker/site.rs":
        "        self.spec.line\n" => "        0\n";
}
