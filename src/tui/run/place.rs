//! Where in the window the live region begins.
//!
//! tmux is asked: it answers at once. Other terminals may be far away, or never answer, and
//! everything else is done without knowing.

use std::io;
use std::time::Duration;

use super::{House, Keys, Shell};
use crate::screen::Screen;
use crate::terminal;

/// Rows of the region when it first appears.
const FIRST: u16 = 3;

/// Makes room for the live region, with nobody reading keys yet. It reaches from where the cursor
/// is to the bottom of the window where that can be known; elsewhere it goes to the bottom.
pub(super) fn open(screen: &mut Screen) -> io::Result<()> {
    if screen.is_tmux() {
        terminal::write(&screen.open_here(FIRST))?;
        if let Ok((_, row)) = crossterm::cursor::position() {
            screen.begin();
            screen.reach_down(row);
            return Ok(());
        }
    }
    terminal::write(&screen.open(FIRST))?;
    screen.begin();
    Ok(())
}

impl<H: House> Shell<'_, H> {
    /// Asks the terminal where the live region begins; says whether it answered.
    pub(super) fn find_place(&mut self) -> bool {
        // The reader of keys would take the answer.
        self.keys = None;
        let _woken = crossterm::event::poll(Duration::ZERO).is_ok();
        let place = crossterm::cursor::position();
        self.keys = Some(Keys::new());
        match place {
            Ok((_, row)) => self.screen.placed(row),
            Err(_) => return false,
        }
        true
    }
}
