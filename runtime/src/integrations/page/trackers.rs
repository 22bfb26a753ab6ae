//! The table of trackers.

use std::collections::BTreeMap;
use std::time::Duration;

use super::attention::{self, Health};
use super::format::{Number, Plural, Time};
use super::markup::{Html, html};
use super::table::{self, Cells, Column, Row};
use crate::status::{Status, TrackerState, TrackerStatus};
use crate::tracker::DrainReport;

struct Shown<'a> {
    tracker: &'a TrackerStatus,
    health: Health,
}

pub(super) fn write(out: &mut Html, status: &Status, search: &str) {
    let loops = attention::Loops::of(status);
    let shown = |tracker| Shown { tracker, health: attention::of_tracker(tracker, &loops) };
    table::write(out, "trackers", "Trackers", status.trackers.iter().map(shown).collect(), search);
}

impl Row for Shown<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::Text("Tracker"),
        Column::Text("State"),
        Column::Text("Places taken"),
        Column::Text("Waiting"),
        Column::Number("Oldest"),
    ];

    fn health(&self) -> Health {
        self.health
    }

    fn texts(&self) -> Vec<&str> {
        vec![self.tracker.name, self.tracker.file]
    }

    fn write(&self, cells: &mut Cells<'_>) {
        let tracker = self.tracker;
        cells.name(tracker.name, (tracker.file, tracker.line), |out| html!(out, " · ", (tracker.kind.as_str())));
        cells.health(self.health, |out| write_state(out, &tracker.state));
        cells.cell(|out| {
            let Some(bound) = tracker.bound else { return html!(out, (Number(tracker.live)), ", without a bound") };
            html!(out, (Number(tracker.live)), " of ", (Number(bound)));
            write_bar(out, tracker.live, bound);
        });
        cells.cell(|out| {
            match tracker.queue {
                0 => html!(out, "<span class=\"nothing\">no queue</span>"),
                queue => {
                    html!(out, (Number(tracker.queued)), " of ", (Number(queue)));
                    write_bar(out, tracker.queued, queue);
                }
            }
            if tracker.acquiring > 0 {
                html!(
                    out,
                    "<span class=\"detail\">",
                    (Plural(tracker.acquiring, "caller")),
                    " wait to be admitted</span>"
                );
            }
        });
        cells.cell(|out| match tracker.oldest {
            Some(age) => html!(out, (Time(age))),
            None => table::nothing(out),
        });
    }
}

/// A bar for the numbers beside it.
fn write_bar(out: &mut Html, taken: usize, of: usize) {
    let percent = if of == 0 { 100 } else { (taken.min(of) as u128 * 100).div_ceil(of as u128) };
    html!(
        out,
        "<svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">"
    );
    html!(out, "<rect class=\"all\" width=\"100\" height=\"4\"></rect><rect class=\"taken\" width=\"", (percent));
    html!(out, "\" height=\"4\"></rect></svg>");
}

fn write_state(out: &mut Html, state: &TrackerState) {
    match state {
        TrackerState::Draining { elapsed, budget } => {
            html!(out, "<span class=\"detail\">for ", (Time(*elapsed)), " of ", (Time(*budget)), "</span>");
        }
        TrackerState::Drained(report) => write_report(out, report),
        TrackerState::Open | TrackerState::OwnerGone => {}
    }
}

/// The most kinds of stragglers on the page; JSON has all.
const KINDS: usize = 8;

fn write_report(out: &mut Html, report: &DrainReport) {
    html!(out, "<span class=\"detail\">in ", (Time(report.took())), ": ");
    if report.finished() == 0 && report.is_clean() {
        html!(out, "nothing was left to finish");
    } else {
        html!(out, (Number(report.finished())), " ended", (report.how_many_failed()));
    }
    if report.refused() > 0 {
        html!(out, ", ", (Plural(report.refused(), "call")), " refused meanwhile");
    }
    if report.suppressed() > 0 {
        html!(out, ", ", (Plural(report.suppressed(), "report")), " suppressed");
    }
    html!(out, "</span>");
    let mut kinds: BTreeMap<_, (usize, Duration)> = BTreeMap::new();
    for straggler in report.stragglers() {
        let site = straggler.site();
        let (count, oldest) = kinds.entry((straggler.fate(), site.name(), site.file(), site.line())).or_default();
        *count += 1;
        *oldest = straggler.age().max(*oldest);
    }
    for ((fate, name, ..), (count, oldest)) in kinds.iter().take(KINDS) {
        html!(out, "<span class=\"detail\">", (fate), ": ", (Number(*count)), " × ", (name), ", the oldest after ");
        html!(out, (Time(*oldest)), "</span>");
    }
    if let more @ 1.. = kinds.len().saturating_sub(KINDS) {
        html!(out, "<span class=\"detail\">and ", (Plural(more, "function")), " more</span>");
    }
}
