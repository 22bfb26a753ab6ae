//! The figures as a table, and as JSON.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::measure::{Spread, Timed};

/// What the allocator saw of one call.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Footprint {
    /// Allocations a call.
    pub allocations: f64,
    /// Bytes allocated a call, what is freed again with it too.
    pub bytes: f64,
    /// Bytes that are allocated while a task is alive, with what its caller holds; where all are alive at once.
    pub live_bytes: Option<f64>,
}

/// One contender at one work load.
#[derive(Clone, Debug)]
pub struct Row {
    /// The work load.
    pub work: &'static str,
    /// The runtime.
    pub runtime: &'static str,
    /// Where the calls are made.
    pub from: &'static str,
    /// How many calls a batch has.
    pub calls: usize,
    /// Who, and its times.
    pub timed: Timed,
    /// Where it was counted.
    pub footprint: Option<Footprint>,
}

impl Row {
    /// As one object.
    #[must_use]
    pub fn json(&self) -> Value {
        let median = |spread: Option<Spread>| spread.map(|spread| rounded(spread.median, 3));
        let quartiles = |spread: Option<Spread>| spread.map(|spread| [rounded(spread.low, 3), rounded(spread.high, 3)]);
        let footprint =
            |of: fn(&Footprint) -> Option<f64>| self.footprint.as_ref().and_then(of).map(|counted| rounded(counted, 2));
        json!({
            "work": self.work,
            "runtime": self.runtime,
            "from": self.from,
            "calls": self.calls,
            "who": self.timed.who,
            "ns": rounded(self.timed.nanos, 1),
            "to_bare": median(self.timed.to_bare),
            "to_bare_quartiles": quartiles(self.timed.to_bare),
            "to_by_hand": median(self.timed.to_by_hand),
            "to_by_hand_quartiles": quartiles(self.timed.to_by_hand),
            "allocations": footprint(|footprint| Some(footprint.allocations)),
            "bytes": footprint(|footprint| Some(footprint.bytes)),
            "live_bytes": footprint(|footprint| footprint.live_bytes),
        })
    }
}

fn rounded(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale
}

/// The rows of one group, for people.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    let Some(first) = rows.first() else { return text };
    let _ = writeln!(text, "\n{}, {}, {}: {} calls a batch", first.work, first.runtime, first.from, first.calls);
    let _ = writeln!(
        text,
        "  {:<22} {:>9}   {:<19}  {:<19} {:>6} {:>7} {:>7}",
        "", "ns a call", "to bare", "to by hand", "allocs", "bytes", "live"
    );
    for Row { timed, footprint, .. } in rows {
        let ratio = |spread: Option<Spread>| match spread {
            Some(Spread { low, median, high }) => format!("{median:>5.2} ({low:.2}–{high:.2})"),
            None => "    –".to_owned(),
        };
        let counted = |of: fn(&Footprint) -> Option<f64>, places: usize| {
            footprint.as_ref().and_then(of).map_or("–".to_owned(), |counted| format!("{counted:.places$}"))
        };
        let _ = writeln!(
            text,
            "  {:<22} {:>9.1}   {:<19}  {:<19} {:>6} {:>7} {:>7}",
            timed.who,
            timed.nanos,
            ratio(timed.to_bare),
            ratio(timed.to_by_hand),
            counted(|footprint| Some(footprint.allocations), 2),
            counted(|footprint| Some(footprint.bytes), 0),
            counted(|footprint| footprint.live_bytes, 0),
        );
    }
    text
}

/// All rows, one object a row, and what they were measured on.
#[must_use]
pub fn json(machine: &Value, rows: &[Row]) -> String {
    lines(machine, &rows.iter().map(Row::json).collect::<Vec<_>>())
}

/// One object a line: so a change of one figure is a change of one line.
#[must_use]
pub fn lines(machine: &Value, rows: &[Value]) -> String {
    let rows: Vec<String> = rows.iter().map(|row| format!("    {row}")).collect();
    format!("{{\n  \"machine\": {machine},\n  \"rows\": [\n{}\n  ]\n}}\n", rows.join(",\n"))
}

/// Writes a result, and says where.
///
/// # Panics
///
/// If it cannot be written.
pub fn write(path: &Path, text: &str) {
    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, text));
    written.unwrap_or_else(|error| panic!("{} cannot be written: {error}", path.display()));
    println!("wrote {}", path.display());
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Footprint, Row, Spread, Timed, Value, json};

    pub(crate) fn row(work: &'static str, who: &'static str, ratio: f64) -> Row {
        let to_bare = Some(Spread { low: ratio - 0.1, median: ratio, high: ratio + 0.1 });
        let timed = Timed { who, nanos: 212.34, to_bare, to_by_hand: None };
        let footprint = Some(Footprint { allocations: 1.0, bytes: 256.0, live_bytes: Some(296.004) });
        Row { work, runtime: "current_thread", from: "inside", calls: 1_000, timed, footprint }
    }

    #[test]
    fn what_is_written_is_json_one_object_a_row() {
        let machine = serde_json::json!({ "cores": 2 });
        let written = json(&machine, &[row("w1", "outlive", 1.2), row("w1", "\"quoted\"", 3.0)]);
        let read: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["machine"]["cores"], 2);
        let rows = read["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["to_bare"], 1.2);
        assert_eq!(rows[0]["to_bare_quartiles"], serde_json::json!([1.1, 1.3]));
        assert_eq!(rows[0]["to_by_hand"], Value::Null);
        assert_eq!(rows[0]["live_bytes"], 296.0);
        assert_eq!(rows[1]["who"], "\"quoted\"");
    }
}
