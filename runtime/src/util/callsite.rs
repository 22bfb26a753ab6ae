//! A callsite of tracing's that is made at run time, for a place that is known at run time only.
//!
//! The macros of tracing make a static for each of their uses, so that all spans and events of a library have that library's
//! names, places and targets. A function's own spans and reports are to have the function's.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use tracing::callsite::{self, Identifier};
use tracing::field::{FieldSet, Value, ValueSet};
use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata, dispatcher};

/// What its spans, or its events, have in common.
pub(crate) struct CallsiteSpec {
    pub(crate) name: &'static str,
    /// By which it is filtered.
    pub(crate) target: &'static str,
    pub(crate) level: Level,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    pub(crate) fields: &'static [&'static str],
    pub(crate) kind: Kind,
}

#[derive(Default)]
pub(crate) struct Callsite {
    /// Set before anybody sees it: the fields name the callsite, which has to be there first.
    metadata: OnceLock<Metadata<'static>>,
    interest: AtomicU8,
}

/// Ask each time: also before the subscribers have been asked once and for all.
const SOMETIMES: u8 = 0;
const NEVER: u8 = 1;
const ALWAYS: u8 = 2;

impl Callsite {
    /// Once, before anything else.
    pub(crate) fn describe(&'static self, spec: &CallsiteSpec) {
        let CallsiteSpec { name, target, level, file, line, fields, ref kind } = *spec;
        let fields = FieldSet::new(fields, Identifier(self));
        let metadata =
            || Metadata::new(name, target, level, Some(file), Some(line), Some(target), fields, kind.clone());
        self.metadata.get_or_init(metadata);
    }

    /// Makes it known to the subscribers, which say whether they are interested.
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

    /// Whether the current subscriber wants it whatever happens, and so each of its layers that has a filter of its own.
    /// Where not all subscribers of the process say so together, it is asked anew.
    pub(crate) fn is_always_enabled(&'static self) -> bool {
        self.interest.load(Relaxed) == ALWAYS
            || dispatcher::get_default(|subscriber| subscriber.register_callsite(self.metadata())).is_always()
    }

    /// One for each of its fields, in their order.
    pub(crate) fn values<'a>(&'static self, values: &'a [Option<&'a (dyn Value + 'a)>]) -> ValueSet<'a> {
        self.metadata().fields().value_set_all(values)
    }
}

/// Whether anybody may want it: a load.
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
