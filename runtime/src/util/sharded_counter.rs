//! Counters that every call increments, and that are rarely read. Each core has its own cache line, because a shared one
//! would move between the cores at each write.

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{LazyLock, OnceLock};
use std::thread::available_parallelism;

/// `N` counters. They allocate nothing until the first increment.
pub(crate) struct ShardedCounter<const N: usize>(OnceLock<Box<[Shard<N>]>>);

#[repr(align(128))]
struct Shard<const N: usize>([AtomicU64; N]);

impl<const N: usize> ShardedCounter<N> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// This thread's shard of a counter.
    #[inline]
    pub(crate) fn here(&self, which: usize) -> &AtomicU64 {
        let shards = self.0.get_or_init(|| {
            static CORES: LazyLock<usize> =
                LazyLock::new(|| available_parallelism().map_or(1, NonZeroUsize::get).next_power_of_two().min(64));
            (0..*CORES).map(|_| Shard([const { AtomicU64::new(0) }; N])).collect()
        });
        // The number of shards is a power of two.
        &shards[thread() & (shards.len() - 1)].0[which]
    }

    /// The sum of all shards, which are read one after another. It includes every increment that happened before the call.
    pub(crate) fn sum(&self, which: usize) -> u64 {
        self.0.get().map_or(0, |shards| shards.iter().map(|shard| shard.0[which].load(Relaxed)).sum())
    }
}

/// The number of this thread. The threads of a runtime get consecutive numbers.
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;
    use std::thread;

    use super::ShardedCounter;

    #[test]
    fn what_many_threads_count_adds_up() {
        static COUNTER: ShardedCounter<2> = ShardedCounter::new();
        assert_eq!(COUNTER.sum(0), 0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..1_000 {
                        COUNTER.here(0).fetch_add(1, Relaxed);
                    }
                });
            }
        });
        assert_eq!((COUNTER.sum(0), COUNTER.sum(1)), (8_000, 0));
    }
}
