//! Input that nobody should write, and bodies that nobody should read.

use super::{detach, detached, shown, tokens};
use crate::arguments::Kind;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

const ARGS: &str = "timeout = \"5s\", track = AUDIT";

const GARBAGE: &[&str] = &[
    "",
    ",",
    ",,",
    "=",
    "= =",
    "timeout",
    "timeout =",
    "timeout = ,",
    "timeout == \"5s\"",
    "timeout => 5",
    "timeout = \"5s\" \"6s\"",
    "timeout = = track",
    "\"5s\" AUDIT",
    "::",
    "<",
    "#",
    "'a",
    "r#crate = x",
    "crate",
    "crate = ",
    "self",
    "()",
    "(timeout = \"5s\")",
    "{ timeout = \"5s\" }",
    "timeout(\"5s\"), track(AUDIT)",
    "timeout: \"5s\", track: AUDIT",
    "a.b.c",
    "|x| x",
    "async",
    "fn",
    "struct",
    "struct;",
    "pub",
    "pub fn",
    "async fn",
    "async fn f",
    "async fn f(",
    "async fn f() ->",
    "async fn f() -> u8",
    "async fn f();",
    "async fn f() {} trailing",
    "async fn f(self, self) {}",
    "async fn f<>() {}",
    "async fn f<T,>(x: T,) {}",
    "async gen fn f() {}",
    "extern \"C\" {}",
    "const X: u8 = 5;",
    "const _: () = ();",
    "const fn f() {}",
    "#[x] #[y] async fn f() {}",
    "#![inner] async fn f() {}",
    "impl X {}",
    "macro_rules! x { () => {} }",
    "x!()",
    "let x = 5;",
    "move || {}",
    "😀",
];

#[test]
fn nothing_panics() {
    for a in GARBAGE {
        let Ok(a) = a.parse::<TokenStream>() else {
            continue;
        };
        let _ = crate::detach::detach(a.clone());
        let _ = crate::task_owner::task_owner(a.clone());
        let _ = crate::task_owner::task_owner(quote!(
            struct X {
                #[tasks(#a)]
                x: OwnedTracker,
            }
        ));
        let _ = crate::owned_tasks::owned_tasks(TokenStream::new(), quote!(impl #a {}));
        let _ = crate::owned_tasks::owned_tasks(TokenStream::new(), quote!(impl X { #[detached(#a)] #a }));
        for b in GARBAGE {
            let Ok(b) = b.parse::<TokenStream>() else {
                continue;
            };
            let _ = crate::detached::detached(Kind::Detached, a.clone(), b.clone());
            let _ = crate::detached::detached(Kind::Detached, b.clone(), quote!(async fn f(x: &str) { #a }));
            let _ = crate::detached::detached(Kind::Periodic, a.clone(), b.clone());
            let _ = crate::detached::detached(Kind::Worker, a.clone(), quote!(async fn f(&self) { #b }));
            let _ = crate::detached::detached(
                Kind::Detached,
                quote!(__owned { #a } #b),
                quote!(
                    async fn f(&self) {}
                ),
            );
            let _ = crate::detach::detach(quote!(#a, #b));
            let _ = crate::owned_tasks::owned_tasks(a.clone(), b.clone());
        }
    }
}

#[test]
fn what_is_wrong_is_said() {
    for source in GARBAGE {
        let Ok(attr) = source.parse::<TokenStream>() else {
            continue;
        };
        let (output, errors) = crate::detached::detached(
            Kind::Detached,
            attr,
            quote!(
                async fn f(x: u8) {}
            ),
        );
        assert!(!errors.is_empty(), "{source}");
        assert!(output.to_string().contains("fn f"), "{source}");
    }
}

/// Whatever is not a function comes out as it went in.
#[test]
fn other_items_are_left_alone() {
    for item in [
        "pub struct X { a: u8 }",
        "mod m { fn x() {} }",
        "impl X { async fn f(&self) {} }",
        "trait T { async fn f(&self); }",
        "static X: u8 = 5;",
    ] {
        let (output, errors) = detached(ARGS, item);
        assert_eq!(output.to_string(), tokens(item).to_string());
        assert_eq!(errors.len(), 1, "{item}");
    }
}

#[test]
fn bodies_are_not_read() {
    const C: &str = "
        int *p = malloc(sizeof(int) * 10);
        for (int i = 0; i < 10; i++) { p[i] = i -> x; }
        return p == NULL ? -1 : *p;
    ";
    let body = tokens(C).to_string();
    let (output, errors) = detached(ARGS, &format!("async fn f(n: u8) {{ {C} }}"));
    assert!(errors.is_empty(), "{:?}", shown(&errors));
    assert!(output.to_string().contains(&body), "{output}");
    let (output, errors) = detached(ARGS, &format!("async fn f(self) {{ {C} }}"));
    assert!(errors.is_empty(), "{:?}", shown(&errors));
    assert!(output.to_string().contains(&body), "{output}");
    let (output, errors) = detached("", &format!("async fn f(n: u8) {{ {C} }}"));
    assert_eq!(errors.len(), 1);
    assert!(output.to_string().contains(&body), "{output}");
    let (output, errors) = detach(&format!("{ARGS}, async move {{ {C} }}"));
    assert!(errors.is_empty(), "{:?}", shown(&errors));
    assert!(output.to_string().contains(&body), "{output}");
}

/// As `macro_rules!` hands over what it matched.
#[test]
fn invisible_groups() {
    let hidden = |source: &str| TokenStream::from(TokenTree::Group(Group::new(Delimiter::None, tokens(source))));
    let (five, audit, keys) = (hidden("\"5s\""), hidden("AUDIT"), hidden("[A, B]"));
    let (vis, ty, body) = (hidden("pub"), hidden("Db"), hidden("{ work(db) }"));
    let attr = quote!(timeout = #five, track = #audit, inherit = #keys);
    let item = quote!(#vis async fn f(db: #ty) -> #ty #body);
    let whole = TokenTree::Group(Group::new(Delimiter::None, item.clone()));
    for item in [item, whole.into()] {
        let (output, errors) = crate::detached::detached(Kind::Detached, attr.clone(), item);
        assert!(errors.is_empty(), "{:?}", shown(&errors));
        let text = output.to_string();
        assert!(text.contains("duration (5u64 , 0u32)"), "{text}");
        assert!(text.contains("site_of"), "{text}");
    }
    let borrowed = hidden("&str");
    let (_, errors) = crate::detached::detached(Kind::Detached, attr, quote!(async fn f(db: #borrowed) {}));
    assert_eq!(errors.len(), 1);
}
