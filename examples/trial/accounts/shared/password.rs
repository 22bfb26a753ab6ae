//! Salted hashes. A service that real members use takes argon2, in a thread that may compute for long.

use sha2::{Digest, Sha256};

const ROUNDS: u32 = 1_000;

/// The hash to keep beside the salt.
pub(super) fn hash(salt: &str, password: &str) -> Vec<u8> {
    let mut hash = Sha256::new().chain_update(salt).chain_update(password).finalize();
    for _ in 1..ROUNDS {
        hash = Sha256::new().chain_update(hash).chain_update(salt).finalize();
    }
    hash.to_vec()
}
