//! A future that is given to a function.

/// What a function takes that runs a future. It is a trait for its error message. The function gives a future of its own that is
/// one for every argument, so that an argument that is none is one error.
#[diagnostic::on_unimplemented(
    message = "expected a future",
    label = "of a closure, leave `||` out, as in `async {{ … }}`; of a function, call it"
)]
pub trait GivenFuture<T>: Future<Output = T> {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = T>, T> GivenFuture<T> for F {}
