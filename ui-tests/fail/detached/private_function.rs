//! The function is private, and stays private.
//! The fix: `pub async fn`.

mod audit {
    use outlive::{Tracker, detached};

    static AUDIT: Tracker = Tracker::bounded("audit", 64);

    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(event: String) {
        println!("{event}");
    }
}

fn main() {
    audit::write("signed in".to_owned());
}
