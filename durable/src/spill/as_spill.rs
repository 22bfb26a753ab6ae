//! What `spawn_or_enqueue` takes.

use std::ops::Deref;

use super::Spill;

/// A spill, or a pointer to one, as a `LazyLock` is. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "`spawn_or_enqueue` takes a `Spill`, which runs the job here and writes it to its queue only if that fails",
    label = "write `.spawn_or_enqueue(&spill)`, with a `spill` that is made once: `let spill = Spill::to(&queue).start();`",
    note = "to write the job to the queue at once, use `.enqueue(&queue).await`"
)]
pub trait AsSpill {
    #[doc(hidden)]
    fn as_spill(&self) -> &Spill;
}

impl AsSpill for Spill {
    fn as_spill(&self) -> &Spill {
        self
    }
}

/// Where a `&Spill` is asked for, rustc looks through pointers; of a generic argument it does not.
#[diagnostic::do_not_recommend]
impl<P: Deref<Target: AsSpill>> AsSpill for P {
    fn as_spill(&self) -> &Spill {
        (**self).as_spill()
    }
}
