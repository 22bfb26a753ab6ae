//! Finds out by method resolution whether a value is an `Err`, and how to print it, without a bound on the type. It refuses
//! a future, or a type that holds one, because nothing would poll it.

use std::error::Error;
use std::fmt::{Debug, Display};

use super::unpolled::{Awaited, Holds, RunsByItself};
use crate::report::ErrorView;

/// Finds out by method resolution whether a value is an `Err`, and how to print it, without a bound on the type.
pub struct Probe<'a, T>(pub &'a T);

/// A future that runs by itself, and need not be polled.
pub trait ViaRunning<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T: RunsByItself> ViaRunning<'a> for &&&&&&&&&Probe<'a, T> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        None
    }
}

/// A future. The bound, which no type satisfies, refuses it.
pub trait ViaFuture<'a, T> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>
    where
        T: Awaited;
}

impl<'a, T: Future> ViaFuture<'a, T> for &&&&&&&&Probe<'a, T> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>
    where
        T: Awaited,
    {
        None
    }
}

pub trait ViaHeldFuture<'a, T> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>
    where
        T: Awaited;
}

impl<'a, T: Holds<Held: Future>> ViaHeldFuture<'a, T> for &&&&&&&Probe<'a, T> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>
    where
        T: Awaited,
    {
        None
    }
}

/// An `Error`, which is printed with its sources.
pub trait ViaError<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T, E: Error + 'static> ViaError<'a> for &&&&&&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        self.0.as_ref().err().map(|error| ErrorView::Error(error))
    }
}

/// A type that holds an `Error` without being one: `Box<dyn Error + Send + Sync>`, `anyhow::Error`, `eyre::Report`.
pub trait ViaHeldError<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T, E: AsRef<dyn Error + Send + Sync>> ViaHeldError<'a> for &&&&&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        self.0.as_ref().err().map(|error| ErrorView::Error(error.as_ref()))
    }
}

/// The same without `Sync`: `Box<dyn Error + Send>`.
pub trait ViaHeldSend<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T, E: AsRef<dyn Error + Send>> ViaHeldSend<'a> for &&&&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        self.0.as_ref().err().map(|error| ErrorView::Error(error.as_ref()))
    }
}

pub trait ViaDisplay<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T, E: Display> ViaDisplay<'a> for &&&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        self.0.as_ref().err().map(|error| ErrorView::Display(error))
    }
}

pub trait ViaDebug<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T, E: Debug> ViaDebug<'a> for &&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        self.0.as_ref().err().map(|error| ErrorView::Debug(error))
    }
}

pub trait ViaResult<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T, E> ViaResult<'a> for &Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        self.0.as_ref().err().map(|_| ErrorView::Opaque(std::any::type_name::<E>()))
    }
}

pub trait ViaAny<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T> ViaAny<'a> for Probe<'a, T> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        None
    }
}
