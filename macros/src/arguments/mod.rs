//! What stands in the parentheses of a macro: which arguments there are, what was written, where outlive is, and which
//! service tracks a method.

mod args;
mod argument;
mod elsewhere;
mod habits;
mod keyless;
mod kind;
mod limits;
mod owner;
mod parse;
mod refusals;
mod retries;
mod root;
mod row;
mod table;
mod tracked;

pub(crate) use args::{Args, Slot};
pub(crate) use kind::{Kind, TASKS};
pub(crate) use owner::Owner;
pub(crate) use parse::{parse, parse_leading, second, trailing};
pub(crate) use root::root;
pub(crate) use row::Use;
pub(crate) use table::Argument;
