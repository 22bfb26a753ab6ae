//! The function in which a closure or an `async` block is written, from its type name.

use std::any::type_name;

/// The path of the function in which a closure or an `async` block is written: `my_crate::users::load`. `None` for other
/// types, such as a boxed future.
pub(crate) fn enclosing_function<F>() -> Option<&'static str> {
    path_in(type_name::<F>())
}

fn path_in(name: &str) -> Option<&str> {
    let (path, _) = name.split_once("::{{closure}}")?;
    // It may be in a wrapper: `Instrumented<my_crate::users::load::{{closure}}>`.
    path.rsplit(['<', '(', '[', '&', ' ']).next()
}

#[cfg(test)]
mod tests {
    use super::{enclosing_function, path_in};

    fn of<F>(_: &F) -> Option<&'static str> {
        enclosing_function::<F>()
    }

    #[test]
    fn of_an_async_block_it_is_its_function() {
        #[allow(clippy::unused_async, reason = "it is the type that is looked at")]
        async fn named() {}
        let here = module_path!();
        let block = async {};
        let expected = format!("{here}::of_an_async_block_it_is_its_function");
        assert_eq!(of(&block), Some(&*expected));
        assert_eq!(of(&|| ()), Some(&*expected));
        assert_eq!(of(&named()), Some(&*format!("{expected}::named")));
        assert_eq!(of(&Some(block)), Some(&*expected), "inside of another type");
    }

    #[test]
    fn of_other_types_it_is_not_known() {
        assert_eq!(of(&std::future::ready(1)), None);
        assert_eq!(path_in("core::pin::Pin<alloc::boxed::Box<dyn core::future::future::Future<Output = ()>>>"), None);
        assert_eq!(path_in("a::Either<(b::Left, &c::right::{{closure}}), d::{{closure}}>"), Some("c::right"));
    }
}
