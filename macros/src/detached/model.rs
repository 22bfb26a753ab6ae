//! The function as it was written, with what the later steps ask of it.

use crate::arguments::{Kind, Owner};
use crate::syntax::expr::first_span;
use crate::syntax::item::{Body, Function};
use crate::syntax::{borrow, names, text};
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{FnArg, GenericArgument, GenericParam, Pat, PatType, PathArguments, Receiver, ReceiverKind, Type};

pub(crate) struct Model {
    pub(crate) kind: Kind,
    pub(crate) function: Function,
    pub(crate) receiver: Option<Receiver>,
    /// The service that tracks the method, in an `#[owned_tasks]` impl.
    pub(crate) owner: Option<Owner>,
    /// Its arguments.
    pub(crate) inputs: Vec<Input>,
    pub(crate) place: Place,
}

/// Where the user's body goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the function, as a method of the local marker, under the same name.
    Nested,
    /// Beside the method: only there can it see `self` and `Self`.
    Beside,
}

/// An argument of the function. (Those of the macro are [`crate::arguments`].)
pub(crate) struct Input {
    /// What the rewritten function calls it.
    pub(crate) outer: Ident,
    pub(crate) written: PatType,
    /// A name and nothing else (`mut` aside).
    pub(crate) is_plain: bool,
    /// What its pattern binds, where it is not plain.
    pub(crate) binds: Vec<String>,
}

impl Model {
    pub(crate) fn new(kind: Kind, function: Function, owner: Option<Owner>) -> Self {
        let sig = &function.sig;
        let receiver = sig.receiver().cloned();
        let inputs = sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                FnArg::Typed(typed) => Some(typed),
                FnArg::Receiver(_) => None,
            })
            .enumerate()
            .map(|(index, typed)| Input::new(index, typed))
            .collect();
        let place = if receiver.is_some() || names_self(&function) { Place::Beside } else { Place::Nested };
        Self { kind, function, receiver, owner, inputs, place }
    }

    /// The function's own name, without `r#`.
    pub(crate) fn name(&self) -> String {
        text::plain(&self.function.sig.ident)
    }

    pub(crate) fn name_span(&self) -> Span {
        self.function.sig.ident.span()
    }

    pub(crate) fn is_async(&self) -> bool {
        self.function.sig.asyncness.is_some()
    }

    /// The names of the type and const parameters.
    pub(crate) fn generics(&self) -> Vec<&Ident> {
        self.function
            .sig
            .generics
            .params
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(&parameter.ident),
                GenericParam::Const(parameter) => Some(&parameter.ident),
                GenericParam::Lifetime(_) => None,
            })
            .collect()
    }

    /// Is it one of many functions, so that its name alone says too little?
    pub(crate) fn is_generic(&self) -> bool {
        let takes_many = |input: &Input| {
            let ty = &*input.written.ty;
            !borrow::is_plain_path(ty) && borrow::has_impl_trait(ty)
        };
        !self.generics().is_empty() || self.inputs.iter().any(takes_many)
    }

    /// How the function takes its `self`.
    pub(crate) fn self_kind(&self) -> Option<SelfKind> {
        self.receiver.as_ref().map(SelfKind::of)
    }

    /// The service that tracks this very function: one without a `self` has none.
    pub(crate) fn tracked_by(&self) -> Option<&Owner> {
        self.owner.as_ref().filter(|_| self.receiver.is_some())
    }

    /// What the body gives: the written type, or `()`.
    pub(crate) fn output(&self) -> Option<&Type> {
        match &self.function.sig.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some(ty),
        }
    }
}

/// Which words stand in a function's body, as far as that says which lints need not be allowed. In doubt, no.
pub(crate) struct Words<'a>(pub(crate) &'a str);

impl Words<'_> {
    /// What another `async` awaits, this one does not.
    pub(crate) fn awaits(&self) -> bool {
        self.has('w', ".a", "ait") && !self.has('y', "as", "nc")
    }

    pub(crate) fn says_self(&self) -> bool {
        self.has('f', "sel", "")
    }

    /// As in `names_self`.
    fn has(&self, at: char, before: &str, behind: &str) -> bool {
        let mut parts = self.0.split(at);
        let mut last = parts.next().unwrap_or_default();
        parts.any(|part| std::mem::replace(&mut last, part).ends_with(before) && part.starts_with(behind))
    }
}

/// Does it name the type around it?
fn names_self(function: &Function) -> bool {
    // A search for one letter is the compiled library's; for a word it would be ours, unoptimised.
    let says_it = |text: &str| text.split('S').skip(1).any(|rest| rest.starts_with("elf"));
    if !says_it(function.body_text()) && !says_it(&function.head_text()) {
        return false;
    }
    let in_body = match &function.body {
        Body::Braces(group) => names::outer_self(group.stream()).is_some(),
        Body::Missing(_) => false,
    };
    in_body || names::mentions_self(function.sig.to_token_stream())
}

/// The kinds of `self` that make a difference.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SelfKind {
    /// `self`, `mut self`, `self: Self`.
    Value,
    /// `&self`, `self: &Self`.
    Borrowed,
    /// `&mut self`, `self: &mut Self`.
    BorrowedMut,
    /// `self: Arc<Self>`.
    Arc,
    /// `self: &Arc<Self>`: the one borrowed receiver that works everywhere, as a clone of it can be kept.
    SharedArc,
    Other,
}

impl SelfKind {
    pub(crate) fn of(receiver: &Receiver) -> Self {
        match &receiver.kind {
            ReceiverKind::Value => Self::Value,
            ReceiverKind::Reference(_, lifetime, None) if is_static(lifetime.as_ref()) => Self::Other,
            ReceiverKind::Reference(_, _, None) => Self::Borrowed,
            ReceiverKind::Reference(..) => Self::BorrowedMut,
            ReceiverKind::Typed(_, ty) => match borrow::inside(ty) {
                Type::Reference(reference) => match (&reference.mutability, borrow::inside(&reference.elem)) {
                    (None, ty) if is_arc_of_self(ty) => Self::SharedArc,
                    (None, ty) if is_self(ty) && !is_static(reference.lifetime.as_ref()) => Self::Borrowed,
                    (Some(_), ty) if is_self(ty) => Self::BorrowedMut,
                    _ => Self::Other,
                },
                ty if is_arc_of_self(ty) => Self::Arc,
                ty if is_self(ty) => Self::Value,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// `&self` and `self: &Arc<Self>`: the body sees a reference to what the task keeps.
    pub(crate) fn is_kept_apart(self) -> bool {
        matches!(self, Self::Borrowed | Self::SharedArc)
    }
}

fn is_static(lifetime: Option<&syn::Lifetime>) -> bool {
    lifetime.is_some_and(|lifetime| lifetime.ident == "static")
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Self"))
}

fn is_arc_of_self(ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let PathArguments::AngleBracketed(args) = &last.arguments else {
        return false;
    };
    let of_self = matches!(args.args.first(), Some(GenericArgument::Type(ty)) if is_self(ty));
    last.ident == "Arc" && args.args.len() == 1 && of_self
}

impl Input {
    fn new(index: usize, written: &PatType) -> Self {
        if let Pat::Ident(pat) = &*written.pat {
            if pat.by_ref.is_none() && pat.subpat.is_none() {
                return Self { outer: pat.ident.clone(), written: written.clone(), is_plain: true, binds: Vec::new() };
            }
        }
        let span = first_span(&written.pat).unwrap_or_else(Span::call_site);
        Self {
            outer: Ident::new(&format!("__arg{index}"), Span::mixed_site().located_at(span)),
            written: written.clone(),
            is_plain: false,
            // Lower case only: the others are the pattern's types and constants.
            binds: names::free(written.pat.to_token_stream())
                .into_iter()
                .filter(|used| !used.is_path)
                .map(|used| text::plain(&used.ident))
                .filter(|name| !name.starts_with(char::is_uppercase) && !is_keyword(name))
                .collect(),
        }
    }
}

fn is_keyword(name: &str) -> bool {
    matches!(name, "mut" | "ref" | "_" | "box" | "const")
}
