//! Themes of the person: files in the home, read again when they change.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use nanofolks_tui::Theme;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::cli::regular;

/// The theme of this name in a folder; `None` when there is no such file.
pub(super) fn read(folder: &Path, name: &str) -> Option<Result<Theme, String>> {
    let path = file(folder, name)?;
    let told = |error: String| format!("{}: {error}", path.display());
    let text = match regular::text(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return Some(Err(told(error.to_string()))),
    };
    let base = Theme::named("dark").unwrap_or_else(|_| Theme::plain());
    Some(base.with(&text).map_err(|error| told(error.to_string())))
}

/// The themes in a folder by name, each with what is to be said about it.
pub(super) fn list(folder: &Path) -> Vec<(String, String)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let files = entries.filter_map(Result::ok).map(|entry| entry.path());
    let named = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let names = named.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let mut all: Vec<_> = names
        .filter_map(|name| {
            let about = match read(folder, &name)? {
                Ok(_) => "yours".to_owned(),
                Err(trouble) => trouble,
            };
            Some((name, about))
        })
        .collect();
    all.sort();
    all
}

/// The file of a theme, if it can have one.
fn file(folder: &Path, name: &str) -> Option<PathBuf> {
    let plain = !name.is_empty() && !name.contains(['/', '\\', '.']);
    plain.then(|| folder.join(format!("{name}.toml")))
}

/// A theme that is watched.
pub(super) struct Watched {
    _watcher: RecommendedWatcher,
}

impl Watched {
    /// Tells what the theme's file says each time it changes; `None` when there is no file.
    pub(super) fn new(
        folder: &Path,
        name: &str,
    ) -> Option<(Self, UnboundedReceiver<Result<Theme, String>>)> {
        let path = file(folder, name).filter(|path| path.is_file())?;
        let (tell, told) = unbounded_channel();
        let (place, name) = (folder.to_owned(), name.to_owned());
        let mut last = read(folder, &name);
        let changed = move |event: notify::Result<Event>| {
            let ours = event.as_ref().is_ok_and(|event| {
                !matches!(event.kind, EventKind::Access(_))
                    && event.paths.iter().any(|changed| changed.file_name() == path.file_name())
            });
            // An editor may have taken the file away for a moment.
            if ours
                && let Some(now) = read(&place, &name)
                && last.as_ref() != Some(&now)
            {
                last = Some(now.clone());
                let _heard = tell.send(now).is_ok();
            }
        };
        let watching = notify::recommended_watcher(changed).and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::NonRecursive).map(|()| watcher)
        });
        let _watcher = watching
            .inspect_err(|error| tracing::debug!(%error, "the theme is not watched"))
            .ok()?;
        Some((Self { _watcher }, told))
    }
}
