//! May it, can it, was it: the sanitiser and the policy.
//!
//! All but [`keys`] is pure: text in, text or a verdict out. [`sanitize`] keeps secrets out
//! of what is stored, logged and shown; [`terminal::clean`] keeps control sequences away
//! from the terminal; [`untrusted::fence`] marks outside text for models; [`policy::judge`]
//! says whether a call may run; [`folder::refusal`] says where nothing may be written.
//! [`Keys`] keeps keys in the keyring of the system, or in an encrypted file.

pub mod folder;
pub mod keys;
pub mod policy;
pub mod sanitizer;
pub mod terminal;
pub mod untrusted;

pub use keys::{KeyError, KeyPlaces, Keys, Tier};
pub use sanitizer::{Sanitizer, SanitizerStream, sanitize};
