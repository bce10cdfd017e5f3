//! A file, a named pipe or a terminal that answers are written to, one after the other.
//!
//! Nobody at the other end can tell a second writing from a second message, so one whose
//! outcome is not known is never written again by itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use nanofolks_protocol::Delivery;
use nanofolks_protocol::ports::{Boxed, Courier, CourierError};
use nanofolks_security::terminal::clean;
use rustix::fs::OFlags;

use super::{apart, text};

/// Writes answers to the end of a file.
#[derive(Debug)]
pub(super) struct Lines {
    channel: String,
    path: PathBuf,
}

impl Lines {
    pub(super) fn new(channel: &str, path: PathBuf) -> Self {
        Self { channel: channel.to_owned(), path }
    }
}

impl Courier for Lines {
    fn channel(&self) -> &str {
        &self.channel
    }

    fn knows_keys(&self) -> bool {
        false
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> Boxed<'a, Result<(), CourierError>> {
        let path = self.path.clone();
        // It may be a terminal: no control sequence of anybody's gets there.
        let text = format!("{}\n", clean(text(delivery)));
        Box::pin(apart(move || {
            let failed = |error: &io::Error| format!("cannot write {}: {error}", path.display());
            let mut file = open(&path)
                .map_err(|error| CourierError::Later { reason: failed(&error), after: None })?;
            file.write_all(text.as_bytes())
                .and_then(|()| settle(&file))
                .map_err(|error| CourierError::Unclear(failed(&error)))
        }))
    }
}

fn open(path: &Path) -> io::Result<File> {
    // A pipe that nobody reads is an error now instead of a wait without an end.
    let now = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(now).open(path)
}

fn settle(file: &File) -> io::Result<()> {
    let kind = file.metadata()?.file_type();
    if kind.is_fifo() || kind.is_char_device() { Ok(()) } else { file.sync_data() }
}
