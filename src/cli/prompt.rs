//! Asks on the terminal, a line at a time: shown while it is typed, or seen by nobody.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};

use nanofolks_protocol::Secret;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcsetattr,
};
use zeroize::Zeroizing;

/// Ctrl-C and Escape, as a terminal sends them.
const INTERRUPT: u8 = 0x03;
const ESCAPE: u8 = 0x1b;

/// The longest line a terminal gives at once.
const LINE: usize = 4096;

/// Asks on the terminal, without showing what is typed.
///
/// # Errors
/// Of the kind `Interrupted` when the person does not want to answer: Ctrl-C or Escape.
pub(crate) fn secret_prompt(question: &str) -> io::Result<Secret> {
    // The terminal is made ready first: whoever types at once would be seen.
    let mut asking = Asking::begin(false)?;
    asking.terminal.write_all(question.as_bytes())?;
    let typed = asking.line();
    asking.terminal.write_all(b"\n")?;
    Ok(Secret::new(typed?.trim().to_owned()))
}

/// Asks on the terminal.
///
/// # Errors
/// Of the kind `Interrupted` when the person does not want to answer: Ctrl-C, Ctrl-D or Escape.
pub(crate) fn line_prompt(question: &str) -> io::Result<String> {
    let mut asking = Asking::begin(true)?;
    asking.terminal.write_all(question.as_bytes())?;
    let typed = asking.line();
    if typed.is_err() {
        asking.terminal.write_all(b"\n")?;
    }
    Ok(typed?.trim().to_owned())
}

/// A terminal that gives Ctrl-C and Escape as the end of a line, until this is dropped.
struct Asking {
    terminal: File,
    before: Termios,
    shown: bool,
}

impl Asking {
    fn begin(shown: bool) -> io::Result<Self> {
        let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&terminal)?;
        let mut wanted = before.clone();
        // Ctrl-C must not end the program, which would leave the terminal like this.
        wanted.local_modes.remove(LocalModes::ISIG);
        wanted.local_modes.insert(LocalModes::ICANON);
        wanted.local_modes.set(LocalModes::ECHO, shown);
        wanted.local_modes.remove(LocalModes::ECHONL);
        wanted.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        wanted.special_codes[SpecialCodeIndex::VEOL2] = ESCAPE;
        tcsetattr(&terminal, OptionalActions::Now, &wanted)?;
        Ok(Self { terminal, before, shown })
    }

    /// What was typed up to the end of the line.
    fn line(&mut self) -> io::Result<Zeroizing<String>> {
        let mut typed = Zeroizing::new(Vec::with_capacity(LINE));
        let mut piece = Zeroizing::new(vec![0; LINE]);
        loop {
            let count = self.terminal.read(&mut piece)?;
            typed.extend_from_slice(piece.get(..count).unwrap_or_default());
            let left = count == 0 && typed.is_empty() && self.shown;
            if left || typed.contains(&INTERRUPT) || typed.contains(&ESCAPE) {
                // An arrow begins like Escape; what is left of it is nobody's answer.
                tcflush(&self.terminal, QueueSelector::IFlush)?;
                return Err(io::Error::new(io::ErrorKind::Interrupted, "it was interrupted"));
            }
            if count == 0 || typed.last() == Some(&b'\n') {
                break;
            }
        }
        let text = std::str::from_utf8(&typed).map_err(io::Error::other)?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing any more.
        tcsetattr(&self.terminal, OptionalActions::Now, &self.before).ok();
    }
}
