use super::Leak;
use crate::common::{Db, seconds, tasks};

pub(crate) fn serve(leak: Leak) {
    let (feed, mail) = match leak {
        Leak::Feeds => (Db::that_hangs(), Db::that_takes(seconds(1))),
        Leak::Mails => (Db::that_takes(seconds(1)), Db::that_hangs()),
    };
    tokio::spawn(async move { feed.insert(1).await });
    tokio::spawn(async move { mail.insert(2).await });
}

pub(crate) fn look() -> usize {
    tasks()
}
