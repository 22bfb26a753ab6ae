//! Methods that a type has not, and that users of other libraries look for.
//!
//! A call of one does not compile, and the error says what to write instead: it is the text of a trait that no type implements. They
//! are hidden, so that no completion and no page offers them.

/// Gives a type such methods, under the trait that says what to write.
///
/// `name(..)` takes any arguments, on a value of the type. Methods of other traits come before it, and behind a reference
/// rustc gives its own text. `name()` and `name(_)` take as many arguments as are written, behind a reference as well. `fn name(..)`
/// has no receiver, for a type without parameters.
macro_rules! habits {
    (impl $generics:tt $of:ty { $($bound:tt { $($names:tt)* })+ }) => {
        $($crate::util::habits! { @ $generics $of, $bound, $($names)* })+
    };
    (@ $generics:tt $of:ty, $bound:tt,) => {};
    (@ [$($generics:tt)*] $of:ty, ($($bound:tt)+), fn $name:ident(..) $($rest:tt)*) => {
        #[doc(hidden)]
        impl<$($generics)*> $of
        where
            Self: $($bound)+,
        {
            pub fn $name() -> Self {
                unreachable!("a call of it does not compile")
            }
        }
        $crate::util::habits! { @ [$($generics)*] $of, ($($bound)+), $($rest)* }
    };
    (@ [$($generics:tt)*] $of:ty, ($($bound:tt)+), $name:ident(..) $($rest:tt)*) => {
        #[doc(hidden)]
        impl<$($generics)*> $of
        where
            Self: $($bound)+,
        {
            pub fn $name(&self) {}
        }
        $crate::util::habits! { @ [$($generics)*] $of, ($($bound)+), $($rest)* }
    };
    (@ [$($generics:tt)*] $of:ty, ($($bound:tt)+), $name:ident($($argument:tt),*) $($rest:tt)*) => {
        #[doc(hidden)]
        impl<$($generics)*> $of {
            pub fn $name<Any>(&self $(, $argument: impl Sized)*) -> Any
            where
                Self: $($bound)+,
            {
                unreachable!("a call of it does not compile")
            }
        }
        $crate::util::habits! { @ [$($generics)*] $of, ($($bound)+), $($rest)* }
    };
}

pub(crate) use habits;
