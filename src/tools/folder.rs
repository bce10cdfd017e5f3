//! The working folder: the only way from a tool to a file.
//!
//! Everything is opened relative to one handle of the folder and resolved beneath it by the
//! operating system, links included, so a link that is swapped at the wrong moment leads
//! nowhere. Paths are only ever *mapped* by looking at the file system by name; whatever the
//! mapping says, the opening itself cannot leave the folder.

mod error;
mod kind;

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata};
use nanofolks_protocol::{ToolContext, ToolError};

pub(crate) use self::error::{io_error, outside, shown};

#[cfg(test)]
mod tests;

/// Longest path that is looked at.
const MAX_PATH: usize = 4096;

/// A handle of the working folder.
pub(crate) struct Folder {
    dir: Dir,
    path: PathBuf,
    home: Option<PathBuf>,
}

/// A regular file, open for reading.
pub(crate) struct OpenFile {
    /// The file.
    pub(crate) file: fs::File,
    /// Its state when it was opened.
    pub(crate) metadata: Metadata,
    /// Its real path, links followed.
    pub(crate) real: PathBuf,
}

/// Where a file is to be written, links followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The folder it goes to, relative to the working folder; may not exist yet.
    pub(crate) parent: PathBuf,
    /// Its name.
    pub(crate) name: PathBuf,
}

impl Target {
    /// Its path inside the working folder.
    pub(crate) fn path(&self) -> PathBuf {
        if self.parent == Path::new(".") {
            return self.name.clone();
        }
        self.parent.join(&self.name)
    }
}

impl Folder {
    /// Opens a call's working folder. `home` is what `~` stands for.
    pub(crate) fn open(cx: &ToolContext, home: Option<&Path>) -> Result<Self, ToolError> {
        let dir = Dir::open_ambient_dir(&cx.folder, ambient_authority()).map_err(|error| {
            ToolError::new(
                "folder_missing",
                format!("cannot open the working folder {}: {error}", cx.folder.display()),
            )
        })?;
        Ok(Self { dir, path: cx.folder.clone(), home: home.map(Path::to_path_buf) })
    }

    /// The handle.
    pub(crate) fn dir(&self) -> &Dir {
        &self.dir
    }

    /// Where a path inside the folder is for people and for bookkeeping.
    pub(crate) fn absolute(&self, path: &Path) -> PathBuf {
        self.path.join(path)
    }

    /// A path as a model wrote it, relative to the folder.
    pub(crate) fn locate(&self, asked: &str) -> Result<PathBuf, ToolError> {
        if asked.contains('\0') {
            return Err(ToolError::new("invalid_path", "a path cannot contain a null character"));
        }
        if asked.len() > MAX_PATH {
            return Err(ToolError::new("invalid_path", "the path is longer than 4096 bytes"));
        }
        let path = match (asked.strip_prefix('~'), &self.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(rest), Some(home)) if rest.starts_with('/') => {
                home.join(rest.trim_start_matches('/'))
            }
            _ => PathBuf::from(asked),
        };
        let inside = if path.is_absolute() {
            self.inside(&path).ok_or_else(|| outside(asked))?
        } else {
            path
        };
        let plain: PathBuf =
            inside.components().filter(|part| *part != Component::CurDir).collect();
        Ok(if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain })
    }

    /// An absolute path relative to the folder, by its letters or, if another link leads to
    /// the folder, by where it really is.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        if let Ok(inside) = path.strip_prefix(&self.path) {
            return Some(inside.to_path_buf());
        }
        // The last parts may not exist yet.
        let mut missing = Vec::new();
        let mut known = path;
        loop {
            if let Ok(real) = fs::canonicalize(known) {
                let inside = real.strip_prefix(&self.path).ok()?;
                return Some(
                    missing.iter().rev().fold(inside.to_path_buf(), |all, part| all.join(part)),
                );
            }
            missing.push(known.file_name()?.to_owned());
            known = known.parent()?;
        }
    }

    /// Does something with a path beneath the folder. A link with an absolute target is
    /// refused by the system even when it leads inside; then the real path is tried.
    fn beneath<T>(
        &self,
        path: &Path,
        act: impl Fn(&Path) -> io::Result<T>,
    ) -> io::Result<(T, PathBuf)> {
        let refused = match act(path) {
            Ok(done) => return Ok((done, path.to_path_buf())),
            Err(error) if error::is_escape(&error) => error,
            Err(error) => return Err(error),
        };
        let real = match fs::canonicalize(self.path.join(path)) {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.would_be_inside(path) => {
                return Err(error);
            }
            Err(_) => return Err(refused),
        };
        let Ok(inside) = real.strip_prefix(&self.path) else { return Err(refused) };
        let inside = if inside.as_os_str().is_empty() { Path::new(".") } else { inside };
        Ok((act(inside)?, inside.to_path_buf()))
    }

    /// Whether something that does not exist would be inside if it did. Whether something
    /// outside exists is nobody's business.
    fn would_be_inside(&self, path: &Path) -> bool {
        let full = self.path.join(path);
        let mut known = full.as_path();
        loop {
            if let Ok(real) = fs::canonicalize(known) {
                return real.starts_with(&self.path);
            }
            let Some(parent) = known.parent() else { return false };
            if known.file_name().is_none() || known.is_symlink() {
                return false;
            }
            known = parent;
        }
    }

    /// Opens a regular file for reading; refuses everything else before opening it.
    pub(crate) fn file(&self, asked: &str) -> Result<OpenFile, ToolError> {
        let path = self.locate(asked)?;
        let failed = |error: io::Error| io_error(asked, "read", &error);
        let (metadata, path) =
            self.beneath(&path, |path| self.dir.metadata(path)).map_err(failed)?;
        kind::require_file(asked, &metadata)?;
        let (file, path) = self
            .beneath(&path, |path| self.dir.open_with(path, &kind::careful()))
            .map_err(failed)?;
        // The file may have been swapped since: only what is open counts.
        let metadata = file.metadata().map_err(failed)?;
        kind::require_file(asked, &metadata)?;
        kind::refuse_pseudo(asked, &file)?;
        let file = file.into_std();
        let real = self.real_path(&file, &path);
        Ok(OpenFile { file, metadata, real })
    }

    /// Where an open file really is; the operating system knows.
    pub(crate) fn real_path(&self, file: &fs::File, path: &Path) -> PathBuf {
        let full = self.path.join(path);
        kind::path_of(file).or_else(|| fs::canonicalize(&full).ok()).unwrap_or(full)
    }

    /// A real path relative to the folder.
    pub(crate) fn relative<'a>(&self, real: &'a Path) -> &'a Path {
        real.strip_prefix(&self.path).unwrap_or(real)
    }

    /// Opens a folder inside the folder.
    pub(crate) fn folder(&self, asked: &str) -> Result<(Dir, PathBuf), ToolError> {
        let path = self.locate(asked)?;
        let (dir, path) = self
            .beneath(&path, |path| self.dir.open_dir(path))
            .map_err(|error| io_error(asked, "open", &error))?;
        kind::refuse_pseudo(asked, &dir)?;
        Ok((dir, path))
    }

    /// Whether a path is a folder inside the folder.
    pub(crate) fn is_folder(&self, asked: &str) -> bool {
        self.locate(asked).is_ok_and(|path| {
            self.beneath(&path, |path| self.dir.metadata(path))
                .is_ok_and(|(metadata, _)| metadata.is_dir())
        })
    }

    /// The real path, links followed, of something that exists inside the folder.
    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        if path == Path::new(".") {
            return Ok(path.to_path_buf());
        }
        self.beneath(path, |path| self.dir.canonicalize(path)).map(|(real, _)| real)
    }

    /// Where a file is to be written. Links are followed, so that the file behind a link is
    /// replaced and not the link.
    pub(crate) fn target(&self, asked: &str) -> Result<Target, ToolError> {
        let path = self.locate(asked)?;
        let ends_in_name = matches!(path.components().next_back(), Some(Component::Normal(_)));
        if !ends_in_name || asked.ends_with('/') {
            return Err(ToolError::new("is_folder", format!("{} is a folder", shown(asked)))
                .hint("name a file"));
        }
        let mut missing: Vec<PathBuf> = Vec::new();
        let mut known = path.as_path();
        loop {
            match self.real(known) {
                Ok(real) => return split(asked, real, missing),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(io_error(asked, "write", &error)),
            }
            let is_link = self.dir.symlink_metadata(known).is_ok_and(|found| found.is_symlink());
            if is_link {
                let message = format!("{} is a link that leads nowhere", shown(asked));
                return Err(ToolError::new("broken_link", message));
            }
            match (known.components().next_back(), known.parent()) {
                (Some(Component::Normal(name)), Some(parent)) => {
                    missing.push(PathBuf::from(name));
                    known = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
                }
                _ => return Err(outside(asked)),
            }
        }
    }
}

/// Puts the parts that do not exist yet behind the real path of what does.
fn split(asked: &str, real: PathBuf, mut missing: Vec<PathBuf>) -> Result<Target, ToolError> {
    let mut parent = real;
    let name = if missing.is_empty() {
        let name = parent.file_name().map(PathBuf::from);
        parent.pop();
        name
    } else {
        Some(missing.remove(0))
    };
    for part in missing.into_iter().rev() {
        parent.push(part);
    }
    if parent.as_os_str().is_empty() {
        parent.push(".");
    }
    let name = name.ok_or_else(|| outside(asked))?;
    let parent = parent.strip_prefix(".").map(Path::to_path_buf).unwrap_or(parent);
    let parent = if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent };
    Ok(Target { parent, name })
}
