//! Ctrl-D stays a key between two lines.
//!
//! While a command works, the terminal edits lines itself, and Ctrl-D is for it the end of
//! the input. Such an end cannot be handed on to the line editor, which wants single keys: it
//! arrives as nothing, and who typed ahead would wait for ever. So the end of the input is
//! given up, and Ctrl-D ends a line like Enter, which both ways of reading understand.

use std::io;

use rustix::stdio::stdin;
use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

/// Ctrl-D, as a terminal sends it.
pub(crate) const LEAVES: u8 = 0x04;

/// Terminals for which `rustyline` edits nothing.
const BARE: [&str; 3] = ["dumb", "cons25", "emacs"];

/// A special code that no key has (`_POSIX_VDISABLE`).
#[cfg(target_os = "linux")]
const NO_KEY: u8 = 0;
#[cfg(not(target_os = "linux"))]
const NO_KEY: u8 = 0xff;

/// A terminal that gives Ctrl-D as a key, until this is dropped.
pub(super) struct Keyboard {
    before: Termios,
}

impl Keyboard {
    /// Takes the terminal of standard input; nothing to take where the terminal always edits
    /// lines itself, because the line editor cannot (`term` is the environment's `TERM`).
    ///
    /// # Errors
    /// When standard input is no terminal.
    pub(super) fn take(term: Option<&str>) -> io::Result<Option<Self>> {
        let bare = |term: &str| BARE.iter().any(|bare| bare.eq_ignore_ascii_case(term));
        if term.is_some_and(bare) {
            return Ok(None);
        }
        let before = tcgetattr(stdin())?;
        let mut wanted = before.clone();
        wanted.special_codes[SpecialCodeIndex::VEOF] = NO_KEY;
        wanted.special_codes[SpecialCodeIndex::VEOL2] = LEAVES;
        tcsetattr(stdin(), OptionalActions::Now, &wanted)?;
        Ok(Some(Self { before }))
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing any more.
        tcsetattr(stdin(), OptionalActions::Now, &self.before).ok();
    }
}
