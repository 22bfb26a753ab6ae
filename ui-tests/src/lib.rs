//! What does not compile, and what it says: see `tests/ui.rs`, `fail/` and `pass/`.
