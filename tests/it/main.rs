//! The integration tests.

mod install;
