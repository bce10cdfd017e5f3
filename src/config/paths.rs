//! Where things live.
//!
//! Finding a place touches no disk. Making the home is a step of its own, [`Paths::create`],
//! so that looking at something never leaves a folder behind.

use std::fs::{DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::Access;

use crate::{ConfigError, Environment};

#[cfg(test)]
mod tests;

/// The names of a configuration file, the usual one first.
const CONFIG_NAMES: [&str; 4] = ["config.toml", "config.yaml", "config.yml", "config.json"];

/// Only the owner may look inside.
const PRIVATE: u32 = 0o700;

/// Where everything of one home is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    root: PathBuf,
    base: PathBuf,
    profile: Option<String>,
    user: Option<PathBuf>,
}

/// What is at the place of the home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HomeState {
    /// Nothing yet.
    Missing,
    /// A folder of ours with these permission bits.
    Ready {
        /// The lower nine bits of its mode.
        mode: u32,
    },
}

impl Paths {
    /// Finds the home: `--home`, else `NANOFOLKS_HOME`, else `~/.nanofolks`; then the
    /// profile: `--profile`, else `NANOFOLKS_PROFILE`.
    ///
    /// # Errors
    /// When nothing says where the home is, or the profile's name is not one.
    pub fn discover(
        env: &Environment,
        home: Option<&Path>,
        profile: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let user = env.get("HOME").map(PathBuf::from);
        let named =
            home.map(Path::to_owned).or_else(|| env.get("NANOFOLKS_HOME").map(PathBuf::from));
        let base = match (named, &user) {
            (Some(named), user) => untilde(named, user.as_deref()),
            (None, Some(user)) => user.join(".nanofolks"),
            (None, None) => return Err(ConfigError::NoHome),
        };
        let base = std::path::absolute(&base).map_err(|error| ConfigError::read(&base, error))?;
        let profile = profile.or_else(|| env.get("NANOFOLKS_PROFILE")).map(str::to_owned);
        let root = match &profile {
            Some(name) if is_profile(name) => base.join("profiles").join(name),
            Some(name) => return Err(ConfigError::Profile(name.chars().take(80).collect())),
            None => base.clone(),
        };
        Ok(Self { root, base, profile, user })
    }

    /// The home itself, a profile's own where there is one.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The home that holds the profiles; the same as the root without a profile.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The profile.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The profiles that are there, by name. A folder that cannot be read has none.
    #[must_use]
    pub fn profiles(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.base.join("profiles"));
        let folders = entries.into_iter().flatten().flatten().filter(|it| it.path().is_dir());
        let names = folders.filter_map(|folder| folder.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| is_profile(name)).collect();
        names.sort();
        names
    }

    /// The person's home directory, when it is known.
    #[must_use]
    pub fn user_home(&self) -> Option<&Path> {
        self.user.as_deref()
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> PathBuf {
        self.root.join("nanofolks.db")
    }

    /// Attachments and large outputs, by content.
    #[must_use]
    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// Rolling log files.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Model files. Profiles share them.
    #[must_use]
    pub fn models(&self) -> PathBuf {
        self.base.join("models")
    }

    /// What people edit: USER.md, TOOLS.md, the bots' files, skills.
    #[must_use]
    pub fn workspace(&self) -> PathBuf {
        self.root.join("workspace")
    }

    /// Owner locks and sockets of running processes.
    #[must_use]
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> PathBuf {
        self.root.join("policy.json")
    }

    /// The encrypted keys.
    #[must_use]
    pub fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    /// What opens a vault that has no passphrase.
    #[must_use]
    pub fn vault_key(&self) -> PathBuf {
        self.root.join("vault.key")
    }

    /// The names of the keys in the keyring of the system.
    #[must_use]
    pub fn keyring_names(&self) -> PathBuf {
        self.root.join("keyring.json")
    }

    /// Held by whoever changes the keys.
    #[must_use]
    pub fn keys_lock(&self) -> PathBuf {
        self.root.join("keys.lock")
    }

    /// What was typed in the line mode.
    #[must_use]
    pub fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    /// Lines that were typed and not sent, a file for each room.
    #[must_use]
    pub fn drafts(&self) -> PathBuf {
        self.root.join("drafts")
    }

    /// What `/copy` wrote last, where the terminal may not have taken it.
    #[must_use]
    pub fn copied(&self) -> PathBuf {
        self.root.join("copied.txt")
    }

    /// The folders the person trusts.
    #[must_use]
    pub fn trusted(&self) -> PathBuf {
        self.root.join("trusted.json")
    }

    /// The file that `config set` writes.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.root.join(CONFIG_NAMES[0])
    }

    /// Every name a configuration file may have, the usual one first.
    #[must_use]
    pub fn config_candidates(&self) -> [PathBuf; 4] {
        CONFIG_NAMES.map(|name| self.root.join(name))
    }

    /// The settings a folder brings along, whether or not they count.
    #[must_use]
    pub fn project_config(folder: &Path) -> PathBuf {
        folder.join(".nanofolks").join(CONFIG_NAMES[0])
    }

    /// Looks at the home and changes nothing.
    ///
    /// # Errors
    /// When it is not a folder, belongs to somebody else or cannot be written.
    pub fn check(&self) -> Result<HomeState, ConfigError> {
        let base = check_one(&self.base)?;
        if self.profile.is_none() { Ok(base) } else { check_one(&self.root) }
    }

    /// Makes the home where there is none, for its owner only, and checks it.
    ///
    /// # Errors
    /// As [`Paths::check`], or when it cannot be made.
    pub fn create(&self) -> Result<(), ConfigError> {
        match self.check()? {
            HomeState::Ready { .. } => Ok(()),
            HomeState::Missing => {
                ensure(&self.root).map_err(|error| refused(&self.root, &error))?;
                self.check().map(drop)
            }
        }
    }
}

/// Makes a folder of the home where there is none, for its owner only.
///
/// # Errors
/// What the system says.
pub fn ensure(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(PRIVATE).create(folder)
}

fn check_one(path: &Path) -> Result<HomeState, ConfigError> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // A link that leads nowhere is something, and nothing can be made in its place.
            return match std::fs::symlink_metadata(path) {
                Ok(_) => Err(ConfigError::HomeNotAFolder(path.to_owned())),
                Err(_) => Ok(HomeState::Missing),
            };
        }
        Err(error) => return Err(refused(path, &error)),
    };
    ours(path, &metadata)
}

fn ours(path: &Path, metadata: &Metadata) -> Result<HomeState, ConfigError> {
    if !metadata.is_dir() {
        return Err(ConfigError::HomeNotAFolder(path.to_owned()));
    }
    let (owner, you) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != you {
        return Err(ConfigError::HomeOfSomeoneElse { path: path.to_owned(), owner, you });
    }
    rustix::fs::access(path, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| refused(path, &error.into()))?;
    Ok(HomeState::Ready { mode: metadata.mode() & 0o777 })
}

fn refused(path: &Path, error: &io::Error) -> ConfigError {
    match error.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            ConfigError::HomeNotAFolder(path.to_owned())
        }
        _ => ConfigError::HomeReadOnly { path: path.to_owned(), why: error.to_string() },
    }
}

/// A tilde that no shell replaced, for example in a service file.
fn untilde(path: PathBuf, user: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), user) {
        (Ok(rest), Some(user)) => user.join(rest),
        _ => path,
    }
}

fn is_profile(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    first && name.len() <= 64 && bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}
