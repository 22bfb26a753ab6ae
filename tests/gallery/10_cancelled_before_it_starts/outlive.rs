use outlive::{CancelCause, CancelSource, Context};
use tokio::time::sleep;

use crate::common::{Db, seconds};

pub(crate) async fn handler(db: Db) {
    let connection = CancelSource::new();
    let _ = connection.clone();
    let context = Context::root().with_cancel(&connection).with_timeout(seconds(5));
    context.scope(db.insert(7)).await.expect("the connection is still there");
}

pub(crate) async fn import(db: Db) -> Result<(), CancelCause> {
    Context::root().with_timeout(seconds(5)).scope(db.insert(7)).await
}

pub(crate) async fn hung_up_in_the_middle(db: Db) -> Result<(), CancelCause> {
    let connection = CancelSource::new();
    let context = Context::root().with_cancel(&connection).with_timeout(seconds(5));
    let hangs_up = async {
        sleep(seconds(1)).await;
        drop(connection);
    };
    tokio::join!(context.scope(db.insert(7)), hangs_up).0
}
