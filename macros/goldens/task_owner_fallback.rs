impl<T: Job> ::outlive::__private::TaskOwner for Server<T>
where
    Server<T>: ::outlive::__private::Shared + 'static,
{
    const DRAIN_BUDGET: ::core::time::Duration = ::core::time::Duration::MAX;
    fn shutdown(
        &self,
    ) -> impl ::core::future::Future<
        Output = ::outlive::DrainReport,
    > + ::core::marker::Send {
        ::core::future::pending()
    }
}
impl<T: Job> ::outlive::__private::Owner for Server<T>
where
    Server<T>: ::outlive::__private::Shared + 'static,
{
    const BUDGET: ::core::time::Duration = ::core::time::Duration::MAX;
    fn held(&self) -> ::outlive::__private::Held {
        ::core::unreachable!()
    }
    fn disown(&mut self, _: &Self) {}
}
#[automatically_derived]
impl<T: Job> ::outlive::__private::Service for Server<T>
where
    Server<T>: ::outlive::__private::Shared + 'static,
{
    type Itself = Self;
    fn as_itself(&self) -> &Self {
        self
    }
    fn from_itself(itself: Self) -> Self {
        itself
    }
}
// error: `Server` has no tracker for its tasks: add a field `tasks: outlive::OwnedTracker`; or mark the field whose type is an alias of it, with `#[tasks]`
