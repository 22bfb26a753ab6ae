//! The labels of functions and trackers: their names or, if a name is used at several places, name and place. No two of them
//! share a series, and a label never changes while the process lives.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use crate::tracker::{StaticTracker, TaskSite, sites};
use crate::util::sync::lock;
use crate::util::text::{NAME, shown};

/// A name, and the place in the source.
pub(super) type Named = (&'static str, &'static str, u32);

#[derive(Default)]
pub(super) struct Names(BTreeMap<Named, String>);

pub(super) static TASKS: Mutex<Names> = Mutex::new(Names(BTreeMap::new()));
pub(super) static TRACKERS: Mutex<Names> = Mutex::new(Names(BTreeMap::new()));

impl Names {
    /// Gives a label to each name that has none yet. Existing labels do not change.
    pub(super) fn learn(&mut self, all: impl IntoIterator<Item = Named>) {
        let new: BTreeSet<Named> = all.into_iter().filter(|named| !self.0.contains_key(named)).collect();
        let labels: Vec<String> = new
            .iter()
            .map(|&(name, file, line)| {
                // Entries with the same name are adjacent.
                let from: Named = (name, "", 0);
                let known = self.0.range(from..).next().is_some_and(|(known, _)| known.0 == name);
                let is_alone = !known && new.range(from..).take_while(|other| other.0 == name).count() == 1;
                let name = shown(&name, NAME);
                if is_alone { name } else { format!("{name} ({file}:{line})") }
            })
            .collect();
        self.0.extend(new.into_iter().zip(labels));
    }

    /// The label, or an empty one if it is not known.
    pub(super) fn of(&self, named: Named) -> String {
        self.0.get(&named).cloned().unwrap_or_default()
    }
}

fn task(site: &TaskSite) -> Named {
    (site.name(), site.file(), site.line())
}

fn tracker(site: &TaskSite) -> Option<Named> {
    let core = StaticTracker::core(site.tracker()?);
    Some((core.name(), core.place().file(), core.place().line()))
}

/// The labels `task` and `tracker` of a function.
pub(in crate::integrations) fn of_site(site: &TaskSite) -> [(&'static str, String); 2] {
    let all: Vec<&'static TaskSite> = sites().collect();
    let task = {
        let mut tasks = lock(&TASKS);
        tasks.learn(all.iter().map(|site| task(site)));
        tasks.of(task(site))
    };
    let mut trackers = lock(&TRACKERS);
    trackers.learn(all.iter().filter_map(|site| tracker(site)));
    let tracker = tracker(site).map(|tracker| trackers.of(tracker)).unwrap_or_default();
    [("task", task), ("tracker", tracker)]
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_name_stands_for_itself_until_another_place_has_it_too() {
        let mut names = Names::default();
        names.learn([("audit", "a.rs", 1), ("mail", "a.rs", 2), ("mail", "b.rs", 3)]);
        assert_eq!(names.of(("audit", "a.rs", 1)), "audit");
        assert_eq!(names.of(("mail", "a.rs", 2)), "mail (a.rs:2)");
        assert_eq!(names.of(("mail", "b.rs", 3)), "mail (b.rs:3)");
        names.learn([("audit", "a.rs", 1), ("audit", "c.rs", 4)]);
        assert_eq!(names.of(("audit", "a.rs", 1)), "audit");
        assert_eq!(names.of(("audit", "c.rs", 4)), "audit (c.rs:4)");
        assert_eq!(names.of(("nobody", "c.rs", 4)), "");
    }
}
