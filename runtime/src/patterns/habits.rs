//! What Go's packages and other crates call the methods of a `Group` and a `Singleflight`: a call of it does not compile, and the
//! error says what to write instead.

#![allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value, reason = "none is ever called")]

use super::{Fresh, Group, Singleflight};
use crate::util::habits;

#[diagnostic::on_unimplemented(message = "a group starts a task by `spawn`", label = "write `spawn` instead of this")]
pub trait StartsBySpawn<'a> {}

#[diagnostic::on_unimplemented(
    message = "a group waits for all of its tasks, and cancels those that are left by the first failure",
    label = "write `wait` instead of this",
    note = "dropping a group cancels its tasks, and aborts them"
)]
pub trait EndsByWait<'a> {}

#[diagnostic::on_unimplemented(
    message = "a group gives its results together, in the order of the spawns",
    label = "write `group.wait().await` in place of the loop: it gives all the results, or the first failure"
)]
pub trait GivesOneByOne<'a> {}

#[diagnostic::on_unimplemented(
    message = "a group gets its limit when it is made",
    label = "write `Group::new().limit(8)` where it is made"
)]
pub trait LimitedAtFirst<'a> {}

#[diagnostic::on_unimplemented(
    message = "a single flight runs the work for a key, or joins it, by `run`",
    label = "write `run` instead of this, with a key and a future"
)]
pub trait RunsByRun<'a> {}

#[diagnostic::on_unimplemented(
    message = "a group starts a blocking task as any other: in a future",
    label = "write `spawn(async {{ tokio::task::spawn_blocking(…).await … }})` instead of this",
    note = "for a bound and a report, write a plain `fn` with `#[detached(blocking, …)]`, and await its call in the child"
)]
pub trait BlocksInAFuture<'a> {}

#[diagnostic::on_unimplemented(
    message = "a group starts a task without waiting for a place by `try_spawn`",
    label = "write `try_spawn` instead of this"
)]
pub trait StartsByTrySpawn<'a> {}

#[diagnostic::on_unimplemented(
    message = "a group has no list of its tasks",
    label = "leave this out: `group.wait().await` waits for all, also if there are none"
)]
pub trait ListsNothing<'a> {}

habits! {
    impl [E, T] Group<E, T> {
        (for<'a> StartsBySpawn<'a>) { go(_) push(_) add(_) insert(_) run(_) submit(_) spawn_on(_, _) start_soon(_) }
        (for<'a> StartsByTrySpawn<'a>) { try_go(_) try_push(_) }
        (for<'a> BlocksInAFuture<'a>) { spawn_blocking(_) spawn_local(_) }
        (for<'a> GivesOneByOne<'a>) { join_next() try_join_next() next() next_completed() poll_join_next(_) }
        (for<'a> EndsByWait<'a>) { join_all() join() wait_all() abort_all() abort() cancel() cancel_all() shutdown() close() stop() detach_all() }
        (for<'a> LimitedAtFirst<'a>) { set_limit(_) max(_) concurrency(_) }
        (for<'a> ListsNothing<'a>) { len() is_empty() }
    }
}

#[diagnostic::on_unimplemented(
    message = "a single flight is no cache: it keeps a result until the callers that wait have it, and the next call runs the work again",
    label = "leave this out; to keep results, put them into your cache in the work"
)]
pub trait KeepsNothing<'a> {}

#[diagnostic::on_unimplemented(
    message = "a single flight starts new work for a key after `forget`",
    label = "write `forget(&key)` instead of this"
)]
pub trait StartsAnewByForget<'a> {}

habits! {
    impl [K, V] Singleflight<K, V> {
        (for<'a> RunsByRun<'a>) {
            work(..) get_with(..) try_get_with(..) get_or_init(..) get_or_insert_with(..) call(..) get(..) r#do(..) execute(..) load(..) fetch(..)
            do_chan(..) entry(..)
        }
        (for<'a> KeepsNothing<'a>) {
            ttl(_) with_ttl(_) time_to_live(_) time_to_idle(_) cache_for(_) keep(_) expire_after(_) insert(_, _) max_capacity(_) capacity(_)
        }
        (for<'a> StartsAnewByForget<'a>) { invalidate(..) remove(..) evict(..) clear(..) cancel(..) }
    }
}

#[diagnostic::on_unimplemented(
    message = "a `Fresh` gives a value that is valid now by `get`, and refreshes it where it has to",
    label = "write `get()` instead of this",
    note = "for one that was revoked before its time, write `invalidate(|token| token == &revoked)` first"
)]
pub trait GivesByGet<'a> {}

habits! {
    impl [T, E] Fresh<T, E> {
        (for<'a> GivesByGet<'a>) { refresh(..) reload(..) renew(..) token(..) load(..) value(..) get_or_refresh(..) fetch(..) read(..) lock(..) }
    }
}
