use tokio_util::sync::CancellationToken;

use super::check;

pub(crate) fn handler(order: u64) -> Result<(), &'static str> {
    let request = CancellationToken::new();
    let watched = request.clone();
    tokio::spawn(async move { watched.cancelled().await });
    check(order)?;
    request.cancel();
    Ok(())
}
