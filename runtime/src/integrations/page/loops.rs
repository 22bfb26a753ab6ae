//! The table of loops and workers.

use super::attention::{self, Health};
use super::format::Time;
use super::markup::{Html, html};
use super::table::{self, Cells, Column, Row};
use crate::status::{LoopStatus, Status};

struct Shown<'a> {
    known: &'a LoopStatus,
    health: Health,
}

pub(super) fn write(out: &mut Html, status: &Status, search: &str) {
    let shown = |known| Shown { known, health: attention::of_loop(known) };
    table::write(out, "loops", "Loops and workers", status.loops.iter().map(shown).collect(), search);
}

impl Row for Shown<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::Text("Function"),
        Column::Text("State"),
        Column::Number("Live"),
        Column::Number("Every"),
        Column::Text("Last run"),
        Column::Number("Next run"),
    ];

    fn health(&self) -> Health {
        self.health
    }

    fn texts(&self) -> Vec<&str> {
        vec![self.known.name, self.known.file, self.known.tracker]
    }

    fn write(&self, cells: &mut Cells<'_>) {
        let known = self.known;
        cells.name(known.name, (known.file, known.line), |out| html!(out, " · ", (known.tracker)));
        cells.health(self.health, |_| {});
        cells.cell(|out| table::quiet(out, known.live));
        cells.cell(|out| match known.every {
            Some(every) => html!(out, (Time(every))),
            None => table::nothing(out),
        });
        cells.cell(|out| {
            let Some(run) = &known.last_run else { return table::nothing(out) };
            match (run.outcome, run.took) {
                (Some(outcome), _) => html!(out, (outcome.word())),
                (None, Some(_)) => html!(out, "ended"),
                (None, None) => html!(out, "began"),
            }
            if let Some(took) = run.took {
                html!(out, " after ", (Time(took)), ", began");
            }
            html!(out, " ", (Time(run.began_ago)), " ago");
        });
        cells.cell(|out| match known.next_run {
            Some(time) => html!(out, "in ", (Time(time))),
            None => table::nothing(out),
        });
    }
}
