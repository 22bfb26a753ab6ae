//! The suite runs what users ship: nothing else in the workspace turns `outlive/testing` on behind its back.

use std::any::type_name;

/// What `testing` names where `outlive` has no such module.
mod testing {
    #[allow(dead_code, reason = "only its name is looked at")]
    pub(crate) struct NoTasksLeft;
}

#[test]
fn outlive_has_the_feature_testing_only_where_the_suite_has_it() {
    // A name that an inner scope imports hides the one outside of it, also by a glob.
    #[allow(unused_imports, reason = "it hides nothing where the feature is off")]
    use outlive::*;

    let is_on = type_name::<testing::NoTasksLeft>().starts_with("outlive::");
    assert_eq!(
        is_on,
        cfg!(feature = "testing"),
        "a package of this build turns `outlive/testing` on: the suite no longer tests what users ship"
    );
}
