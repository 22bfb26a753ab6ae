//! outlive beside the real parts that a service has. Its tests are in `tests/`, one file for each of those parts; here is what
//! they share: a server and a client over a socket, and a parser of HTML that is not ours.

mod html;
mod http;

pub use html::Element;
pub use http::{send, serve};
