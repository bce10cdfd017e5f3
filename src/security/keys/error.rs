//! What can go wrong with stored keys. No key is ever in it.

use std::io;
use std::path::{Path, PathBuf};

use nanofolks_protocol::{Problem, ProblemKind, WantedSecret};

/// Why a stored key cannot be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not a name of a key.
    #[error("{0:?} is not a name of a key")]
    Name(String),
    /// Not a key.
    #[error("this is not a key: {0}")]
    NotAKey(&'static str),
    /// The keyring of the system cannot be used.
    #[error("the keyring of this system cannot be used for {name:?}: {why}")]
    NoKeyring {
        /// The key that was wanted.
        name: String,
        /// What the system says.
        why: String,
    },
    /// The vault has a passphrase, and nobody said it.
    #[error("the vault {} is locked", .0.display())]
    Locked(PathBuf),
    /// The passphrase or the key file is another one.
    #[error("{what} does not open the vault {}", .path.display())]
    WrongKey {
        /// The vault.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
    },
    /// The vault has no passphrase, and its key file is gone.
    #[error("the key file {} of the vault is missing", .0.display())]
    KeyFileMissing(PathBuf),
    /// The file is not what it should be.
    #[error("{} is damaged: {why}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A newer version of this program wrote it.
    #[error("the vault {} was written by a newer version (format {version})", .path.display())]
    Newer {
        /// The vault.
        path: PathBuf,
        /// The number of its format.
        version: u32,
    },
    /// The passphrase cannot be had.
    #[error("cannot read the passphrase of the vault: {0}")]
    Passphrase(String),
    /// Another process changes the keys, and does not end.
    #[error("another process holds {}", .0.display())]
    Busy(PathBuf),
    /// The system refuses.
    #[error("cannot {what} {}: {why}", .path.display())]
    File {
        /// What was to be done.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// Something that does not fail failed.
    #[error("the vault cannot be encrypted: {0}")]
    Cipher(&'static str),
}

/// What a wrong passphrase is called.
pub(super) const PASSPHRASE: &str = "this passphrase";

impl KeyError {
    pub(super) fn file(what: &'static str, path: &Path, why: io::Error) -> Self {
        Self::File { what, path: path.to_owned(), why }
    }

    pub(super) fn damaged(path: &Path, why: &'static str) -> Self {
        Self::Damaged { path: path.to_owned(), why }
    }

    /// What the user is told.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        let (kind, code, hint) = self.told();
        let problem = Problem::new(kind, code, self.to_string());
        let problem = problem.hint(hint);
        match self {
            Self::Busy(_) => problem.retryable(),
            Self::Locked(_) | Self::WrongKey { what: PASSPHRASE, .. } => {
                problem.wants(WantedSecret::passphrase())
            }
            _ => problem,
        }
    }

    const fn told(&self) -> (ProblemKind, &'static str, &'static str) {
        use ProblemKind::{Failure, Unavailable, Usage};
        match self {
            Self::Name(_) => {
                (Usage, "key_name_invalid", "letters, digits, dots, dashes; at most 64")
            }
            Self::NotAKey(_) => (Usage, "key_invalid", "copy the key again, whole and alone"),
            Self::NoKeyring { .. } => (
                Unavailable,
                "keyring_unavailable",
                "`nanofolks auth add PROVIDER --tier vault` keeps the key in an encrypted file",
            ),
            Self::Locked(_) => (
                Unavailable,
                "vault_locked",
                "set NANOFOLKS_VAULT_PASSPHRASE or NANOFOLKS_VAULT_PASSPHRASE_FILE, or run this \
                 on a terminal",
            ),
            Self::WrongKey { .. } => (
                Usage,
                "vault_wrong_key",
                "nothing was changed; try again with the passphrase or key file it was made with",
            ),
            Self::KeyFileMissing(_) => (
                Failure,
                "vault_key_missing",
                "bring the key file back; or `nanofolks auth reset`, and add the keys again",
            ),
            Self::Damaged { .. } => (
                Failure,
                "vault_damaged",
                "nothing was changed; bring it back from a copy; or `nanofolks auth reset`, and \
                 add the keys again",
            ),
            Self::Newer { .. } => (Failure, "vault_newer", "use the newer version"),
            Self::Passphrase(_) => {
                (Usage, "vault_passphrase", "NANOFOLKS_VAULT_PASSPHRASE_FILE names a readable file")
            }
            Self::Busy(_) => (Failure, "vault_busy", "try again"),
            Self::File { .. } | Self::Cipher(_) => {
                (Failure, "vault_failed", "`nanofolks doctor` looks at the home")
            }
        }
    }
}
