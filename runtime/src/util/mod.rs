//! Containers, time, and panics. This module does not depend on tasks, and imports from no other module.

pub(crate) mod append_list;
mod append_map;
mod build;
mod callback;
#[cfg(feature = "tracing")]
pub(crate) mod callsite;
pub(crate) mod chain;
mod enclosing_function;
mod given_future;
mod habits;
mod layered_map;
mod packed_duration;
pub(crate) mod panic;
mod rate_limit;
mod reading;
pub(crate) mod sharded_counter;
pub(crate) mod slab;
mod surrounding;
pub(crate) mod sync;
pub(crate) mod text;
pub(crate) mod ticker;
pub(crate) mod ticks;
pub(crate) mod time;

pub(crate) use append_list::AppendList;
pub(crate) use append_map::AppendMap;
pub(crate) use callback::{Gives, NoValue};
pub(crate) use chain::{Chain, WithSources, error_in};
pub(crate) use enclosing_function::enclosing_function;
pub(crate) use given_future::GivenFuture;
pub(crate) use habits::habits;
pub(crate) use layered_map::LayeredMap;
pub(crate) use packed_duration::PackedDuration;
pub(crate) use panic::{catching, into_message, message_of, quietly};
pub(crate) use rate_limit::RateLimit;
pub(crate) use sharded_counter::ShardedCounter;
pub(crate) use slab::Slab;
pub(crate) use surrounding::{Entered, Surrounding, Within};
pub(crate) use ticker::Tick;
pub(crate) use ticks::Ticks;
pub(crate) use time::{Rounded, after, later};
