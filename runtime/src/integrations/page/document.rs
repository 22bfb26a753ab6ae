//! Renders the whole page.

use std::path::Path;
use std::sync::LazyLock;

use super::attention::{self, Health, Level};
use super::format::{Number, Plural, rfc3339, time_of_day};
use super::markup::{Html, html};
use super::{functions, loops, queues, services, trackers};
use crate::status::Status;

/// The name of the program.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let path = std::env::args_os().next().unwrap_or_default();
    Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned()
});

pub(super) fn render(status: &Status, search: &str) -> String {
    let urgent = how_many(status, Level::Urgent);
    let mut out = Html::default();
    html!(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    if urgent > 0 {
        html!(out, "(", (Number(urgent)), ") ");
    }
    html!(out, (*PROGRAM), " · background tasks</title>");
    html!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html!(out, "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">");
    html!(out, "<link rel=\"icon\" href=\"data:,\"><style>");
    out.markup(include_str!("page.css"));
    html!(out, "</style></head><body><header><h1>Background tasks <small>", (*PROGRAM), "</small></h1>");
    html!(
        out,
        "<form role=\"search\"><label for=\"search\">Search</label><input id=\"search\" type=\"search\" name=\"q\" value=\""
    );
    html!(
        out,
        (search),
        "\" placeholder=\"function, tracker, file, state, cause\" autocomplete=\"off\" spellcheck=\"false\">"
    );
    html!(out, "<button>Search</button></form><p class=\"live\"><span role=\"status\"></span>");
    html!(out, "<button type=\"button\" hidden>Pause</button></p></header><main>");
    write_summary(&mut out, status, urgent);
    trackers::write(&mut out, status, search);
    functions::write(&mut out, status, search);
    loops::write(&mut out, status, search);
    queues::write(&mut out, status, search);
    services::write(&mut out, status, search);
    html!(out, "</main><footer><p>Rates are those of the last minute. An age counts from a task's first await.</p>");
    html!(out, "<p><a href=\"?format=json\">The same as JSON</a></p></footer><script>");
    out.markup(include_str!("page.js"));
    html!(out, "</script></body></html>\n");
    out.into_string()
}

fn how_many(status: &Status, level: Level) -> usize {
    let places = attention::Loops::of(status);
    let trackers = status.trackers.iter().map(|tracker| attention::of_tracker(tracker, &places));
    let functions = status.functions.iter().map(attention::of_function);
    let loops = status.loops.iter().map(attention::of_loop);
    let queues = status.queues.iter().map(attention::of_queue);
    let is_such = |health: &Health| health.level == level;
    trackers.chain(functions).chain(loops).chain(queues).filter(is_such).count()
}

fn write_summary(out: &mut Html, status: &Status, urgent: usize) {
    let live: usize = status.trackers.iter().map(|tracker| tracker.live).sum();
    let queued: usize = status.trackers.iter().map(|tracker| tracker.queued).sum();
    html!(out, "<p class=\"summary\">");
    match urgent {
        0 => html!(out, "<strong class=\"calm\">Nothing needs attention</strong>"),
        1 => html!(out, "<strong class=\"urgent\">1 needs attention</strong>"),
        more => html!(out, "<strong class=\"urgent\">", (Number(more)), " need attention</strong>"),
    }
    html!(out, "<span>", (Plural(live, "place")), " taken</span><span>", (Number(queued)), " waiting</span>");
    html!(
        out,
        "<span>as of <time datetime=\"",
        (rfc3339(status.at)),
        "\">",
        (time_of_day(status.at)),
        "</time> UTC</span></p>"
    );
    if status.functions.is_empty() {
        html!(out, "<p class=\"none\">This program has no annotated functions.</p>");
    }
}
