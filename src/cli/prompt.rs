//! Asks for something nobody else should see.

use std::fs::{File, OpenOptions};
use std::io;

use nanofolks_protocol::Secret;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// Asks on the terminal, without showing what is typed.
pub(crate) fn secret_prompt(question: &str) -> io::Result<Secret> {
    // The library shows the question first. Whoever types at once would be seen.
    let _quiet = Quiet::begin()?;
    Ok(Secret::new(rpassword::prompt_password(question)?.trim().to_owned()))
}

/// A terminal that does not show what is typed, until this is dropped.
struct Quiet {
    terminal: File,
    before: Termios,
}

impl Quiet {
    fn begin() -> io::Result<Self> {
        let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        tcsetattr(&terminal, OptionalActions::Now, &quiet)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing any more.
        tcsetattr(&self.terminal, OptionalActions::Now, &self.before).ok();
    }
}
