//! Carriers that are installed for the program go along with every call from then on. A process of its own, as it is the
//! process's; and one test, as the order matters.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::Duration;

use outlive::{CancelCause, Carrier, Group, Singleflight, Tracker, detach, detached, periodic, worker};
use tokio::task::yield_now;

static TASKS: Tracker = Tracker::unbounded("tasks");
static SHARED: Singleflight<u32, u32> = Singleflight::new("shared", &TASKS, Duration::from_secs(5));

thread_local! {
    static USER: Cell<u32> = const { Cell::new(0) };
    /// What the carriers did, in this order.
    static LOG: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn log(line: &'static str) {
    LOG.with_borrow_mut(|log| log.push(line));
}

fn logged() -> String {
    LOG.take().join(" ")
}

struct User(u32);

impl Carrier for User {
    fn capture() -> Option<Self> {
        log("user");
        let user = USER.get();
        (user != 0).then_some(Self(user))
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        log("(user");
        let own = USER.replace(self.0);
        work();
        self.0 = USER.replace(own);
        log("user)");
    }
}

struct Second;

impl Carrier for Second {
    fn capture() -> Option<Self> {
        log("second");
        Some(Self)
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        log("(second");
        work();
        log("second)");
    }
}

struct Listed;

impl Carrier for Listed {
    fn capture() -> Option<Self> {
        log("listed");
        Some(Self)
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        log("(listed");
        work();
        log("listed)");
    }
}

/// Makes a call as this user, and is nobody afterwards.
fn as_user<T>(user: u32, call: impl FnOnce() -> T) -> T {
    USER.set(user);
    let called = call();
    USER.set(0);
    called
}

#[detached(timeout = "5s", track = TASKS)]
async fn sees() -> u32 {
    yield_now().await;
    USER.get()
}

#[detached(timeout = "5s", track = TASKS, blocking)]
fn sees_on_a_thread() -> u32 {
    USER.get()
}

#[detached(timeout = "5s", track = TASKS, carry = [Listed, User])]
async fn lists() {
    log("work");
}

#[worker(track = TASKS)]
async fn works() -> u32 {
    USER.get()
}

#[worker(track = TASKS, carry = [User])]
async fn works_as_listed() -> u32 {
    USER.get()
}

#[periodic(every = "1s", timeout = "1s", immediate, track = TASKS)]
async fn runs() {
    log(if USER.get() == 0 { "run of nobody" } else { "run of somebody" });
}

#[tokio::test(start_paused = true)]
async fn from_its_installation_on_every_call_carries_it() {
    let before = as_user(7, sees);
    outlive::carry::<User>();
    assert_eq!(before.await.unwrap(), 0, "it was made before");
    assert_eq!(logged(), "");

    assert_eq!(as_user(7, sees).await.unwrap(), 7);
    let call = || detach!(timeout = "5s", track = TASKS, async { USER.get() });
    assert_eq!(as_user(7, call).await.unwrap(), 7);
    assert_eq!(as_user(7, sees_on_a_thread).await.unwrap(), 7);

    // A call that a task makes has what is in place in the task.
    let call = || detach!(timeout = "5s", track = TASKS, async { sees().await.unwrap() });
    assert_eq!(as_user(7, call).await.unwrap(), 7);

    // Nothing to carry: nothing is entered.
    logged();
    assert_eq!(sees().await.unwrap(), 0);
    assert_eq!(logged(), "user");

    // The second time is none.
    outlive::carry::<User>();
    outlive::carry::<Second>();
    outlive::carry::<User>();
    let handle = as_user(7, lists);
    assert_eq!(logged(), "user second listed", "listed, too, and captured once");
    handle.await.unwrap();
    assert_eq!(logged(), "(user (second (listed work listed) second) user)");

    // A group's children are part of the caller's work.
    let mut group = Group::<String, u32>::new();
    USER.set(7);
    group
        .spawn(async {
            yield_now().await;
            Ok(USER.get())
        })
        .await;
    USER.set(0);
    assert_eq!(group.wait().await.unwrap(), [7]);

    // Shared work is nobody's, and a loop starts anew.
    let mut shared = pin!(SHARED.run(1, async { USER.get() }));
    assert_eq!(poll_fn(|cx| as_user(7, || shared.as_mut().poll(cx))).await.unwrap().value, 0);
    assert_eq!(as_user(7, works).await.unwrap(), 0);
    assert_eq!(as_user(7, works_as_listed).await.unwrap(), 7);
    logged();
    let running = as_user(7, runs);
    yield_now().await;
    yield_now().await;
    assert_eq!(logged(), "run of nobody");
    running.abort(CancelCause::Requested);
}
