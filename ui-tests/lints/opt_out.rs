//! One place that may, beside one that may not.

pub fn exporter() {
    #[expect(clippy::disallowed_methods, reason = "scrapes until the process ends; nothing is lost with it")]
    tokio::spawn(async {});

    tokio::spawn(async {}); //~ clippy::disallowed_methods tokio::spawn
}

#[expect(clippy::disallowed_methods, reason = "a library asks for a token")]
pub fn token() -> tokio_util::sync::CancellationToken {
    tokio_util::sync::CancellationToken::new()
}
