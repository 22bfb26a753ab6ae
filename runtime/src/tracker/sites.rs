//! Every annotated function of the program.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::{Isolated, Spec, StaticTracker, TaskSite};
use crate::util::sync::lock;
use crate::util::text;

/// One for each annotated function, called or not.
pub struct Listed(pub &'static TaskSite);

inventory::collect!(Listed);

/// The sites that no macro made.
static PLACED: Mutex<BTreeMap<Where, &'static TaskSite>> = Mutex::new(BTreeMap::new());

/// Of functions with `site = caller`, the places that call them.
static CALLERS: Mutex<Vec<&'static TaskSite>> = Mutex::new(Vec::new());

/// A place in the source, with the name that it was given, and the address of its static tracker.
type Where = (&'static str, u32, &'static str, Option<usize>);

/// Lists every annotated function of the program and of its libraries, called or not.
///
/// A function with `site = caller` has one more entry for each line that has called it.
///
/// A library that the program does not use is not linked, and so not listed.
///
/// ```
/// for site in outlive::sites() {
///     println!("{} at {}:{}: {:?}", site.name(), site.file(), site.line(), site.counts());
/// }
/// ```
pub fn sites() -> impl Iterator<Item = &'static TaskSite> {
    let isolated = Isolated::current();
    of_the_process().map(move |site| isolated.site(site))
}

/// The process's own.
pub(crate) fn of_the_process() -> impl Iterator<Item = &'static TaskSite> {
    let placed: Vec<_> = lock(&PLACED).values().copied().collect();
    let callers = lock(&CALLERS).clone();
    // The last to be submitted comes first there.
    let submitted: Vec<_> = inventory::iter::<Listed>().map(|listed| listed.0).collect();
    submitted.into_iter().rev().chain(placed).chain(callers)
}

pub(super) fn list_caller(site: &'static TaskSite) {
    lock(&CALLERS).push(site);
}

/// The site of a place in the source that no macro has seen: made when it is first asked for, and kept for good. One place
/// is one site, however many timeouts are used there at run time.
pub(crate) fn placed(spec: Spec, tracker: Option<&'static dyn StaticTracker>) -> &'static TaskSite {
    let address = tracker.map(|tracker| tracker.core().address());
    let mut placed = lock(&PLACED);
    // Not one of a macro's, which has looked at it.
    let spec = Spec { name: text::name(spec.name), ..spec };
    let place = (spec.file, spec.line, spec.name, address);
    let site = *placed.entry(place).or_insert_with(|| Box::leak(Box::new(TaskSite::new(spec, tracker))));
    site.raise_max_timeout(spec.timeout);
    site
}
