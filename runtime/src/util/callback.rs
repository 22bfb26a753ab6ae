//! What a callback gives: nothing.

/// The result of a callback: `()`, or `!` of one that never returns. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "a callback gives `()`, and what this one gives would be lost",
    label = "takes a plain closure: nothing awaits in it",
    note = "what has to await goes into a `#[detached]` function: write `|_| drop(clean_up())`; of another value, write `drop(value)`"
)]
pub trait NoValue {}

#[diagnostic::do_not_recommend]
impl NoValue for () {}

/// Its type, `!`, can only be named on stable Rust as the result of a function.
#[diagnostic::do_not_recommend]
impl NoValue for <fn() -> ! as Gives>::Given {}

#[doc(hidden)]
pub trait Gives {
    type Given;
}

impl<T> Gives for fn() -> T {
    type Given = T;
}
