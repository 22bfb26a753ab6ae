//! outlive beside the real parts that a service has. Its tests are in `tests/`, one file for each of those parts.
