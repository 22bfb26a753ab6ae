//! A guard that fails a test which leaves tasks behind.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::Location;
use std::sync::{LazyLock, OnceLock};
use std::thread;
use std::time::Duration;

use super::stand_ins;
use crate::tracker::{Isolated, PerIsolation, TaskSite};

/// Makes a guard that fails the test if tasks are left when it is dropped, and names them. It is Go's goleak for one test.
///
/// Make it first, so that it is dropped last. It sees:
///
/// * inside [`isolated`](super::isolated), every task of the test, in every tracker: a static, an `Arc<Tracker>`, or a
///   service's.
/// * outside, every task of the process in a tracker that was called since the guard was made. That includes the tasks of
///   concurrent tests, so use it there only if each test has its own process, as with `cargo nextest`. It does not see
///   isolated tests: make their guard inside.
///
/// Tasks are running and queued tasks, loops and workers, and threads of `blocking` functions that still run after their
/// timeout. A call that waits for a place, with `when_full = wait`, is not a task yet, and is not seen.
///
/// Before it fails, it waits up to half a second for tasks on other threads that are about to end, as goleak does: a task
/// that has sent its last message may not have ended yet. A handle returns its value, and a drain its report, only when
/// nothing is left of the task. A test without the handles can end all tasks with `TRACKER.drain().await`; in an isolated
/// test, `Shutdown::all().run().await` drains all static trackers.
///
/// ```should_panic
/// use outlive::{Tracker, detached, testing};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[detached(timeout = "5s", track = MAIL)]
/// async fn send_mail(to: &'static str) {
///     std::future::pending().await
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// testing::isolated(async {
///     let _guard = testing::no_tasks_left();
///     send_mail("ada@example.org");
/// }) // 1 task is left behind: 1 × send_mail (src/lib.rs:7), tracked by `mail`
/// .await;
/// # }
/// ```
#[track_caller]
pub fn no_tasks_left() -> NoTasksLeft {
    let isolated = Isolated::current();
    stand_ins::watch(&isolated);
    NoTasksLeft { isolated, place: Location::caller() }
}

/// The guard that [`no_tasks_left`] makes: it fails the test when it is dropped, if tasks are left.
///
/// ```
/// use outlive::testing::{self, NoTasksLeft};
///
/// /// What each test of a suite has.
/// struct Setting {
///     // … a database …
///     _guard: NoTasksLeft, // the last field: it is dropped after what the others end
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// testing::isolated(async {
///     let _setting = Setting { _guard: testing::no_tasks_left() };
/// })
/// .await;
/// # }
/// ```
///
/// # Panics
///
/// When it is dropped, if tasks are left; not if the test panics already.
#[must_use = "it looks when it is dropped: write `let _guard = testing::no_tasks_left();`"]
pub struct NoTasksLeft {
    isolated: Isolated,
    place: &'static Location<'static>,
}

/// How often it checks again, and the longest pause between two checks: half a second in all, as in goleak.
const LOOKS: u32 = 20;
const LONGEST: Duration = Duration::from_millis(100);

impl Drop for NoTasksLeft {
    fn drop(&mut self) {
        let tasks = left(&self.isolated);
        stand_ins::unwatch(&self.isolated);
        if tasks.is_empty() && self.isolated.called().is_some_and(|called| called.is_empty()) {
            let _ = TOO_EARLY.here(OnceLock::new).set(self.place);
        }
        if tasks.is_empty() || thread::panicking() {
            return;
        }
        panic!(
            "{} left behind (the guard was made at {}):{}\nwait for what a test starts before it ends: await the handle, \
             `drain()` the tracker, or `shutdown()` the service that owns it",
            counted(&tasks),
            self.place,
            listed(tasks),
        );
    }
}

/// In each isolated test: where the first guard was made that was dropped before anything was called.
static TOO_EARLY: LazyLock<PerIsolation<OnceLock<&'static Location<'static>>>> =
    LazyLock::new(|| PerIsolation::new(OnceLock::new()));

/// The end of an isolated test: if its guard was dropped before anything was called, what is left was started unguarded.
pub(super) fn at_the_end() {
    let too_early = TOO_EARLY.here(OnceLock::new);
    let Some(place) = too_early.get() else { return };
    let tasks = left(&Isolated::current());
    assert!(
        tasks.is_empty(),
        "{} left behind, and the guard made at {place} was dropped before anything was called: write `let _guard = \
         testing::no_tasks_left();`{}",
        counted(&tasks),
        listed(tasks),
    );
}

type Tasks = Vec<(&'static TaskSite, &'static str)>;

/// The tasks that are left, after a wait for those that are about to end.
fn left(isolated: &Isolated) -> Tasks {
    let mut tasks = stand_ins::tasks(isolated);
    for look in 0..LOOKS {
        if tasks.is_empty() || thread::panicking() {
            break;
        }
        thread::sleep(Duration::from_micros(1 << look).min(LONGEST));
        tasks = stand_ins::tasks(isolated);
    }
    tasks
}

fn counted(tasks: &Tasks) -> String {
    match tasks.len() {
        1 => "1 task is".to_owned(),
        more => format!("{more} tasks are"),
    }
}

fn listed(tasks: Tasks) -> String {
    let mut names: BTreeMap<_, usize> = BTreeMap::new();
    for (site, tracker) in tasks {
        *names.entry((site.name(), site.file(), site.line(), tracker)).or_default() += 1;
    }
    let names = names.into_iter().map(|((name, file, line, tracker), count)| {
        format!("\n  {count} × {name} ({file}:{line}), tracked by `{tracker}`")
    });
    names.collect()
}

impl fmt::Debug for NoTasksLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoTasksLeft").field("place", &format_args!("{}", self.place)).finish_non_exhaustive()
    }
}
