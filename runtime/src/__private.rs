//! The only names that generated code uses. Not part of the public face: they change without notice.

pub use inventory;

pub use crate::codegen::*;
pub use crate::context::{Context, HasAnEnd};
pub use crate::owner::{OwnedTracker, TaskOwner};
pub use crate::report::{ErrorProbe, ErrorView};
pub use crate::task::{Call, Hook, Job, Missed, Run, Spill, TaskHandle, Unfinished};
pub use crate::tracker::{
    Callers, DrainReport, Held, Listed, NO_GRACE, NO_TIMEOUT, SpanKind, Spec, StaticTracker, TaskSite, Tracker,
};

/// What every annotated function has, but for what an error may be about: an unoptimised procedural macro, which is what a
/// debug build has, takes several times as long over the same tokens. `$here` is a call of [`Place::here`]; as single tokens,
/// it keeps the user's place.
#[doc(hidden)]
#[macro_export]
macro_rules! __outlive_record {
    // A worker: it has no timeout, whatever the expression of one gives.
    (
        $name:literal, [$($here:tt)*], $tracker:literal, _, $grace:expr, $span:ident,
        { $($checks:tt)* } $($proof:tt)*
    ) => {
        $crate::__private::record! {
            @$name, [$($here)*], $tracker, $crate::__private::NO_TIMEOUT, true, $grace, $span, { $($checks)* } $($proof)*
        }
    };
    (
        $name:literal, [$($here:tt)*], $tracker:literal, $timeout:expr, $grace:expr, $span:ident,
        { $($checks:tt)* } $($proof:tt)*
    ) => {
        $crate::__private::record! {
            @$name, [$($here)*], $tracker, $timeout, false, $grace, $span, { $($checks)* } $($proof)*
        }
    };
    (
        @$name:literal, [$($here:tt)*], $tracker:literal, $timeout:expr, $is_worker:literal, $grace:expr, $span:ident,
        { $($checks:tt)* } $($proof:tt)*
    ) => {
        #[allow(unused_imports)]
        use $crate::__private::{
            Ageless as _, Unbound as _, ViaAge as _, ViaAgeless as _, ViaAny as _, ViaDebug as _, ViaDisplay as _,
            ViaResult as _,
        };
        impl $crate::__private::Site for __Outlive {
            const SPEC: $crate::__private::Spec = {
                let place = $crate::__private::Place.$($here)*;
                $crate::__private::Spec {
                    name: $name,
                    file: place.file(),
                    line: place.line(),
                    tracker: $tracker,
                    timeout: $timeout,
                    is_worker: $is_worker,
                    grace: $grace,
                    span: $crate::__private::SpanKind::$span,
                }
            };
            $($proof)*
        }
        const _: () = { $($checks)* };
        $crate::__private::inventory::submit! { $crate::__private::Listed(&__SITE) }
    };
}

pub use crate::__outlive_record as record;

/// What is asked of the types that cross, where an item can name them.
#[doc(hidden)]
#[macro_export]
macro_rules! __outlive_traits {
    ($bound:ident $($ty:ty),*) => {
        const __TRAITS: &'static [$crate::__private::Traits] = &[$($crate::__private::Traits(
            $crate::__private::Ty::<$ty>::$bound,
            $crate::__private::Ty::<$ty>::__OUTLIVE_AGE,
        )),*];
    };
}

pub use crate::__outlive_traits as traits;
