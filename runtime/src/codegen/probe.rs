//! Finds out whether a value is an `Err`, and how to show it, by the method that is nearest: no bound on the type.

use std::error::Error;
use std::fmt::{Debug, Display};

use crate::report::ErrorView;

/// Finds out whether a value is an `Err`, and how to show it, by the method that is nearest: no bound on the type.
pub struct Probe<'a, T>(pub &'a T);

/// An error says what has led to it, too.
pub trait ViaError<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T, E: Error + 'static> ViaError<'a> for &&&&&&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        self.0.as_ref().err().map(|error| ErrorView::Error(error))
    }
}

/// What is no error itself, and holds one: `Box<dyn Error + Send + Sync>`, `anyhow::Error`, `eyre::Report`.
pub trait ViaHeldError<'a> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>>;
}

impl<'a, T, E: AsRef<dyn Error + Send + Sync>> ViaHeldError<'a> for &&&&&Probe<'a, Result<T, E>> {
    fn __outlive_fault(&self) -> Option<ErrorView<'a>> {
        self.0.as_ref().err().map(|error| ErrorView::Error(error.as_ref()))
    }
}

/// The same, which one thread holds at a time: `Box<dyn Error + Send>`.
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
