//! The function as it was written, and the detached one that its runs are.

use crate::arguments::Kind;
use crate::detached::attributes::{self, Divided};
use crate::detached::model::{Input, Model as Run};
use crate::syntax::item::Function;
use proc_macro2::{Ident, TokenStream};
use syn::parse::Parser as _;
use syn::{Attribute, FnArg, PatType, Token, Type, Visibility};

pub(crate) struct Model {
    /// Without what only callers see, and without `#[state]`.
    pub(crate) run: Run,
    /// The attributes of the function that makes the job.
    pub(crate) attrs: TokenStream,
    pub(crate) vis: Visibility,
    pub(crate) fn_token: Token![fn],
    /// For each argument: the attribute that says it comes from the worker.
    states: Vec<Option<Attribute>>,
}

impl Model {
    pub(crate) fn new(mut function: Function) -> Self {
        let Divided { outer, inner } = attributes::for_nested(&function.attrs, None);
        // They were read before.
        function.attrs = Attribute::parse_outer.parse2(inner).unwrap_or_default();
        let vis = std::mem::replace(&mut function.vis, Visibility::Inherited);
        let mut states = Vec::new();
        for input in &mut function.sig.inputs {
            let FnArg::Typed(PatType { attrs, .. }) = input else { continue };
            let at = attrs.iter().position(|attr| attr.path().is_ident("state"));
            states.push(at.map(|at| attrs.remove(at)));
        }
        let fn_token = function.sig.fn_token;
        let run = Run::new(Kind::Durable, function, None);
        Self { run, attrs: outer, vis, fn_token, states }
    }

    /// Only what callers see has the documentation.
    pub(crate) fn is_documented(&self) -> bool {
        self.attrs.to_string().contains("doc =")
    }

    /// What travels, and what the worker has, in their order.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = Argument<'_>> {
        let inputs = self.run.inputs.iter().zip(&self.states).enumerate();
        inputs.map(|(index, (input, state))| Argument { index, input, state: state.as_ref() })
    }
}

/// An argument of the function.
#[derive(Clone, Copy)]
pub(crate) struct Argument<'a> {
    pub(crate) index: usize,
    pub(crate) input: &'a Input,
    /// Where it comes from the worker.
    pub(crate) state: Option<&'a Attribute>,
}

impl<'a> Argument<'a> {
    pub(crate) fn name(self) -> &'a Ident {
        &self.input.outer
    }

    pub(crate) fn ty(self) -> &'a Type {
        &self.input.written.ty
    }
}
