//! Behaviour, as a user would see it: one file a promise, in `tests/`.
