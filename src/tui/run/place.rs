//! Where in the window the live region begins.
//!
//! Terminals that are known to answer at once are asked. Others may be far away, or never answer,
//! and everything is done without knowing. After the window has changed what tmux shows is read.

use std::io;
use std::time::Duration;

use futures_util::future::BoxFuture;
use nanofolks_protocol::Problem;
use tokio::time::Instant;

use super::{House, Keys, Shell};
use crate::screen::{Screen, Sight};
use crate::terminal::{self, Reach};

/// Rows of the region when it first appears.
const FIRST: u16 = 3;

/// Makes room for the live region, with nobody reading keys yet. It reaches from where the cursor
/// is to the bottom of the window where that can be known; elsewhere it goes to the bottom.
pub(super) fn open(screen: &mut Screen, reach: Reach) -> io::Result<()> {
    if reach.place {
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

/// The terminal is read again after this, when it was of another size than we know.
const AGAIN: Duration = Duration::from_millis(100);
/// So often.
const TRIES: u8 = 10;

/// Where the terminal is being read.
#[derive(Default)]
pub(super) struct Look {
    pub(super) sight: Option<BoxFuture<'static, Option<Sight>>>,
    tries: u8,
}

impl<H: House> Shell<'_, H> {
    /// Where the live region may be in another place than where it was drawn: begins to look for
    /// it, once the window has settled. Says whether nothing can be drawn before.
    pub(super) fn seek(&mut self) -> io::Result<bool> {
        let settling = self.app.is_settling();
        if !settling && self.screen.is_away() {
            terminal::write(&self.screen.come_back())?;
            terminal::is_other(self.screen.is_other());
        }
        self.app.is_other = self.screen.is_other();
        self.app.is_away = self.screen.is_away();
        if !self.screen.is_lost() || self.screen.is_away() {
            return Ok(false);
        }
        self.due = None;
        self.app.hide_question();
        if !settling && self.look.sight.is_none() {
            let job = self.house.sight();
            self.look.sight = Some(Box::pin(async { job.await.ok() }));
        }
        Ok(true)
    }

    /// The terminal was read.
    pub(super) fn seen(&mut self, sight: Option<&Sight>) -> Result<(), Problem> {
        self.look.sight = None;
        self.look.tries += 1;
        let sight = sight.filter(|_| self.look.tries < TRIES);
        if !self.screen.found(sight) {
            self.due = Some(Instant::now() + AGAIN);
            return Ok(());
        }
        self.look.tries = 0;
        self.draw()
    }

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
