//! Counters that every call changes: a cache line for each core, as one that all cores write to would be fetched each time.

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{LazyLock, OnceLock};
use std::thread::available_parallelism;

/// What every call counts: a line of its own for each core, as one that all write to would be fetched each time.
pub(crate) struct ShardedCounter<const N: usize>(OnceLock<Box<[Shard<N>]>>);

#[repr(align(128))]
struct Shard<const N: usize>([AtomicU64; N]);

impl<const N: usize> ShardedCounter<N> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    #[inline]
    pub(crate) fn here(&self, which: usize) -> &AtomicU64 {
        let shards = self.0.get_or_init(|| {
            static CORES: LazyLock<usize> =
                LazyLock::new(|| available_parallelism().map_or(1, NonZeroUsize::get).next_power_of_two().min(64));
            (0..*CORES).map(|_| Shard([const { AtomicU64::new(0) }; N])).collect()
        });
        // A power of two.
        &shards[thread() & (shards.len() - 1)].0[which]
    }

    pub(crate) fn sum(&self, which: usize) -> u64 {
        self.0.get().map_or(0, |shards| shards.iter().map(|shard| shard.0[which].load(Relaxed)).sum())
    }
}

/// The threads' numbers: those of a runtime come one after another.
#[inline]
fn thread() -> usize {
    thread_local! {
        static OWN: usize = {
            static NEXT: AtomicUsize = AtomicUsize::new(0);
            NEXT.fetch_add(1, Relaxed)
        };
    }
    OWN.try_with(|own| *own).unwrap_or(0)
}
