//! The annotated item. A function's body stays opaque: it is never parsed.

use std::cell::OnceCell;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Signature, Token, Visibility};

pub(crate) enum Item {
    Function(Box<Function>),
    /// Not a function; what it is, where that can be seen.
    Other(&'static str),
    /// A function that syn cannot read.
    Unreadable(syn::Error),
}

pub(crate) struct Function {
    /// All of it.
    pub(crate) written: TokenStream,
    /// All but what is in the body's braces, if it was read so.
    head: TokenStream,
    body_text: OnceCell<String>,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Body,
}

impl Function {
    /// The body as text. It is the compiler's own work, done at once; the tokens would have to be asked for, one by one. It costs
    /// as much as the rest of the expansion's reading, so it is asked for once.
    pub(crate) fn body_text(&self) -> &str {
        self.body_text.get_or_init(|| match &self.body {
            Body::Braces(group) => group.stream().to_string(),
            Body::Missing(_) => String::new(),
        })
    }

    /// What comes before the body, as text.
    pub(crate) fn head_text(&self) -> String {
        self.head.to_string()
    }
}

pub(crate) enum Body {
    Braces(Group),
    Missing(Token![;]),
}

pub(crate) fn parse(tokens: &TokenStream) -> Item {
    let mut trees = trees(tokens);
    if let Some(other) = what(&trees) {
        return Item::Other(other);
    }
    // What syn gets it looks at, token by token: so it gets no body.
    let body = take_body(&mut trees);
    // Its message is about what was written.
    let head: TokenStream = trees.into_iter().collect();
    match function.parse2(head.clone()).or_else(|_| function.parse2(tokens.clone())) {
        Ok(mut function) => {
            if let (Some(body), Body::Braces(group)) = (body, &mut function.body) {
                *group = body;
            }
            function.written = tokens.clone();
            function.head = head;
            Item::Function(Box::new(function))
        }
        Err(error) => Item::Unreadable(error),
    }
}

/// The item's tokens, without the invisible group that a `$item:item` stands in, behind its attributes.
pub(crate) fn trees(tokens: &TokenStream) -> Vec<TokenTree> {
    let mut trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    while let Some(TokenTree::Group(group)) = trees.last() {
        if group.delimiter() != Delimiter::None || braces(group).is_some() {
            break;
        }
        let inside = group.stream();
        trees.pop();
        trees.extend(inside);
    }
    trees
}

/// Leaves empty braces in its place.
fn take_body(trees: &mut [TokenTree]) -> Option<Group> {
    let last = trees.last_mut()?;
    let TokenTree::Group(group) = last else {
        return None;
    };
    let body = braces(group)?;
    *last = Group::new(Delimiter::Brace, TokenStream::new()).into();
    Some(body)
}

fn function(input: ParseStream<'_>) -> syn::Result<Function> {
    Ok(Function {
        written: TokenStream::new(),
        head: TokenStream::new(),
        body_text: OnceCell::new(),
        attrs: input.call(Attribute::parse_outer)?,
        vis: input.parse()?,
        sig: input.parse()?,
        body: body(input)?,
    })
}

fn body(input: ParseStream<'_>) -> syn::Result<Body> {
    if input.peek(Token![;]) {
        return Ok(Body::Missing(input.parse()?));
    }
    input.step(|cursor| match cursor.token_tree() {
        Some((TokenTree::Group(group), rest)) => match braces(&group) {
            Some(group) => Ok((Body::Braces(group), rest)),
            None => Err(cursor.error("expected the function's body")),
        },
        _ => Err(cursor.error("expected the function's body")),
    })
}

/// The brace group itself, also where `macro_rules!` wraps a `$body:block` in an invisible group.
fn braces(group: &Group) -> Option<Group> {
    match group.delimiter() {
        Delimiter::Brace => Some(group.clone()),
        Delimiter::None => {
            let mut inner = group.stream().into_iter();
            match (inner.next(), inner.next()) {
                (Some(TokenTree::Group(group)), None) => braces(&group),
                _ => None,
            }
        }
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}

/// `None` for anything that looks like a function.
pub(crate) fn what(item: &[TokenTree]) -> Option<&'static str> {
    let mut tokens = start(item).iter().peekable();
    let mut previous: Option<&Ident> = None;
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(ident) = token else {
            return Some(match (token, previous) {
                (TokenTree::Literal(_), Some(word)) if word == "extern" => {
                    previous = Some(word);
                    continue;
                }
                (TokenTree::Group(_), Some(word)) if word == "extern" => "an `extern` block",
                (TokenTree::Group(_), _) => "a block",
                (TokenTree::Punct(punct), _) if punct.as_char() == '|' => "a closure",
                (TokenTree::Punct(punct), Some(_)) if punct.as_char() == '!' => "a macro call",
                _ => "an expression",
            });
        };
        let word = ident.to_string();
        let name_follows = matches!(tokens.peek(), Some(TokenTree::Ident(_)));
        return Some(match word.as_str() {
            "fn" => return None,
            "struct" => "a struct",
            "enum" => "an enum",
            "union" if name_follows => "a union",
            "trait" => "a trait",
            "impl" => "an `impl` block",
            "mod" => "a module",
            "type" => "a type alias",
            "static" => "a static",
            "use" => "a `use`",
            "let" => "a `let`",
            "crate" => "an `extern crate`",
            "const" | "async" | "unsafe" | "safe" | "extern" | "default" | "auto" | "gen" | "move" => {
                previous = Some(ident);
                continue;
            }
            _ if previous.is_some_and(|previous| previous == "const") => "a constant",
            _ => {
                previous = Some(ident);
                continue;
            }
        });
    }
    Some("no item")
}

/// Behind the attributes and the visibility.
fn start(item: &[TokenTree]) -> &[TokenTree] {
    match item {
        [TokenTree::Punct(pound), TokenTree::Group(group), rest @ ..]
            if pound.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            start(rest)
        }
        [TokenTree::Ident(word), TokenTree::Group(group), rest @ ..]
            if word == "pub" && group.delimiter() == Delimiter::Parenthesis =>
        {
            rest
        }
        [TokenTree::Group(group), rest @ ..] if group.delimiter() == Delimiter::None => rest,
        [TokenTree::Ident(word), rest @ ..] if word == "pub" => rest,
        _ => item,
    }
}
