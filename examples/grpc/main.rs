//! A gRPC service, from the signal to the exit code: orders that are written behind the answer, and streams that nobody ends.
//!
//! Without arguments it runs itself as the service, opens a stream that ends with its request's context and one that does not, and
//! sends SIGTERM: the first ends in time, the second is cut short and named, every accepted order is written.

mod client;
mod service;

use std::process::ExitCode;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What goes to and fro.
mod messages {
    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Order {
        #[prost(uint32, tag = "1")]
        pub(crate) id: u32,
        /// Whoever follows it wants to do so for ever.
        #[prost(bool, tag = "2")]
        pub(crate) endless: bool,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Placed {}

    #[derive(Clone, PartialEq, prost::Message)]
    pub(crate) struct Event {
        #[prost(uint32, tag = "1")]
        pub(crate) number: u32,
    }
}

#[allow(clippy::pedantic, unreachable_pub, reason = "generated")]
mod orders {
    include!(concat!(env!("OUT_DIR"), "/shop.Orders.rs"));
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        [] => client::run().await.map(|()| ExitCode::SUCCESS),
        ["serve"] => service::run().await,
        _ => Err("usage: grpc [serve]".into()),
    };
    result.unwrap_or_else(|error| {
        eprintln!("grpc: {error}");
        ExitCode::FAILURE
    })
}
