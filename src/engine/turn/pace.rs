//! How often it is taken in what a model says while it speaks.
//!
//! Models say a few letters at a time, hundreds of times a second, and each time everything from
//! the socket to the screen wakes up. Nobody reads faster than screens are drawn. So once an
//! answer runs, what has come is taken in together, as often as a screen shows it. The first
//! words never wait, nor does what comes faster than it is read.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::speech::PIECES;

#[cfg(test)]
mod tests;

/// From one time to the next.
const BEAT: Duration = Duration::from_millis(19);
/// How long an answer is taken in as it comes; short ones are over by then.
const EAGER: Duration = Duration::from_millis(200);
/// With as many bytes as this at once, there is more already: nobody reads that fast, and it must
/// not pile up. As many pieces as are taken in at once have them.
const BULK: usize = PIECES;

/// The pace of one answer.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When its first words came.
    begun: Option<Instant>,
    /// Bytes since the last rest.
    heard: usize,
}

impl Pace {
    /// So many bytes came.
    pub(super) const fn heard(&mut self, bytes: usize) {
        self.heard += bytes;
    }

    /// Waits until it is worth listening again.
    pub(super) async fn rest(&mut self) {
        if let Some(next) = self.next(Instant::now()) {
            sleep_until(next).await;
        }
    }

    /// When it is worth listening again, if that is later than now.
    fn next(&mut self, now: Instant) -> Option<Instant> {
        let heard = std::mem::take(&mut self.heard);
        if heard == 0 {
            return None;
        }
        let begun = *self.begun.get_or_insert(now);
        (heard < BULK && now - begun >= EAGER).then(|| now + BEAT)
    }
}
