//! The composition root: the only file that names every member.
//!
//! Each part is built when it is first asked for, and then kept.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nanofolks_config::{Environment, FlagValue, Loaded, Paths, Request, Settings, load};
use nanofolks_protocol::ports::Clock;
use nanofolks_protocol::{Problem, ProblemKind, Timestamp};

use crate::cli::Globals;
use crate::logging;

/// The house: every part, built on first use.
pub(crate) struct House {
    globals: Globals,
    environment: OnceCell<Arc<Environment>>,
    paths: OnceCell<Arc<Paths>>,
    folder: OnceCell<PathBuf>,
    loaded: OnceCell<Arc<Loaded>>,
}

impl House {
    /// A house in which nothing is built yet.
    pub(crate) fn new(globals: &Globals) -> Self {
        Self {
            globals: globals.clone(),
            environment: OnceCell::new(),
            paths: OnceCell::new(),
            folder: OnceCell::new(),
            loaded: OnceCell::new(),
        }
    }

    /// The environment variables of this process.
    pub(crate) fn environment(&self) -> Arc<Environment> {
        Arc::clone(self.environment.get_or_init(|| Arc::new(Environment::of_process())))
    }

    /// Where things live. Makes nothing.
    pub(crate) fn paths(&self) -> Result<Arc<Paths>, Problem> {
        once(&self.paths, || {
            let Globals { home, profile, .. } = &self.globals;
            let paths = Paths::discover(&self.environment(), home.as_deref(), profile.as_deref())?;
            Ok(Arc::new(paths))
        })
    }

    /// The working folder, absolute, links resolved: `--dir`, else where we were started.
    pub(crate) fn folder(&self) -> Result<PathBuf, Problem> {
        once(&self.folder, || match &self.globals.dir {
            Some(named) => named_folder(named),
            None => std::env::current_dir().map_err(|error| {
                Problem::new(
                    ProblemKind::Usage,
                    "folder_unreadable",
                    format!("cannot tell the current folder: {error}"),
                )
                .hint("change to a folder that exists, or name one with --dir")
            }),
        })
    }

    /// The settings, where each came from, and what is odd about them.
    pub(crate) fn loaded(&self) -> Result<Arc<Loaded>, Problem> {
        once(&self.loaded, || {
            let (paths, env) = (self.paths()?, self.environment());
            // A folder that has gone brings no settings; who needs it will say so.
            let folder = self.folder().ok();
            let flags = flag_values(&self.globals)?;
            let request =
                Request { paths: &paths, env: &env, folder: folder.as_deref(), flags: &flags };
            Ok(Arc::new(load(&request)?))
        })
    }

    /// The settings.
    pub(crate) fn settings(&self) -> Result<Arc<Settings>, Problem> {
        // Settings are small, and most commands ask once.
        self.loaded().map(|loaded| Arc::new(loaded.settings.clone()))
    }

    /// Starts recording into the log files.
    pub(crate) fn start_logging(&self) -> Result<(), Problem> {
        let (paths, loaded) = (self.paths()?, self.loaded()?);
        // Started twice is started.
        let _started = logging::start(&paths.logs(), &loaded.settings.log);
        Ok(())
    }

    /// The time of this machine.
    pub(crate) fn clock() -> Arc<dyn Clock> {
        Arc::new(MachineClock)
    }
}

/// The machine's own time.
struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
    }
}

/// The value of a cell, made when there is none.
fn once<T: Clone>(
    cell: &OnceCell<T>,
    make: impl FnOnce() -> Result<T, Problem>,
) -> Result<T, Problem> {
    if let Some(value) = cell.get() {
        return Ok(value.clone());
    }
    let value = make()?;
    Ok(cell.get_or_init(|| value).clone())
}

fn named_folder(named: &Path) -> Result<PathBuf, Problem> {
    let problem = |why: String| {
        Problem::new(
            ProblemKind::Usage,
            "folder_unreadable",
            format!("cannot work in {}: {why}", named.display()),
        )
        .hint("--dir names a folder that exists")
    };
    let folder = named.canonicalize().map_err(|error| problem(error.to_string()))?;
    if folder.is_dir() { Ok(folder) } else { Err(problem("it is not a folder".to_owned())) }
}

/// What the global flags say about settings.
fn flag_values(globals: &Globals) -> Result<Vec<FlagValue>, Problem> {
    let mut flags = Vec::new();
    for pair in &globals.config {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Problem::new(
                ProblemKind::Usage,
                "value_invalid",
                format!("--config takes KEY=VALUE, not {pair:?}"),
            )
            .hint("for example --config engine.max_iterations=5"));
        };
        flags.push(flag("--config", key.trim(), value));
    }
    if let Some(model) = &globals.model {
        flags.push(flag("--model", "model", model));
    }
    if let Some(level) = globals.log_level {
        flags.push(flag("--log-level", "log.level", level.as_str()));
    }
    Ok(flags)
}

fn flag(flag: &str, key: &str, value: &str) -> FlagValue {
    FlagValue { flag: flag.to_owned(), key: key.to_owned(), value: value.to_owned() }
}
