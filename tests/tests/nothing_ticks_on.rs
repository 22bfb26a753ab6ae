//! What has ended has left no timer behind: no clock is moved for it, and nothing is woken. When it has been drained, no
//! task of the runtime's lives on.

use std::future::pending;
use std::io::{ErrorKind, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use outlive::{CancelCause, Context, OwnedTracker, Singleflight, TaskError, TaskHandle, TaskOwner, Tracker, detach};
use outlive::{detached, owned_tasks};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, advance};

type Shared<const SECS: u64 = 90> = Arc<Tracker<SECS>>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

static STATIC: Tracker<90> = Tracker::unbounded("static").drain_budget::<90>();

fn shared(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("shared", running).queue(waiting).drain_budget::<90>())
}

/// A runtime in paused time, whose clock goes on by itself wherever it has nothing to do but to wait for a timer.
struct World {
    runtime: Runtime,
    /// Told when the runtime comes to rest.
    at_rest: Arc<Mutex<Option<mpsc::Sender<()>>>>,
    /// When it was woken, each time.
    woken: Arc<Mutex<Vec<Instant>>>,
}

impl World {
    fn new() -> Self {
        let (at_rest, woken) =
            (Arc::<Mutex<Option<mpsc::Sender<()>>>>::default(), Arc::<Mutex<Vec<Instant>>>::default());
        let mut runtime = Builder::new_current_thread();
        let (rests, wakes) = (Arc::clone(&at_rest), Arc::clone(&woken));
        runtime.on_thread_park(move || {
            if let Some(rests) = rests.lock().unwrap().take() {
                rests.send(()).unwrap();
            }
        });
        runtime.on_thread_unpark(move || wakes.lock().unwrap().push(Instant::now()));
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        Self { runtime, at_rest, woken }
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Waits for bytes that somebody sends who waits each time until the runtime has nothing to do.
    async fn hear_from_outside(&self) {
        // A rest that is over before it has begun moves no clock: so there are several.
        const TIMES: usize = 16;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (rests, is_at_rest) = mpsc::channel();
        let outside = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            for _ in 0..TIMES {
                is_at_rest.recv().unwrap();
                stream.write_all(b"!").unwrap();
            }
        });
        let at_rest = Arc::clone(&self.at_rest);
        // A task of its own: where a runtime is woken for the future that it blocks on, its clock stands still as well.
        let hears = tokio::spawn(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            for _ in 0..TIMES {
                *at_rest.lock().unwrap() = Some(rests.clone());
                loop {
                    stream.readable().await.unwrap();
                    match stream.try_read(&mut [0]) {
                        Ok(read) => break assert_eq!(read, 1),
                        Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
                    }
                }
            }
        });
        hears.await.unwrap();
        outside.join().unwrap();
    }

    /// Whether the clock stands still while it waits for what comes from outside.
    async fn stands_still(&self) -> bool {
        let start = Instant::now();
        self.hear_from_outside().await;
        start.elapsed().is_zero()
    }

    /// When it was woken since the last time.
    fn wakes(&self) -> Vec<Instant> {
        std::mem::take(&mut self.woken.lock().unwrap())
    }
}

/// How a task ends that has waited.
#[derive(Clone, Copy, Debug)]
enum End {
    Returns,
    Fails,
    Panics,
    IsAborted,
    IsForgotten,
}

impl End {
    const ALL: [Self; 5] = [Self::Returns, Self::Fails, Self::Panics, Self::IsAborted, Self::IsForgotten];

    async fn run(self) -> Result<(), String> {
        yield_now().await;
        match self {
            Self::Returns | Self::IsForgotten => Ok(()),
            Self::Fails => Err("failed".to_owned()),
            Self::Panics => panic!("panicked"),
            Self::IsAborted => pending().await,
        }
    }

    async fn of(self, handle: TaskHandle<Result<(), String>>) {
        match self {
            Self::IsForgotten => drop(handle),
            Self::IsAborted => {
                settle().await;
                handle.abort(CancelCause::Requested);
                assert!(handle.await.is_err());
            }
            _ => drop(handle.await),
        }
        settle().await;
    }
}

async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

#[detached(timeout = "30s", track = STATIC)]
async fn in_a_static(end: End) -> Result<(), String> {
    end.run().await
}

#[detached(timeout = "30s", grace = "5s", track = STATIC)]
async fn with_a_grace(end: End) -> Result<(), String> {
    end.run().await
}

#[detached(timeout = "30s", track = tracker)]
async fn in_a_shared(tracker: Shared, end: End) -> Result<(), String> {
    let _keep = tracker;
    end.run().await
}

#[detached(timeout = wanted, max_timeout = "1m", track = STATIC)]
async fn with_a_timeout_of_its_own(wanted: Duration, end: End) -> Result<(), String> {
    assert_eq!(wanted, seconds(30));
    end.run().await
}

#[detached(timeout = "30s", track = STATIC)]
async fn that_has_asked_for_its_context(end: End) -> Result<(), String> {
    assert!(Context::current().deadline().is_some());
    end.run().await
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker<90>,
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "30s")]
    async fn in_a_service(&self, end: End) -> Result<(), String> {
        end.run().await
    }
}

type Call = Box<dyn Fn(End) -> TaskHandle<Result<(), String>>>;

fn calls() -> [(&'static str, Call); 8] {
    let (wide, narrow) = (shared(64, 0), shared(1, 64));
    let service = Service { tasks: OwnedTracker::bounded("service", 64).drain_budget::<90>() };
    [
        ("in a static", Box::new(|end| in_a_static(end))),
        ("with a grace", Box::new(|end| with_a_grace(end))),
        ("in a shared one", Box::new(move |end| in_a_shared(wide.clone(), end))),
        ("with a queue", Box::new(move |end| in_a_shared(narrow.clone(), end))),
        ("with a timeout of its own", Box::new(|end| with_a_timeout_of_its_own(seconds(30), end))),
        ("that has asked for its context", Box::new(|end| that_has_asked_for_its_context(end))),
        ("in a service", Box::new(move |end| service.in_a_service(end))),
        ("a future", Box::new(|end| detach!(timeout = "30s", track = STATIC, end.run()))),
    ]
}

#[test]
fn a_task_that_has_ended_moves_no_clock() {
    for (what, call) in calls() {
        for end in End::ALL {
            let world = World::new();
            world.block_on(async {
                assert!(world.stands_still().await, "before all");
                end.of(call(end)).await;
                assert!(world.stands_still().await, "{what}: {end:?}");
            });
        }
    }
}

#[test]
fn nor_does_one_that_has_timed_out() {
    let world = World::new();
    world.block_on(async {
        assert!(matches!(in_a_static(End::IsAborted).await, Err(TaskError::TimedOut { .. })));
        assert!(matches!(with_a_grace(End::IsAborted).await, Err(TaskError::TimedOut { .. })));
        assert!(world.stands_still().await);
    });
}

#[test]
fn nor_do_several_whatever_their_order() {
    for (what, call) in calls() {
        if what == "with a queue" {
            // One at a time, and so in order.
            continue;
        }
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let world = World::new();
            world.block_on(async {
                let mut waiting = Vec::new();
                for _ in 0..3 {
                    waiting.push(Some(call(End::IsAborted)));
                    settle().await;
                    advance(seconds(1)).await;
                }
                for next in order {
                    End::IsAborted.of(waiting[next].take().unwrap()).await;
                }
                assert!(world.stands_still().await, "{what}: {order:?}");
            });
        }
    }
}

#[test]
fn nor_does_a_burst_of_thousands() {
    for (what, call) in calls() {
        if what == "in a shared one" || what == "with a queue" || what == "in a service" {
            // They have no place for so many.
            continue;
        }
        let world = World::new();
        world.block_on(async {
            let burst: Vec<_> = (0..5_000).map(|_| call(End::Returns)).collect();
            for one in burst {
                one.await.unwrap().unwrap();
            }
            settle().await;
            assert!(world.stands_still().await, "{what}");
        });
    }
}

#[test]
fn nor_do_many_functions() {
    macro_rules! functions {
        ($($name:ident)*) => {{
            $(
                #[detached(timeout = "30s", track = STATIC)]
                async fn $name(end: End) -> Result<(), String> {
                    end.run().await
                }
            )*
            [$($name(End::Returns)),*]
        }};
    }

    let world = World::new();
    world.block_on(async {
        for one in functions!(a b c d e f g h i j k l m n o p q r s t u v w x y z) {
            one.await.unwrap().unwrap();
        }
        settle().await;
        assert!(world.stands_still().await);
    });
}

#[test]
fn nor_does_the_work_of_a_single_flight() {
    static FLIGHTS: Singleflight<u8, u8> = Singleflight::new("flights", &STATIC, seconds(30));

    let world = World::new();
    world.block_on(async {
        let work = || async {
            yield_now().await;
            7
        };
        let (one, other) = tokio::join!(FLIGHTS.run(1, work()), FLIGHTS.run(1, work()));
        assert_eq!((one.unwrap().value, other.unwrap().value), (7, 7));
        settle().await;
        assert!(world.stands_still().await);
    });
}

#[test]
fn of_several_runtimes_each_stands_still_when_its_own_have_ended() {
    let (one, other) = (World::new(), World::new());
    let waits = |world: &World| {
        world.block_on(async {
            let waiting = in_a_static(End::IsAborted).admitted();
            settle().await;
            waiting
        })
    };
    // Both are in at the same time.
    let (here, there) = (waits(&one).unwrap(), waits(&other).unwrap());
    one.block_on(async {
        End::IsAborted.of(here).await;
        assert!(one.stands_still().await);
    });
    other.block_on(async {
        End::IsAborted.of(there).await;
        assert!(other.stands_still().await);
    });
    one.block_on(async {
        in_a_static(End::Returns).await.unwrap().unwrap();
        settle().await;
        assert!(one.stands_still().await);
    });
}

/// When the runtime was woken in which a task waits from 10 s on, until it has timed out. Before, others may come and go.
fn wakes_for(name: &str, call: &Call, others: &[u64], first: Option<usize>) -> Vec<Duration> {
    let world = World::new();
    world.block_on(async {
        let start = Instant::now();
        let mut earlier = Vec::new();
        for at in others {
            advance(start + seconds(*at) - Instant::now()).await;
            earlier.push(call(End::IsAborted));
            settle().await;
        }
        advance(start + seconds(10) - Instant::now()).await;
        let later = call(End::IsAborted);
        settle().await;
        if let Some(first) = first {
            End::IsAborted.of(earlier.remove(first)).await;
        }
        for one in earlier {
            End::IsAborted.of(one).await;
        }
        world.wakes();
        assert!(matches!(later.await, Err(TaskError::TimedOut { .. })), "{name}");
        let mut wakes: Vec<_> = world.wakes().into_iter().map(|at| at - start).collect();
        // One that is woken before it has come to rest notices no time.
        wakes.retain(|at| *at > seconds(10));
        wakes.dedup();
        wakes
    })
}

#[test]
fn a_clock_is_not_woken_for_those_that_have_ended_while_a_later_one_waits() {
    for (name, call) in calls() {
        if name == "with a queue" {
            continue;
        }
        // tokio looks at a timer that is far away several times.
        let alone = wakes_for(name, &call, &[], None);
        let end = if name == "with a grace" { seconds(45) } else { seconds(40) };
        assert_eq!(alone.last(), Some(&end), "{name}");
        for (others, first) in
            [(&[0][..], None), (&[3], None), (&[0, 5], None), (&[0, 5], Some(1)), (&[0, 1, 2], Some(1))]
        {
            assert_eq!(wakes_for(name, &call, others, first), alone, "{name}: {others:?} have ended, first {first:?}");
        }
    }
}

#[test]
fn who_waits_on_while_a_later_one_ends_has_its_time() {
    for (what, call) in calls() {
        if what == "with a queue" {
            continue;
        }
        let world = World::new();
        world.block_on(async {
            let start = Instant::now();
            let earlier = call(End::IsAborted);
            settle().await;
            advance(seconds(10)).await;
            let later = call(End::IsAborted);
            settle().await;
            End::IsAborted.of(later).await;
            assert!(matches!(earlier.await, Err(TaskError::TimedOut { .. })), "{what}");
            let end = if what == "with a grace" { seconds(35) } else { seconds(30) };
            assert_eq!(start.elapsed(), end, "{what}");
            assert!(world.stands_still().await, "{what}");
        });
    }
}

#[test]
fn who_comes_after_all_have_ended_has_its_time_again_and_again() {
    for (what, call) in calls() {
        let world = World::new();
        world.block_on(async {
            for _ in 0..5 {
                End::Returns.of(call(End::Returns)).await;
                advance(seconds(7)).await;
                let start = Instant::now();
                assert!(matches!(call(End::IsAborted).await, Err(TaskError::TimedOut { .. })), "{what}");
                let end = if what == "with a grace" { seconds(35) } else { seconds(30) };
                assert_eq!(start.elapsed(), end, "{what}");
                assert!(world.stands_still().await, "{what}");
            }
        });
    }
}

/// Whether no task is left in this runtime: the timers' own, too. They have so many turns to go.
async fn is_left_alone() -> bool {
    let metrics = Handle::current().metrics();
    for _ in 0..10_000 {
        if metrics.num_alive_tasks() == 0 {
            return true;
        }
        yield_now().await;
        thread::yield_now();
    }
    false
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn two_workers() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn no_task_of_ours_is_left_in_a_runtime_after_a_drain() {
    #[detached(timeout = "30s", track = tracker)]
    async fn by_one_name(tracker: Shared) {
        let _keep = tracker;
        yield_now().await;
    }

    #[detached(timeout = "1m", grace = "1s", track = tracker)]
    async fn by_another(tracker: Shared) {
        let _keep = tracker;
        yield_now().await;
    }

    for runtime in [one_thread(), two_workers()] {
        runtime.block_on(async {
            let tracker = shared(1_000, 0);
            for _ in 0..200 {
                by_one_name(tracker.clone());
                by_another(tracker.clone());
            }
            let report = tracker.drain().await;
            assert!(report.is_clean(), "{report}");
            assert!(is_left_alone().await, "{} tasks are left", Handle::current().metrics().num_alive_tasks());
        });
    }
}

#[test]
fn nor_after_a_drain_of_a_static() {
    static OWN: Tracker<90> = Tracker::unbounded("own").drain_budget::<90>();

    #[detached(timeout = "30s", track = OWN)]
    async fn waits() {
        yield_now().await;
    }

    let (here, there) = (one_thread(), two_workers());
    // Of both runtimes.
    there.block_on(async { waits().await.unwrap() });
    here.block_on(async {
        for _ in 0..200 {
            waits();
        }
        assert!(OWN.drain().await.is_clean());
        assert!(is_left_alone().await);
    });
    assert!(there.block_on(is_left_alone()));
}

/// The last one leaves, and another comes, at the same time on two threads: nobody's timer is lost.
#[test]
fn who_comes_while_the_last_one_goes_is_timed_all_the_same() {
    static RACES: Tracker<90> = Tracker::unbounded("races").drain_budget::<90>();

    #[detached(timeout = "20ms", track = RACES)]
    async fn races(ends: Option<oneshot::Receiver<()>>) {
        match ends {
            Some(ends) => drop(ends.await),
            None => pending().await,
        }
    }

    two_workers().block_on(async {
        let mut all = JoinSet::new();
        for _ in 0..100 {
            let (end, ends) = oneshot::channel();
            all.spawn(async move {
                let goes = races(Some(ends));
                yield_now().await;
                let comes = tokio::spawn(async { races(None).await });
                let _ = end.send(());
                drop(goes.await);
                comes.await.unwrap()
            });
            if all.len() > 2 {
                let ended = all.join_next().await.unwrap().unwrap();
                assert!(matches!(ended, Err(TaskError::TimedOut { .. })), "{ended:?}");
            }
        }
        for ended in all.join_all().await {
            assert!(matches!(ended, Err(TaskError::TimedOut { .. })), "{ended:?}");
        }
        assert!(RACES.drain().await.is_clean());
        assert!(is_left_alone().await);
    });
}
