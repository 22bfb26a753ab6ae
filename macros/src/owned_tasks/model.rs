//! The `impl` block. Of its items, only the annotated methods' receivers are looked at.

use super::attribute;
use crate::arguments::{Kind, Owner};
use crate::syntax::paths::Root;
use crate::syntax::{Diagnostics, item, text};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, GenericParam, Generics, Lifetime, Token, Type};

pub(crate) struct Model {
    /// All that comes before the braces.
    pub(crate) head: TokenStream,
    pub(crate) of_trait: Option<syn::Path>,
    pub(crate) ty: Type,
    pub(crate) body: Group,
    /// A lifetime that the service has.
    pub(crate) borrows_for: Option<Lifetime>,
    pub(crate) generics: Generics,
    is_fixed: bool,
    tasks: Vec<Task>,
}

struct Task {
    name: Ident,
    /// What of its attributes says whether it is there.
    condition: String,
    /// `&self`.
    borrows: bool,
}

struct Head {
    of_trait: Option<syn::Path>,
    ty: Type,
    generics: Generics,
}

/// `None` where it is no `impl` block that can be read: that is reported.
pub(crate) fn parse(tokens: &TokenStream, errors: &mut Diagnostics) -> Option<Model> {
    let mut head = item::trees(tokens);
    match item::what(&head) {
        Some("an `impl` block") => {}
        what => {
            errors.at(Span::call_site(), not_an_impl(what.unwrap_or("a function")));
            return None;
        }
    }
    let body = match head.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        other => {
            errors.on(other, "expected the `impl` block's body");
            return None;
        }
    };
    let head: TokenStream = head.into_iter().collect();
    let read = match read.parse2(head.clone()) {
        Ok(read) => read,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let own = |parameter: &GenericParam| !matches!(parameter, GenericParam::Lifetime(_));
    let elided = read.ty.to_token_stream().to_string().contains("'_");
    let is_fixed = !read.generics.params.iter().any(own) && read.generics.lifetimes().next().is_none() && !elided;
    let tasks = tasks(body.stream());
    let borrows_for = lifetime(read.ty.to_token_stream());
    Some(Model {
        head,
        of_trait: read.of_trait,
        ty: read.ty,
        body,
        borrows_for,
        generics: read.generics,
        is_fixed,
        tasks,
    })
}

fn not_an_impl(what: &str) -> String {
    let way_out = match what {
        "a struct" | "an enum" | "a union" => {
            "put it on its `impl` block, and `#[derive(Clone, outlive::TaskOwner)]` on the struct itself"
        }
        "a function" => {
            "put it on the `impl` around its methods; a function on its own names its tracker, as in \
                         `#[detached(timeout = \"5s\", track = AUDIT)]`"
        }
        _ => "put it on the `impl` whose methods are tasks",
    };
    format!("`#[owned_tasks]` stands on the `impl` block of a service, and this is {what}: {way_out}")
}

fn read(input: ParseStream<'_>) -> syn::Result<Head> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Option<Token![unsafe]>>()?;
    input.parse::<Token![impl]>()?;
    // `impl <T as X>::Y {}` is no generics.
    let has_generics = input.peek(Token![<])
        && (input.peek2(Token![>])
            || input.peek2(Token![#])
            || input.peek2(syn::Lifetime)
            || input.peek2(Token![const])
            || (input.peek2(syn::Ident) && !input.peek3(Token![as]) && !input.peek3(Token![::])));
    let mut generics = if has_generics { input.parse()? } else { Generics::default() };
    let ahead = input.fork();
    let of_trait =
        ahead.parse::<Option<Token![!]>>().is_ok() && ahead.parse::<syn::Path>().is_ok() && ahead.peek(Token![for]);
    let of_trait = if of_trait {
        input.parse::<Option<Token![!]>>()?;
        let path = input.parse()?;
        input.parse::<Token![for]>()?;
        Some(path)
    } else {
        None
    };
    let ty = input.parse()?;
    generics.where_clause = input.parse()?;
    Ok(Head { of_trait, ty, generics })
}

/// The first one in a type that is not `'static`.
fn lifetime(ty: TokenStream) -> Option<Lifetime> {
    let mut quote = None;
    ty.into_iter().find_map(|token| match token {
        TokenTree::Punct(punct) if punct.as_char() == '\'' => {
            quote = Some(punct.span());
            None
        }
        TokenTree::Ident(name) => {
            quote.take().filter(|_| name != "static").map(|apostrophe| Lifetime { apostrophe, ident: name })
        }
        TokenTree::Group(group) => lifetime(group.stream()),
        _ => None,
    })
}

fn called(body: TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    tokens.windows(3).find_map(|three| match three {
        [TokenTree::Ident(name), TokenTree::Punct(bang), TokenTree::Group(_)] if bang.as_char() == '!' => {
            Some(name.clone())
        }
        _ => None,
    })
}

/// The methods that bear one of the attributes.
fn tasks(body: TokenStream) -> Vec<Task> {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let mut tasks = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        // All that stand on one item.
        let mut condition = String::new();
        let mut annotated = false;
        while let Some(group) = attribute::at(&tokens, index) {
            annotated |= attribute::makes_task(&group.stream());
            if attribute::split(group.stream()).0.to_string().starts_with("cfg") {
                condition.push_str(&group.stream().to_string());
            }
            index += 2;
        }
        if annotated {
            if let Some(task) = task(&tokens[index..], condition) {
                tasks.push(task);
            }
        }
        index += 1;
    }
    tasks
}

/// The method that comes next.
fn task(tokens: &[TokenTree], condition: String) -> Option<Task> {
    let at = tokens.iter().position(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))?;
    let TokenTree::Ident(name) = tokens.get(at + 1)? else {
        return None;
    };
    // Behind its generics, in which `Fn(u8)` may stand.
    let mut depth = 0_usize;
    let mut arrow = false;
    for token in &tokens[at + 2..] {
        match token {
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    '<' => depth += 1,
                    '>' if !arrow => depth = depth.saturating_sub(1),
                    _ => {}
                }
                arrow = punct.as_char() == '-';
            }
            TokenTree::Group(group) if depth == 0 => {
                let inputs = text::as_written(group.stream());
                let first = inputs.split(',').next().unwrap_or_default();
                let borrows = (first.starts_with('&') && first.ends_with("self")) || first == "self: &Self";
                return Some(Task { name: name.clone(), condition, borrows });
            }
            _ => arrow = false,
        }
    }
    None
}

impl Model {
    /// The service, as its methods know it; `None` where there is no task.
    pub(crate) fn owner(&self, root: &Root) -> Option<Owner> {
        let Task { name, condition, .. } = self.tasks.first()?;
        // Two of one name exclude each other by their conditions.
        let condition = condition.replace(|char: char| !char.is_ascii_alphanumeric(), "_");
        let first = format!("{}{condition}", text::plain(name));
        Some(Owner {
            ty: self.ty.to_token_stream(),
            // Several blocks of one type: named after a method, as those have names of their own.
            constant: Ident::new(&format!("__OWNER_OF_{first}"), Span::call_site()),
            is_fixed: self.is_fixed,
            is_lost: false,
            root: root.clone(),
        })
    }

    pub(crate) fn has_tasks(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// A method by the name of what `TaskOwner` gives the service, which does not come to that.
    pub(crate) fn hides_shutdown(&self) -> Option<Ident> {
        if !self.has_tasks() {
            return None;
        }
        let tokens: Vec<TokenTree> = self.body.stream().into_iter().collect();
        let at = tokens.windows(2).position(|pair| {
            matches!(pair, [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "fn" && name == "shutdown")
        })?;
        let body = tokens[at..].iter().find_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
            _ => None,
        });
        let comes_to_it = body.is_some_and(|body| text::as_written(body).contains("shutdown"));
        match &tokens[at + 1] {
            TokenTree::Ident(name) if !comes_to_it => Some(name.clone()),
            _ => None,
        }
    }

    pub(crate) fn lends(&self) -> bool {
        self.tasks.iter().any(|task| task.borrows)
    }

    /// A macro that is called among the methods.
    pub(crate) fn called(&self) -> Option<Ident> {
        called(self.body.stream())
    }

    /// An attribute that is not this one.
    pub(crate) fn repeated(&self) -> Option<Group> {
        let head: Vec<TokenTree> = self.head.clone().into_iter().collect();
        (0..head.len())
            .filter_map(|index| attribute::at(&head, index))
            .find(|group| {
                let (path, _) = attribute::split(group.stream());
                matches!(path.into_iter().last(), Some(TokenTree::Ident(last)) if last == Kind::OwnedTasks.name())
            })
            .cloned()
    }
}
