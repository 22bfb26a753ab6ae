//! What stands in a job's row: the arguments, and what travels with them, as JSON.

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

/// The format. One that is newer is not guessed at.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    version: u32,
    /// The function.
    name: String,
    /// By the names of the arguments.
    args: Map<String, Value>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// As W3C has it, and the next.
    #[serde(default)]
    traceparent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tracestate: Option<String>,
    /// Milliseconds since 1970.
    #[serde(default)]
    deadline: Option<u64>,
    /// Before it came to the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ran: Option<Ran>,
}

/// What has become of a job where it was called.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ran {
    pub(crate) attempts: u32,
    /// How the last of them ended.
    pub(crate) error: String,
}

impl Payload {
    /// With what is to travel of the current context.
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

    /// What its first attempt has come to.
    pub(crate) fn after_an_attempt(self, error: String) -> Self {
        Self { ran: Some(Ran { attempts: 1, error }), ..self }
    }

    pub(crate) fn ran(&self) -> Option<&Ran> {
        self.ran.as_ref()
    }

    /// The span that it was enqueued in.
    pub(crate) fn parent(&self) -> RemoteParent {
        RemoteParent::read(self.traceparent.as_deref(), self.tracestate.as_deref())
    }

    /// The same as apalis's `TracingContext` reads it.
    pub(crate) fn apalis_trace(&self) -> Option<String> {
        let mut parts = self.traceparent.as_ref()?.split('-').skip(1);
        let (trace, span, flags) = (parts.next()?, parts.next()?, u8::from_str_radix(parts.next()?, 16).ok()?);
        Some(format!("{trace};{span};{flags};{}", self.tracestate.as_deref().unwrap_or("-")))
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        // Keys are strings, and values are values already: nothing is left that could fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        // What a newer version means by the rest is not known here.
        let version: Version = serde_json::from_slice(bytes).map_err(|error| Unreadable::Payload(error.to_string()))?;
        if version.version > VERSION {
            return Err(Unreadable::Version(version.version));
        }
        serde_json::from_slice(bytes).map_err(|error| Unreadable::Payload(error.to_string()))
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What a run starts from.
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

/// The names of labels are few, and statics; those of other programs are kept here, as many as a program may have.
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
    /// The argument of this name. One that is not there is what serde makes of nothing: an `Option` is `None`.
    #[doc(hidden)]
    pub fn __take<T>(&mut self, codec: &Codec<T>) -> Result<T, Unreadable> {
        let there = self.0.remove(codec.name);
        let is_there = there.is_some();
        (codec.how.read)(there.unwrap_or(Value::Null)).map_err(|error| {
            if is_there { Unreadable::Argument(codec.name, error.to_string()) } else { Unreadable::Missing(codec.name) }
        })
    }

    /// All of them were taken: what is left somebody has written who knew of it.
    #[doc(hidden)]
    pub fn __finish(self) -> Result<(), Unreadable> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(Unreadable::Unknown(name)),
        }
    }
}

/// How an argument travels.
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
    /// The message is a compile error where the type cannot travel.
    #[must_use]
    #[track_caller]
    pub const fn checked(how: Option<How<T>>, name: &'static str, message: &'static str) -> Self {
        match how {
            Some(how) => Self { name, how },
            None => panic!("{}", message),
        }
    }
}

/// Whether a type can travel: this has the constant, else [`ViaNothing`] has.
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

/// Why a job cannot be read here.
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
