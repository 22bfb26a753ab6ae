//! Which of the function's attributes stay on the function, and which go with the body.

use crate::arguments::Kind;
use crate::syntax::{Diagnostics, text};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// The attributes of the two functions that one becomes.
pub(crate) struct Divided {
    pub(crate) outer: TokenStream,
    pub(crate) inner: TokenStream,
}

/// Where the body is nested, lint attributes on the outer function cover it. `name` is what `#[instrument]` shows, where the
/// body's function has another.
pub(crate) fn for_nested(attrs: &[Attribute], name: Option<&str>) -> Divided {
    divide(attrs, |meta| match role(meta) {
        Role::Signature | Role::Condition | Role::Lint | Role::Expectation => Sides::outer(meta),
        Role::Body => {
            Sides { outer: None, inner: Some(name.map_or_else(|| meta.to_token_stream(), |name| named(meta, name))) }
        }
    })
}

/// Where it stands beside, it needs them itself; and an expectation is met there, and only there.
/// `name` is what `#[instrument]` shows instead of the hidden name.
pub(crate) fn for_beside(attrs: &[Attribute], name: &str) -> Divided {
    divide(attrs, |meta| match role(meta) {
        Role::Signature => Sides::outer(meta),
        Role::Condition | Role::Lint => {
            Sides { outer: Some(meta.to_token_stream()), inner: Some(meta.to_token_stream()) }
        }
        Role::Expectation => expectation(meta),
        Role::Body => Sides { outer: None, inner: Some(named(meta, name)) },
    })
}

/// Lints that speak of the function as its callers see it.
const OF_THE_SIGNATURE: &[&str] = &["dead_code", "missing_docs", "private_interfaces", "unreachable_pub"];

fn expectation(meta: &Meta) -> Sides {
    let all = Sides::outer(meta);
    let Meta::List(list) = meta else {
        return all;
    };
    let Ok(metas) = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()) else {
        return all;
    };
    let (reason, lints): (Vec<&Meta>, Vec<&Meta>) = metas.iter().partition(|meta| matches!(meta, Meta::NameValue(_)));
    let (outer, body): (Vec<&Meta>, Vec<&Meta>) =
        lints.into_iter().partition(|lint| OF_THE_SIGNATURE.iter().any(|name| lint.path().is_ident(name)));
    if body.is_empty() {
        return all;
    }
    // The signature stands twice: what is expected of it is met in the one place, and allowed in
    // the other.
    let path = &list.path;
    Sides {
        outer: Some(if outer.is_empty() {
            quote!(allow(#(#body,)* #(#reason),*))
        } else {
            quote!(#path(#(#outer,)* #(#reason),*))
        }),
        inner: Some(quote!(#path(#(#body,)* #(#reason),*))),
    }
}

enum Role {
    /// Of the function as its callers see it.
    Signature,
    /// Whether there is a function at all.
    Condition,
    Lint,
    Expectation,
    Body,
}

fn role(meta: &Meta) -> Role {
    let is = |name: &str| meta.path().is_ident(name);
    if ["doc", "must_use", "deprecated"].into_iter().any(is) {
        Role::Signature
    } else if is("cfg") {
        Role::Condition
    } else if ["allow", "warn", "deny", "forbid"].into_iter().any(is) {
        Role::Lint
    } else if is("expect") {
        Role::Expectation
    } else {
        Role::Body
    }
}

struct Sides {
    outer: Option<TokenStream>,
    inner: Option<TokenStream>,
}

impl Sides {
    fn outer(meta: &Meta) -> Self {
        Self { outer: Some(meta.to_token_stream()), inner: None }
    }
}

fn divide(attrs: &[Attribute], side: impl Fn(&Meta) -> Sides) -> Divided {
    let mut divided = Divided { outer: TokenStream::new(), inner: TokenStream::new() };
    for attr in attrs {
        let sides = match conditional(attr) {
            Some((condition, metas)) => {
                let sides: Vec<Sides> = metas.iter().map(&side).collect();
                let joined =
                    |metas: Vec<&TokenStream>| (!metas.is_empty()).then(|| quote!(cfg_attr(#condition, #(#metas),*)));
                Sides {
                    outer: joined(sides.iter().filter_map(|s| s.outer.as_ref()).collect()),
                    inner: joined(sides.iter().filter_map(|s| s.inner.as_ref()).collect()),
                }
            }
            None => side(&attr.meta),
        };
        divided.outer.extend(rebuilt(attr, sides.outer));
        divided.inner.extend(rebuilt(attr, sides.inner));
    }
    divided
}

/// The same attribute around another meta, with the user's own `#` and brackets.
fn rebuilt(attr: &Attribute, meta: Option<TokenStream>) -> TokenStream {
    let Some(meta) = meta else {
        return TokenStream::new();
    };
    let pound = attr.pound_token;
    let mut tokens = quote!(#pound);
    attr.bracket_token.surround(&mut tokens, |inside| inside.extend(meta));
    tokens
}

/// `cfg_attr(condition, attributes…)`, taken apart.
fn conditional(attr: &Attribute) -> Option<(TokenStream, Vec<Meta>)> {
    let Meta::List(list) = &attr.meta else {
        return None;
    };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let mut metas = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()).ok()?.into_iter();
    let condition = metas.next()?.into_token_stream();
    Some((condition, metas.collect()))
}

/// `#[instrument]` takes its span's name from the function: here, from a hidden one.
fn named(meta: &Meta, name: &str) -> TokenStream {
    let path = meta.path();
    let is_instrument = path.segments.last().is_some_and(|last| last.ident == "instrument")
        && (path.segments.len() == 1 || path.segments[0].ident == "tracing");
    if !is_instrument {
        return meta.to_token_stream();
    }
    match meta {
        Meta::Path(path) => quote!(#path(name = #name)),
        Meta::List(list) if !has_name(&list.tokens) => {
            let (path, tokens) = (&list.path, &list.tokens);
            quote!(#path(name = #name, #tokens))
        }
        _ => meta.to_token_stream(),
    }
}

/// `name = …`, or the bare string that `#[instrument]` takes for one.
fn has_name(tokens: &TokenStream) -> bool {
    let mut starts = true;
    for token in tokens.clone() {
        match &token {
            TokenTree::Ident(ident) if starts && ident == "name" => return true,
            TokenTree::Literal(_) if starts => return true,
            _ => {}
        }
        starts = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
    }
    false
}

/// Beside errors, where the attributes of the body stand nowhere: what imports them stays used. A path names its crate itself.
pub(crate) fn imported(attrs: &[Attribute]) -> TokenStream {
    let of_body = attrs.iter().flat_map(|attr| match conditional(attr) {
        Some((condition, metas)) => metas.into_iter().map(|meta| (Some(condition.clone()), meta)).collect(),
        None => vec![(None, attr.meta.clone())],
    });
    let names = of_body.filter_map(|(condition, meta)| {
        let name = meta.path().get_ident()?.clone();
        let is_known = matches!(role(&meta), Role::Body) && !OF_THE_LANGUAGE.iter().any(|own| name == own);
        let condition = condition.map(|condition| quote!(#[cfg(#condition)]));
        is_known.then(|| quote!(#condition #[allow(unused_imports)] use #name as _;))
    });
    names.collect()
}

/// What nobody imports.
const OF_THE_LANGUAGE: &[&str] = &[
    "automatically_derived",
    "bench",
    "cold",
    "coverage",
    "derive",
    "export_name",
    "global_allocator",
    "ignore",
    "inline",
    "instruction_set",
    "link_section",
    "macro_export",
    "macro_use",
    "naked",
    "no_mangle",
    "optimize",
    "path",
    "proc_macro",
    "proc_macro_attribute",
    "proc_macro_derive",
    "repr",
    "should_panic",
    "target_feature",
    "test",
    "track_caller",
    "unsafe",
    "used",
];

/// Attributes on arguments: refused, as the argument is named in two signatures and a call.
pub(crate) fn on_argument(kind: Kind, attr: &Attribute, argument: &str, errors: &mut Diagnostics) {
    let name = text::as_written(attr.path());
    if kind == Kind::Durable
        && matches!(name.to_lowercase().as_str(), "data" | "ext" | "extension" | "inject" | "state")
    {
        errors.on(
            attr,
            format!("what only the worker's process has is marked `#[state]`: write `#[state]` before `{argument}`"),
        );
        return;
    }
    errors.on(
        attr,
        if name == "cfg" || name == "cfg_attr" {
            format!(
                "`#[{name}]` cannot stand on the argument `{argument}`: write two versions of the \
                 function, each with its own `#[cfg]`"
            )
        } else if matches!(role(&attr.meta), Role::Lint | Role::Expectation) {
            format!("`#[{name}]` cannot stand on the argument `{argument}`: put it on the function")
        } else {
            format!("`#[{name}]` cannot stand on the argument `{argument}`: leave it out")
        },
    );
}
