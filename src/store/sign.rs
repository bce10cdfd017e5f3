//! The sign that something was written: a file that every writer touches after a commit,
//! and that followers watch.
//!
//! The database's log would not do: SQLite writes to it before a commit, and makes the
//! commit visible afterwards through shared memory, which nobody is told about. Whoever
//! reads at the first would read too early, and then hear nothing of the second.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nanofolks_protocol::ports::Boxed;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::Notify;

use crate::db::private_folder;

/// The file's name in the folder of the lock files.
pub(crate) const NAME: &str = "written";

/// The sign of a home.
pub(crate) struct Sign {
    folder: PathBuf,
    watch: Mutex<Option<RecommendedWatcher>>,
    seen: Arc<Notify>,
}

impl Sign {
    /// Looks at nothing yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), watch: Mutex::default(), seen: Arc::default() }
    }

    /// Tells everybody who watches. Whoever cannot be told looks again by the clock.
    pub(crate) fn give(&self, file: &mut Option<File>) {
        if file.is_none() {
            *file = self.open();
        }
        if let Some(open) = file
            && let Err(error) = open.write_all_at(b"\n", 0)
        {
            tracing::debug!(%error, "those who follow could not be told");
            *file = None;
        }
    }

    fn open(&self) -> Option<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let path = self.folder.join(NAME);
        options.open(&path).ok().or_else(|| {
            private_folder(&self.folder).ok()?;
            options.open(&path).ok()
        })
    }

    /// Waits for the sign, from the call on. Watching begins with the first call.
    pub(crate) fn seen(&self) -> Boxed<'_, ()> {
        let seen = self.seen.notified();
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        if watch.is_none() {
            *watch = self.begin();
        }
        if watch.is_some() { Box::pin(seen) } else { Box::pin(std::future::pending()) }
    }

    fn begin(&self) -> Option<RecommendedWatcher> {
        // The folder is watched, not the file: that may not be there yet.
        private_folder(&self.folder).ok();
        let seen = Arc::clone(&self.seen);
        let begun = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.as_ref().map_or(true, is_sign) {
                seen.notify_waiters();
            }
        })
        .and_then(|mut watch| {
            watch.watch(&self.folder, RecursiveMode::NonRecursive).map(|()| watch)
        });
        begun.inspect_err(|error| tracing::debug!(%error, "what others write is not watched")).ok()
    }
}

/// Whether it is the sign, or may have been: events that were too many to be told.
fn is_sign(event: &Event) -> bool {
    let named = || event.paths.iter().any(|path| path.file_name().is_some_and(|name| name == NAME));
    event.need_rescan() || (!event.kind.is_access() && named())
}
