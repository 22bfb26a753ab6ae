//! What knows nothing of tasks: time, memory, and the primitives that a model checker can stand in for.

mod append_list;
mod brief;
mod build;
mod panic;
mod rate_limit;
mod sharded_counter;
pub(crate) mod sync;
mod ticker;
pub(crate) mod ticks;
mod time;

pub(crate) use append_list::AppendList;
pub(crate) use brief::Brief;
pub(crate) use panic::{catching, message_of, quietly};
pub(crate) use rate_limit::RateLimit;
pub(crate) use sharded_counter::ShardedCounter;
pub(crate) use ticker::Tick;
pub(crate) use ticks::Ticks;
pub(crate) use time::{after, later};
