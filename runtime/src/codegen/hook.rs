//! What generated code of functions with `unfinished` uses.

use crate::task::Unfinished;

/// A call that did not end in `Ok`, and the function's hook.
pub struct Hooked<A, F>(pub Unfinished<A>, pub F);

impl<A, F: FnOnce(Unfinished<A>)> Hooked<A, F> {
    /// Calls the hook.
    pub fn __outlive_hooked(self) {
        self.1(self.0);
    }
}

/// A trait that no type implements, for the error message about another value.
#[diagnostic::on_unimplemented(
    message = "`unfinished` takes a `fn(outlive::Unfinished<{A}>)`, and this is `{Self}`",
    label = "not a `fn(outlive::Unfinished<{A}>)`",
    note = "it gets the arguments as one tuple, even if there is one, as in `let ((key,), reason) = call.into_parts();`; it gives nothing, and \
            cannot wait: leave `async` out, and put the call into a channel or a durable queue, or call a detached function with it"
)]
pub trait Hooks<A> {}

/// What is no such function.
pub trait ViaNoHook {
    type Args;
    type Function;

    fn __outlive_hooked(self)
    where
        Self::Function: Hooks<Self::Args>;
}

impl<A, F> ViaNoHook for Hooked<A, F> {
    type Args = A;
    type Function = F;

    fn __outlive_hooked(self)
    where
        F: Hooks<A>,
    {
    }
}
