//! The payload of a job's row: its arguments and its context, as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use outlive::__private::{RemoteParent, labels};
use outlive::Context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::id::OriginDeadline;

/// The version of the format. A newer version is not read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    version: u32,
    /// The function's name.
    name: String,
    /// The arguments by their names.
    args: Map<String, Value>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// W3C's trace context, and its state below.
    #[serde(default)]
    traceparent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tracestate: Option<String>,
    /// Milliseconds since 1970.
    #[serde(default)]
    deadline: Option<u64>,
    /// An attempt before the job was enqueued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ran: Option<Ran>,
}

/// The result of a job's run in the process that called it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ran {
    pub(crate) attempts: u32,
    /// How the last of them ended.
    pub(crate) error: String,
}

impl Payload {
    /// Makes a payload, with the labels, the trace and the deadline of the current context.
    pub(crate) fn new(name: &str, args: Map<String, Value>) -> Self {
        let context = Context::current();
        let deadline = context.deadline().map(|at| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let at = now.saturating_add(at.saturating_duration_since(Instant::now()));
            u64::try_from(at.as_millis()).unwrap_or(u64::MAX)
        });
        let labels = labels(&context).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let (traceparent, tracestate) = RemoteParent::written().unzip();
        let tracestate = tracestate.flatten();
        Self { version: VERSION, name: name.to_owned(), args, labels, traceparent, tracestate, deadline, ran: None }
    }

    /// Adds the failed first attempt.
    pub(crate) fn after_an_attempt(self, error: String) -> Self {
        Self { ran: Some(Ran { attempts: 1, error }), ..self }
    }

    pub(crate) fn ran(&self) -> Option<&Ran> {
        self.ran.as_ref()
    }

    /// The span in which it was enqueued.
    pub(crate) fn parent(&self) -> RemoteParent {
        RemoteParent::read(self.traceparent.as_deref(), self.tracestate.as_deref())
    }

    /// The trace in the format of apalis's `TracingContext`.
    pub(crate) fn apalis_trace(&self) -> Option<String> {
        let mut parts = self.traceparent.as_ref()?.split('-').skip(1);
        let (trace, span, flags) = (parts.next()?, parts.next()?, u8::from_str_radix(parts.next()?, 16).ok()?);
        Some(format!("{trace};{span};{flags};{}", self.tracestate.as_deref().unwrap_or("-")))
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        // It cannot fail: all keys are strings, and all values are JSON values already.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        // The version is read first, because a newer version may have other fields.
        let version: Version = serde_json::from_slice(bytes).map_err(|error| Unreadable::Payload(error.to_string()))?;
        if version.version > VERSION {
            return Err(Unreadable::Version(version.version));
        }
        serde_json::from_slice(bytes).map_err(|error| Unreadable::Payload(error.to_string()))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The context of a run.
    pub(crate) fn context(&self) -> Context {
        let labelled = |context: Context, (name, value): (&String, &String)| match interned(name) {
            Some(name) => context.with_label(name, value),
            None => context,
        };
        let context = self.labels.iter().fold(Context::root(), labelled);
        match self.deadline.and_then(|at| UNIX_EPOCH.checked_add(Duration::from_millis(at))) {
            Some(at) => context.with(OriginDeadline(at)),
            None => context,
        }
    }

    pub(crate) fn into_arguments(self) -> Arguments {
        Arguments(self.args)
    }
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Label names are static strings. Those of other programs are leaked here, up to a limit.
fn interned(name: &str) -> Option<&'static str> {
    const MOST: usize = 256;
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return Some(known);
    }
    if names.len() == MOST {
        return None;
    }
    let name: &'static str = Box::leak(name.into());
    names.insert(name);
    Some(name)
}

/// The arguments of a job that has been read.
#[doc(hidden)]
pub struct Arguments(Map<String, Value>);

impl Arguments {
    /// Takes the argument with this name. A missing argument is deserialised from nothing: an `Option` is `None`.
    #[doc(hidden)]
    pub fn __take<T>(&mut self, codec: &Codec<T>) -> Result<T, Unreadable> {
        let there = self.0.remove(codec.name);
        let is_there = there.is_some();
        (codec.how.read)(there.unwrap_or(Value::Null)).map_err(|error| {
            if is_there { Unreadable::Argument(codec.name, error.to_string()) } else { Unreadable::Missing(codec.name) }
        })
    }

    /// Checks that all arguments were taken: a remaining one was written by another version of the function.
    #[doc(hidden)]
    pub fn __finish(self) -> Result<(), Unreadable> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(Unreadable::Unknown(name)),
        }
    }
}

/// How an argument is stored.
#[doc(hidden)]
pub struct Codec<T> {
    pub(crate) name: &'static str,
    pub(crate) how: How<T>,
}

#[doc(hidden)]
pub struct How<T> {
    pub(crate) write: fn(&T) -> Result<Value, serde_json::Error>,
    read: fn(Value) -> Result<T, serde_json::Error>,
}

impl<T> Codec<T> {
    /// The message is a compile error if the type cannot be stored.
    #[must_use]
    #[track_caller]
    pub const fn checked(how: Option<How<T>>, name: &'static str, message: &'static str) -> Self {
        match how {
            Some(how) => Self { name, how },
            None => panic!("{}", message),
        }
    }
}

/// Whether a type can be stored. If so, this has the constant; otherwise [`ViaNothing`] has it.
#[doc(hidden)]
pub struct Probe<T>(PhantomData<T>);

impl<T: Serialize + DeserializeOwned> Probe<T> {
    pub const __OUTLIVE_CODEC: Option<How<T>> =
        Some(How { write: |value| serde_json::to_value(value), read: serde_json::from_value::<T> });
}

#[doc(hidden)]
pub trait ViaNothing {
    type Of;
    const __OUTLIVE_CODEC: Option<How<Self::Of>> = None;
}

impl<T> ViaNothing for Probe<T> {
    type Of = T;
}

/// Why this worker cannot read a job.
#[doc(hidden)]
#[derive(Debug)]
pub enum Unreadable {
    Payload(String),
    Version(u32),
    Argument(&'static str, String),
    Missing(&'static str),
    Unknown(String),
    State(&'static str),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Payload(error) => write!(f, "it is no job of outlive's: {error}"),
            Self::Version(version) => write!(f, "it is of the format {version}, and this program reads {VERSION}"),
            Self::Argument(name, error) => write!(f, "its argument `{name}` cannot be read: {error}"),
            Self::Missing(name) => write!(f, "this job has no argument `{name}`: make it an `Option`"),
            Self::Unknown(name) => write!(f, "the function has no argument `{name}`"),
            Self::State(ty) => write!(f, "the worker has no state `{ty}`"),
        }
    }
}
