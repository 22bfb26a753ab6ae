//! Who looks at the report is a plain closure: nobody would poll the future that it gives.
//! The fix: what has to await goes to `finally`.

use outlive::Shutdown;

async fn send(report: String) {
    println!("{report}");
}

fn main() {
    let _shutdown = Shutdown::all().inspect(async |report| send(report.to_string()).await);
}
