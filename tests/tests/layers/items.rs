//! What the check asks of an item: its name, what it imports, and whether it is for tests alone.

use syn::spanned::Spanned as _;
use syn::{Attribute, Item, ItemUse, Meta, UseTree};

/// A path that an import names. Without a last segment it is a glob.
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) line: usize,
}

/// The name of what it defines, and its line.
pub(crate) fn defined(item: &Item) -> Option<(String, usize)> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some((plain(ident), ident.span().start().line))
}

pub(crate) fn imports(item: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    if item.leading_colon.is_none() {
        leaves(&item.tree, &mut Vec::new(), &mut found);
    }
    found
}

fn leaves(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Import>) {
    let line = tree.span().start().line;
    let whole = |before: &[String], ident| {
        let own = (ident != "self").then_some(ident);
        before.iter().cloned().chain(own).collect::<Vec<_>>()
    };
    match tree {
        UseTree::Path(path) => {
            before.push(plain(&path.ident));
            leaves(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(name) => {
            let path = whole(before, plain(&name.ident));
            found.push(Import { name: path.last().cloned(), path, line });
        }
        UseTree::Rename(rename) => {
            let path = whole(before, plain(&rename.ident));
            found.push(Import { name: Some(plain(&rename.rename)), path, line });
        }
        UseTree::Glob(_) => found.push(Import { path: before.clone(), name: None, line }),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, before, found)),
    }
}

pub(crate) fn plain(ident: &syn::Ident) -> String {
    let written = ident.to_string();
    written.strip_prefix("r#").map_or(written.clone(), str::to_owned)
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Is it compiled in tests alone?
pub(crate) fn is_for_tests(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            list.parse_args::<Meta>().is_ok_and(|meta| asks_for_test(&meta))
        }
        _ => attr.path().is_ident("test"),
    })
}

fn asks_for_test(condition: &Meta) -> bool {
    let Meta::List(list) = condition else {
        return condition.path().is_ident("test");
    };
    let parser = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
    let Ok(parts) = list.parse_args_with(parser) else {
        return false;
    };
    match list.path.get_ident().map(ToString::to_string).as_deref() {
        Some("all") => parts.iter().any(asks_for_test),
        Some("any") => !parts.is_empty() && parts.iter().all(asks_for_test),
        _ => false,
    }
}
