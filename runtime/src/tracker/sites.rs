//! The list of all annotated functions of the program.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::{Isolated, Spec, StaticTracker, TaskSite};
use crate::util::sync::lock;
use crate::util::text;

/// An entry for each annotated function, called or not.
pub struct Listed(pub &'static TaskSite);

inventory::collect!(Listed);

/// The sites that were not made by a macro, such as those of `Singleflight`s.
static PLACED: Mutex<BTreeMap<Where, &'static TaskSite>> = Mutex::new(BTreeMap::new());

/// The sites of lines that call functions with `site = caller`.
static CALLERS: Mutex<Vec<&'static TaskSite>> = Mutex::new(Vec::new());

/// A place in the source, the site's name, and the address of its static tracker.
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

/// The sites of the process, without isolation.
pub(crate) fn of_the_process() -> impl Iterator<Item = &'static TaskSite> {
    let placed: Vec<_> = lock(&PLACED).values().copied().collect();
    let callers = lock(&CALLERS).clone();
    // inventory returns the last submission first.
    let submitted: Vec<_> = inventory::iter::<Listed>().map(|listed| listed.0).collect();
    submitted.into_iter().rev().chain(placed).chain(callers)
}

pub(super) fn list_caller(site: &'static TaskSite) {
    lock(&CALLERS).push(site);
}

/// The site of a place in the source without a macro. It is made at the first call, and kept for ever. One place has one
/// site, even if its timeout differs at run time.
pub(crate) fn placed(spec: Spec, tracker: Option<&'static dyn StaticTracker>) -> &'static TaskSite {
    let address = tracker.map(|tracker| tracker.core().address());
    let mut placed = lock(&PLACED);
    // The macros check their names; this name was not checked.
    let spec = Spec { name: text::name(spec.name), ..spec };
    let place = (spec.file, spec.line, spec.name, address);
    let site = *placed.entry(place).or_insert_with(|| Box::leak(Box::new(TaskSite::new(spec, tracker))));
    site.raise_max_timeout(spec.timeout);
    site
}
