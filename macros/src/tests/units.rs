//! The small parts.

use super::tokens;
use crate::syntax::borrow::{self, Form};
use crate::syntax::duration;
use crate::syntax::manifest::{Home, read};
use crate::syntax::names;
use crate::syntax::nearest::nearest;
use crate::syntax::text::as_written;
use proc_macro2::Span;
use syn::LitStr;

#[test]
fn tokens_are_shown_as_one_writes_them() {
    for source in [
        "AUDIT",
        "app.tasks",
        "crate::a::B",
        "&self.tasks",
        "Arc::clone(&app.tasks)",
        "&'static str",
        "&'a mut [u8]",
        "Option<&str>",
        "Box<dyn Fn(&str) -> String + Send>",
        "impl Iterator<Item = &'a str> + '_",
        "[u8; 4]",
        "HashMap<String, Vec<u8>>",
        "(A, B)",
        "a + b * 2",
        "Duration::from_secs(5)",
        "f(\"x\", 1)?",
        "*app.tracker()",
    ] {
        assert_eq!(as_written(tokens(source)), source);
    }
}

#[test]
fn durations() {
    let read = |text: &str| {
        let literal = LitStr::new(text, Span::call_site());
        duration::parse("timeout", &literal).map(|duration| duration.as_millis()).map_err(|error| error.to_string())
    };
    for (text, millis) in [
        ("5s", 5_000),
        ("250ms", 250),
        ("1m 30s", 90_000),
        ("1.5s", 1_500),
        ("2 minutes", 120_000),
        (" 5s ", 5_000),
        ("0s", 0),
    ] {
        assert_eq!(read(text), Ok(millis), "{text}");
    }
    for (text, message) in [
        ("5", "`timeout`: `5` has no unit: write `\"5s\"` for seconds, `\"5ms\"` for milliseconds"),
        ("5 sconds", "`timeout`: `sconds` is not a unit of time: did you mean `\"5 seconds\"`?"),
        ("5 Seconds", "`timeout`: `Seconds` is not a unit of time: did you mean `\"5 seconds\"`?"),
        (
            "5 parsecs",
            "`timeout`: `parsecs` is not a unit of time: use `ms`, `s`, `m` or `h`, as in `\"250ms\"`, `\"5s\"`, `\"1m 30s\"`",
        ),
        ("-1s", "`timeout`: a duration cannot be negative: `\"-1s\"`; write it without the `-`"),
        ("", "`timeout`: the duration is empty: write a number and a unit, as in `\"5s\"`"),
        ("  ", "`timeout`: the duration is empty: write a number and a unit, as in `\"5s\"`"),
        (
            "s5",
            "`timeout`: `\"s5\"` is not a duration: write a number and a unit, as in `\"250ms\"`, `\"5s\"`, `\"1m 30s\"`",
        ),
        (
            "five seconds",
            "`timeout`: `\"five seconds\"` is not a duration: write a number and a unit, as in `\"250ms\"`, `\"5s\"`, `\"1m 30s\"`",
        ),
        (
            "5s!",
            "`timeout`: `\"5s!\"` is not a duration: write a number and a unit, as in `\"250ms\"`, `\"5s\"`, `\"1m 30s\"`",
        ),
        ("0.1ns", "`timeout`: `\"0.1ns\"` is too large, or finer than a nanosecond: it does not fit a `Duration`"),
        (
            "999999999999999 years",
            "`timeout`: `\"999999999999999 years\"` is too large, or finer than a nanosecond: it does not fit a `Duration`",
        ),
        // humantime itself panics here.
        (
            "18446744073709551615s 1000ms",
            "`timeout`: `\"18446744073709551615s 1000ms\"` is too large, or finer than a nanosecond: it does not fit a `Duration`",
        ),
    ] {
        assert_eq!(read(text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn near_misses() {
    let names = ["timeout", "track", "grace", "on", "name", "max_timeout"];
    for (written, meant) in [
        ("timout", Some("timeout")),
        ("tiemout", Some("timeout")),
        ("Timeout", Some("timeout")),
        ("trakc", Some("track")),
        ("maxtimeout", Some("max_timeout")),
        ("x", None),
        ("colour", None),
    ] {
        assert_eq!(nearest(written, &names), meant, "{written}");
    }
}

#[test]
fn borrows_and_what_to_write_instead() {
    for (written, owned) in [
        ("&str", Some("String")),
        ("&[u8]", Some("Vec<u8>")),
        ("&Path", Some("PathBuf")),
        ("&std::path::Path", Some("PathBuf")),
        ("&OsStr", Some("OsString")),
        ("&'a Db", Some("Db")),
        ("&mut Db", Some("Db")),
        ("&[&str]", Some("Vec<String>")),
        ("Option<&str>", Some("Option<String>")),
        ("Mail<'_>", Some("Mail")),
        ("Vec<Mail<'a, u8>>", Some("Vec<Mail<u8>>")),
        ("&Mail<'_>", Some("Mail")),
        ("Mail<'static>", None),
        ("impl Job<'a> + Send", Some("impl Job<'static> + Send")),
        ("Cow<'_, str>", Some("Cow<'static, str>")),
        ("Box<dyn Job + 'a>", Some("Box<dyn Job + 'static>")),
        ("impl Job + '_", Some("impl Job + 'static")),
        ("&dyn Job", Some("Box<dyn Job + Send>")),
        ("&(dyn Job + Send)", Some("Box<dyn Job + Send>")),
        ("&impl Job", Some("impl Job + Send + 'static")),
        ("impl Iterator<Item = &'a str>", Some("impl Iterator<Item = String>")),
        ("(u8, &str)", Some("(u8, String)")),
        ("[&str; 2]", Some("[String; 2]")),
        ("for<'a> fn(&'a str, &'b str)", Some("for<'a> fn(&'a str, String)")),
        ("&'static str", None),
        ("String", None),
        ("impl Fn(&str) -> &str", None),
        ("Box<dyn Fn(&str, Cow<'_, str>) + Send>", None),
        ("fn(&str) -> &str", None),
        ("impl for<'a> Job<'a>", None),
        ("Box<dyn for<'a> Fn(&'a Db) -> Out<'a>>", None),
        ("*const u8", None),
    ] {
        let ty: syn::Type = syn::parse_str(written).unwrap();
        let freed = borrow::unborrowed(&ty, Form::Owned);
        let found = freed.first.map(|_| as_written(freed.ty));
        assert_eq!(found.as_deref(), owned, "{written}");
        assert_eq!(borrow::unborrowed(&ty, Form::Static).first.is_some(), owned.is_some(), "{written}");
    }
}

#[test]
fn whose_self() {
    for (source, found) in [
        ("async fn f() { Self::x() }", true),
        ("async fn f(x: Self) {}", true),
        ("async fn f() where Self: Sized {}", true),
        ("async fn f() { g!(a, Self) }", true),
        ("async fn f() { struct X; impl X { fn new() -> Self { X } } }", false),
        ("async fn f() { impl<T> X<T> { fn new() -> Self { X } } x() }", false),
        ("async fn f() { trait X { fn new() -> Self; } }", false),
        ("async fn f() { struct Y(Box<Self>); enum E { A(Box<Self>) } }", false),
        ("async fn f(x: impl Into<Self>) { }", true),
        ("async fn f() { union { a } }", false),
    ] {
        // The signature's own `impl` is no block.
        let signature = source.split_once('{').unwrap();
        let in_signature = names::mentions_self(tokens(signature.0));
        let in_body = names::outer_self(tokens(&format!("{{{}", signature.1))).is_some();
        assert_eq!(in_signature || in_body, found, "{source}");
    }
}

#[test]
fn the_name_of_a_dependency() {
    let renamed = |name: &str| Home::Renamed(name.to_owned());
    for (manifest, home) in [
        ("[dependencies]\noutlive = \"0.1\"", Home::Own),
        ("[dependencies]\noutlive.workspace = true", Home::Own),
        ("[dependencies]\n\"outlive\" = { version = \"0.1\" }", Home::Own),
        ("[dependencies.outlive]\nversion = \"0.1\"", Home::Own),
        ("[target.'cfg(unix)'.dev-dependencies]\noutlive = { path = \"..\" }", Home::Own),
        ("dependencies.outlive.version = \"0.1\"", Home::Own),
        ("[package]\nname = \"outlive\"", Home::Own),
        ("[dependencies]\nbg = { package = \"outlive\", version = \"0.1\" }", renamed("bg")),
        ("[dependencies]\nmy-tasks = {version=\"0.1\",package='outlive'}", renamed("my_tasks")),
        ("[dependencies.bg]\nversion = \"0.1\"\npackage = \"outlive\"", renamed("bg")),
        ("[dependencies]\noutlive = { package = \"outlive\", version = \"0.1\" }", Home::Own),
        ("[dependencies]\nold = { package = \"outlive\", version = \"0.1\" }\noutlive = \"0.2\"", Home::Own),
        // Its own name, until the compiler says otherwise.
        ("[dependencies]\noutlive = { package = \"outlive-fork\" }", Home::Own),
        ("[package]\ndescription = \"with outlive\"", Home::Own),
        ("dependencies = { outlive = \"0.1\" }", Home::Own),
        ("[dependencies]\nframework = \"1\"", Home::Elsewhere),
        ("[package]\nname = \"outlive-demo\"\n[dependencies]\nframework = \"1\"", Home::Elsewhere),
        ("", Home::Elsewhere),
    ] {
        assert_eq!(read(manifest, "outlive"), home, "{manifest}");
    }
    let durable = "[dependencies]\noutlive-durable = \"0.1\"";
    assert_eq!([read(durable, "outlive-durable"), read(durable, "outlive")], [Home::Own, Home::Elsewhere]);
}
