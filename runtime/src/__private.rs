//! All names that generated code uses. They are not part of the public API, and change without notice.

pub use inventory;

pub use crate::codegen::*;
pub use crate::context::{Context, HasAnEnd};
pub use crate::current::Capture;
pub use crate::owner::{OwnedTracker, TaskOwner};
pub use crate::report::{ErrorProbe, ErrorView, RemoteParent};
pub use crate::task::{Call, Hook, Job, Missed, NoCall, Rhythm, Run, Spill, TaskHandle, Unfinished};
pub use crate::tracker::{
    Binding, Callers, DrainReport, Held, Kind, Listed, NO_GRACE, NO_TIMEOUT, SpanKind, Spec, StaticSite, StaticTracker,
    TaskSite, Tracker,
};

/// The attributes that need no import inside an `#[owned_tasks]` impl.
pub mod attributes {
    pub use outlive_macros::{detached, periodic, worker};
}

/// The traits by which generated code asks what a type is. They have no names here, so that none is imported. Each function
/// imports them all at once: one by one would be a tenth of its expansion.
pub mod questions {
    pub use super::{
        Ageless as _, Given as __Given, Unbound as _, ViaAge as _, ViaAgeless as _, ViaAny as _, ViaDebug as _,
        ViaDisplay as _, ViaError as _, ViaFuture as _, ViaHandle as _, ViaHeldError as _, ViaHeldFuture as _,
        ViaHeldSend as _, ViaNoChoice as _, ViaNoFuture as _, ViaNoHandle as _, ViaNoHook as _, ViaResult as _,
        ViaRunning as _,
    };
}

/// Imports the attributes. The user's own import takes precedence.
#[doc(hidden)]
#[macro_export]
macro_rules! __outlive_attributes {
    () => {
        use $crate::__private::attributes::*;
    };
}

pub use crate::__outlive_attributes as attributes;

/// The parts of every annotated function that no error is about. A procedural macro, which a debug build does not optimise,
/// would take several times as long for the same tokens. `$here` is a call of [`Place::here`], passed as single tokens, so
/// that it keeps the user's place.
#[doc(hidden)]
#[macro_export]
macro_rules! __outlive_record {
    (
        $kind:ident $name:literal, [$($here:tt)*], $tracker:literal, $timeout:expr, $grace:expr, $span:ident,
        { $($checks:tt)* } $($proof:tt)*
    ) => {
        use $crate::__private::questions::*;
        impl $crate::__private::Site for __Outlive {
            const SPEC: $crate::__private::Spec = {
                let place = $crate::__private::Place.$($here)*;
                $crate::__private::Spec {
                    name: $name,
                    kind: $crate::__private::Kind::$kind,
                    module: ::core::module_path!(),
                    file: place.file(),
                    line: place.line(),
                    tracker: $tracker,
                    timeout: $timeout,
                    grace: $grace,
                    minutes: <Self as $crate::__private::Site>::MINUTES,
                    span: $crate::__private::SpanKind::$span,
                }
            };
            $($proof)*
        }
        impl $crate::__private::StaticSite for __Outlive {
            #[inline]
            fn site() -> &'static $crate::__private::TaskSite {
                &__SITE
            }
        }
        const _: () = { $($checks)* };
        $crate::__private::inventory::submit! { $crate::__private::Listed(&__SITE) }
    };
}

pub use crate::__outlive_record as record;

/// The checks of argument and result types, if an item can name them.
#[doc(hidden)]
#[macro_export]
macro_rules! __outlive_traits {
    ($bound:ident $($ty:ty),*) => {
        const __TRAITS: &'static [$crate::__private::Traits] = &[$($crate::__private::Traits(
            $crate::__private::Ty::<$ty>::$bound,
            $crate::__private::Ty::<$ty>::__OUTLIVE_AGE,
            $crate::__private::Ty::<$ty>::__OUTLIVE_INSTEAD,
        )),*];
    };
}

pub use crate::__outlive_traits as traits;
