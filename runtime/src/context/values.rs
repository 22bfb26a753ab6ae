//! The typed values and the labels of a context.

use std::any::{Any, TypeId};
#[cfg(feature = "tracing")]
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::DetachedWork;
#[cfg(debug_assertions)]
use super::left_behind::LeftBehind;
use crate::util::LayeredMap;
use crate::util::text::label;

#[derive(Clone, Default)]
pub(crate) struct Values {
    typed: LayeredMap<TypeId, Value>,
    /// By name, `name=value` as it is printed.
    labels: LayeredMap<&'static str, Arc<str>>,
    /// The counters of detached tasks; usually none.
    works: Vec<DetachedWork>,
    /// The values that its work has not got from its first caller.
    #[cfg(debug_assertions)]
    left_behind: Option<Arc<LeftBehind>>,
}

type Value = Arc<dyn Any + Send + Sync>;

impl Values {
    pub(crate) fn with<T: Send + Sync + 'static>(values: Option<&Arc<Self>>, value: T) -> Arc<Self> {
        Self::with_value(values, TypeId::of::<T>(), Arc::new(value))
    }

    /// Not generic, so that it is compiled once.
    fn with_value(values: Option<&Arc<Self>>, id: TypeId, value: Value) -> Arc<Self> {
        Arc::new(match values {
            Some(old) => Self { typed: old.typed.with(id, value), ..Self::clone(old) },
            None => Self { typed: LayeredMap::default().with(id, value), ..Self::default() },
        })
    }

    pub(crate) fn get<T: 'static>(values: Option<&Arc<Self>>) -> Option<&T> {
        values?.typed.get(TypeId::of::<T>())?.downcast_ref()
    }

    /// A context with these values was asked for a `T`, and has none.
    pub(crate) fn missed<T: 'static>(&self) {
        #[cfg(debug_assertions)]
        if let Some(left_behind) = &self.left_behind {
            left_behind.misses::<T>();
        }
    }

    /// The values of work for several callers: none. In debug builds, `asked` is called with the type of a value that the
    /// work asks for, and that these values have.
    pub(crate) fn left_behind(
        values: Option<&Arc<Self>>,
        asked: impl Fn(&'static str) + Send + Sync + 'static,
    ) -> Option<Arc<Self>> {
        #[cfg(debug_assertions)]
        {
            let types: Vec<_> = values?.typed.in_order().map(|(id, _)| id).collect();
            let left_behind = (!types.is_empty()).then(|| Arc::new(LeftBehind::new(types, asked)))?;
            Some(Arc::new(Self { left_behind: Some(left_behind), ..Self::default() }))
        }
        #[cfg(not(debug_assertions))]
        {
            let _ = (values, asked);
            None
        }
    }

    pub(crate) fn with_label(values: Option<&Arc<Self>>, name: &'static str, value: &dyn fmt::Display) -> Arc<Self> {
        let label: Arc<str> = label(name, value).into();
        Arc::new(match values {
            Some(old) => Self { labels: old.labels.with(name, label), ..Self::clone(old) },
            None => Self { labels: LayeredMap::default().with(name, label), ..Self::default() },
        })
    }

    pub(crate) fn with_work(values: Option<&Arc<Self>>, work: &DetachedWork) -> Arc<Self> {
        let mut new = values.map(|values| Self::clone(values)).unwrap_or_default();
        new.works.push(work.clone());
        Arc::new(new)
    }

    pub(crate) fn is_work_of(&self, work: &DetachedWork) -> bool {
        self.works.iter().any(|known| known.is(work))
    }

    #[inline]
    pub(crate) fn works(&self) -> &[DetachedWork] {
        &self.works
    }

    /// The labels, each with its name, as they are printed.
    pub(crate) fn each_label(values: Option<&Arc<Self>>) -> impl Iterator<Item = (&'static str, &str)> {
        values.into_iter().flat_map(|values| values.labels.in_order()).map(|(name, label)| (name, &**label))
    }

    /// The labels as one text, if there are any, for a field of that name: a string, which formatters put in quotes. A single
    /// label is not copied.
    #[cfg(feature = "tracing")]
    pub(crate) fn labels_text(values: Option<&Arc<Self>>) -> Option<Cow<'_, str>> {
        let mut labels = Self::each_label(values).map(|(_, label)| label);
        let first = labels.next()?;
        let Some(second) = labels.next() else { return Some(Cow::Borrowed(first)) };
        let mut text = format!("{first} {second}");
        for label in labels {
            text.push(' ');
            text.push_str(label);
        }
        Some(Cow::Owned(text))
    }

    /// `name=value name="another value"`
    pub(crate) fn labels(values: Option<&Arc<Self>>) -> impl fmt::Display + '_ {
        struct Labels<'a>(Option<&'a Arc<Values>>);
        impl fmt::Display for Labels<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (at, (_, label)) in Values::each_label(self.0).enumerate() {
                    if at > 0 {
                        f.write_str(" ")?;
                    }
                    f.write_str(label)?;
                }
                Ok(())
            }
        }
        Labels(values)
    }
}
