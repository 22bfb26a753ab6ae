//! What outlive needs of the build: panics that can be caught. A file of its own, so that a test can compile it alone.

#[cfg(all(panic = "abort", not(feature = "panic-abort")))]
compile_error!(
    "outlive catches the panics of its tasks, and `panic = \"abort\"` ends the process at the first: build with \
     `panic = \"unwind\"`, or turn on outlive's feature `panic-abort` if that is meant"
);
