//! A function becomes a loop by `#[periodic]`.
//! The fix: `#[outlive::periodic(every = "30s", timeout = "10s", track = AUDIT)]`.

#[outlive::scheduled(cron = "0 * * * *")]
async fn refresh() {
    println!("refreshing");
}

fn main() {
    refresh();
}
