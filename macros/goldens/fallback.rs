/// Writes.
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
pub async fn write<'a>(
    #[cfg(x)]
    db: &'a Db,
    (a, _): (u8, u8),
) -> ::outlive::TaskHandle<u32> {
    #[allow(unused_imports)]
    use instrument as _;
    if false {
        let _ = (
            &(AUDIT),
            ::core::marker::PhantomData::<Hub>,
            ::core::marker::PhantomData::<Local<u8>>,
        );
        ::core::unreachable!()
    }
    let _ = async move {
        if false {
            let output: u32 = ::core::unreachable!();
            return output;
        }
        { body }
    };
    ::core::unreachable!()
}
// error: `#[cfg]` cannot stand on the argument `db`: write two versions of the function, each with its own `#[cfg]`
// error: `db: &'a Db` is borrowed, and the task may outlive what it borrows from: write `db: Db`, or share it as `db: std::sync::Arc<Db>`
// error: `timeout`: `sconds` is not a unit of time: did you mean `"5 seconds"`?
