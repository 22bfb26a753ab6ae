use outlive::{CancelSource, Context};

use super::check;

pub(crate) fn handler(order: u64) -> Result<(), &'static str> {
    let request = CancelSource::new();
    Context::root().with_cancel(&request).on_cancel(|_| ());
    check(order)?;
    Ok(())
}
