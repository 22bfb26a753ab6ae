//! A tracing callsite that is made at run time.
//!
//! tracing's macros make a static for each use, so all spans and events of a library would have the library's names, lines
//! and targets. The spans and reports of an annotated function must have the function's own.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use tracing::callsite::{self, Identifier};
use tracing::field::{FieldSet, Value, ValueSet};
use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata, dispatcher};

/// The metadata of a callsite.
pub(crate) struct CallsiteSpec {
    pub(crate) name: &'static str,
    /// The target, by which filters select it.
    pub(crate) target: &'static str,
    pub(crate) level: Level,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    pub(crate) fields: &'static [&'static str],
    pub(crate) kind: Kind,
}

#[derive(Default)]
pub(crate) struct Callsite {
    /// Set before the callsite is used. It cannot be set in the constructor, because the fields refer to the callsite.
    metadata: OnceLock<Metadata<'static>>,
    interest: AtomicU8,
}

/// Ask the subscriber each time; also the state before the callsite is registered.
const SOMETIMES: u8 = 0;
const NEVER: u8 = 1;
const ALWAYS: u8 = 2;

impl Callsite {
    /// Sets the metadata. It must be called before all other methods.
    pub(crate) fn describe(&'static self, spec: &CallsiteSpec) {
        let CallsiteSpec { name, target, level, file, line, fields, ref kind } = *spec;
        let fields = FieldSet::new(fields, Identifier(self));
        let metadata =
            || Metadata::new(name, target, level, Some(file), Some(line), Some(target), fields, kind.clone());
        self.metadata.get_or_init(metadata);
    }

    /// Registers it with the subscribers, which set its interest.
    pub(crate) fn register(&'static self) {
        callsite::register(self);
    }

    pub(crate) fn metadata(&'static self) -> &'static Metadata<'static> {
        match self.metadata.get() {
            Some(metadata) => metadata,
            None => unreachable!("a callsite is described before it is used"),
        }
    }

    /// Whether a subscriber wants it now.
    #[inline]
    pub(crate) fn is_enabled(&'static self) -> bool {
        match self.interest.load(Relaxed) {
            NEVER => false,
            ALWAYS => true,
            _ => dispatcher::get_default(|subscriber| subscriber.enabled(self.metadata())),
        }
    }

    /// Whether the current subscriber always enables it, in all its layers with filters. If the subscribers of the process
    /// disagree, it asks the current one again.
    pub(crate) fn is_always_enabled(&'static self) -> bool {
        self.interest.load(Relaxed) == ALWAYS
            || dispatcher::get_default(|subscriber| subscriber.register_callsite(self.metadata())).is_always()
    }

    /// A value set, with one value for each field, in their order.
    pub(crate) fn values<'a>(&'static self, values: &'a [Option<&'a (dyn Value + 'a)>]) -> ValueSet<'a> {
        self.metadata().fields().value_set_all(values)
    }
}

/// Whether any subscriber may enable this level. It is one load.
#[inline]
pub(crate) fn is_level_enabled(level: Level) -> bool {
    level <= STATIC_MAX_LEVEL && level <= LevelFilter::current()
}

impl callsite::Callsite for Callsite {
    fn set_interest(&self, interest: Interest) {
        let interest = match interest {
            interest if interest.is_always() => ALWAYS,
            interest if interest.is_never() => NEVER,
            _ => SOMETIMES,
        };
        self.interest.store(interest, Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        match self.metadata.get() {
            Some(metadata) => metadata,
            None => unreachable!("a callsite is described before it is used"),
        }
    }
}
