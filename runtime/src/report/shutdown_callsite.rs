//! The event of a shutdown that begins.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

/// A shutdown begins. `place` is where the program makes it, and `budget` is the longest time that it may take.
#[cfg(feature = "tracing")]
pub(crate) fn shutdown_begins(place: &'static Location<'static>, cause: &dyn fmt::Display, budget: Duration) {
    use tracing::field::{Value, debug};
    use tracing::{Event, Level, dispatcher};

    use super::event::shown;
    use crate::util::callsite::is_level_enabled;
    use crate::util::quietly;

    quietly(|| {
        let (cause, budget) = (shown(cause), debug(budget));
        if !dispatcher::has_been_set() {
            // With tracing's feature `log`, only its macros write to the `log` crate.
            tracing::info!(target: "outlive", cause, budget, "{MESSAGE}");
            return;
        }
        if !is_level_enabled(Level::INFO) {
            return;
        }
        let callsite = callsite::of(place);
        if callsite.is_enabled() {
            let values: [_; callsite::FIELDS.len()] = [Some(&MESSAGE as &dyn Value), Some(&cause), Some(&budget)];
            Event::dispatch(callsite.metadata(), &callsite.values(&values));
        }
    });
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn shutdown_begins(_: &'static Location<'static>, _: &dyn fmt::Display, _: Duration) {}

#[cfg(all(feature = "tracing", feature = "signal"))]
const MESSAGE: &str = "shutdown begins: a second signal ends it at once";
#[cfg(all(feature = "tracing", not(feature = "signal")))]
const MESSAGE: &str = "shutdown begins";

/// The callsites: one for each place that makes a shutdown, with the target of the crate that makes it, so that a filter for
/// the crate's own events shows the event as well.
#[cfg(feature = "tracing")]
mod callsite {
    use std::collections::BTreeMap;
    use std::panic::Location;
    use std::path::Path;
    use std::sync::Mutex;

    use tracing::Level;
    use tracing::metadata::Kind;

    use crate::tracker::sites;
    use crate::util::callsite::{Callsite, CallsiteSpec};
    use crate::util::sync::lock;

    /// The message comes first, as formatters expect.
    pub(super) const FIELDS: [&str; 3] = ["message", "cause", "budget"];

    /// It lives for ever, because a subscriber may keep references to it.
    pub(super) fn of(place: &'static Location<'static>) -> &'static Callsite {
        static KNOWN: Mutex<BTreeMap<&Location<'static>, &Callsite>> = Mutex::new(BTreeMap::new());
        if let Some(known) = lock(&KNOWN).get(place) {
            return known;
        }
        let new: &'static Callsite = Box::leak(Box::default());
        let (file, line) = (place.file(), place.line());
        new.describe(&CallsiteSpec {
            name: "outlive.shutdown",
            target: crate_of(file),
            level: Level::INFO,
            file,
            line,
            fields: &FIELDS,
            kind: Kind::EVENT,
        });
        // Not under the lock: a subscriber may run any code.
        new.register();
        lock(&KNOWN).entry(place).or_insert(new)
    }

    /// The name of the crate that a source file belongs to. A [`Location`] has no module, so it is the crate of the annotated
    /// function whose file is nearest.
    fn crate_of(file: &str) -> &'static str {
        nearest(file, sites().map(|site| (site.file(), site.module()))).unwrap_or("outlive")
    }

    /// Of functions' files and modules, the crate of the nearest file. Cargo gives the files of a workspace as relative paths,
    /// and those of other packages as absolute ones.
    fn nearest(file: &str, functions: impl Iterator<Item = (&'static str, &'static str)>) -> Option<&'static str> {
        let file = Path::new(file);
        let is_near = |&(other, _): &(&'static str, _)| {
            let other = Path::new(other);
            let common = file.components().zip(other.components()).take_while(|(a, b)| a == b).count();
            (common, file.is_absolute() == other.is_absolute())
        };
        let (_, module) = functions.max_by_key(is_near).filter(|nearest| is_near(nearest) > (0, false))?;
        module.split("::").next()
    }

    #[cfg(test)]
    mod tests {
        use super::nearest;

        const LIBRARY: (&str, &str) = ("/home/ada/.cargo/registry/src/index/mailer-1.0.0/src/lib.rs", "mailer::queue");
        const AUDIT: (&str, &str) = ("crates/shop/src/audit.rs", "shop::audit");
        const STOCK: (&str, &str) = ("crates/stock/src/lib.rs", "stock");

        fn of(file: &str, functions: &[(&'static str, &'static str)]) -> Option<&'static str> {
            let turned = nearest(file, functions.iter().rev().copied());
            let found = nearest(file, functions.iter().copied());
            assert_eq!(found, turned, "the order of the functions is the linker's");
            found
        }

        #[test]
        fn a_file_belongs_to_the_crate_of_the_function_nearest_to_it() {
            assert_eq!(of("crates/shop/src/main.rs", &[LIBRARY, AUDIT, STOCK]), Some("shop"));
            assert_eq!(of("crates/stock/src/lib.rs", &[LIBRARY, AUDIT, STOCK]), Some("stock"));
            assert_eq!(of("src/main.rs", &[LIBRARY, AUDIT]), Some("shop"), "of the same workspace");
            assert_eq!(of(LIBRARY.0, &[LIBRARY, AUDIT]), Some("mailer"));
        }

        #[test]
        fn without_a_function_of_its_own_workspace_a_file_belongs_to_no_crate() {
            assert_eq!(of("src/main.rs", &[LIBRARY]), None);
            assert_eq!(of("src/main.rs", &[]), None);
        }
    }
}
