//! One job: reading it, running it, and writing its row.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::Known;
use super::counts::add;
use super::run::Common;
use super::set_aside::{unknown, unreadable};
use crate::engine::{Fetched, Last, Trouble};
use crate::function::{Cut, End, Payload, Unreadable, Way};
use crate::id::{Attempt, JobId};

/// Runs the job, and returns when its result is written to its row, or could not be written in time.
pub(super) async fn one(common: &Arc<Common>, job: Fetched, cut: Cut) {
    let job = Arc::new(job);
    let mut over = cut.clone();
    let last = last(common, &job, cut).await;
    let counters = &common.counters;
    let mut trouble = Trouble::new("how a job ended", &common.outage);
    loop {
        let finished = match &last {
            Last::Done => common.ends.done(&*common.engine, &common.id, &job).await,
            last => common.engine.finish(&common.id, &job, last).await,
        };
        match finished {
            Ok(is_ours) => {
                trouble.over();
                let counter = match &last {
                    _ if !is_ours => &counters.taken_over,
                    Last::Done => &counters.done,
                    Last::Again { .. } => &counters.failed,
                    Last::Killed { .. } => &counters.killed,
                    Last::SetAside { .. } => &counters.set_aside,
                    Last::Back => &counters.handed_back,
                };
                add(counter, 1);
                return;
            }
            Err(error) => {
                let pause = trouble.again(&error);
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    // The worker gives back all its rows at its end. This job has run, and will run again.
                    () = over.wait() => return,
                }
            }
        }
    }
}

async fn last(common: &Arc<Common>, job: &Arc<Fetched>, cut: Cut) -> Last {
    let payload = Payload::read(&job.payload);
    let ran = payload.as_ref().ok().and_then(Payload::ran);
    // Attempts of dead workers count. Nothing else checks a row that was given back for them.
    if job.attempts >= job.most {
        let error = match ran {
            Some(ran) if job.attempts == 0 => ran.error.clone(),
            _ => format!("the process died in the last of {} attempts", job.most),
        };
        let function = payload.as_ref().map_or("", Payload::name);
        tracing::error!(job = job.id, function, attempts = job.most, error, "a job has used up its attempts");
        return Last::Killed { ran: false, error };
    }
    // Attempts before it was enqueued.
    let before = ran.map_or(0, |ran| ran.attempts);
    let payload = match payload {
        Ok(payload) => payload,
        Err(reason) => return set_aside(common, "", &reason.to_string()),
    };
    let name = payload.name().to_owned();
    let Some(Known::One(function)) = common.functions.get(&*name) else {
        let reason = unknown(&name, common.functions.contains_key(&*name));
        return set_aside(common, &name, &reason);
    };
    let function = *function;
    let attempt = Attempt { number: job.attempts + before + 1, of: job.most.saturating_add(before) };
    // A process that dies while the job waits for its place must not use up the last attempt.
    let is_last = job.attempts + 1 >= job.most;
    let begins = is_last.then(|| begins(Arc::clone(common), Arc::clone(job)).boxed());
    let way = Way::from_queue(payload.parent(), begins, cut.reason_cell());
    let mut context = payload.context().with(attempt);
    if let Ok(id) = job.id.parse::<JobId>() {
        context = context.with(id);
    }
    let run = async {
        let run = (function.run)(payload.into_arguments(), &common.states, way, cut)?;
        Ok::<_, Unreadable>(context.scope(run).await.unwrap_or(End::Cut))
    };
    // User code reads arguments, clones states and prints errors. A panic in it must not end other jobs.
    let end = match AssertUnwindSafe(run).catch_unwind().await {
        Ok(Ok(end)) => end,
        Ok(Err(reason)) => return set_aside(common, &name, &unreadable(&name, &reason)),
        Err(panic) => End::Failed(format!("panicked: {}", message(&*panic))),
    };
    match end {
        End::Done => Last::Done,
        End::Failed(error) if attempt.number >= attempt.of => {
            tracing::error!(
                job = job.id,
                function = name,
                attempts = attempt.of,
                error,
                "a job has used up its attempts"
            );
            Last::Killed { ran: true, error }
        }
        End::Failed(error) => {
            let after = function.pause(attempt.number);
            // The run's own report has the error, within its function's limit on reports.
            tracing::debug!(
                job = job.id,
                function = name,
                attempt = attempt.number,
                of = attempt.of,
                error,
                ?after,
                "a job failed, and is tried again"
            );
            Last::Again { after, error }
        }
        End::Cut => Last::Back,
        End::Refused(rejected) => {
            common.refused(&name, rejected);
            Last::Back
        }
    }
}

/// Records the begin of the run, and waits for that, so that a job that kills its process each time is not run for ever.
async fn begins(common: Arc<Common>, job: Arc<Fetched>) {
    let mut trouble = Trouble::new("the begin of a job", &common.outage);
    while let Err(error) = common.engine.begin(&common.id, &job).await {
        tokio::time::sleep(trouble.again(&error)).await;
    }
    trouble.over();
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

/// Makes the reason such that every store keeps it unchanged, and it can be compared. It may contain an unreadable argument,
/// with any text.
fn set_aside(common: &Common, name: &str, reason: &str) -> Last {
    const MOST: usize = 500;
    let reason: String = reason.chars().map(|char| if char == '\0' { '\u{fffd}' } else { char }).take(MOST).collect();
    if common.is_first(name) {
        tracing::error!(function = name, reason, "a job was set aside, and so is each like it");
    }
    common.set_aside.note(&reason);
    Last::SetAside { reason }
}
