//! Ten places where a service spawns, each written both ways: `before`, as one finds it, and `after`, with outlive.
//!
//! To move a service over, find the module that is like your own place: its two ways stand side by side. Both do the
//! job, on a good day; each module says what day it is on which the first one does not, and its test shows it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::TaskError;
use tokio::time::sleep;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A program: its `main` in a runtime of its own, which takes along whatever still runs when `main` returns. Its clock
/// goes on by itself whenever all of it waits.
fn program<T>(main: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(main)
}

/// What lives longer than the program: a database.
#[derive(Clone, Default)]
struct Db(Arc<Mutex<Vec<String>>>);

impl Db {
    fn insert(&self, row: impl Into<String>) {
        self.0.lock().unwrap().push(row.into());
    }

    fn rows(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// 1. An actor owns its state, and is written to.
///
/// Spawned by hand, it ends where it stands when `main` returns: what it had gathered is gone. A worker is told when
/// its tracker drains, and has its grace to hand everything in.
mod actor_by_value {
    use super::{Db, program, seconds, sleep};
    use tokio::sync::mpsc;

    mod before {
        use super::Db;
        use tokio::sync::mpsc;

        pub(crate) struct Actor {
            pub(crate) inbox: mpsc::Receiver<String>,
            pub(crate) batch: Vec<String>,
            pub(crate) db: Db,
        }

        impl Actor {
            async fn run(mut self) {
                while let Some(message) = self.inbox.recv().await {
                    self.batch.push(message);
                }
                self.db.insert(self.batch.join(" "));
            }
        }

        pub(crate) fn start(actor: Actor) {
            tokio::spawn(actor.run());
        }
    }

    mod after {
        use super::Db;
        use outlive::{Context, Tracker, worker};
        use tokio::sync::mpsc;

        pub(crate) static ACTORS: Tracker = Tracker::bounded("actors", 16);

        pub(crate) struct Actor {
            pub(crate) inbox: mpsc::Receiver<String>,
            pub(crate) batch: Vec<String>,
            pub(crate) db: Db,
        }

        impl Actor {
            #[worker(grace = "2s", track = ACTORS)]
            pub(crate) async fn run(mut self) {
                let context = Context::current();
                loop {
                    tokio::select! {
                        biased;
                        message = self.inbox.recv() => match message {
                            Some(message) => self.batch.push(message),
                            None => break,
                        },
                        _ = context.cancelled() => break,
                    }
                }
                self.db.insert(self.batch.join(" "));
            }
        }
    }

    #[test]
    fn both_gather_and_only_one_hands_in_what_it_has_when_the_program_ends() {
        let db = Db::default();
        program(async {
            let (to, inbox) = mpsc::channel(8);
            before::start(before::Actor { inbox, batch: Vec::new(), db: db.clone() });
            to.send("a".to_owned()).await.unwrap();
            drop(to);
            let (to, inbox) = mpsc::channel(8);
            before::start(before::Actor { inbox, batch: Vec::new(), db: db.clone() });
            to.send("b".to_owned()).await.unwrap();
            sleep(seconds(1)).await;
        });
        assert_eq!(db.rows(), ["a"]);
        let db = Db::default();
        program(async {
            let (to, inbox) = mpsc::channel(8);
            after::Actor { inbox, batch: Vec::new(), db: db.clone() }.run();
            to.send("a".to_owned()).await.unwrap();
            drop(to);
            let (to, inbox) = mpsc::channel(8);
            after::Actor { inbox, batch: Vec::new(), db: db.clone() }.run();
            to.send("b".to_owned()).await.unwrap();
            sleep(seconds(1)).await;
            assert_eq!(db.rows(), ["a"]);
            assert!(after::ACTORS.drain().await.is_clean());
        });
        assert_eq!(db.rows(), ["a", "b"]);
    }
}

/// 2. Each connection has a session.
///
/// Spawned by hand, there are as many as there are clients who like to connect. Within a tracker there is a place for
/// so many, and the next client is told at once.
mod connection_session {
    use super::program;
    use tokio::sync::mpsc;

    pub(crate) struct Connection {
        requests: mpsc::Receiver<u64>,
        replies: mpsc::Sender<u64>,
    }

    pub(crate) struct Client {
        requests: mpsc::Sender<u64>,
        replies: mpsc::Receiver<u64>,
    }

    fn connect() -> (Client, Connection) {
        let (ask, requests) = mpsc::channel(1);
        let (reply, replies) = mpsc::channel(1);
        (Client { requests: ask, replies }, Connection { requests, replies: reply })
    }

    impl Client {
        async fn doubles(&mut self, number: u64) -> Option<u64> {
            self.requests.send(number).await.ok()?;
            self.replies.recv().await
        }
    }

    mod before {
        use super::Connection;

        pub(crate) fn accept(connection: Connection) {
            tokio::spawn(session(connection));
        }

        async fn session(mut connection: Connection) {
            while let Some(number) = connection.requests.recv().await {
                connection.replies.send(number * 2).await.ok();
            }
        }
    }

    mod after {
        use super::Connection;
        use outlive::{Rejected, Tracker, worker};

        pub(crate) static SESSIONS: Tracker = Tracker::bounded("sessions", 2);

        pub(crate) fn accept(connection: Connection) -> Result<(), Rejected> {
            session(connection).admitted().map(drop)
        }

        #[worker(track = SESSIONS)]
        async fn session(mut connection: Connection) {
            while let Some(number) = connection.requests.recv().await {
                connection.replies.send(number * 2).await.ok();
            }
        }
    }

    #[test]
    fn both_answer_and_only_one_has_an_end_to_the_number_of_clients() {
        let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        program(async {
            let mut clients = Vec::new();
            for _ in 0..1_000 {
                let (client, connection) = connect();
                before::accept(connection);
                clients.push(client);
            }
            assert_eq!((clients[999].doubles(4).await, alive()), (Some(8), 1_000));
        });
        program(async {
            let mut clients = Vec::new();
            let mut refused = 0;
            for _ in 0..1_000 {
                let (client, connection) = connect();
                match after::accept(connection) {
                    Ok(()) => clients.push(client),
                    Err(outlive::Rejected::Full) => refused += 1,
                    Err(other) => panic!("{other}"),
                }
            }
            assert_eq!((clients[1].doubles(4).await, alive(), refused), (Some(8), 2, 998));
            drop(clients.pop());
            assert_eq!(after::SESSIONS.drain().await.finished(), 2, "the one who has hung up, and the other");
            assert_eq!(clients[0].doubles(4).await, None);
        });
    }
}

/// 3. A service watches its configuration.
///
/// The task holds the service, so the service is never dropped: each reload leaves one more behind. The worker of a
/// service that owns its tasks works on a clone that does not own, and ends with the last owner.
mod watcher_on_a_channel {
    use super::program;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::sync::{Arc, Weak};
    use tokio::sync::watch;

    mod before {
        use super::{Arc, AtomicUsize, Relaxed, watch};

        pub(crate) struct Server {
            pub(crate) limit: Arc<AtomicUsize>,
        }

        impl Server {
            pub(crate) fn start(limit: Arc<AtomicUsize>, mut limits: watch::Receiver<usize>) -> Arc<Self> {
                let server = Arc::new(Self { limit });
                let watching = Arc::clone(&server);
                tokio::spawn(async move {
                    while limits.changed().await.is_ok() {
                        watching.limit.store(*limits.borrow_and_update(), Relaxed);
                    }
                });
                server
            }
        }
    }

    mod after {
        use super::{Arc, AtomicUsize, Relaxed, watch};
        use outlive::{OwnedTracker, TaskOwner, owned_tasks, worker};

        #[derive(Clone, TaskOwner)]
        pub(crate) struct Server {
            tasks: OwnedTracker,
            limit: Arc<AtomicUsize>,
        }

        #[owned_tasks]
        impl Server {
            pub(crate) fn start(limit: Arc<AtomicUsize>, limits: watch::Receiver<usize>) -> Self {
                let server = Self { tasks: OwnedTracker::bounded("server", 64), limit };
                server.watch(limits);
                server
            }

            #[worker]
            async fn watch(&self, mut limits: watch::Receiver<usize>) {
                while limits.changed().await.is_ok() {
                    self.limit.store(*limits.borrow_and_update(), Relaxed);
                }
            }
        }
    }

    async fn obeys_and_is_replaced<S>(start: impl Fn(Arc<AtomicUsize>, watch::Receiver<usize>) -> S) -> usize {
        let (to, limits) = watch::channel(1);
        let mut left = Vec::<Weak<AtomicUsize>>::new();
        for number in 10..20 {
            let limit = Arc::default();
            let server = start(Arc::clone(&limit), limits.clone());
            super::sleep(super::seconds(1)).await;
            to.send(number).unwrap();
            super::sleep(super::seconds(1)).await;
            assert_eq!(limit.load(Relaxed), number, "it obeys");
            left.push(Arc::downgrade(&limit));
            drop(server);
        }
        super::sleep(super::seconds(3_600)).await;
        left.iter().filter(|limit| limit.strong_count() > 0).count()
    }

    #[test]
    fn both_obey_and_only_one_is_gone_when_it_has_been_replaced() {
        assert_eq!(program(obeys_and_is_replaced(before::Server::start)), 10);
        assert_eq!(program(obeys_and_is_replaced(after::Server::start)), 0);
    }
}

/// 4. A miss fills the cache, behind the request's back.
///
/// A database that hangs keeps a bare task for ever, one a miss. A detached call has a timeout, and a name that it is
/// counted by.
mod cache_backfill {
    use super::{Db, TaskError, program, seconds, sleep};

    /// What the database takes for this key.
    async fn load(key: &str) -> String {
        match key {
            "hangs" => std::future::pending().await,
            key => {
                sleep(seconds(1)).await;
                format!("{key}'s value")
            }
        }
    }

    mod before {
        use super::{Db, load};

        pub(crate) fn fill(cache: &Db, key: &'static str) {
            let cache = cache.clone();
            tokio::spawn(async move {
                cache.insert(load(key).await);
            });
        }
    }

    mod after {
        use super::{Db, load};
        use outlive::{Tracker, detached};

        static FILLS: Tracker = Tracker::bounded("fills", 64);

        #[detached(timeout = "2s", track = FILLS)]
        pub(crate) async fn fill(cache: Db, key: &'static str) {
            cache.insert(load(key).await);
        }
    }

    #[test]
    fn both_fill_and_only_one_gives_a_database_up_that_hangs() {
        let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        program(async {
            let cache = Db::default();
            before::fill(&cache, "a");
            before::fill(&cache, "hangs");
            sleep(seconds(3_600)).await;
            assert_eq!((cache.rows(), alive()), (vec!["a's value".to_owned()], 1));
        });
        program(async {
            let cache = Db::default();
            after::fill(cache.clone(), "a");
            let hangs = after::fill(cache.clone(), "hangs");
            let site = hangs.site();
            sleep(seconds(3_600)).await;
            assert!(hangs.is_finished());
            assert!(matches!(hangs.await, Err(TaskError::TimedOut { timeout, .. }) if timeout == seconds(2)));
            assert_eq!((cache.rows(), alive()), (vec!["a's value".to_owned()], 0));
            assert_eq!((site.counts().completed, site.counts().timed_out), (1, 1));
        });
    }
}

/// 5. A connection is kept alive by a ping.
///
/// One that panics ends a loop written by hand, and nobody hears of it. Each run of a periodic loop is a call of its
/// own: it is counted, reported, and the next one comes.
mod ping_loop {
    use super::{AtomicUsize, Relaxed, program, seconds, sleep};
    use outlive_tests::Trace;

    /// The second one finds a bug.
    fn ping(pings: &AtomicUsize) {
        assert!(pings.fetch_add(1, Relaxed) != 1, "no such peer");
    }

    mod before {
        use super::{AtomicUsize, ping, seconds};
        use std::sync::Arc;
        use tokio::time::interval;

        pub(crate) fn start(pings: Arc<AtomicUsize>) {
            tokio::spawn(async move {
                let mut ticks = interval(seconds(10));
                loop {
                    ticks.tick().await;
                    ping(&pings);
                }
            });
        }
    }

    mod after {
        use super::{AtomicUsize, ping};
        use outlive::{Tracker, periodic};
        use std::sync::Arc;

        static PEERS: Tracker = Tracker::bounded("peers", 64);

        #[periodic(every = "10s", timeout = "5s", immediate, track = PEERS)]
        pub(crate) async fn start(pings: Arc<AtomicUsize>) {
            ping(&pings);
        }
    }

    #[test]
    fn both_ping_and_only_one_goes_on_after_a_panic_and_says_so() {
        let pings = super::Arc::new(AtomicUsize::new(0));
        let trace = Trace::record();
        program(async {
            before::start(pings.clone());
            sleep(seconds(55)).await;
        });
        assert_eq!(pings.swap(0, Relaxed), 2, "one that went well, and the end");
        assert!(trace.events().is_empty());
        program(async {
            let site = after::start(pings.clone()).site();
            sleep(seconds(55)).await;
            assert_eq!((site.counts().completed, site.counts().panicked), (5, 1));
        });
        assert_eq!(pings.load(Relaxed), 6);
        assert_eq!(trace.report().field("cause"), "no such peer");
    }
}

/// 6. A lease is renewed while it is held.
///
/// One renewal that hangs ends a loop written by hand: the lease runs out, and its holder goes on. Each run of a
/// periodic loop has a timeout, which is part of its signature.
mod lease_renewal {
    use super::{AtomicUsize, Relaxed, program, seconds, sleep};

    /// The second one gets no answer.
    async fn renew(renewals: &AtomicUsize) {
        if renewals.fetch_add(1, Relaxed) == 1 {
            std::future::pending::<()>().await;
        }
    }

    mod before {
        use super::{AtomicUsize, renew, seconds, sleep};
        use std::sync::Arc;

        pub(crate) fn hold(renewals: Arc<AtomicUsize>) {
            tokio::spawn(async move {
                loop {
                    renew(&renewals).await;
                    sleep(seconds(10)).await;
                }
            });
        }
    }

    mod after {
        use super::{AtomicUsize, renew};
        use outlive::{OwnedTracker, TaskOwner, owned_tasks, periodic};
        use std::sync::Arc;

        /// Held for as long as this is.
        #[derive(Clone, TaskOwner)]
        pub(crate) struct Lease {
            tasks: OwnedTracker,
            renewals: Arc<AtomicUsize>,
        }

        #[owned_tasks]
        impl Lease {
            pub(crate) fn hold(renewals: Arc<AtomicUsize>) -> Self {
                let lease = Self { tasks: OwnedTracker::bounded("lease", 1), renewals };
                lease.renew();
                lease
            }

            #[periodic(every = "10s", timeout = "3s", immediate)]
            async fn renew(&self) {
                renew(&self.renewals).await;
            }
        }
    }

    #[test]
    fn both_renew_and_only_one_goes_on_when_a_renewal_hangs() {
        let renewals = super::Arc::new(AtomicUsize::new(0));
        program(async {
            before::hold(renewals.clone());
            sleep(seconds(55)).await;
        });
        assert_eq!(renewals.swap(0, Relaxed), 2);
        program(async {
            let lease = after::Lease::hold(renewals.clone());
            sleep(seconds(55)).await;
            assert_eq!(renewals.load(Relaxed), 6);
            drop(lease);
            sleep(seconds(55)).await;
        });
        assert_eq!(renewals.load(Relaxed), 6, "it is let go with its owner");
    }
}

/// 7. Metrics are sent every now and then, and once more at the end.
///
/// By hand, the wait at the end has a limit that somebody chose on another day than the flush its time, and the last
/// flush is cut, without a word. A worker's grace is proved to fit into its tracker's drain when it is compiled.
mod metrics_flush {
    use super::{Db, program, seconds, sleep};

    async fn flush(db: &Db, pending: &mut Vec<u64>) {
        sleep(seconds(4)).await;
        db.insert(format!("{pending:?}"));
        pending.clear();
    }

    mod before {
        use super::{Db, flush, seconds};
        use tokio::sync::mpsc;
        use tokio::time::{interval, timeout};
        use tokio_util::sync::CancellationToken;
        use tokio_util::task::TaskTracker;

        pub(crate) struct Metrics {
            tracker: TaskTracker,
            token: CancellationToken,
        }

        impl Metrics {
            pub(crate) fn start(db: Db, mut numbers: mpsc::Receiver<u64>) -> Self {
                let (tracker, token) = (TaskTracker::new(), CancellationToken::new());
                let told = token.clone();
                tracker.spawn(async move {
                    let mut ticks = interval(seconds(60));
                    let mut pending = Vec::new();
                    loop {
                        tokio::select! {
                            Some(number) = numbers.recv() => pending.push(number),
                            _ = ticks.tick() => if !pending.is_empty() {
                                flush(&db, &mut pending).await;
                            },
                            () = told.cancelled() => break,
                        }
                    }
                    flush(&db, &mut pending).await;
                });
                Self { tracker, token }
            }

            pub(crate) async fn stop(self) {
                self.token.cancel();
                self.tracker.close();
                timeout(seconds(1), self.tracker.wait()).await.ok();
            }
        }
    }

    mod after {
        use super::{Db, flush, seconds};
        use outlive::{Context, Tracker, worker};
        use tokio::sync::mpsc;
        use tokio::time::interval;

        pub(crate) static METRICS: Tracker = Tracker::bounded("metrics", 1);

        #[worker(grace = "10s", track = METRICS)]
        pub(crate) async fn start(db: Db, mut numbers: mpsc::Receiver<u64>) {
            let context = Context::current();
            let mut ticks = interval(seconds(60));
            let mut pending = Vec::new();
            loop {
                tokio::select! {
                    Some(number) = numbers.recv() => pending.push(number),
                    _ = ticks.tick() => if !pending.is_empty() {
                        flush(&db, &mut pending).await;
                    },
                    _ = context.cancelled() => break,
                }
            }
            flush(&db, &mut pending).await;
        }
    }

    async fn counts_to_three(numbers: tokio::sync::mpsc::Sender<u64>) {
        numbers.send(1).await.unwrap();
        sleep(seconds(100)).await;
        numbers.send(2).await.unwrap();
        numbers.send(3).await.unwrap();
        sleep(seconds(1)).await;
    }

    #[test]
    fn both_flush_and_only_one_does_so_at_the_end() {
        let db = Db::default();
        program(async {
            let (to, numbers) = tokio::sync::mpsc::channel(8);
            let metrics = before::Metrics::start(db.clone(), numbers);
            counts_to_three(to).await;
            metrics.stop().await;
        });
        assert_eq!(db.rows(), ["[1]"]);
        let db = Db::default();
        program(async {
            let (to, numbers) = tokio::sync::mpsc::channel(8);
            after::start(db.clone(), numbers);
            counts_to_three(to).await;
            let report = after::METRICS.drain().await;
            assert_eq!((report.finished(), report.took()), (1, seconds(4)), "{report}");
        });
        assert_eq!(db.rows(), ["[1]", "[2, 3]"]);
    }
}

/// 8. A download tells its caller how far it is.
///
/// Nobody stops a bare task whose caller has gone: it goes on to its end, for nobody. A handle may be tied to its
/// caller, and the task stays bounded, tracked and counted.
mod download_with_progress {
    use super::{AtomicUsize, Duration, Relaxed, program, seconds, sleep};
    use std::sync::Arc;
    use tokio::sync::watch;

    /// A block a second.
    async fn download(blocks: usize, loaded: &AtomicUsize, progress: &watch::Sender<usize>) -> usize {
        for block in 1..=blocks {
            sleep(seconds(1)).await;
            loaded.fetch_add(1, Relaxed);
            progress.send(block).ok();
        }
        blocks
    }

    mod before {
        use super::{Arc, AtomicUsize, download, watch};
        use tokio::task::JoinHandle;

        pub(crate) fn start(
            blocks: usize,
            loaded: Arc<AtomicUsize>,
            progress: watch::Sender<usize>,
        ) -> JoinHandle<usize> {
            tokio::spawn(async move { download(blocks, &loaded, &progress).await })
        }
    }

    mod after {
        use super::{Arc, AtomicUsize, download, watch};
        use outlive::{Tracker, detached};

        static DOWNLOADS: Tracker<60> = Tracker::bounded("downloads", 4).drain_budget::<60>();

        #[detached(timeout = "1m", track = DOWNLOADS)]
        pub(crate) async fn start(blocks: usize, loaded: Arc<AtomicUsize>, progress: watch::Sender<usize>) -> usize {
            download(blocks, &loaded, &progress).await
        }
    }

    #[test]
    fn both_load_and_say_how_far_they_are() {
        program(async {
            let (to, mut progress) = watch::channel(0);
            let loading = before::start(3, Arc::default(), to);
            progress.wait_for(|blocks| *blocks == 2).await.unwrap();
            assert!(!loading.is_finished());
            assert_eq!(loading.await.unwrap(), 3);

            let (to, mut progress) = watch::channel(0);
            let loading = after::start(3, Arc::default(), to).abort_on_drop();
            progress.wait_for(|blocks| *blocks == 2).await.unwrap();
            assert_eq!(loading.await.unwrap(), 3);
        });
    }

    #[test]
    fn a_caller_that_goes_away_leaves_the_one_running_and_ends_the_other() {
        program(async {
            let loaded = Arc::new(AtomicUsize::new(0));
            let loading = before::start(50, loaded.clone(), watch::channel(0).0);
            assert!(tokio::time::timeout(Duration::from_millis(2_500), loading).await.is_err());
            sleep(seconds(100)).await;
            assert_eq!(loaded.load(Relaxed), 50);

            let loaded = Arc::new(AtomicUsize::new(0));
            let loading = after::start(50, loaded.clone(), watch::channel(0).0);
            let site = loading.site();
            assert!(tokio::time::timeout(Duration::from_millis(2_500), loading.abort_on_drop()).await.is_err());
            sleep(seconds(100)).await;
            assert_eq!((loaded.load(Relaxed), site.counts().cancelled), (2, 1));
        });
    }
}

/// 9. Work is begun now and joined later, if it comes in time.
///
/// Where it does not, the handle is dropped, and the end of the program takes the work along. Here the tracker goes on
/// holding it, and its drain waits.
mod work_joined_later {
    use super::{Db, program, seconds, sleep};

    mod before {
        use super::{Db, seconds, sleep};
        use tokio::task::JoinHandle;

        pub(crate) fn order(db: Db, takes: u64) -> JoinHandle<u64> {
            tokio::spawn(async move {
                sleep(seconds(takes)).await;
                db.insert("ordered");
                takes
            })
        }
    }

    mod after {
        use super::{Db, seconds, sleep};
        use outlive::{Tracker, detached};

        pub(crate) static ORDERS: Tracker = Tracker::bounded("orders", 64);

        #[detached(timeout = "10s", track = ORDERS)]
        pub(crate) async fn order(db: Db, takes: u64) -> u64 {
            sleep(seconds(takes)).await;
            db.insert("ordered");
            takes
        }
    }

    /// The order's number, or that it will come by mail. It looks at the work more than once, as a loop around a
    /// `select!` does.
    async fn answers<E>(mut work: impl Future<Output = Result<u64, E>> + Unpin) -> Option<u64> {
        for _ in 0..2 {
            tokio::select! {
                done = &mut work => return done.ok(),
                () = sleep(seconds(1)) => {}
            }
        }
        None
    }

    #[test]
    fn both_are_joined_in_time_and_only_one_is_kept_when_it_comes_late() {
        let db = Db::default();
        program(async {
            assert_eq!(answers(before::order(db.clone(), 1)).await, Some(1));
            assert_eq!(answers(before::order(db.clone(), 5)).await, None);
        });
        assert_eq!(db.rows(), ["ordered"]);
        let db = Db::default();
        program(async {
            assert_eq!(answers(after::order(db.clone(), 1)).await, Some(1));
            assert_eq!(answers(after::order(db.clone(), 5)).await, None);
            assert!(after::ORDERS.drain().await.is_clean());
        });
        assert_eq!(db.rows(), ["ordered", "ordered"]);
    }
}

/// 10. A library is given a future, and spawns it.
///
/// Its panic vanishes with the handle that nobody keeps. `detach!` takes any future, and wants the same of it as of a
/// function: a timeout, and a tracker.
mod future_from_outside {
    use super::{Db, program, seconds, sleep};
    use outlive_tests::Trace;

    mod before {
        pub(crate) fn submit(job: impl Future<Output = ()> + Send + 'static) {
            tokio::spawn(job);
        }
    }

    mod after {
        use outlive::{Rejected, Tracker, detach};

        pub(crate) static JOBS: Tracker = Tracker::bounded("jobs", 8);

        pub(crate) fn submit(job: impl Future<Output = ()> + Send + 'static) -> Result<(), Rejected> {
            detach!(timeout = "5s", track = JOBS, name = "job", job).admitted().map(drop)
        }
    }

    async fn works(db: Db) {
        sleep(seconds(1)).await;
        db.insert("done");
    }

    async fn breaks(_: Db) {
        sleep(seconds(1)).await;
        panic!("not a job");
    }

    #[test]
    fn both_do_the_job_and_only_one_says_that_it_could_not() {
        let trace = Trace::record();
        let db = Db::default();
        program(async {
            before::submit(works(db.clone()));
            before::submit(breaks(db.clone()));
            sleep(seconds(2)).await;
        });
        assert_eq!(db.rows(), ["done"]);
        assert!(trace.events().is_empty());
        program(async {
            after::submit(works(db.clone())).unwrap();
            after::submit(breaks(db.clone())).unwrap();
            assert_eq!(after::JOBS.drain().await.finished(), 2);
        });
        assert_eq!(db.rows(), ["done", "done"]);
        let report = trace.report();
        assert_eq!((report.field("task"), report.field("cause")), ("job", "not a job"));
    }
}
