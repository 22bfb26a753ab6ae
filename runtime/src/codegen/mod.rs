//! The items that generated code uses.

mod call;
mod crossing;
mod dropped;
mod fields;
mod hook;
mod inherit;
mod labels;
mod ownership;
mod probe;
mod retry;
mod service;
mod site;
mod time;
mod track;
mod unpolled;

pub use call::*;
pub use crossing::*;
pub use dropped::*;
pub use fields::*;
pub use hook::*;
pub use inherit::*;
pub use labels::*;
pub use ownership::*;
pub use probe::*;
pub use retry::*;
pub use service::*;
pub use site::*;
pub use time::*;
pub use track::*;
pub use unpolled::*;
