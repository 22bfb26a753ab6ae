//! The columns of the table: the value that an argument has, and what each macro makes of it.

use super::refusals::IS_A_METHODS;

pub(crate) struct Row {
    /// As it is written.
    pub(crate) key: &'static str,
    /// What one types.
    pub(crate) example: &'static str,
    pub(crate) value: Value,
    /// What others call the same thing.
    pub(crate) synonyms: &'static [&'static str],
    pub(crate) detached: Use,
    pub(crate) periodic: Use,
    pub(crate) worker: Use,
    pub(crate) durable: Use,
    pub(crate) owned_tasks: Use,
}

/// What stands behind the `=`.
pub(crate) enum Value {
    /// Nothing, and no `=` either.
    Flag,
    /// A `Duration`, and what is said of zero.
    Duration {
        zero: &'static str,
    },
    /// A range of two, and what is said of zero.
    Durations {
        zero: &'static str,
    },
    /// A number and a range of two, and what is said of zero in that.
    Attempts {
        zero: &'static str,
    },
    /// A number.
    Count,
    Tracker,
    /// An expression that each call evaluates.
    Expression,
    /// A function or a closure that takes this.
    Function,
    /// One of these words; the first is the default.
    Word(&'static [&'static str]),
    /// Paths in brackets.
    Paths,
    /// Types in brackets.
    Types,
    /// A string.
    Text,
    Path,
}

/// What an argument is to one of the macros.
pub(crate) enum Use {
    #[cfg_attr(not(test), expect(dead_code, reason = "`doc` is for the test that writes the documentation"))]
    Required {
        /// What the function lacks without it.
        what: &'static str,
        /// What to add then.
        add: &'static str,
        doc: Doc,
    },
    #[cfg_attr(not(test), expect(dead_code, reason = "for the test that writes the documentation"))]
    Optional(Doc),
    /// Optional, and documented at `#[detached]`.
    AsDetached,
    /// With this message (see `refusals`).
    Refused(&'static str),
}

/// A row of a macro's documentation.
#[cfg_attr(not(test), expect(dead_code, reason = "for the test that writes the documentation"))]
pub(crate) struct Doc {
    pub(crate) meaning: &'static str,
    pub(crate) without: &'static str,
}

impl Row {
    /// What a row is that says nothing: an argument of methods.
    pub(super) const OF_METHODS: Self = Self {
        key: "",
        example: "",
        value: Value::Flag,
        synonyms: &[],
        detached: Use::AsDetached,
        periodic: Use::AsDetached,
        worker: Use::AsDetached,
        durable: Use::AsDetached,
        owned_tasks: Use::Refused(IS_A_METHODS),
    };
}

pub(super) const fn doc(meaning: &'static str, without: &'static str) -> Doc {
    Doc { meaning, without }
}

pub(super) const fn tracked(meaning: &'static str) -> Use {
    let without = "required, unless [`#[owned_tasks]`](macro@owned_tasks) stands on the `impl`";
    Use::Required { what: "a tracker", add: "track = AUDIT", doc: doc(meaning, without) }
}
