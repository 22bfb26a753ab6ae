//! The struct, and what its `#[tasks]` attributes say.

use crate::syntax::Diagnostics;
use crate::syntax::paths::Root;
use crate::syntax::text::as_written;
use proc_macro2::{Ident, Span, TokenStream};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Fields, Generics, Item, LitStr, Member, Meta, Type};

pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) fields: Vec<Field>,
    /// `struct Server;`, `struct Server(…);`, `struct Server { … }`.
    pub(crate) shape: Shape,
    /// Else that is reported.
    pub(crate) is_struct: bool,
    pub(crate) root: Root,
}

struct Head {
    attrs: Vec<Attribute>,
    ident: Ident,
    generics: Generics,
}

fn no_struct(what: &str) -> String {
    format!(
        "`TaskOwner` is derived for a struct, and this is {what}: write a struct with the `OwnedTracker`, and {what} in a \
         field beside it"
    )
}

#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Named,
    Tuple,
    Unit,
}

pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    /// `#[tasks]`: this is the tracker.
    pub(crate) marked: Option<Attribute>,
    /// `#[tasks(allow = "…")]`.
    pub(crate) allowed: bool,
}

const ALLOW: &str = "#[tasks(allow = \"why this is none of the service's tasks\")]";

/// `None` where it cannot be read: that is reported.
pub(crate) fn parse(item: TokenStream, errors: &mut Diagnostics) -> Option<Model> {
    let (input, fields) = match syn::parse2(item) {
        Ok(Item::Struct(item)) => (Head { attrs: item.attrs, ident: item.ident, generics: item.generics }, item.fields),
        Ok(Item::Enum(item)) => {
            errors.on(item.enum_token, no_struct("an enum"));
            (Head { attrs: item.attrs, ident: item.ident, generics: item.generics }, Fields::Unit)
        }
        Ok(Item::Union(item)) => {
            errors.on(item.union_token, no_struct("a union"));
            (Head { attrs: item.attrs, ident: item.ident, generics: item.generics }, Fields::Unit)
        }
        Ok(other) => {
            errors.on(other, no_struct("none"));
            return None;
        }
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let is_struct = errors.is_empty();
    let mut root = Root::default();
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("tasks")) {
        on_struct(attr, &mut root, errors);
    }
    let of_fields = fields.iter().flat_map(|field| &field.attrs);
    for attr in input.attrs.iter().chain(of_fields).filter(|attr| attr.path().is_ident("task_owner")) {
        errors.on(
            attr,
            format!(
                "the tracker is found by its type, `OwnedTracker`: leave `{}` out; where that is an alias, write `#[tasks]` on its field",
                as_written(attr)
            ),
        );
    }
    let shape = match &fields {
        Fields::Named(_) => Shape::Named,
        Fields::Unnamed(_) => Shape::Tuple,
        Fields::Unit => Shape::Unit,
    };
    let members = fields.members().zip(&fields).map(|(member, field)| {
        let mut marked = None;
        let mut allowed = false;
        for attr in field.attrs.iter().filter(|attr| attr.path().is_ident("tasks")) {
            on_field(attr, &mut marked, &mut allowed, errors);
        }
        Field { member, ty: field.ty.clone(), marked, allowed }
    });
    let fields = members.collect();
    Some(Model { ident: input.ident, generics: input.generics, fields, shape, is_struct, root })
}

fn on_struct(attr: &Attribute, root: &mut Root, errors: &mut Diagnostics) {
    if let Meta::Path(_) = attr.meta {
        errors.on(attr, "`#[tasks]` marks a field: put it on the one that is the service's `OwnedTracker`");
        return;
    }
    let read = attr.parse_nested_meta(|meta| {
        if !meta.path.is_ident("crate") {
            let shown = as_written(&meta.path);
            let message = format!("there is no `{shown}` for a struct: {}", of_tracker(&shown));
            return Err(syn::Error::new_spanned(&meta.path, message));
        }
        let value = meta.value()?;
        if let Ok(name) = value.fork().parse::<LitStr>() {
            let message = format!("`crate` is a path, not a literal: write `#[tasks(crate = {})]`", name.value());
            value.parse::<LitStr>()?;
            return Err(syn::Error::new(name.span(), message));
        }
        *root = Root::at(value.call(syn::Path::parse_mod_style)?);
        Ok(())
    });
    if let Err(error) = read {
        errors.push(error);
    }
}

/// What its constructor says of the tracker, or what there is for a struct.
fn of_tracker(word: &str) -> &'static str {
    match word {
        "bounded" | "bound" | "limit" | "capacity" | "concurrency" | "max" | "running" | "queue" | "name" => {
            "leave it out, and make the tracker with `outlive::OwnedTracker::bounded(\"shop\", 8).queue(100)`"
        }
        "budget" | "drain" | "drain_budget" | "timeout" | "shutdown" | "shutdown_timeout" | "grace" => {
            "leave it out, make its field an `OwnedTracker<60>`, and call `.drain_budget::<60>()` where that is made"
        }
        _ => "write `#[tasks(crate = my_outlive)]`",
    }
}

fn on_field(attr: &Attribute, marked: &mut Option<Attribute>, allowed: &mut bool, errors: &mut Diagnostics) {
    if let Meta::Path(_) = attr.meta {
        *marked = Some(attr.clone());
        return;
    }
    // Whatever is wrong with it, it is meant to allow the field.
    *allowed = true;
    let read = attr.parse_nested_meta(|meta| {
        if !meta.path.is_ident("allow") {
            let shown = as_written(&meta.path);
            let message = match of_tracker(&shown) {
                said if said.starts_with("leave") => format!("there is no `{shown}` for a field: {said}"),
                _ => format!(
                    "there is no `{shown}` for a field: write `#[tasks]` on the service's `OwnedTracker`, or `{ALLOW}`"
                ),
            };
            return Err(syn::Error::new_spanned(&meta.path, message));
        }
        reason(&meta)
    });
    if let Err(error) = read {
        errors.push(error);
    }
}

fn reason(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let needed = |span: Span, why: &str| Err(syn::Error::new(span, format!("`allow` {why}: write `{ALLOW}`")));
    let at = syn::spanned::Spanned::span(&meta.path);
    let Ok(value) = meta.value() else {
        if meta.input.peek(syn::token::Paren) {
            return needed(at, "takes its reason behind an `=`");
        }
        return needed(at, "needs a reason, which the next reader will look for");
    };
    let span = value.span();
    match value.parse::<LitStr>() {
        Ok(text) if text.value().trim().is_empty() => needed(text.span(), "has an empty reason"),
        Ok(_) => Ok(()),
        Err(_) => needed(span, "takes its reason as a string"),
    }
}
