#[automatically_derived]
impl<T: Store, const N: usize> my::outlive::__private::TaskOwner for Server<T, N>
where
    T: Job,
    Server<T, N>: my::outlive::__private::Shared + 'static,
{
    const DRAIN_BUDGET: ::core::time::Duration = <Tasks as my::outlive::__private::OwnerField>::BUDGET;
    fn shutdown(
        &self,
    ) -> impl ::core::future::Future<
        Output = my::outlive::DrainReport,
    > + ::core::marker::Send {
        <Tasks as my::outlive::__private::OwnerField>::shutdown(&self.1)
    }
    fn __tracker(&self) -> ::core::option::Option<my::outlive::__private::Held> {
        ::core::option::Option::Some(
            <Tasks as my::outlive::__private::OwnerField>::held(&self.1),
        )
    }
}
#[automatically_derived]
impl<T: Store, const N: usize> my::outlive::__private::Owner for Server<T, N>
where
    T: Job,
    Server<T, N>: my::outlive::__private::Shared + 'static,
{
    const BUDGET: ::core::time::Duration = <Tasks as my::outlive::__private::OwnerField>::BUDGET;
    fn held(&self) -> my::outlive::__private::Held {
        <Tasks as my::outlive::__private::OwnerField>::held(&self.1)
    }
    fn disown(&mut self, owner: &Self) {
        self.1 = <Tasks as my::outlive::__private::OwnerField>::disowned(&owner.1);
        use my::outlive::__private::{ViaOther as _, ViaOwner as _};
        (&&&my::outlive::__private::Field::<T>::NEW)
            .__outlive_disown()(&mut self.0, &owner.0);
        (&&&my::outlive::__private::Field::<CancellationToken>::NEW)
            .__outlive_disown()(&mut self.2, &owner.2);
    }
}
#[automatically_derived]
impl<T: Store, const N: usize> my::outlive::__private::Service for Server<T, N>
where
    T: Job,
    Server<T, N>: my::outlive::__private::Shared + 'static,
{
    type Itself = Self;
    fn as_itself(&self) -> &Self {
        self
    }
    fn from_itself(itself: Self) -> Self {
        itself
    }
}
#[automatically_derived]
impl<T: Store, const N: usize> my::outlive::__private::Forbidden for Server<T, N>
where
    T: Job,
    Server<T, N>: my::outlive::__private::Shared + 'static,
{
    type Found = my::outlive::__private::Inside<Self>;
}
const _: () = {
    trait __Fields {
        fn __fields();
    }
    impl<T: Store, const N: usize> __Fields for Server<T, N>
    where
        T: Job,
        Server<T, N>: my::outlive::__private::Shared + 'static,
    {
        fn __fields() {
            use my::outlive::__private::{
                ViaForbidden as _, ViaNoDrop as _, ViaOther as _, ViaOwner as _,
            };
            my::outlive::__private::Whole::<Self>::NEW.__outlive_dropped();
            (&&&my::outlive::__private::Field::<T>::NEW).__outlive_check().storable();
        }
    }
};
