//! A table of rows, those that need attention first.

use super::attention::{Health, Level};
use super::format::{Number, Plural};
use super::markup::{Html, html};

/// The most rows that a browser can lay out each second.
const MAX_ROWS: usize = 200;

/// A row of a table.
pub(super) trait Row {
    const COLUMNS: &'static [Column];

    fn health(&self) -> Health;

    /// The texts that a search looks into.
    fn texts(&self) -> Vec<&str>;

    /// Writes a cell for each of the columns.
    fn write(&self, cells: &mut Cells<'_>);
}

/// The header of a column; on a narrow screen it is beside each cell.
pub(super) enum Column {
    Text(&'static str),
    Number(&'static str),
}

impl Column {
    fn parts(&self) -> (&'static str, &'static str) {
        match *self {
            Self::Text(label) => (label, "text"),
            Self::Number(label) => (label, "number"),
        }
    }
}

/// Writes a table, if it has any row.
pub(super) fn write<R: Row>(out: &mut Html, id: &'static str, title: &'static str, rows: Vec<R>, search: &str) {
    if rows.is_empty() {
        return;
    }
    let all = rows.len();
    let mut rows: Vec<_> = rows.into_iter().filter(|row| contains(row, search)).collect();
    rows.sort_by_key(|row| row.health().level); // stable: else by name, so that nothing jumps
    html!(out, "<section aria-labelledby=\"", (id), "\"><h2 id=\"", (id), "\">", (title), " <small>");
    if rows.len() < all {
        html!(out, (Number(rows.len())), " of ");
    }
    html!(out, (Number(all)), "</small></h2>");
    if rows.is_empty() {
        html!(out, "<p class=\"none\">None of them matches the search.</p></section>");
        return;
    }
    html!(out, "<table role=\"table\" aria-labelledby=\"", (id), "\"><thead role=\"rowgroup\"><tr role=\"row\">");
    for (label, kind) in R::COLUMNS.iter().map(Column::parts) {
        html!(out, "<th role=\"columnheader\" scope=\"col\" class=\"", (kind), "\">", (label), "</th>");
    }
    html!(out, "</tr></thead><tbody role=\"rowgroup\">");
    for row in rows.iter().take(MAX_ROWS) {
        html!(out, "<tr role=\"row\" class=\"", (class(row.health().level)), "\">");
        row.write(&mut Cells { out, columns: R::COLUMNS.iter() });
        html!(out, "</tr>");
    }
    html!(out, "</tbody></table>");
    if let more @ 1.. = rows.len().saturating_sub(MAX_ROWS) {
        html!(
            out,
            "<p class=\"more\">",
            (Plural(more, "row")),
            " more: search for what you miss, or take the JSON.</p>"
        );
    }
    html!(out, "</section>");
}

fn contains(row: &impl Row, search: &str) -> bool {
    let sought = search.to_lowercase();
    let health = row.health().word;
    search.is_empty() || row.texts().into_iter().chain([health]).any(|text| text.to_lowercase().contains(&sought))
}

fn class(level: Level) -> &'static str {
    match level {
        Level::Urgent => "urgent",
        Level::Notice => "notice",
        Level::Calm => "calm",
        Level::Unused => "unused",
    }
}

/// The cells of a row, one after another.
pub(super) struct Cells<'a> {
    out: &'a mut Html,
    columns: std::slice::Iter<'static, Column>,
}

impl Cells<'_> {
    /// Writes the first cell, with the row's name.
    pub(super) fn name(&mut self, name: &str, place: (&str, u32), write: impl FnOnce(&mut Html)) {
        self.header(name, |out| {
            html!(out, (place.0), ":", (place.1));
            write(out);
        });
    }

    /// The same, for a row without a place in the source.
    pub(super) fn header(&mut self, name: &str, place: impl FnOnce(&mut Html)) {
        self.columns.next();
        let out = &mut *self.out;
        html!(out, "<th role=\"rowheader\" scope=\"row\"><b>", (name), "</b> <span class=\"place\">");
        place(out);
        html!(out, "</span></th>");
    }

    pub(super) fn cell(&mut self, write: impl FnOnce(&mut Html)) {
        let (label, kind) = self.columns.next().map(Column::parts).unwrap_or_default();
        let out = &mut *self.out;
        html!(out, "<td role=\"cell\" class=\"", (kind), "\" data-label=\"", (label), "\"><div>");
        write(out);
        html!(out, "</div></td>");
    }

    pub(super) fn health(&mut self, health: Health, write: impl FnOnce(&mut Html)) {
        self.cell(|out| {
            html!(out, "<span class=\"standing\">", (health.word), "</span>");
            write(out);
        });
    }
}

/// A value that is not known, or does not apply.
pub(super) fn nothing(out: &mut Html) {
    html!(out, "<span class=\"nothing\">–</span>");
}

/// A number that is dimmed if it is zero.
pub(super) fn quiet<N: TryInto<u64> + Copy + Default + PartialEq>(out: &mut Html, number: N) {
    if number == N::default() {
        html!(out, "<span class=\"nothing\">0</span>");
    } else {
        html!(out, (Number(number)));
    }
}
