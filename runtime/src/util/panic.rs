//! Runs code that may panic.

use std::any::Any;
use std::borrow::Cow;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::chain::{Chain, error_in};
use super::text::{self, TEXT};

/// Runs code that may panic. Returns its result, or the payload of its panic.
pub(crate) fn catching<R>(work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(work))
}

/// Runs code that may panic. Returns the message of the panic, if there was one.
pub(crate) fn quietly(work: impl FnOnce()) -> Option<Box<str>> {
    let payload = catching(work).err()?;
    Some(match into_message(payload) {
        Ok(message) => message.into_boxed_str(),
        Err(payload) => {
            let message = message_of(&*payload);
            // Dropping this payload could panic as well, and so on: it is leaked instead.
            mem::forget(payload);
            message
        }
    })
}

/// The message of a `panic!`, without a copy, or else the payload.
pub(crate) fn into_message(payload: Box<dyn Any + Send>) -> Result<String, Box<dyn Any + Send>> {
    payload.downcast::<String>().map(|text| *text)
}

/// The text of a payload: the message of a `panic!`, the text of an error, or a note that it is neither. Only an error's
/// text is cut.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> Box<str> {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        (*text).into()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.as_str().into()
    } else if let Some(text) = payload.downcast_ref::<Box<str>>() {
        text.clone()
    } else if let Some(text) = payload.downcast_ref::<Cow<'static, str>>() {
        (**text).into()
    } else if let Some(error) = error_in(payload) {
        text::shown(&Chain(error), TEXT).into()
    } else {
        "a payload that is not a string".into()
    }
}

#[cfg(test)]
mod tests {
    use std::any::Any;
    use std::borrow::Cow;
    use std::error::Error;
    use std::io;
    use std::panic::{panic_any, resume_unwind};
    use std::sync::Arc;

    use super::{catching, message_of, quietly};

    #[test]
    fn a_panic_gives_its_message_and_ends_there() {
        assert_eq!(quietly(|| resume_unwind(Box::new("a literal"))).as_deref(), Some("a literal"));
        assert_eq!(quietly(|| resume_unwind(Box::new(format!("a {}", "text")))).as_deref(), Some("a text"));
        assert_eq!(quietly(|| resume_unwind(Box::new(7))).as_deref(), Some("a payload that is not a string"));
        assert_eq!(quietly(|| ()), None);
    }

    #[test]
    fn an_error_that_is_thrown_says_what_it_is() {
        let full = || io::Error::other("disk full");
        let thrown: [Box<dyn Any + Send>; 4] = [
            Box::new(full()),
            Box::new(Box::new(full()) as Box<dyn Error + Send + Sync>),
            Box::new(Box::new(full()) as Box<dyn Error + Send>),
            Box::new(Arc::new(full()) as Arc<dyn Error + Send + Sync>),
        ];
        for payload in thrown {
            assert_eq!(message_of(&*payload).as_ref(), "disk full");
        }
        assert_eq!(message_of(&Box::<str>::from("boxed")).as_ref(), "boxed");
        assert_eq!(message_of(&Cow::from("a cow")).as_ref(), "a cow");
    }

    #[test]
    fn a_payload_whose_destructor_panics_is_given_up() {
        struct Bomb;

        impl Drop for Bomb {
            fn drop(&mut self) {
                panic_any("again");
            }
        }

        assert!(quietly(|| resume_unwind(Box::new(Bomb))).is_some());
    }

    #[test]
    fn what_does_not_panic_gives_its_value_and_what_does_its_payload() {
        assert_eq!(catching(|| 7).ok(), Some(7));
        let payload = catching(|| resume_unwind(Box::new(7))).unwrap_err();
        assert_eq!(payload.downcast_ref::<i32>(), Some(&7));
    }
}
