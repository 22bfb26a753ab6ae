use super::{detach, detached, shown};
