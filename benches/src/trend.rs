//! The instruction counts from change to change: a rise is a decision, and is written down with the change that makes it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What may rise unsaid, in per cent: compilers and libraries place code a little differently each time.
pub const ALLOWED: f64 = 2.0;

/// By work load and contender, the instructions of a call.
pub type Counts = BTreeMap<String, f64>;

/// What was counted after one change. The file has one a line; the last is what the next is compared with.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The commit that it was counted on, or on top of.
    pub commit: String,
    /// The compiler.
    pub rustc: String,
    /// What was counted.
    pub counts: Counts,
}

impl Entry {
    /// As one line.
    #[must_use]
    pub fn line(&self) -> String {
        json!({ "commit": self.commit, "rustc": self.rustc, "counts": self.counts }).to_string()
    }

    /// The last of a file's.
    #[must_use]
    pub fn last(file: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(file.lines().rfind(|line| !line.trim().is_empty())?).ok()?;
        let text = |key: &str| line[key].as_str().map(str::to_owned);
        let counts = line["counts"].as_object()?.iter().filter_map(|(of, count)| Some((of.clone(), count.as_f64()?)));
        Some(Self { commit: text("commit")?, rustc: text("rustc")?, counts: counts.collect() })
    }
}

/// What comes of a comparison.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    /// Nothing has risen by more than [`ALLOWED`].
    Holds,
    /// These have, or are new.
    Rises(Vec<String>),
    /// What is not ours is different here: another compiler, another libc, another processor.
    Elsewhere(String),
}

/// Compares. `is_given` says of a count that it is not ours.
#[must_use]
pub fn compared(before: &Entry, now: &Entry, is_given: impl Fn(&str) -> bool) -> Verdict {
    if before.rustc != now.rustc {
        return Verdict::Elsewhere(format!("counted with {}, and this is {}", before.rustc, now.rustc));
    }
    let mut rises = Vec::new();
    for (of, count) in &now.counts {
        let Some(was) = before.counts.get(of) else {
            rises.push(format!("{of}: {count:.0}, which nothing is known of"));
            continue;
        };
        // Of counts, which are whole, so that what is just allowed is exact.
        let change = (count - was) * 100.0 / was;
        if is_given(of) {
            if change.abs() > ALLOWED {
                return Verdict::Elsewhere(format!("{of} takes {count:.0} here, and took {was:.0}"));
            }
        } else if change > ALLOWED {
            rises.push(format!("{of}: {was:.0} -> {count:.0}, {change:+.1} %"));
        }
    }
    if rises.is_empty() { Verdict::Holds } else { Verdict::Rises(rises) }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Verdict, compared};

    fn entry(counts: &[(&str, f64)]) -> Entry {
        let counts = counts.iter().map(|(of, count)| ((*of).to_owned(), *count)).collect();
        Entry { commit: "abc".to_owned(), rustc: "rustc 1".to_owned(), counts }
    }

    fn verdict(before: &[(&str, f64)], now: &[(&str, f64)]) -> Verdict {
        compared(&entry(before), &entry(now), |of| of == "bare")
    }

    #[test]
    fn the_last_line_is_what_was_counted_last() {
        let (first, last) = (entry(&[("one", 1.0)]), entry(&[("one", 2.0)]));
        let file = format!("{}\n{}\n", first.line(), last.line());
        assert_eq!(Entry::last(&file), Some(last));
        assert_eq!(Entry::last(""), None);
    }

    #[test]
    fn two_per_cent_more_pass_and_three_do_not() {
        assert_eq!(verdict(&[("one", 1_000.0)], &[("one", 1_020.0)]), Verdict::Holds);
        assert_eq!(verdict(&[("one", 1_000.0)], &[("one", 100.0)]), Verdict::Holds);
        let Verdict::Rises(rises) = verdict(&[("one", 1_000.0)], &[("one", 1_030.0)]) else { panic!("it rises") };
        assert_eq!(rises, ["one: 1000 -> 1030, +3.0 %"]);
    }

    #[test]
    fn what_nobody_has_counted_yet_does_not_pass() {
        assert!(matches!(verdict(&[], &[("one", 1.0)]), Verdict::Rises(_)));
    }

    #[test]
    fn where_what_is_not_ours_is_different_nothing_can_be_said() {
        let before = [("bare", 1_000.0), ("one", 1_000.0)];
        assert!(matches!(verdict(&before, &[("bare", 1_100.0), ("one", 1_100.0)]), Verdict::Elsewhere(_)));
        let mut other = entry(&before);
        other.rustc = "rustc 2".to_owned();
        assert!(matches!(compared(&entry(&before), &other, |_| false), Verdict::Elsewhere(_)));
    }
}
