//! The values of the caller whose single flight runs, for a warning in debug builds: the work has none of them.

use std::any::type_name;
use std::cell::RefCell;
use std::mem;
use std::panic::Location;
use std::sync::Arc;

use crate::context::{Context, Values};
use crate::report;
use crate::util::Surrounding;

thread_local! {
    static CALLER: RefCell<Option<Arc<Values>>> = const { RefCell::new(None) };
}

/// Around the work's polls and its drop.
pub(crate) struct OfCaller(Option<Arc<Values>>);

impl OfCaller {
    /// Of the running code. `None` in release builds.
    pub(crate) fn here() -> Self {
        let context = if cfg!(debug_assertions) { Context::try_current() } else { None };
        Self(context.and_then(|context| context.values))
    }

    fn swap(&mut self) {
        // At the end of a thread there is no caller.
        let _ = CALLER.try_with(|caller| mem::swap(&mut *caller.borrow_mut(), &mut self.0));
    }
}

impl Surrounding for OfCaller {
    fn enter(&mut self) {
        self.swap();
    }

    fn leave(&mut self) {
        self.swap();
    }
}

/// A context has no `T`.
pub(super) fn missed<T: 'static>(place: &'static Location<'static>) {
    let caller = CALLER.try_with(|caller| caller.borrow().clone()).ok().flatten();
    if Values::get::<T>(caller.as_ref()).is_some() {
        report::asks_for_its_caller(type_name::<T>(), place);
    }
}
