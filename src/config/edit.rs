//! Changes one key, keeps the rest as it was.
//!
//! A change is made on the text of the file: comments, order and spacing stay. What comes
//! out is read back before it is written, so a value that does not fit never reaches the
//! disk. Writers wait for each other at a lock; an editor that knows no lock is noticed
//! because the file is compared with what was read, just before it is replaced.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::load::{Sources, read_text, user_file};
use crate::show::{self, Part};
use crate::{ConfigError, Environment, Finding, Level, Paths, key, paths};

mod text;

#[cfg(test)]
mod tests;

/// How often a file is taken up again that changed meanwhile.
const TRIES: usize = 5;

/// What was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The file.
    pub file: PathBuf,
    /// The dotted key, in its proper spelling.
    pub key: String,
    /// Whether the file is different now.
    pub changed: bool,
    /// What a person should know besides, about this key.
    pub warnings: Vec<Finding>,
}

/// Sets a key of the user's file. The value is typed as the key wants it: `8192` is a number
/// where one is expected, text where that is.
///
/// # Errors
/// When the key is not known, the value does not fit, or the file cannot be written.
pub fn set(
    paths: &Paths,
    env: &Environment,
    key: &str,
    value: &str,
) -> Result<Edited, ConfigError> {
    change(paths, env, &known(paths, key)?, |text, parts| text::set(text, parts, value))
}

/// Adds a value to the end of a list in the user's file, unless it is there already.
///
/// # Errors
/// As [`set`].
pub fn append(
    paths: &Paths,
    env: &Environment,
    key: &str,
    value: &str,
) -> Result<Edited, ConfigError> {
    change(paths, env, &known(paths, key)?, |text, parts| text::append(text, parts, value))
}

/// Removes a key from the user's file. The comments around it stay.
///
/// # Errors
/// When the file cannot be read or written.
pub fn unset(paths: &Paths, env: &Environment, key: &str) -> Result<Edited, ConfigError> {
    let parts = key::split(key);
    let parts = show::proper(&parts)
        .unwrap_or_else(|| parts.into_iter().map(|name| Part { name, field: false }).collect());
    change(paths, env, &parts, |text, parts| text::unset(text, parts).map(|text| vec![text]))
}

/// Writes the user's file where there is none, and says where it is; `None` when there is one.
///
/// # Errors
/// When the home cannot be written, or has two files.
pub fn begin(paths: &Paths, text: &str) -> Result<Option<PathBuf>, ConfigError> {
    paths.create()?;
    let _lock = lock(paths)?;
    if user_file(paths)?.is_some() {
        return Ok(None);
    }
    let file = paths.config();
    let ready = prepare(&file, text).map_err(|error| ConfigError::write(&file, error))?;
    match ready.persist_noclobber(&file) {
        Ok(_) => Ok(Some(file)),
        // Somebody who knows no lock was quicker.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(ConfigError::write(&file, error.error)),
    }
}

/// The parts of a key that exists.
fn known(paths: &Paths, key: &str) -> Result<Vec<Part>, ConfigError> {
    show::proper(&key::split(key)).ok_or_else(|| {
        let near = show::nearest(key);
        ConfigError::Invalid(Box::new(Finding {
            level: Level::Error,
            code: "unknown_key",
            place: paths.config().display().to_string(),
            line: None,
            column: None,
            key: key.trim().to_owned(),
            message: match &near {
                Some(near) => format!("no such setting; did you mean {near}?"),
                None => "no such setting".to_owned(),
            },
            hint: Some("`nanofolks config schema` has them all".to_owned()),
        }))
    })
}

/// Why a text cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EditError {
    pub(crate) line: Option<u32>,
    pub(crate) message: String,
}

/// Reads, changes, checks, writes. `how` gives the texts that would do, the best first.
fn change(
    paths: &Paths,
    env: &Environment,
    parts: &[Part],
    how: impl Fn(&str, &[Part]) -> Result<Vec<String>, EditError>,
) -> Result<Edited, ConfigError> {
    paths.create()?;
    let _lock = lock(paths)?;
    let key = parts.iter().fold(String::new(), |path, part| key::join(&path, &part.name));
    for _ in 0..TRIES {
        let file = toml_file(paths)?;
        let before = read_or_empty(&file)?;
        let texts = how(&before, parts).map_err(|error| refused(&file, &key, error))?;
        let (after, warnings) = first_valid(&file, env, &key, texts)?;
        if after == before {
            return Ok(Edited { file, key, changed: false, warnings });
        }
        if replace_unless_changed(&file, &before, &after)? {
            return Ok(Edited { file, key, changed: true, warnings });
        }
    }
    Err(ConfigError::Busy(paths.config()))
}

/// The file to edit: the one that is there, followed to where it really is.
fn toml_file(paths: &Paths) -> Result<PathBuf, ConfigError> {
    let file = user_file(paths)?.unwrap_or_else(|| paths.config());
    if file.extension().is_some_and(|ending| ending == "toml") {
        Ok(file.canonicalize().unwrap_or(file))
    } else {
        Err(ConfigError::NotToml(file))
    }
}

fn read_or_empty(file: &Path) -> Result<String, ConfigError> {
    if file.exists() { read_text(file) } else { Ok(String::new()) }
}

/// The first text in which the key has a value that fits. Other faults the file may have do
/// not stand in the way: they were there before.
fn first_valid(
    file: &Path,
    env: &Environment,
    key: &str,
    texts: Vec<String>,
) -> Result<(String, Vec<Finding>), ConfigError> {
    let mut first_fault = None;
    for text in texts {
        let findings = Sources::of_file(file, &text)?.findings(env);
        let (faults, warnings): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .filter(|finding| touches(&finding.key, key))
            .partition(|finding| finding.level == Level::Error);
        match faults.into_iter().next() {
            None => return Ok((text, warnings)),
            Some(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    match first_fault {
        Some(mut fault) => {
            // The position is that of a text nobody has seen.
            fault.line = None;
            fault.column = None;
            Err(ConfigError::Invalid(Box::new(fault)))
        }
        None => Err(ConfigError::Busy(file.to_owned())),
    }
}

/// Whether two keys are the same, or one is a part of the other.
fn touches(one: &str, other: &str) -> bool {
    let below = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    below(one, other) || below(other, one)
}

fn refused(file: &Path, key: &str, error: EditError) -> ConfigError {
    ConfigError::Invalid(Box::new(Finding {
        level: Level::Error,
        code: "not_editable",
        place: file.display().to_string(),
        line: error.line,
        column: None,
        key: key.to_owned(),
        message: error.message,
        hint: Some("edit it with `nanofolks config edit`".to_owned()),
    }))
}

/// Waits until no other process of ours changes files of this home.
pub(crate) fn lock(paths: &Paths) -> Result<File, ConfigError> {
    let folder = paths.run();
    paths::ensure(&folder).map_err(|error| ConfigError::write(&folder, error))?;
    let path = folder.join("config.lock");
    let open = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = open.map_err(|error| ConfigError::write(&path, error))?;
    file.lock().map_err(|error| ConfigError::write(&path, error))?;
    Ok(file)
}

fn replace_unless_changed(file: &Path, before: &str, after: &str) -> Result<bool, ConfigError> {
    let ready = prepare(file, after).map_err(|error| ConfigError::write(file, error))?;
    if read_or_empty(file)? != before {
        return Ok(false);
    }
    finish(file, ready).map_err(|error| ConfigError::write(file, error))?;
    Ok(true)
}

/// Writes a file whole or not at all, for its owner only.
pub(crate) fn replace(file: &Path, text: &str) -> Result<(), ConfigError> {
    prepare(file, text)
        .and_then(|ready| finish(file, ready))
        .map_err(|error| ConfigError::write(file, error))
}

/// The new content on disk, beside the old one. Such files are private from the start.
fn prepare(file: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut ready = tempfile::Builder::new().prefix(".config-").tempfile_in(folder_of(file))?;
    ready.write_all(text.as_bytes())?;
    ready.as_file().sync_all()?;
    Ok(ready)
}

fn finish(file: &Path, ready: tempfile::NamedTempFile) -> io::Result<()> {
    ready.persist(file).map_err(|error| error.error)?;
    File::open(folder_of(file))?.sync_all()
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or_else(|| Path::new("/"))
}
