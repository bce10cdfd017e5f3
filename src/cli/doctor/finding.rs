//! What a check found.

use std::borrow::Cow;
use std::path::PathBuf;

use nanofolks_protocol::{Problem, ProblemKind};
use nanofolks_store::StorePaths;
use serde::Serialize;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// Good to know.
    Info,
    /// Works, but probably not as wished.
    Warn,
    /// Does not work.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// Stable name for programs.
    pub(super) code: Cow<'static, str>,
    /// How much it matters.
    pub(super) level: Level,
    /// What was found, one sentence.
    pub(super) what: String,
    /// Why it is so.
    pub(super) cause: Option<String>,
    /// What to do.
    pub(super) remedy: Option<String>,
    /// What `--fix` did.
    pub(super) fixed: Option<String>,
    /// What `--fix` can do.
    #[serde(rename = "fixable", serialize_with = "is_some")]
    pub(super) fix: Option<Fix>,
}

/// What can be repaired without a doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fix {
    /// Give a file or folder these permissions.
    Mode(PathBuf, u32),
    /// Make a folder for its owner only.
    MakeFolder(PathBuf),
    /// Remove a file that nobody holds a lock on.
    RemoveUnlocked(PathBuf),
    /// Set a damaged database aside and save what can be read of it.
    Salvage(StorePaths),
}

impl Finding {
    /// All is well.
    pub(super) fn ok(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Level::Ok, code, what)
    }

    /// Good to know.
    pub(super) fn info(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Level::Info, code, what)
    }

    /// Look at this.
    pub(super) fn warn(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Level::Warn, code, what)
    }

    /// This does not work.
    pub(super) fn error(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Level::Error, code, what)
    }

    /// A problem as a finding.
    pub(super) fn of(problem: &Problem) -> Self {
        let mut finding = Self::new(Level::Error, "problem", problem.message.clone());
        finding.code = problem.code.clone();
        // Who reads this has run doctor.
        let hint = problem.hint.as_deref().unwrap_or_default();
        let rest = hint.split("`nanofolks doctor`").next().unwrap_or(hint);
        let rest = rest.trim_end_matches([' ', ':', ';', ',']);
        finding.remedy = (!rest.is_empty()).then(|| rest.to_owned());
        finding
    }

    /// Whether a problem means that something is only not here.
    pub(super) fn is_absence(problem: &Problem) -> bool {
        problem.kind == ProblemKind::Unavailable
    }

    /// The same at another level.
    pub(super) const fn at(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// The same with a cause.
    pub(super) fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The same with something to do.
    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The same with something that `--fix` can do.
    pub(super) fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    fn new(level: Level, code: &'static str, what: impl Into<String>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            level,
            what: what.into(),
            cause: None,
            remedy: None,
            fixed: None,
            fix: None,
        }
    }
}

#[expect(clippy::ref_option, reason = "serde hands the field over like this")]
fn is_some<S: serde::Serializer>(fix: &Option<Fix>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bool(fix.is_some())
}
