//! The worker's loop: heartbeats, fetching and running.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use outlive::{Context, Rejected};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

use super::counts::{Counters, add};
use super::ends::Ends;
use super::one::one;
use super::set_aside::OwnReasons;
use super::{Jobs, Known};
use crate::engine::{Engine, Fetched, WorkerId};
use crate::engine::{Outage, Trouble};
use crate::error::StoreError;
use crate::function::{Cut, States};
use crate::queue::Seen;

/// The state that the loop and its jobs share.
pub(super) struct Common {
    pub(super) engine: Arc<dyn Engine>,
    pub(super) id: WorkerId,
    pub(super) functions: HashMap<&'static str, Known>,
    only: Option<Vec<String>>,
    pub(super) states: States,
    pub(super) counters: Arc<Counters>,
    pub(super) ends: Ends,
    /// The last known status of the queue.
    seen: Arc<Seen>,
    pub(super) outage: Outage,
    pub(super) set_aside: OwnReasons,
    /// The names for which a job that was set aside was reported.
    said: Mutex<HashSet<String>>,
    /// A tracker has refused a run, so the next fetched job may be refused, too.
    is_refused: AtomicBool,
}

impl Common {
    pub(super) fn is_first(&self, name: &str) -> bool {
        const MOST: usize = 1024;
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.len() < MOST && said.insert(name.to_owned())
    }

    /// Reports a refusal, unless the tracker drains: then the process ends, and other workers run the job.
    pub(super) fn refused(&self, name: &str, rejected: Rejected) {
        self.is_refused.store(true, Ordering::Relaxed);
        if self.is_first(&format!("refused {name}")) {
            tracing::warn!(function = name, %rejected, "a tracker refuses its jobs: they go back to the queue");
        }
    }
}

pub(super) struct Loop {
    common: Arc<Common>,
    news: Arc<Notify>,
    at_once: usize,
    poll: Duration,
    stopped: watch::Receiver<bool>,
    budget: Duration,
}

type Started = (Fetched, OwnedSemaphorePermit);

impl Loop {
    pub(super) fn new<const SECS: u64>(
        jobs: Jobs<SECS>,
        stopped: watch::Receiver<bool>,
        counters: Arc<Counters>,
        budget: Duration,
    ) -> Self {
        let Jobs { queue, name, states, at_once, poll, beat, functions, only } = jobs;
        let common = Common {
            engine: queue.engine,
            id: WorkerId::new(&name, beat),
            functions,
            only,
            states,
            counters,
            ends: Ends::default(),
            seen: queue.seen,
            outage: Outage::default(),
            set_aside: OwnReasons::default(),
            said: Mutex::default(),
            is_refused: AtomicBool::new(false),
        };
        Self { common: Arc::new(common), news: queue.news, at_once, poll, stopped, budget }
    }

    pub(super) async fn run(self) {
        let Self { common, news, at_once, poll, stopped, budget } = self;
        let (cut, is_cut) = watch::channel(false);
        let (start, started) = mpsc::channel(at_once);
        let held = Mutex::new(BTreeSet::new());
        let (registered, is_registered) = watch::channel(false);
        let fetches = async {
            let stop = Stop(stopped.clone());
            let fetcher = Fetcher { common: &common, news: &news, at_once, poll, held: &held };
            let mut is_registered = is_registered;
            if stop.or(is_registered.wait_for(|is| *is)).await.is_some() {
                fetcher.fetch(&stop, start).await;
            }
        };
        let beats = beats(&common, registered);
        let looks = looks(&common);
        let listens = listens(&common, &news);
        let runs = runs(&common, started, &held, &is_cut);
        // The last second is for giving cut runs back.
        let over = async {
            stopping(stopped.clone()).await;
            let over = Instant::now() + budget.saturating_sub(Duration::from_secs(1));
            sleep_until(over).await;
            cut.send_replace(true);
            std::future::pending::<()>().await;
        };
        let work = async { tokio::join!(fetches, runs) };
        tokio::select! {
            biased;
            _ = work => {}
            () = beats => {}
            () = looks => {}
            () = listens => {}
            () = over => {}
        }
        leave(&common).await;
    }
}

/// Waits until the worker must stop: it was asked to, its last handle was dropped, or its own drain has begun.
async fn stopping(mut stopped: watch::Receiver<bool>) {
    let context = Context::current();
    tokio::select! {
        _ = stopped.wait_for(|stopped| *stopped) => {}
        _ = context.cancelled() => {}
    }
}

struct Stop(watch::Receiver<bool>);

impl Stop {
    /// The result of `other`, or `None` if the worker must stop first.
    async fn or<T>(&self, other: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = stopping(self.0.clone()) => None,
            value = other => Some(value),
        }
    }
}

struct Fetcher<'a> {
    common: &'a Common,
    news: &'a Notify,
    at_once: usize,
    poll: Duration,
    held: &'a Mutex<BTreeSet<String>>,
}

/// How long a fetch waits for more free places while the queue has a backlog. Ends come in groups, and a fetch costs the store
/// about the same for one job as for many.
const MOMENT: Duration = Duration::from_millis(2);

/// Waits until half of a batch is free. Dropped before, it takes none.
async fn half_of(places: &Arc<Semaphore>, batch: usize, free: &mut OwnedSemaphorePermit) {
    let more = (batch / 2).saturating_sub(free.num_permits());
    let more = u32::try_from(more).unwrap_or(u32::MAX);
    free.merge(Arc::clone(places).acquire_many_owned(more).await.expect("nobody closes it"));
}

/// The pause after a refusal, so that other workers fetch the job.
const REFUSED: Duration = Duration::from_secs(1);

impl Fetcher<'_> {
    async fn fetch(&self, stop: &Stop, start: mpsc::Sender<Started>) {
        let places = Arc::new(Semaphore::new(self.at_once));
        let mut trouble = Trouble::new("fetching jobs", &self.common.outage);
        // Fetches one at a time if a row among them cannot be read.
        let mut batch = self.at_once;
        let mut is_backlog = false;
        loop {
            let Some(place) = stop.or(Arc::clone(&places).acquire_owned()).await else { return };
            let mut free = place.expect("nobody closes it");
            if is_backlog {
                let _ = timeout(MOMENT, half_of(&places, batch, &mut free)).await;
            }
            while let Some(place) =
                (free.num_permits() < batch).then(|| Arc::clone(&places).try_acquire_owned().ok()).flatten()
            {
                free.merge(place);
            }
            if self.common.is_refused.swap(false, Ordering::Relaxed) && stop.or(sleep(REFUSED)).await.is_none() {
                return;
            }
            // It must not be dropped half-way, because it may have fetched.
            match self.common.engine.fetch(&self.common.id, free.num_permits(), self.common.only.as_deref()).await {
                Ok(jobs) => {
                    trouble.over();
                    batch = self.at_once;
                    let is_idle = jobs.is_empty();
                    is_backlog = jobs.len() == free.num_permits();
                    for job in jobs {
                        let place = free.split(1).expect("there are no more than there are places");
                        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(job.id.clone());
                        // The channel has room for as many jobs as there are places.
                        let _ = start.send((job, place)).await;
                    }
                    if is_idle {
                        let news = async {
                            tokio::select! {
                                () = self.news.notified() => {}
                                () = sleep(self.poll) => {}
                            }
                        };
                        if stop.or(news).await.is_none() {
                            return;
                        }
                    }
                }
                Err(error) => {
                    batch = 1;
                    drop(free);
                    if self.give_back(stop, error, &mut trouble).await.is_none() {
                        return;
                    }
                }
            }
        }
    }

    /// After a failed fetch, rows may be held by this worker without its knowledge: gives them back first. `None` if it must
    /// stop.
    async fn give_back(&self, stop: &Stop, mut error: StoreError, trouble: &mut Trouble<'_>) -> Option<()> {
        loop {
            let pause = trouble.again(&error);
            stop.or(sleep(pause)).await?;
            let keeps: Vec<String> = self.held.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
            match self.common.engine.hand_back(&self.common.id, &keeps).await {
                Ok(_) => return Some(()),
                Err(again) => error = again,
            }
        }
    }
}

/// Registers the worker, and writes heartbeats, as long as it is polled.
async fn beats(common: &Common, registered: watch::Sender<bool>) {
    let Common { engine, id, .. } = common;
    let mut trouble = Trouble::new("a heartbeat", &common.outage);
    let mut is_known = false;
    loop {
        let done = if is_known { engine.beat(id).await } else { engine.register(id).await };
        let pause = match done {
            Ok(()) if is_known => {
                trouble.over();
                id.beat
            }
            Ok(()) => {
                is_known = true;
                registered.send_replace(true);
                continue;
            }
            Err(error) => {
                common.seen.failed(&error);
                // The table was emptied.
                is_known = is_known && !error.is_unknown_worker();
                trouble.again(&error).min(id.beat)
            }
        };
        sleep(pause).await;
    }
}

/// Receives notifications of commits, as long as it is polled. Without them, the fetcher polls.
async fn listens(common: &Common, news: &Notify) {
    let mut trouble = Trouble::new("news of jobs", &common.outage);
    loop {
        let error = common.engine.listen(news, &mut || trouble.over()).await;
        sleep(trouble.again(&error)).await;
    }
}

/// Queries the status of the queue, as long as it is polled. A large queue takes time, so heartbeats do not wait for it.
async fn looks(common: &Common) {
    let mut trouble = Trouble::new("a look at the queue", &common.outage);
    loop {
        let begin = Instant::now();
        let pause = match look(common).await {
            Ok(()) => {
                trouble.over();
                // It takes at most a tenth of the time.
                common.id.beat.max(begin.elapsed() * 9)
            }
            Err(error) => trouble.again(&error),
        };
        sleep(pause).await;
    }
}

/// Puts jobs back into the queue that others have set aside, and that this worker may run.
async fn look(common: &Common) -> Result<(), StoreError> {
    let Common { engine, functions, states, .. } = common;
    common.seen.look(&**engine).await?;
    let reasons = engine.reasons().await?;
    if reasons.is_empty() {
        return Ok(());
    }
    for (reason, attempts) in common.set_aside.worth_a_try(reasons, functions, states) {
        engine.take_up(&reason, attempts).await?;
    }
    Ok(())
}

/// Runs the fetched jobs concurrently, until no more come and all have ended.
async fn runs(
    common: &Arc<Common>,
    mut started: mpsc::Receiver<Started>,
    held: &Mutex<BTreeSet<String>>,
    is_cut: &watch::Receiver<bool>,
) {
    let mut running = FuturesUnordered::new();
    let mut is_open = true;
    loop {
        tokio::select! {
            next = started.recv(), if is_open => match next {
                Some((job, place)) => running.push(async move {
                    let id = job.id.clone();
                    one(common, job, Cut::new(is_cut.clone())).await;
                    held.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                    drop(place);
                }),
                None => is_open = false,
            },
            Some(()) = running.next(), if !running.is_empty() => {}
            else => return,
        }
    }
}

/// Gives the remaining rows back. It tries for at most a second.
async fn leave(common: &Common) {
    let until = Instant::now() + Duration::from_millis(900);
    let mut trouble = Trouble::new("giving jobs back", &common.outage);
    loop {
        match timeout_at(until, common.engine.leave(&common.id)).await {
            Ok(Ok(handed_back)) => return add(&common.counters.handed_back, handed_back),
            Ok(Err(error)) => {
                let pause = trouble.again(&error);
                if timeout_at(until, sleep(pause)).await.is_err() {
                    return unfinished(common);
                }
            }
            Err(_) => return unfinished(common),
        }
    }
}

fn unfinished(common: &Common) {
    let lease = common.id.beat * WorkerId::MISSED;
    tracing::error!(?lease, "the jobs' store did not take back what this worker held: others run it after the lease");
}
