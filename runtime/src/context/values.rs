//! The typed values and the labels of a context.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::DetachedWork;
#[cfg(debug_assertions)]
use super::left_behind::LeftBehind;
use crate::util::text::label;

#[derive(Clone, Default)]
pub(crate) struct Values {
    typed: Typed,
    /// The names, and `name=value` as it is printed.
    labels: Vec<(&'static str, Arc<str>)>,
    /// The counters of detached tasks; usually none.
    works: Vec<DetachedWork>,
    /// The values that its work has not got from its first caller.
    #[cfg(debug_assertions)]
    left_behind: Option<Arc<LeftBehind>>,
}

type Value = Arc<dyn Any + Send + Sync>;

/// Values by their type. Usually there are few: a scan over a handful of type ids is faster than a map, and a map is faster
/// than a longer scan.
#[derive(Clone, Default)]
struct Typed {
    few: Vec<(TypeId, Value)>,
    /// All values, if there are more than `FEW`.
    many: HashMap<TypeId, Value, BuildHasherDefault<TypeIdHasher>>,
}

impl Typed {
    const FEW: usize = 6;

    #[inline]
    fn get(&self, id: TypeId) -> Option<&Value> {
        match self.few.iter().find(|(known, _)| *known == id) {
            Some((_, value)) => Some(value),
            None => self.many.get(&id),
        }
    }

    #[cfg(debug_assertions)]
    fn ids(&self) -> Vec<TypeId> {
        self.few.iter().map(|(id, _)| *id).chain(self.many.keys().copied()).collect()
    }

    fn with(&self, id: TypeId, value: Value) -> Self {
        let mut new = Self::default();
        if self.many.is_empty() && self.few.len() < Self::FEW {
            new.few.reserve_exact(self.few.len() + 1);
            new.few.extend(self.few.iter().filter(|(known, _)| *known != id).cloned());
            new.few.push((id, value));
        } else {
            new.many.clone_from(&self.many);
            new.many.extend(self.few.iter().cloned().chain([(id, value)]));
        }
        new
    }
}

/// A hasher for type ids, which are hashes already.
#[derive(Default)]
struct TypeIdHasher(u64);

impl Hasher for TypeIdHasher {
    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }

    /// For a future std in which a type id is hashed in another way.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Values {
    pub(crate) fn with<T: Send + Sync + 'static>(values: Option<&Arc<Self>>, value: T) -> Arc<Self> {
        let (id, value) = (TypeId::of::<T>(), Arc::new(value));
        Arc::new(match values {
            Some(old) => Self {
                typed: old.typed.with(id, value),
                labels: old.labels.clone(),
                works: old.works.clone(),
                #[cfg(debug_assertions)]
                left_behind: old.left_behind.clone(),
            },
            None => Self { typed: Typed { few: vec![(id, value)], ..Typed::default() }, ..Self::default() },
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
            let types = values?.typed.ids();
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
        // User code runs first, before anything is changed.
        let label: Arc<str> = label(name, value).into();
        let mut new = values.map(|values| Self::clone(values)).unwrap_or_default();
        match new.labels.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = label,
            None => new.labels.push((name, label)),
        }
        Arc::new(new)
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

    #[cfg(feature = "tracing")]
    pub(crate) fn has_labels(&self) -> bool {
        !self.labels.is_empty()
    }

    /// The labels, each with its name, as they are printed.
    pub(crate) fn each_label(values: Option<&Arc<Self>>) -> impl Iterator<Item = (&'static str, &str)> {
        values.into_iter().flat_map(|values| &values.labels).map(|(name, label)| (*name, &**label))
    }

    /// `name=value name="another value"`
    pub(crate) fn labels(values: Option<&Arc<Self>>) -> impl fmt::Display + '_ {
        struct Labels<'a>(&'a [(&'static str, Arc<str>)]);
        impl fmt::Display for Labels<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (at, (_, label)) in self.0.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" ")?;
                    }
                    f.write_str(label)?;
                }
                Ok(())
            }
        }
        Labels(values.map_or(&[], |values| values.labels.as_slice()))
    }
}
