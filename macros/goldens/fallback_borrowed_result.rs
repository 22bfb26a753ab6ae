#[allow(
    dead_code,
    unreachable_code,
    unused_assignments,
    unused_braces,
    unused_mut,
    unused_parens,
    unused_variables,
    clippy::all,
    clippy::pedantic
)]
fn f(db: Db) -> ::outlive::TaskHandle<&'static str> {
    if false {
        let _ = (&(AUDIT),);
        ::core::unreachable!()
    }
    ::core::unreachable!()
}
// error: `&str` is borrowed, and the handle's value outlives the call: return an owned value, as in `-> String`
