//! Where an export goes: standard output, or a file that is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::{CliError, Output};

/// Bytes gathered before they are written.
const BUFFER: usize = 64 * 1024;

/// Where an export goes.
pub(in crate::cli) enum Target<'a> {
    /// Standard output.
    Output(&'a mut Output),
    /// A draft beside the file that it will become.
    File(Draft),
}

/// A file that is not finished. It is removed when it never is.
pub(in crate::cli) struct Draft {
    file: Option<BufWriter<File>>,
    draft: PathBuf,
    path: PathBuf,
    /// Whether it takes the place of another one.
    replaces: bool,
}

impl<'a> Target<'a> {
    pub(in crate::cli) const fn standard_output(out: &'a mut Output) -> Self {
        Self::Output(out)
    }

    /// A file; one that is there is an error unless it may be replaced.
    pub(in crate::cli) fn file(path: &Path, replaces: bool) -> Result<Self, CliError> {
        let refused = |why: &str| {
            CliError::usage("output_unwritable", format!("cannot write {}: {why}", path.display()))
        };
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(refused("it is a folder")),
            Ok(metadata) if !metadata.is_file() => return Err(refused("it is not a plain file")),
            Ok(_) if !replaces => return Err(taken(path)),
            Ok(_) | Err(_) => {}
        }
        // A link stays a link; what it names is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = path.file_name().ok_or_else(|| refused("it has no name"))?.to_string_lossy();
        let draft = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)
            .map_err(|error| refused(&error.to_string()))?;
        let file = Some(BufWriter::with_capacity(BUFFER, file));
        Ok(Self::File(Draft { file, draft, path, replaces }))
    }

    /// Bytes that are no text.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        match self {
            Self::Output(out) => {
                out.bytes(bytes);
                Ok(())
            }
            Self::File(draft) => draft.write(bytes),
        }
    }

    pub(super) fn write(&mut self, text: &str) -> Result<(), CliError> {
        match self {
            Self::Output(out) => {
                out.raw(text);
                Ok(())
            }
            Self::File(draft) => draft.write(text.as_bytes()),
        }
    }

    pub(super) fn object(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string(value)
            .map_err(|error| CliError::failure("export_failed", error.to_string()))?;
        self.write(&text)
    }

    pub(super) fn line(&mut self, value: &impl Serialize) -> Result<(), CliError> {
        self.object(value)?;
        self.write("\n")
    }

    /// Whether nobody reads any more.
    pub(super) fn is_closed(&self) -> bool {
        match self {
            Self::Output(out) => out.is_closed(),
            Self::File(_) => false,
        }
    }

    /// Makes the draft the file.
    pub(in crate::cli) fn finish(self) -> Result<(), CliError> {
        match self {
            Self::Output(_) => Ok(()),
            Self::File(draft) => draft.finish(),
        }
    }
}

impl Draft {
    fn write(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        match &mut self.file {
            Some(file) => file.write_all(bytes).map_err(|error| failed(&self.path, &error)),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<(), CliError> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let done = file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .and_then(|()| self.put_in_place());
        done.map_err(|error| {
            remove(&self.draft);
            match error.kind() {
                io::ErrorKind::AlreadyExists => taken(&self.path),
                _ => failed(&self.path, &error),
            }
        })
    }

    /// Gives the draft its name. A file that came meanwhile is not replaced unasked.
    fn put_in_place(&self) -> io::Result<()> {
        if self.replaces {
            return fs::rename(&self.draft, &self.path);
        }
        match fs::hard_link(&self.draft, &self.path) {
            Ok(()) => {
                remove(&self.draft);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Not every file system has links.
            Err(_) if self.path.symlink_metadata().is_ok() => {
                Err(io::ErrorKind::AlreadyExists.into())
            }
            Err(_) => fs::rename(&self.draft, &self.path),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.file.is_some() {
            remove(&self.draft);
        }
    }
}

fn taken(path: &Path) -> CliError {
    CliError::usage("output_exists", format!("{} is there already", path.display()))
        .hint("name another file, or let it be replaced with --force")
}

/// Half of a file is of no use to anybody.
fn remove(draft: &Path) {
    if let Err(error) = fs::remove_file(draft) {
        tracing::debug!(%error, "a draft was not removed");
    }
}

fn failed(path: &Path, error: &io::Error) -> CliError {
    CliError::failure("output_failed", format!("cannot write {}: {error}", path.display()))
}
