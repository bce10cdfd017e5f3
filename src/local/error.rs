//! What can go wrong here, and how it is told.

use std::io;
use std::path::{Path, PathBuf};

use nanofolks_protocol::{ModelError, ModelErrorKind, Problem, ProblemKind};

use crate::gguf::GgufError;

/// The provider's name in the configuration.
pub const PROVIDER: &str = "local";

/// Why something with an embedded model did not work.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not a usable model.
    #[error("{}: {source}", path.display())]
    BadFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: GgufError,
    },
    /// The file is a model, but not of a kind this program can run.
    #[error("{}: {reason}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What is not supported.
        reason: String,
    },
    /// There is no such model here.
    #[error("the model local/{0} is not installed")]
    NotInstalled(String),
    /// Neither the catalogue nor the folder has it.
    #[error("there is no model called {0:?} in the catalogue")]
    Unknown(String),
    /// A name that is no file name.
    #[error("{0:?} is not a model's name: letters, digits, `-`, `_` and `.`")]
    BadName(String),
    /// The file is not the one that was installed.
    #[error("the file of local/{name} is not what was installed: {reason}")]
    Changed {
        /// The model.
        name: String,
        /// What differs.
        reason: String,
    },
    /// What came is not what the catalogue promised.
    #[error("{what}: expected {expected}, got {got}")]
    Mismatch {
        /// Size or hash of which file.
        what: String,
        /// What the catalogue says.
        expected: String,
        /// What the file is.
        got: String,
    },
    /// No source could provide the model.
    #[error("cannot fetch {model}: {reasons}")]
    NoSource {
        /// The model.
        model: String,
        /// One reason per source.
        reasons: String,
    },
    /// A download did not work.
    #[error("{0}")]
    Download(String),
    /// Somebody stopped it.
    #[error("stopped")]
    Stopped,
    /// The prompt does not fit.
    #[error("the prompt has {tokens} tokens, the model's window holds {window}")]
    TooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Tokens that fit, answer included.
        window: usize,
    },
    /// The chat template of the file could not be used.
    #[error("the model's chat template does not work: {0}")]
    Template(String),
    /// The tokenizer of the file could not be used.
    #[error("the model's tokenizer does not work: {0}")]
    Tokenizer(String),
    /// The arithmetic failed.
    #[error("the model could not run: {0}")]
    Compute(String),
}

impl LocalError {
    pub(crate) fn read(path: &Path, source: &io::Error) -> Self {
        Self::Read { path: path.to_owned(), source: copy(source) }
    }

    pub(crate) fn write(path: &Path, source: &io::Error) -> Self {
        Self::Write { path: path.to_owned(), source: copy(source) }
    }

    pub(crate) fn bad_file(path: &Path, source: GgufError) -> Self {
        Self::BadFile { path: path.to_owned(), source }
    }

    /// What a turn is told.
    #[must_use]
    pub fn to_model_error(&self) -> ModelError {
        let kind = match self {
            Self::TooLong { .. } => ModelErrorKind::ContextOverflow,
            Self::NotInstalled(_) | Self::Unknown(_) | Self::BadName(_) => {
                ModelErrorKind::ModelNotFound
            }
            _ => ModelErrorKind::Local,
        };
        ModelError::new(PROVIDER, kind, self.to_string())
    }

    /// What a command tells the user.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        let problem = |kind, code| Problem::new(kind, code, self.to_string());
        match self {
            Self::Read { .. } => problem(ProblemKind::Failure, "model_unreadable"),
            Self::Write { .. } => problem(ProblemKind::Failure, "model_unwritable")
                .hint("check the disk's free space and the folder's permissions"),
            Self::BadFile { path, .. } => problem(ProblemKind::Unavailable, "model_corrupt")
                .hint(again(&path.file_stem().unwrap_or_default().to_string_lossy())),
            Self::Changed { name, .. } => {
                problem(ProblemKind::Unavailable, "model_changed").hint(again(name))
            }
            Self::Unsupported { .. } => problem(ProblemKind::Unavailable, "model_unsupported")
                .hint("`nanofolks model list` shows models that work"),
            Self::NotInstalled(name) => problem(ProblemKind::Unavailable, "model_missing")
                .hint(format!("`nanofolks model pull {name}` fetches it")),
            Self::Unknown(_) => problem(ProblemKind::Usage, "model_unknown")
                .hint("`nanofolks model list` shows the catalogue"),
            Self::BadName(_) => problem(ProblemKind::Usage, "model_unknown"),
            Self::Mismatch { .. } => problem(ProblemKind::Failure, "model_mismatch")
                .hint("nothing was installed; fetch it again"),
            Self::NoSource { .. } => problem(ProblemKind::Failure, "model_no_source").hint(
                "check the network, or install a file by hand: `nanofolks model pull --file PATH`",
            ),
            Self::Download(_) => problem(ProblemKind::Failure, "model_download")
                .hint("what has arrived is kept; run the command again to go on")
                .retryable(),
            Self::Stopped => problem(ProblemKind::Interrupted, "interrupted")
                .hint("what has arrived is kept; run the command again to go on"),
            Self::TooLong { .. } => self.to_model_error().to_problem(),
            Self::Template(_) | Self::Tokenizer(_) | Self::Compute(_) => {
                problem(ProblemKind::Unavailable, "local_model")
            }
        }
    }
}

impl From<candle_core::Error> for LocalError {
    fn from(error: candle_core::Error) -> Self {
        // Only the first line: what follows is a backtrace.
        Self::Compute(error.to_string().lines().next().unwrap_or_default().to_owned())
    }
}

/// How to get a model that is not as it should be again.
fn again(name: &str) -> String {
    match crate::catalogue::find(name) {
        Some(entry) => format!("`nanofolks model pull {}` fetches it again", entry.id),
        None => format!("take it from a file again: `nanofolks model pull {name} --file PATH`"),
    }
}

/// `io::Error` cannot be cloned; kind and text are what matters.
fn copy(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}
