//! Code that may panic, and shall harm nobody else.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code that may panic. Gives what it gives, or the payload of its panic.
pub(crate) fn catching<R>(work: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(work))
}

/// Runs code that may panic, and goes on. Gives the message of the panic.
pub(crate) fn quietly(work: impl FnOnce()) -> Option<Box<str>> {
    let payload = catching(work).err()?;
    let message = message_of(&*payload);
    // Dropping this payload could panic as well, and so on: it is given up instead.
    mem::forget(payload);
    Some(message)
}

/// The message that `panic!` was given, or a note that its payload is not a string.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> Box<str> {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        (*text).into()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.as_str().into()
    } else {
        "a payload that is not a string".into()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{panic_any, resume_unwind};

    use super::{catching, quietly};

    #[test]
    fn a_panic_gives_its_message_and_ends_there() {
        assert_eq!(quietly(|| resume_unwind(Box::new("a literal"))).as_deref(), Some("a literal"));
        assert_eq!(quietly(|| resume_unwind(Box::new(format!("a {}", "text")))).as_deref(), Some("a text"));
        assert_eq!(quietly(|| resume_unwind(Box::new(7))).as_deref(), Some("a payload that is not a string"));
        assert_eq!(quietly(|| ()), None);
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
