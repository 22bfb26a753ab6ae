//! The table of queues of durable jobs.

use std::time::SystemTime;

use super::attention::{self, Health};
use super::format::Time;
use super::markup::{Html, html};
use super::table::{self, Cells, Column, Row};
use crate::status::{QueueStatus, Status};

struct Shown<'a> {
    queue: &'a QueueStatus,
    at: SystemTime,
    health: Health,
}

pub(super) fn write(out: &mut Html, status: &Status, search: &str) {
    let shown = |queue| Shown { queue, at: status.at, health: attention::of_queue(queue) };
    table::write(out, "queues", "Durable queues", status.queues.iter().map(shown).collect(), search);
}

impl Row for Shown<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::Text("Queue"),
        Column::Text("State"),
        Column::Number("Ready"),
        Column::Number("Oldest"),
        Column::Number("Running"),
        Column::Number("Delayed"),
        Column::Number("Retrying"),
        Column::Number("Set aside"),
        Column::Number("Used up"),
    ];

    fn health(&self) -> Health {
        self.health
    }

    fn texts(&self) -> Vec<&str> {
        let QueueStatus { name, store, failure, .. } = self.queue;
        vec![name, store, failure.as_deref().unwrap_or_default()]
    }

    fn write(&self, cells: &mut Cells<'_>) {
        let queue = self.queue;
        cells.header(&queue.name, |out| html!(out, (queue.store)));
        cells.health(self.health, |out| {
            if let Some(ago) = queue.seen.and_then(|seen| self.at.duration_since(seen).ok()) {
                html!(out, " as of ", (Time(ago)), " ago");
            }
            if let Some(failure) = &queue.failure {
                html!(out, ": ", (failure));
            }
        });
        cells.cell(|out| table::quiet(out, queue.ready));
        cells.cell(|out| match queue.oldest {
            Some(oldest) => html!(out, (Time(oldest))),
            None => table::nothing(out),
        });
        for count in [queue.running, queue.delayed, queue.retrying, queue.set_aside, queue.killed] {
            cells.cell(|out| table::quiet(out, count));
        }
    }
}
