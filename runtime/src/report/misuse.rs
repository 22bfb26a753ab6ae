//! Warnings about a value that was dropped before it did what it is for. Each is sent once for each place.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::Mutex;
use std::time::Duration;

use super::unheard;
#[cfg(debug_assertions)]
use crate::context::Proof;
#[cfg(feature = "tracing")]
use crate::util::quietly;
use crate::util::sync::lock;

type Place = &'static Location<'static>;

/// Sends a warning of this kind, if there was none of this place, and no panic drops everything.
fn warn(kind: &'static str, place: Place, message: impl Fn() -> String) {
    static SENT: Mutex<BTreeSet<(&'static str, Place)>> = Mutex::new(BTreeSet::new());
    if std::thread::panicking() || !lock(&SENT).insert((kind, place)) {
        return;
    }
    if unheard::is_unheard() {
        unheard::write(&format_args!("at {place}: {}", message()));
    }
    #[cfg(feature = "tracing")]
    quietly(|| tracing::warn!(target: "outlive", called_from = %place, "{}", message()));
}

/// A shielded section was dropped half-way, outside of a detached task.
pub(crate) fn shield_dropped(place: Place) {
    warn("shield", place, || {
        "a `shield` outside of a detached task keeps nothing off, and its section was dropped half-way: put it into a function with \
         `#[detached(timeout = \"5s\", grace = \"1s\", track = …)]`, and call that"
            .to_owned()
    });
}

/// A group was dropped with children, and nobody waited for them. Only in debug builds, as its caller may have been dropped as well.
pub(crate) fn group_dropped(place: Place, children: usize) {
    warn("group", place, || {
        let (children, are) =
            if children == 1 { ("a child".to_owned(), "is") } else { (format!("{children} children"), "are") };
        format!(
            "a group was dropped with {children}, which {are} aborted: end it with `group.wait().await`, also before a `return` or a `?`"
        )
    });
}

/// The future of a drain was dropped before it was polled.
pub(crate) fn drain_dropped(tracker: &str, place: Place) {
    warn("drain", place, || {
        format!(
            "the drain of `{tracker}` was dropped before it was awaited, and drains nothing: write `.await` behind it; to wait for the tasks \
             and go on, write `.idle().await` in place of the drain"
        )
    });
}

/// The future of a drain was dropped before its end, and no other one runs. `took` is how long it has run of its budget.
pub(crate) fn drain_given_up(tracker: &str, place: Place, (took, budget): (Duration, Duration), live: usize) {
    warn("drain given up", place, || {
        let seconds = took.as_secs().max(1);
        let took = Duration::from_millis(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        let tasks = if live == 1 { "1 task".to_owned() } else { format!("{live} tasks") };
        format!(
            "the drain of `{tracker}` was dropped after {took:?} of its {budget:?}, with {tasks} left, which nothing cancels now: await it to its \
             end, without a `timeout` around it; for a shorter one, make the tracker a `Tracker<{seconds}>`, with \
             `.drain_budget::<{seconds}>()`"
        )
    });
}

/// A context was asked for a value, and has one of nearly that type, in a `wrapper` if it has one, or another text.
pub(crate) fn asks_for_another_type(asked: &'static str, has: &'static str, wrapper: Option<&str>, place: Place) {
    warn("value", place, || {
        let correction = match wrapper {
            Some(wrapper) => {
                let (before, after) = wrapper.split_once('_').unwrap_or_default();
                format!("Ask for what it has, by `.get::<{before}{}{after}>()`", short(asked))
            }
            None => "Give it a type of its own, and ask for that: `struct Tenant(String);`".to_owned(),
        };
        format!(
            "a context was asked for a `{asked}`, and has a `{has}`: a value is found by its exact type. {correction}"
        )
    });
}

/// Contexts were made, and nothing ran in them.
#[cfg(debug_assertions)]
pub(crate) fn nothing_ran_in_it(place: Place, proof: Proof) {
    warn("unentered", place, || {
        let shows = match proof {
            Proof::Late(late) => {
                let late = Duration::from_millis(u64::try_from(late.as_millis()).unwrap_or(u64::MAX));
                format!("the context made here was dropped unused, {late:?} after its deadline, which ended nothing")
            }
            Proof::Passed => "the context made here was dropped unused: the detached call, or `Context::current()`, beside it saw nothing of \
                              it"
                .to_owned(),
        };
        format!("{shows}. A context is no guard: write `context.scope(async {{ … }}).await`, with what is to run in it")
    });
}

/// A detached call was made, and its handle was then given to a context's scope.
#[cfg(debug_assertions)]
pub(crate) fn called_before_the_scope(place: Place) {
    warn("scope", place, || {
        "the call in `.scope(…)` was made before the scope began, so its task has nothing of this context: write `.scope(async { … })`, with \
         the call in it"
            .to_owned()
    });
}

/// The name of a type without its modules. One with parameters keeps them.
fn short(name: &str) -> &str {
    let path = name.split('<').next().unwrap_or_default();
    path.rfind("::").map_or(name, |at| &name[at + 2..])
}

/// The process runs on after the shutdown of the whole program.
pub(crate) fn runs_on(since: Duration) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "the shutdown has ended, and the process runs on: let `main` return its report, or write `report.exit()`; a server that \
                       is to end with it belongs into it, by `.serve(…)`";
        tracing::warn!(target: "outlive", ?since, "{message}");
    });
    #[cfg(not(feature = "tracing"))]
    let _ = since;
}
