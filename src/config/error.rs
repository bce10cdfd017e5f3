//! What is wrong with a configuration, and where.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use nanofolks_protocol::{Problem, ProblemKind};
use serde::Serialize;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Good to know.
    Info,
    /// Probably not as wished; the program goes on.
    Warning,
    /// Wrong; the program does not start with it.
    Error,
}

/// One thing about a configuration: where, which key, what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub level: Level,
    /// Stable name: `unknown_key`, `invalid_value`, `syntax`, `untrusted_project`, …
    pub code: &'static str,
    /// Where the value was given: a file, a variable, a flag.
    pub place: String,
    /// Line in the file, from 1.
    pub line: Option<u32>,
    /// Column in the file, from 1.
    pub column: Option<u32>,
    /// The dotted key; empty when it is about the whole file.
    pub key: String,
    /// One sentence, without the value of anything secret.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Why there is no configuration, or why it was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Neither `NANOFOLKS_HOME` nor `HOME` says where the home is.
    #[error("cannot tell where the home is: neither NANOFOLKS_HOME nor HOME is set")]
    NoHome,
    /// A text that is not a profile's name.
    #[error(
        "{0:?} is not a profile name: a-z 0-9 - _, at most 64, starting with a letter or digit"
    )]
    Profile(String),
    /// The home exists and is no folder.
    #[error("{} is not a folder", .0.display())]
    HomeNotAFolder(PathBuf),
    /// The home belongs to another user.
    #[error("{} belongs to another user (uid {owner}, you are uid {you})", .path.display())]
    HomeOfSomeoneElse {
        /// The home.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// This process.
        you: u32,
    },
    /// Nothing can be written in the home.
    #[error("{} cannot be written: {why}", .path.display())]
    HomeReadOnly {
        /// The home.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// A file could not be read or written.
    #[error("cannot {verb} {}: {source}", .path.display())]
    File {
        /// `read` or `write`.
        verb: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Two configuration files at once.
    #[error("there are two configuration files, {} and {}; keep one", .0.display(), .1.display())]
    TwoFiles(PathBuf, PathBuf),
    /// A value, a key or a file is wrong.
    #[error("{0}")]
    Invalid(Box<Finding>),
    /// The argument of `--config` is no pair.
    #[error("--config takes KEY=VALUE, not {0:?}")]
    Flag(String),
    /// Only TOML files are edited.
    #[error("{} is read but not edited", .0.display())]
    NotToml(PathBuf),
    /// Somebody else kept changing the file.
    #[error("{} keeps changing; nothing was written", .0.display())]
    Busy(PathBuf),
}

impl ConfigError {
    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        Self::File { verb: "read", path: path.to_owned(), source }
    }

    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Self::File { verb: "write", path: path.to_owned(), source }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoHome => "home_unknown",
            Self::Profile(_) => "profile_invalid",
            Self::HomeNotAFolder(_) => "home_not_a_folder",
            Self::HomeOfSomeoneElse { .. } => "home_not_yours",
            Self::HomeReadOnly { .. } => "home_read_only",
            Self::File { .. } => "config_file",
            Self::TwoFiles(..) => "config_two_files",
            Self::Invalid(_) => "config_invalid",
            Self::Flag(_) => "config_flag",
            Self::NotToml(_) => "config_not_toml",
            Self::Busy(_) => "config_busy",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NoHome => Some("name one with --home DIR".to_owned()),
            Self::Profile(_) | Self::TwoFiles(..) | Self::File { .. } => None,
            Self::Flag(_) => Some("for example --config engine.max_iterations=40".to_owned()),
            Self::HomeNotAFolder(_)
            | Self::HomeOfSomeoneElse { .. }
            | Self::HomeReadOnly { .. } => {
                Some("name another home with --home DIR or NANOFOLKS_HOME".to_owned())
            }
            Self::Invalid(finding) => finding.hint.clone(),
            Self::NotToml(_) => Some(
                "edit it with `nanofolks config edit`, or move its settings to config.toml".into(),
            ),
            Self::Busy(_) => Some("try again".to_owned()),
        }
    }
}

impl From<&ConfigError> for Problem {
    fn from(error: &ConfigError) -> Self {
        let kind = match error {
            ConfigError::HomeReadOnly { .. } | ConfigError::Busy(_) => ProblemKind::Failure,
            ConfigError::NoHome
            | ConfigError::Profile(_)
            | ConfigError::HomeNotAFolder(_)
            | ConfigError::HomeOfSomeoneElse { .. }
            | ConfigError::File { .. }
            | ConfigError::TwoFiles(..)
            | ConfigError::Flag(_)
            | ConfigError::Invalid(_)
            | ConfigError::NotToml(_) => ProblemKind::Usage,
        };
        let problem = Self::new(kind, error.code(), error.to_string());
        match error.hint() {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Self::from(&error)
    }
}
