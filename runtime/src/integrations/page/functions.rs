//! The table of functions.

use super::attention::{self, Health};
use super::format::{Number, PerSecond, Time, rfc3339, time_of_day};
use super::markup::{Html, html};
use super::table::{self, Cells, Column, Row};
use crate::status::{FunctionStatus, Status};

struct Shown<'a> {
    function: &'a FunctionStatus,
    health: Health,
}

pub(super) fn write(out: &mut Html, status: &Status, search: &str) {
    let shown = |function| Shown { function, health: attention::of_function(function) };
    table::write(out, "functions", "Functions", status.functions.iter().map(shown).collect(), search);
}

impl Row for Shown<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::Text("Function"),
        Column::Text("State"),
        Column::Number("Running"),
        Column::Number("Waiting"),
        Column::Number("Started/s"),
        Column::Number("Failed/s"),
        Column::Number("Oldest"),
        Column::Text("Since the start"),
        Column::Text("Last failure"),
    ];

    fn health(&self) -> Health {
        self.health
    }

    fn texts(&self) -> Vec<&str> {
        let function = self.function;
        let cause = function.last_failure.as_ref().map(|failure| &*failure.cause);
        [function.name, function.file].into_iter().chain(function.tracker).chain(cause).collect()
    }

    fn write(&self, cells: &mut Cells<'_>) {
        let function = self.function;
        let counts = &function.counts;
        cells.name(function.name, (function.file, function.line), |out| {
            if let Some(tracker) = function.tracker {
                html!(out, " · ", (tracker));
            }
            if let Some(timeout) = function.timeout {
                html!(out, " · at most ", (Time(timeout)));
            }
        });
        cells.health(self.health, |_| {});
        // A loop counts between its runs, too.
        cells.cell(|out| table::quiet(out, counts.live.max(counts.loops)));
        cells.cell(|out| table::quiet(out, counts.queued));
        let rate = function.last_minute;
        cells.cell(|out| write_rate(out, rate.map(|rate| rate.started_per_second())));
        cells.cell(|out| write_rate(out, rate.map(|rate| rate.failed_per_second())));
        cells.cell(|out| match function.oldest {
            Some(age) => html!(out, (Time(age))),
            None => table::nothing(out),
        });
        cells.cell(|out| self.write_counts(out));
        cells.cell(|out| self.write_failure(out));
    }
}

fn write_rate(out: &mut Html, rate: Option<f64>) {
    match rate {
        Some(rate) if rate > 0.0 => html!(out, (PerSecond(rate))),
        Some(_) => html!(out, "<span class=\"nothing\">0</span>"),
        None => table::nothing(out),
    }
}

impl Shown<'_> {
    fn write_counts(&self, out: &mut Html) {
        let (counts, refused) = (&self.function.counts, &self.function.refused);
        html!(out, (Number(counts.started)), " started");
        for (count, word) in [
            (counts.completed, "completed"),
            (counts.failed, "failed"),
            (counts.timed_out, "timed out"),
            (counts.panicked, "panicked"),
            (counts.cancelled, "aborted"),
            (counts.lost, "lost"),
        ] {
            if count > 0 {
                html!(out, ", ", (Number(count)), " ", (word));
            }
        }
        match counts.retries {
            0 => {}
            1 => html!(out, ", 1 retry"),
            retries => html!(out, ", ", (Number(retries)), " retries"),
        }
        if counts.rejected == 0 {
            return;
        }
        html!(out, ", ", (Number(counts.rejected)), " refused");
        let reasons = [
            (refused.full, "full"),
            (refused.draining, "draining"),
            (refused.owner_gone, "owner gone"),
            (refused.already_started, "already started"),
            (refused.no_runtime, "no runtime"),
            (refused.zero_period, "zero period"),
            (refused.never_started, "never started"),
        ];
        let reasons: Vec<_> = reasons.into_iter().filter(|(count, _)| *count > 0).collect();
        match &*reasons {
            [] => {}
            [(_, only)] => html!(out, ": ", (*only)),
            [(count, reason), more @ ..] => {
                html!(out, ": ", (Number(*count)), " ", (*reason));
                for (count, reason) in more {
                    html!(out, ", ", (Number(*count)), " ", (*reason));
                }
            }
        }
    }

    fn write_failure(&self, out: &mut Html) {
        let Some(failure) = &self.function.last_failure else { return table::nothing(out) };
        html!(out, "<span class=\"cause\">", (failure.cause), "</span> <span class=\"detail\">");
        html!(out, (failure.outcome.word()), " ", (Time(failure.ago)), " ago, at <time datetime=\"");
        html!(out, (rfc3339(failure.at)), "\">", (time_of_day(failure.at)), "</time> UTC</span>");
    }
}
