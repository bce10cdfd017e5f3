//! Errors as the user meets them: a sentence, a hint, an exit code.

use nanofolks_protocol::ports::{StoreError, Unwritten};
use nanofolks_protocol::{Problem, ProblemKind};

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// A problem with a code and, where there is one, a way out.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// The command line is wrong in a way that clap has found.
    #[error("{0}")]
    Usage(clap::Error),
    /// Everything was said already; only the exit code is left.
    #[error("ends with exit code {0}")]
    Said(u8),
}

impl CliError {
    /// Something failed: exit code 1.
    pub(crate) fn failure(code: &'static str, message: impl Into<String>) -> Self {
        Problem::new(ProblemKind::Failure, code, message).into()
    }

    /// The command line is wrong: exit code 2.
    pub(crate) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Problem::new(ProblemKind::Usage, code, message).into()
    }

    /// The same with a way out.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Problem(problem) => Self::Problem(Box::new(problem.hint(hint))),
            Self::Usage(_) | Self::Said(_) => self,
        }
    }
}

impl From<Problem> for CliError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Unwritten> for CliError {
    fn from(unwritten: Unwritten) -> Self {
        unwritten.error.into()
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        error.to_problem().into()
    }
}
