#[automatically_derived]
impl ::outlive::__private::TaskOwner for Server {
    const DRAIN_BUDGET: ::core::time::Duration = <OwnedTracker<
        90,
    > as ::outlive::__private::OwnerField>::BUDGET;
    fn shutdown(
        &self,
    ) -> impl ::core::future::Future<
        Output = ::outlive::DrainReport,
    > + ::core::marker::Send {
        <OwnedTracker<90> as ::outlive::__private::OwnerField>::shutdown(&self.tasks)
    }
    fn __tracker(&self) -> ::core::option::Option<::outlive::__private::Held> {
        ::core::option::Option::Some(
            <OwnedTracker<90> as ::outlive::__private::OwnerField>::held(&self.tasks),
        )
    }
}
#[automatically_derived]
impl ::outlive::__private::Owner for Server {
    const BUDGET: ::core::time::Duration = <OwnedTracker<
        90,
    > as ::outlive::__private::OwnerField>::BUDGET;
    fn held(&self) -> ::outlive::__private::Held {
        <OwnedTracker<90> as ::outlive::__private::OwnerField>::held(&self.tasks)
    }
    fn disown(&mut self, owner: &Self) {
        self.tasks = <OwnedTracker<
            90,
        > as ::outlive::__private::OwnerField>::disowned(&owner.tasks);
        use ::outlive::__private::{ViaOther as _, ViaOwner as _};
        (&&&::outlive::__private::Field::<Db>::NEW)
            .__outlive_disown()(&mut self.db, &owner.db);
        (&&&::outlive::__private::Field::<Mutex<Vec<(u8, Job)>>>::NEW)
            .__outlive_disown()(&mut self.all, &owner.all);
    }
}
#[automatically_derived]
impl ::outlive::__private::Service for Server {
    type Itself = Self;
    fn as_itself(&self) -> &Self {
        self
    }
    fn from_itself(itself: Self) -> Self {
        itself
    }
}
#[automatically_derived]
impl ::outlive::__private::Forbidden for Server {
    type Found = ::outlive::__private::Inside<Self>;
}
const _: () = {
    trait __Fields {
        fn __fields();
    }
    impl __Fields for Server {
        fn __fields() {
            use ::outlive::__private::{
                ViaForbidden as _, ViaNoDrop as _, ViaOther as _, ViaOwner as _,
            };
            ::outlive::__private::Whole::<Self>::NEW.__outlive_dropped();
            (&&&::outlive::__private::Field::<Db>::NEW).__outlive_shared().storable();
            (&&&::outlive::__private::Field::<Job>::NEW).__outlive_check().storable();
            let _ = ::outlive::__private::shared::<Mutex<Vec<(u8, Job)>>>;
        }
    }
};
