//! The macro cannot see that the method stands in the `impl` of a trait. rustc
//! reports a method that the trait does not have, and the method's name says what to do.
//! The fix: detach an inherent method or a free function, and call it from the trait's method.

use outlive::{TaskHandle, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Audit {
    fn write(self, event: String) -> TaskHandle<()>;
}

struct File;

impl Audit for File {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(self, event: String) {
        println!("{event}");
    }
}

fn main() {
    File.write("signed in".to_owned());
}
