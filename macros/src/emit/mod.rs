//! The tokens that all the macros have in common. Names and shapes are those of `outlive::__private`, and of nothing else.

mod call;
mod doc;
mod duration;
mod fallback;
mod hook;
mod kept;
mod place;
mod retry;
mod schedule;
mod site;

pub(crate) use call::{call, spawn, spawn_given, way};
pub(crate) use doc::{doc_line, is_documented};
pub(crate) use fallback::{handle_of, mentioned};
pub(crate) use kept::{drained, kept};
pub(crate) use site::items;
