//! What happened, for whoever looks later: a JSON object a line, or plain text, in daily files.
//!
//! Nothing is opened before the first line is written, and no line reaches the disk before
//! the sanitiser has seen it. Nothing is ever printed.

use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nanofolks_config::settings::{LogFormat, LogSettings};
use nanofolks_security::Sanitizer;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry;

use crate::house::House;

#[cfg(test)]
mod tests;

/// The names of the log files begin with this; the day follows.
pub(crate) const PREFIX: &str = "nanofolks";
/// And end with this.
pub(crate) const SUFFIX: &str = "log";

/// Starts writing what is recorded from now on into `folder`.
///
/// `false` when recording is switched off or was started before.
pub(crate) fn start(folder: &Path, settings: &LogSettings, sanitizer: &Sanitizer) -> bool {
    let Some(filter) = filter(&settings.level) else { return false };
    let files = Files {
        folder: folder.to_owned(),
        keep: usize::try_from(settings.keep).unwrap_or(usize::MAX),
        open: Arc::new(Mutex::new(None)),
        sanitizer: sanitizer.clone(),
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(files);
    // The current span is the turn's: it says whose line this is.
    let lines = match settings.format {
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_filter(filter)
            .boxed(),
        LogFormat::Text => lines.with_ansi(false).with_filter(filter).boxed(),
    };
    tracing::subscriber::set_global_default(registry().with(lines)).is_ok()
}

/// `info`, or with targets of their own: `info,nanofolks_engine=debug`.
fn filter(level: &str) -> Option<Targets> {
    let targets =
        level.parse::<Targets>().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
    let silent = targets.default_level().is_none_or(|level| level == LevelFilter::OFF)
        && targets.iter().all(|(_, level)| level == LevelFilter::OFF);
    (!silent).then_some(targets)
}

/// Milliseconds of a day, as the files are named.
const DAY: i64 = 24 * 3600 * 1000;

/// The daily files, opened when the first line comes.
#[derive(Clone)]
struct Files {
    folder: PathBuf,
    keep: usize,
    open: Arc<Mutex<Option<Open>>>,
    sanitizer: Sanitizer,
}

/// The files, and the day whose file was closed to others.
struct Open {
    files: RollingFileAppender,
    day: Option<i64>,
}

/// One line on its way to the disk.
struct Line(Files);

impl<'a> MakeWriter<'a> for Files {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(self.clone())
    }
}

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.append(one_line(&self.0.sanitizer.clean(&text)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Nobody may write a line of somebody else's into a file of lines.
fn one_line(text: &str) -> String {
    let text = text.trim_end_matches('\n');
    text.replace('\n', "\\n").replace('\r', "\\r") + "\n"
}

impl Files {
    fn append(&self, line: &[u8]) -> io::Result<()> {
        use io::Write as _;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let files = match &mut *open {
            Some(files) => files,
            none => none.insert(Open { files: self.first()?, day: None }),
        };
        files.files.write_all(line)?;
        // The first line of a day made a file.
        let day = House::clock().now().as_millis().div_euclid(DAY);
        if files.day.replace(day) != Some(day) {
            self.close_to_others()?;
        }
        Ok(())
    }

    /// Files for their owner only, as the folder is.
    fn close_to_others(&self) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
            let metadata = entry.metadata()?;
            if ours && metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
                std::fs::set_permissions(entry.path(), Permissions::from_mode(0o600))?;
            }
        }
        Ok(())
    }

    fn first(&self) -> io::Result<RollingFileAppender> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        RollingFileAppender::builder()
            .rotation(Rotation::DAILY)
            .filename_prefix(PREFIX)
            .filename_suffix(SUFFIX)
            .max_log_files(self.keep)
            .build(&self.folder)
            .map_err(io::Error::other)
    }
}
