//! May it, can it, was it: the sanitiser and the policy.
//!
//! Everything here is pure: text in, text or a verdict out. [`sanitize`] keeps secrets out
//! of what is stored, logged and shown; [`terminal::clean`] keeps control sequences away
//! from the terminal; [`untrusted::fence`] marks outside text for models; [`policy::judge`]
//! says whether a call may run; [`folder::refusal`] says where nothing may be written.

pub mod folder;
pub mod policy;
pub mod sanitizer;
pub mod terminal;
pub mod untrusted;

pub use sanitizer::{Sanitizer, SanitizerStream, sanitize};
