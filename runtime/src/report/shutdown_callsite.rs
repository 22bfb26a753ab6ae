//! The callsites of a shutdown's events: one for each place that makes a shutdown, with the target of the crate that makes it,
//! so that a filter for the crate's own events shows these as well.

use std::collections::BTreeMap;
use std::panic::Location;
use std::path::Path;
use std::sync::Mutex;

use tracing::Level;
use tracing::metadata::Kind;

use crate::tracker::sites;
use crate::util::callsite::{Callsite, CallsiteSpec};
use crate::util::sync::lock;

type Key = (&'static Location<'static>, Level, &'static [&'static str]);

/// The callsite of a place, for events of a level with these fields, of which the message is the first. It lives for ever,
/// because a subscriber may keep references to it.
pub(super) fn of(
    place: &'static Location<'static>,
    level: Level,
    fields: &'static [&'static str],
) -> &'static Callsite {
    static KNOWN: Mutex<BTreeMap<Key, &Callsite>> = Mutex::new(BTreeMap::new());
    let key = (place, level, fields);
    if let Some(known) = lock(&KNOWN).get(&key) {
        return known;
    }
    let new: &'static Callsite = Box::leak(Box::default());
    let (file, line) = (place.file(), place.line());
    new.describe(&CallsiteSpec {
        name: "outlive.shutdown",
        target: crate_of(file),
        level,
        file,
        line,
        fields,
        kind: Kind::EVENT,
    });
    // Not under the lock: a subscriber may run any code.
    new.register();
    lock(&KNOWN).entry(key).or_insert(new)
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
