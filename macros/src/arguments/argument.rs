//! What the table says of an argument.

use super::kind::Kind;
use super::row::{Row, Use, Value};
use super::table::{Argument, TABLE};

impl Argument {
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// As it is written.
    pub(crate) fn key(self) -> &'static str {
        self.row().key
    }

    /// What one types.
    pub(crate) fn example(self) -> &'static str {
        self.row().example
    }

    pub(crate) fn value(self) -> &'static Value {
        &self.row().value
    }

    pub(crate) fn on(self, kind: Kind) -> &'static Use {
        let row = self.row();
        match kind {
            Kind::Detached => &row.detached,
            Kind::Periodic => &row.periodic,
            Kind::Worker => &row.worker,
            Kind::Durable => &row.durable,
            Kind::OwnedTasks => &row.owned_tasks,
        }
    }

    pub(crate) fn is_taken_by(self, kind: Kind) -> bool {
        !matches!(self.on(kind), Use::Refused(_))
    }

    /// What to do about it on a macro that does not take it. `key` is the user's name of it, and `written` is what the user has,
    /// as it would be written elsewhere; `track` is what follows where the tracker has to be named.
    pub(crate) fn refusal(self, kind: Kind, key: &str, written: Option<&str>, track: &str) -> String {
        let written = written.unwrap_or(self.example());
        let loops = match self {
            Self::Every => format!("#[outlive::periodic({written}, timeout = \"10s\"{track})]"),
            _ => format!("#[outlive::periodic(every = \"30s\", timeout = \"10s\", {written}{track})]"),
        };
        let deadline = if self == Self::Timeout { written } else { Self::Timeout.example() };
        // The pauses of a retry, as far as there are any.
        let pauses =
            written.split_once(", ").map(|(_, rest)| rest.trim_end_matches([')', '"']).trim_start_matches('"'));
        let is_own =
            |pauses: &&str| self == Self::Retry && pauses.contains("..") && !Self::Retry.example().contains(*pauses);
        let restart = pauses.filter(is_own).unwrap_or("1s..1m");
        let restart = format!("restart = \"{restart}\"");
        match self.on(kind) {
            Use::Refused(message) => message
                .replace("{key}", key)
                .replace("{example}", written)
                .replace("{loop}", &loops)
                .replace("{deadline}", deadline)
                .replace("{restart}", &restart)
                .replace("{track}", track),
            Use::Required { .. } | Use::Optional(_) | Use::AsDetached => String::new(),
        }
    }

    pub(crate) fn is_flag(self) -> bool {
        matches!(self.value(), Value::Flag)
    }

    /// May its value use imports and statics of the user's?
    pub(crate) fn uses_names(self) -> bool {
        matches!(self.value(), Value::Duration { .. } | Value::Tracker | Value::Expression | Value::Paths)
    }

    /// What is said of a duration that is zero.
    pub(crate) fn zero(self) -> &'static str {
        match self.value() {
            Value::Duration { zero } | Value::Durations { zero } | Value::Attempts { zero } => zero,
            _ => "",
        }
    }

    /// The words that it may be; the first is the default.
    pub(crate) fn words(self) -> &'static [&'static str] {
        match self.value() {
            Value::Word(words) => words,
            _ => &[],
        }
    }

    /// The one that a macro takes under this key, or another macro that makes tasks: what only a queue does has other names
    /// there.
    pub(crate) fn known(kind: Kind, key: &str) -> Option<Self> {
        Self::find(key)
            .filter(|argument| argument.is_taken_by(kind) || !matches!(argument, Self::Attempts | Self::Backoff))
    }

    /// The one that is written so.
    pub(crate) fn find(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|argument| argument.key() == key)
    }

    /// The one that others call so.
    pub(crate) fn by_synonym(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|argument| argument.row().synonyms.contains(&key))
    }
}

impl Kind {
    /// Its arguments, in the order of messages and of the documentation.
    pub(crate) fn arguments(self) -> impl Iterator<Item = Argument> {
        Argument::ALL.iter().copied().filter(move |argument| argument.is_taken_by(self))
    }
}
