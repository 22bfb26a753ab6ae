//! The service's code, without a `.proto` file: nothing has to be installed.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let method = |name: &str, route: &str| {
        let method = Method::builder().name(name).route_name(route).codec_path("tonic_prost::ProstCodec");
        method.input_type("crate::messages::Order")
    };
    let place = method("place", "Place").output_type("crate::messages::Placed").build();
    let follow = method("follow", "Follow").output_type("crate::messages::Event").server_streaming().build();
    let orders = Service::builder().name("Orders").package("shop").method(place).method(follow).build();
    Builder::new().compile(&[orders]);
}
