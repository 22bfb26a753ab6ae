//! A credential has a time for which it is valid.
//! The fix: `Ok((token, Duration::from_secs(3600)))`.

use std::time::Duration;

use outlive::{Fresh, Tracker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn log_in() -> Result<String, std::io::Error> {
    Ok("token".to_owned())
}

fn main() {
    let token = Fresh::new("token", &AUDIT, Duration::from_secs(5), log_in);
    println!("{token:?}");
}
