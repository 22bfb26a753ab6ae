//! How runs ended: those that end while a statement is on its way are written by the next, all by one.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use super::connections::Connections;
use super::push::seconds;
use super::sql;
use crate::engine::{Fetched, Last, SET_ASIDE_FOR, WorkerId};
use crate::error::StoreError;

#[derive(Default)]
pub(super) struct Ends {
    waiting: Mutex<Vec<End>>,
    writer: tokio::sync::Mutex<()>,
}

struct End {
    id: String,
    worker: String,
    lease: i64,
    status: &'static str,
    /// What it adds to the attempts.
    ran: i32,
    error: Option<String>,
    /// When it is tried again.
    after: Option<f64>,
    /// Nobody fetches a `Failed` row that has as many attempts as it may have.
    is_aside: bool,
    answer: oneshot::Sender<Result<bool, StoreError>>,
}

impl Ends {
    /// Whether the row was still the worker's.
    pub(super) async fn write(
        &self,
        connections: &Connections,
        worker: &WorkerId,
        job: &Fetched,
        last: &Last,
    ) -> Result<bool, StoreError> {
        loop {
            let (answer, answered) = oneshot::channel();
            self.waiting().push(End::new(worker, job, last, answer));
            {
                let _writer = self.writer.lock().await;
                // None, where the one before has written it too.
                let ends = std::mem::take(&mut *self.waiting());
                write(connections, ends).await;
            }
            if let Ok(done) = answered.await {
                return done;
            }
            // Who wrote it was dropped, or has met an error.
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<End>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(connections: &Connections, ends: Vec<End>) {
    if ends.is_empty() {
        return;
    }
    match ask(connections, &ends).await {
        Ok(written) => {
            for end in ends {
                let _ = end.answer.send(Ok(written.contains(&end.id)));
            }
        }
        Err(error) if error.is_unreachable() || ends.len() == 1 => {
            // The others try for themselves.
            let first = ends.into_iter().next().map(|end| end.answer.send(Err(error)));
            drop(first);
        }
        // One of them is to blame: not all.
        Err(_) => {
            for end in ends {
                Box::pin(write(connections, vec![end])).await;
            }
        }
    }
}

async fn ask(connections: &Connections, ends: &[End]) -> Result<Vec<String>, StoreError> {
    fn all<T>(ends: &[End], of: impl Fn(&End) -> T) -> Vec<T> {
        ends.iter().map(of).collect()
    }
    let mut connection = connections.take().await?;
    let query = sqlx::query_scalar(sql::END)
        .bind(all(ends, |end| end.id.clone()))
        .bind(all(ends, |end| end.worker.clone()))
        .bind(all(ends, |end| end.lease))
        .bind(all(ends, |end| end.status))
        .bind(all(ends, |end| end.ran))
        .bind(all(ends, |end| end.error.clone()))
        .bind(all(ends, |end| end.after))
        .bind(all(ends, |end| end.is_aside));
    let written = connections.answer(query.fetch_all(&mut *connection)).await?;
    connection.back();
    Ok(written)
}

impl End {
    fn new(worker: &WorkerId, job: &Fetched, last: &Last, answer: oneshot::Sender<Result<bool, StoreError>>) -> Self {
        let (status, ran, error, after) = match last {
            Last::Done => ("Done", 1, None, None),
            Last::Again { after, error } => ("Failed", 1, Some(text(error)), Some(seconds(*after))),
            Last::Killed { ran, error } => ("Killed", i32::from(*ran), Some(text(error)), None),
            Last::SetAside { reason } => ("Failed", 0, Some(set_aside(reason)), None),
            Last::Back => ("Pending", 0, None, None),
        };
        let (id, worker, is_aside) = (job.id.clone(), worker.name().to_owned(), matches!(last, Last::SetAside { .. }));
        Self { id, worker, lease: job.lease, status, ran, error, after, is_aside, answer }
    }
}

/// No text of PostgreSQL's has a NUL.
fn text(error: &str) -> String {
    error.replace('\0', "\u{fffd}")
}

pub(super) fn set_aside(reason: &str) -> String {
    text(&format!("{SET_ASIDE_FOR}{reason}"))
}
