//! Refuses `panic = "abort"`, as panics must be caught. It is a separate file, so that a test can compile it alone.

#[cfg(all(panic = "abort", not(feature = "panic-abort")))]
compile_error!(
    "outlive catches the panics of its tasks, and `panic = \"abort\"` ends the process at the first: build with \
     `panic = \"unwind\"`, or turn on outlive's feature `panic-abort` if that is meant"
);
