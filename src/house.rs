//! The composition root: the only file that names every member.
//!
//! Each part is built when it is first asked for, and then kept.

use crate::cli::Globals;

/// The house: every part, built on first use.
pub(crate) struct House {
    #[expect(dead_code, reason = "read when the first part is built")]
    globals: Globals,
}

impl House {
    /// A house in which nothing is built yet.
    pub(crate) fn new(globals: &Globals) -> Self {
        Self { globals: globals.clone() }
    }
}
