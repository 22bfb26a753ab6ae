use outlive::{TaskSite, Tracker, sites, worker};

use super::Leak;
use crate::common::{Db, seconds};

static FEEDS: Tracker = Tracker::bounded("feeds", 64);
static MAILS: Tracker = Tracker::bounded("mails", 64);

#[worker(track = FEEDS)]
async fn follow_feed(feed: Db) {
    feed.insert(1).await;
}

#[worker(track = MAILS)]
async fn send_mail(mail: Db) {
    mail.insert(2).await;
}

pub(crate) fn serve(leak: Leak) {
    let (feed, mail) = match leak {
        Leak::Feeds => (Db::that_hangs(), Db::that_takes(seconds(1))),
        Leak::Mails => (Db::that_takes(seconds(1)), Db::that_hangs()),
    };
    follow_feed(feed);
    send_mail(mail);
}

pub(crate) type Sample = Vec<(&'static TaskSite, u64)>;

/// Of this file alone: the other tests of this program have sites, too.
pub(crate) fn look() -> Sample {
    sites().filter(|site| site.file() == file!()).map(|site| (site, site.counts().live)).collect()
}

/// The alert rule.
pub(crate) fn only_climb(samples: &[Sample]) -> Vec<&'static TaskSite> {
    let (first, rest) = samples.split_first().unwrap();
    let climbs = |at: usize| rest.windows(2).all(|two| two[0][at].1 < two[1][at].1);
    first.iter().enumerate().filter(|(at, _)| climbs(*at)).map(|(_, (site, _))| *site).collect()
}
