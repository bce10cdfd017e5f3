//! The folder with the model files: what is there, what is known about it, whether it is whole.

mod hash;
mod record;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nanofolks_protocol::{ModelCard, ModelRef, Price};

pub(crate) use self::hash::{Sha256File, each_chunk, hash_file};
pub use self::record::Record;
pub(crate) use self::record::modified_ms;
use crate::catalogue::{self, Entry};
use crate::gguf::peek;
use crate::{LocalError, PROVIDER, Sampling};

#[cfg(test)]
mod tests;

/// The longest answer a model gives at once.
const MAX_OUTPUT: u32 = 4096;
/// The largest window of a model that was put there by hand; its own may be smaller.
const HAND_WINDOW: usize = 8192;

/// A folder of model files. Cheap to make and to clone; nothing is read before it is asked.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

/// A model that is here.
#[derive(Debug, Clone, PartialEq)]
pub struct Installed {
    /// What it is called: `local/<name>`.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// The size of its file.
    pub bytes: u64,
    /// What was noted when it was installed; `None` when it was put there by hand.
    pub record: Option<Record>,
    /// Its entry in the catalogue, if it has one.
    pub entry: Option<&'static Entry>,
}

/// What a check of a model file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// As recorded; with `deep`, every byte was read.
    Good,
    /// Put there by hand: nothing is recorded to compare with, but it is a model.
    Unrecorded,
    /// It is not what was installed.
    Changed {
        /// What differs.
        reason: String,
    },
}

impl Shelf {
    /// The models in this folder, which need not exist.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All models here, by name.
    ///
    /// # Errors
    /// When the folder cannot be read. A folder that is not there is empty.
    pub fn installed(&self) -> Result<Vec<Installed>, LocalError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(LocalError::read(&self.folder, &error)),
        };
        let mut found: Vec<_> = entries
            .filter_map(|entry| name_of(&entry.ok()?.path()))
            .filter_map(|name| self.get(&name).ok())
            .collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// One model.
    ///
    /// # Errors
    /// When the name is none, or the model is not here.
    pub fn get(&self, name: &str) -> Result<Installed, LocalError> {
        let path = self.path_of(name)?;
        let bytes = fs::metadata(&path).map_err(|error| LocalError::read(&path, &error))?.len();
        let record = Record::read(&self.record_path(name)).ok();
        Ok(Installed { name: name.to_owned(), path, bytes, record, entry: catalogue::find(name) })
    }

    /// The file of a model that is here.
    ///
    /// # Errors
    /// When the name is none, or the model is not here.
    pub fn path_of(&self, name: &str) -> Result<PathBuf, LocalError> {
        let path = self.file_path(name)?;
        if path.is_file() { Ok(path) } else { Err(LocalError::NotInstalled(name.to_owned())) }
    }

    /// What is known about a model, whether it is here or only in the catalogue.
    ///
    /// # Errors
    /// When it is neither.
    pub fn card(&self, name: &str) -> Result<ModelCard, LocalError> {
        let (window, tools) = match (catalogue::find(name), self.get(name)) {
            (Some(entry), _) => (entry.window, entry.tools),
            (None, Ok(installed)) => match installed.record {
                Some(record) => (record.window, record.tools),
                None => facts(&installed.path)?,
            },
            (None, Err(error)) => return Err(error),
        };
        Ok(ModelCard {
            model: ModelRef { provider: PROVIDER.to_owned(), model: name.to_owned() },
            context_window: window,
            max_output: (window / 2).min(MAX_OUTPUT),
            tools,
            images: false,
            small: true,
            price: Some(Price { input: 0.0, output: 0.0, cached_input: 0.0, cache_write: 0.0 }),
        })
    }

    /// Takes a model away.
    ///
    /// # Errors
    /// When it is not here or cannot be removed.
    pub fn remove(&self, name: &str) -> Result<u64, LocalError> {
        let installed = self.get(name)?;
        fs::remove_file(&installed.path)
            .map_err(|error| LocalError::write(&installed.path, &error))?;
        // What is left over without its model does no harm, so failing here is no failure.
        for rest in [self.record_path(name), self.part_path(name), self.lock_path(name)] {
            match fs::remove_file(&rest) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!(file = %rest.display(), %error, "cannot remove");
                }
                _ => {}
            }
        }
        Ok(installed.bytes)
    }

    /// Makes sure that a model may be used: it is as it was installed, or was put there by
    /// hand and is a model. Where only its time is another one, every byte is read once.
    ///
    /// # Errors
    /// When it is not here, is no model, or is not what was installed.
    pub fn ready(&self, name: &str) -> Result<(), LocalError> {
        let installed = self.get(name)?;
        let Some(mut record) = installed.record else {
            return peek(&installed.path).map(drop);
        };
        if let Some(reason) = differs(&record, &installed.path, installed.bytes)? {
            return Err(LocalError::Changed { name: name.to_owned(), reason });
        }
        let modified = modified_ms(&installed.path)?;
        if record.modified_ms != modified {
            record.modified_ms = modified;
            if let Err(error) = record.write(&self.record_path(name)) {
                tracing::warn!(%error, "the model file is read again the next time");
            }
        }
        Ok(())
    }

    /// Compares a model with what was recorded: size and time, and with `deep` or another
    /// time every byte.
    ///
    /// # Errors
    /// When it is not here, cannot be read, or is no model.
    pub fn verify(&self, name: &str, deep: bool) -> Result<Check, LocalError> {
        let installed = self.get(name)?;
        peek(&installed.path)?;
        let Some(record) = installed.record else {
            if deep {
                crate::gguf::GgufFile::open(&installed.path)?;
            }
            return Ok(Check::Unrecorded);
        };
        let found = match differs(&record, &installed.path, installed.bytes)? {
            None if deep => other_bytes(&record, &installed.path)?,
            found => found,
        };
        Ok(found.map_or(Check::Good, |reason| Check::Changed { reason }))
    }

    /// The window a model may use at most.
    pub(crate) fn window_of(&self, name: &str) -> usize {
        catalogue::find(name)
            .and_then(|entry| usize::try_from(entry.window).ok())
            .unwrap_or(HAND_WINDOW)
    }

    /// How a model's tokens are chosen.
    pub(crate) fn sampling_of(name: &str) -> Sampling {
        catalogue::find(name).map(|entry| entry.sampling).unwrap_or_default()
    }

    /// Where the file of a model is, or would be.
    pub(crate) fn file_path(&self, name: &str) -> Result<PathBuf, LocalError> {
        if is_name(name) {
            Ok(self.folder.join(format!("{name}.gguf")))
        } else {
            Err(LocalError::BadName(name.chars().take(80).collect()))
        }
    }

    pub(crate) fn record_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    pub(crate) fn part_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.part"))
    }

    pub(crate) fn lock_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.lock"))
    }
}

/// How a file differs from its record, at a look: its bytes are only read when its time is
/// another one.
fn differs(record: &Record, path: &Path, bytes: u64) -> Result<Option<String>, LocalError> {
    if record.bytes != bytes {
        return Ok(Some(format!("it had {} bytes, now {bytes}", record.bytes)));
    }
    if record.modified_ms == modified_ms(path)? {
        return Ok(None);
    }
    other_bytes(record, path)
}

fn other_bytes(record: &Record, path: &Path) -> Result<Option<String>, LocalError> {
    let is = hash_file(path, &mut |_| true)?;
    let was = &record.sha256;
    Ok((is != *was).then(|| format!("its SHA-256 was {was}, now {is}")))
}

/// Window and tools of a model file, from its header.
pub(crate) fn facts(path: &Path) -> Result<(u32, bool), LocalError> {
    let header = peek(path)?;
    let shape = crate::shape::Shape::read(&header, path)?;
    let tools = header.text("tokenizer.chat_template").is_some_and(crate::chat::shows_tools);
    Ok((u32::try_from(shape.window.min(HAND_WINDOW)).unwrap_or(u32::MAX), tools))
}

/// Names are file names without surprises: nothing hidden, no folders.
fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && !name.starts_with(['.', '-'])
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// The name of a model file.
fn name_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.strip_suffix(".gguf")?;
    is_name(name).then(|| name.to_owned())
}
