//! `nanofolks chat`, as people and scripts use it.

mod exit_codes;
mod folder;
mod json;
pub(crate) mod one_shot;
mod places;
mod stream_json;
mod tools;
