use super::Next;

pub(crate) async fn middleware(next: Next) -> &'static str {
    let handler = async move {
        next.audit.insert(1).await;
        next.run().await
    };
    tokio::spawn(handler).await.unwrap() // so that no audit row is lost
}
