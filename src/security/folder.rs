//! Folders in which nothing is written unless they were named.

use std::path::Path;

#[cfg(test)]
mod tests;

/// What is known about a working folder. All paths are absolute, links resolved.
#[derive(Debug, Clone, Copy)]
pub struct WorkingFolder<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// Whether a person named it, which lifts the refusal.
    pub explicit: bool,
    /// The person's home directory.
    pub user_home: Option<&'a Path>,
    /// The data root.
    pub data_root: &'a Path,
}

/// Why nothing may be written in a working folder, in the words the tools give back;
/// `None` when it may.
///
/// `/`, the person's home and the data root (with everything above and in it, except its
/// `workspace`) are too much to hand over by accident.
#[must_use]
pub fn refusal(working: &WorkingFolder<'_>) -> Option<String> {
    let WorkingFolder { folder, explicit, user_home, data_root } = *working;
    if explicit {
        return None;
    }
    let what = if folder.parent().is_none() {
        "the root of the file system"
    } else if user_home.is_some_and(|home| home.starts_with(folder)) {
        "the home directory or above it"
    } else if is_data(folder, data_root) {
        "the home of nanofolks"
    } else {
        return None;
    };
    Some(format!(
        "{} is {what}: it is only read; start in a project folder or name it with --dir",
        folder.display()
    ))
}

fn is_data(folder: &Path, data_root: &Path) -> bool {
    if data_root.starts_with(folder) {
        return true;
    }
    match folder.strip_prefix(data_root) {
        // A workspace is there to be worked in, also a profile's.
        Ok(rest) => {
            let names: Vec<_> = rest.iter().collect();
            let workspace =
                |name: Option<&&std::ffi::OsStr>| name.is_some_and(|n| *n == "workspace");
            let profile = names.first().is_some_and(|name| *name == "profiles");
            !(workspace(names.first()) || (profile && workspace(names.get(2))))
        }
        Err(_) => false,
    }
}
