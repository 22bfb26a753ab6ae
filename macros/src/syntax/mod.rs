//! What is the user's: tokens, expressions, types and items, read no further than is needed; and how mistakes are shown.

pub(crate) mod borrow;
pub(crate) mod bounds;
pub(crate) mod calendar;
pub(crate) mod diagnostics;
pub(crate) mod duration;
pub(crate) mod editor;
pub(crate) mod expr;
pub(crate) mod item;
pub(crate) mod lazy;
pub(crate) mod manifest;
pub(crate) mod names;
pub(crate) mod nearest;
pub(crate) mod once;
pub(crate) mod paths;
pub(crate) mod text;
pub(crate) mod units;
pub(crate) mod unsendable;

pub(crate) use diagnostics::Diagnostics;
