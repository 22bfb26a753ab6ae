//! A report becomes an `ExitCode` as other values do.
//! The fix: `report.into()`.

use std::process::ExitCode;

use outlive::Shutdown;

#[tokio::main]
async fn main() -> ExitCode {
    Shutdown::all().run().await.exit_code()
}
