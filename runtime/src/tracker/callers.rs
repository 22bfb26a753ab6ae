//! The sites of a function with `site = caller`: one for each line that calls it.

use std::panic::Location;
use std::sync::Mutex;

use super::TaskSite;
use super::sites::list_caller;
use crate::util::AppendList;
use crate::util::sync::lock;

/// The most lines of one function with their own site. A site is never freed.
const MAX_PLACES: usize = 256;

const BUCKETS: usize = 64;

/// The lines that have called a function. They are found without a lock.
pub struct Callers {
    /// The lines, hashed by their number.
    places: [AppendList<Caller>; BUCKETS],
    /// How many more lines may be added. The lock is held while one is added.
    room: Mutex<usize>,
}

/// A line of the source. Two calls on one line share a site, because a report could not distinguish them.
struct Caller {
    place: &'static Location<'static>,
    site: &'static TaskSite,
}

impl Callers {
    #[allow(clippy::new_without_default, missing_docs, reason = "generated code alone makes one, in a static")]
    #[must_use]
    pub const fn new() -> Self {
        Self::of_at_most(MAX_PLACES)
    }

    const fn of_at_most(room: usize) -> Self {
        Self { places: [const { AppendList::new() }; BUCKETS], room: Mutex::new(room) }
    }

    /// The site of calls from this line. `own` is the function's site, which counts the calls of lines beyond the limit.
    pub(crate) fn site(&self, own: &'static TaskSite, place: &'static Location<'static>) -> &'static TaskSite {
        self.known(place).unwrap_or_else(|| self.add(own, place))
    }

    fn bucket(&self, place: &Location<'_>) -> &AppendList<Caller> {
        &self.places[place.line() as usize % BUCKETS]
    }

    fn known(&self, place: &Location<'_>) -> Option<&'static TaskSite> {
        self.bucket(place).iter().find_map(|caller| caller.is_at(place))
    }

    #[cold]
    fn add(&self, own: &'static TaskSite, place: &'static Location<'static>) -> &'static TaskSite {
        let mut room = lock(&self.room);
        if let Some(site) = self.known(place) {
            return site;
        }
        if *room == 0 {
            return own;
        }
        *room -= 1;
        let site = own.called_from(place);
        list_caller(site);
        self.bucket(place).find(|| Caller { place, site }, |caller| caller.is_at(place))
    }
}

impl Caller {
    fn is_at(&self, place: &Location<'_>) -> Option<&'static TaskSite> {
        (self.place.line() == place.line() && self.place.file() == place.file()).then_some(self.site)
    }
}

#[cfg(test)]
mod tests {
    use std::panic::Location;
    use std::time::Duration;

    use super::{Caller, Callers};
    use crate::tracker::{Kind, SpanKind, Spec, TaskSite, sites};

    static OWN: TaskSite = TaskSite::new(
        Spec {
            name: "helper of a test",
            file: "helper.rs",
            line: 1,
            tracker: "",
            timeout: Duration::from_secs(5),
            kind: Kind::Task,
            module: "",
            grace: Duration::ZERO,
            minutes: 0,
            span: SpanKind::Linked,
        },
        None,
    );

    #[track_caller]
    fn here(callers: &Callers) -> &'static TaskSite {
        callers.site(&OWN, Location::caller())
    }

    #[test]
    fn as_many_lines_are_kept_apart_as_there_is_room_for_and_the_function_itself_counts_for_others() {
        static CALLERS: Callers = Callers::of_at_most(3);
        let mut first = Vec::new();
        for _ in 0..2 {
            #[rustfmt::skip]
            let seen = [
                here(&CALLERS),
                here(&CALLERS),
                here(&CALLERS),
                here(&CALLERS),
                here(&CALLERS),
            ];
            let lines = seen.map(TaskSite::line);
            assert_eq!([lines[1], lines[2]], [lines[0] + 1, lines[0] + 2]);
            assert!(seen[..3].iter().all(|site| site.file() == file!() && site.name() == OWN.name()));
            assert!(seen[3..].iter().all(|site| std::ptr::eq(*site, &raw const OWN)), "{seen:?}");
            let addresses = seen.map(|site| std::ptr::from_ref(site).addr());
            if first.is_empty() {
                first = addresses.to_vec();
            }
            assert_eq!(first, addresses, "the same ones each time");
        }
        assert_eq!(sites().filter(|site| site.name() == OWN.name()).count(), 3, "each of them is listed, and once");
    }

    #[test]
    fn a_place_is_its_file_and_its_line() {
        #[track_caller]
        fn here() -> &'static Location<'static> {
            Location::caller()
        }

        let (place, next_line) = (
            here(), //
            here(),
        );
        let caller = Caller { place, site: &OWN };
        assert!(caller.is_at(place).is_some() && caller.is_at(next_line).is_none());
    }
}
