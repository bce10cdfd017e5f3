//! The composition root: the only file that names every member.
//!
//! Each part is built when it is first asked for, and then kept.

#[cfg(feature = "local-llm")]
mod local;
#[cfg(not(feature = "local-llm"))]
mod no_local;
mod secrets;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nanofolks_bots::{FolderFile, Team};
use nanofolks_config::settings::{BudgetSettings, ChannelSettings, ContextMode};
use nanofolks_config::{
    Environment, Finding, FlagValue, Loaded, Paths, Request, Settings, check, load, trust,
};
use nanofolks_engine::{
    Budget, Coalesce, CompactionMode, ContextSettings, EngineSettings, Pace, Services,
};
use nanofolks_protocol::ports::{Archive, Clock, Courier, Models, Roster, Toolbox};
use nanofolks_protocol::{
    EngineHandle, Limit, LimitScope, ModelRef, OwnerId, Problem, ProblemKind, SecretKind, Timestamp,
};
use nanofolks_providers::{Catalog, LocalModels};
use nanofolks_security::keys::LockedBy;
use nanofolks_security::{Keys, Sanitizer};
use nanofolks_store::{Store, StorePaths};
use nanofolks_tools::{Tools, ToolsOptions};

use crate::cli::Globals;
use crate::logging;
use crate::mirror::Mirror;

#[cfg(test)]
mod tests;

/// Messages that may wait in one room.
const MAX_QUEUED: u64 = 1000;
/// Most tokens of one answer, when the model allows more.
const MAX_OUTPUT: u32 = 8192;

/// The house: every part, built on first use.
pub(crate) struct House {
    globals: Globals,
    /// Whether the terminal belongs to somebody who draws on it, so that nobody can be asked.
    quiet: Arc<AtomicBool>,
    environment: OnceCell<Arc<Environment>>,
    paths: OnceCell<Arc<Paths>>,
    folder: OnceCell<PathBuf>,
    loaded: OnceCell<Arc<Loaded>>,
    store: OnceCell<Arc<Store>>,
    reader: OnceCell<Arc<Store>>,
    settings: OnceCell<Arc<Settings>>,
    catalog: OnceCell<Arc<Catalog>>,
    toolbox: OnceCell<Arc<dyn Toolbox>>,
    roster: OnceCell<Arc<dyn Roster>>,
    sanitizer: OnceCell<Arc<Sanitizer>>,
    keys: OnceCell<Arc<Keys>>,
}

/// Stored keys that go from house to house, unlocked perhaps.
#[derive(Clone)]
pub(crate) struct OpenKeys {
    keys: Arc<Keys>,
    quiet: Arc<AtomicBool>,
}

impl House {
    /// A house in which nothing is built yet.
    pub(crate) fn new(globals: &Globals) -> Self {
        Self {
            globals: globals.clone(),
            quiet: Arc::default(),
            environment: OnceCell::new(),
            paths: OnceCell::new(),
            folder: OnceCell::new(),
            loaded: OnceCell::new(),
            store: OnceCell::new(),
            reader: OnceCell::new(),
            settings: OnceCell::new(),
            catalog: OnceCell::new(),
            toolbox: OnceCell::new(),
            roster: OnceCell::new(),
            sanitizer: OnceCell::new(),
            keys: OnceCell::new(),
        }
    }

    /// The same with keys that are there already, unlocked perhaps.
    pub(crate) fn with_keys(globals: &Globals, open: &OpenKeys) -> Self {
        let OpenKeys { keys, quiet } = open.clone();
        Self { keys: OnceCell::from(keys), quiet, ..Self::new(globals) }
    }

    /// The stored keys, for somebody who draws on the terminal: from now on they ask nobody
    /// there.
    pub(crate) fn quiet_keys(&self) -> Result<OpenKeys, Problem> {
        self.quiet.store(true, Ordering::Relaxed);
        Ok(OpenKeys { keys: self.keys()?, quiet: Arc::clone(&self.quiet) })
    }

    /// Whether there is a vault that a passphrase opens.
    pub(crate) fn has_passphrase(&self) -> Result<bool, Problem> {
        let state = self.keys()?.vault().map_err(|error| error.to_problem())?;
        Ok(state.is_some_and(|vault| vault.locked_by == LockedBy::Passphrase))
    }

    /// Why a model cannot be asked before the vault is open: somebody has to tell its
    /// passphrase. Without such a vault nothing is opened to see it.
    pub(crate) fn locked(&self, model: &ModelRef) -> Option<String> {
        if !self.has_passphrase().ok()? || secrets::is_told(&self.environment()) {
            return None;
        }
        let problem = self.catalog().ok()?.open(model).err()?;
        let passphrase = problem.wants.is_some_and(|it| it.kind == SecretKind::Passphrase);
        passphrase.then(|| format!("the key of {} lies in it", model.provider))
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
        once(&self.loaded, || Ok(Arc::new(self.load()?)))
    }

    /// The settings as they are on the disk now.
    pub(crate) fn load(&self) -> Result<Loaded, Problem> {
        let (paths, env) = (self.paths()?, self.environment());
        // A folder that has gone brings no settings; who needs it will say so.
        let folder = self.folder().ok();
        let flags = flag_values(&self.globals)?;
        let request =
            Request { paths: &paths, env: &env, folder: folder.as_deref(), flags: &flags };
        Ok(load(&request)?)
    }

    /// Everything that is wrong or odd in the settings, with its place.
    pub(crate) fn check_config(&self) -> Result<Vec<Finding>, Problem> {
        let (paths, env) = (self.paths()?, self.environment());
        let folder = self.folder().ok();
        let flags = flag_values(&self.globals)?;
        Ok(check(&Request { paths: &paths, env: &env, folder: folder.as_deref(), flags: &flags }))
    }

    /// The settings alone, to be shared.
    pub(crate) fn settings(&self) -> Result<Arc<Settings>, Problem> {
        once(&self.settings, || Ok(Arc::new(self.loaded()?.settings.clone())))
    }

    /// Starts recording into the log files.
    pub(crate) fn start_logging(&self) -> Result<(), Problem> {
        let (paths, loaded) = (self.paths()?, self.loaded()?);
        // Started twice is started.
        let _started = logging::start(&paths.logs(), &loaded.settings.log, &*self.sanitizer()?);
        Ok(())
    }

    /// The database and the blobs, to read and write. Makes the home where there is none.
    pub(crate) fn store(&self) -> Result<Arc<Store>, Problem> {
        once(&self.store, || {
            let paths = self.paths()?;
            paths.create()?;
            let store = Store::open(&store_paths(&paths)).map_err(|error| error.to_problem())?;
            Ok(Arc::new(store))
        })
    }

    /// What is stored, only to look at. Makes nothing.
    pub(crate) fn archive(&self) -> Result<Arc<dyn Archive>, Problem> {
        Ok(self.reader()?)
    }

    fn reader(&self) -> Result<Arc<Store>, Problem> {
        if let Some(store) = self.store.get() {
            return Ok(Arc::clone(store));
        }
        once(&self.reader, || {
            let places = store_paths(&*self.paths()?);
            let store = Store::open_read_only(&places).map_err(|error| error.to_problem())?;
            Ok(Arc::new(store))
        })
    }

    /// The models, as the engine asks for them.
    pub(crate) fn models(&self) -> Result<Arc<dyn Models>, Problem> {
        Ok(self.catalog()?)
    }

    /// The models and their providers, with all that is known about them.
    pub(crate) fn catalog(&self) -> Result<Arc<Catalog>, Problem> {
        once(&self.catalog, || {
            let (settings, environment) = (self.settings()?, self.environment());
            let catalog = Catalog::new(settings, (*environment).clone(), self.globals.offline);
            let stored =
                secrets::Lookup::new(self.keys()?, self.sanitizer()?, self.globals.offline);
            Ok(Arc::new(catalog.with_local(self.local()?).with_stored_keys(Arc::new(stored))))
        })
    }

    #[cfg(feature = "local-llm")]
    fn local(&self) -> Result<Arc<dyn LocalModels>, Problem> {
        Ok(Arc::new(local::OnThisMachine::new(self.shelf()?, Self::clock())))
    }

    #[cfg(not(feature = "local-llm"))]
    #[expect(clippy::unnecessary_wraps, reason = "the other build can fail here")]
    fn local(&self) -> Result<Arc<dyn LocalModels>, Problem> {
        Ok(Arc::new(no_local::NotBuiltIn))
    }

    /// The folder with the model files.
    #[cfg(feature = "local-llm")]
    pub(crate) fn shelf(&self) -> Result<nanofolks_local::Shelf, Problem> {
        Ok(nanofolks_local::Shelf::new(self.paths()?.models()))
    }

    /// The tools.
    pub(crate) fn toolbox(&self) -> Result<Arc<dyn Toolbox>, Problem> {
        once(&self.toolbox, || {
            let (paths, loaded) = (self.paths()?, self.loaded()?);
            let place = loaded
                .user_file
                .as_ref()
                .map_or_else(|| "the configuration".to_owned(), |file| file.display().to_string());
            let disabled = &loaded.settings.tools.disabled;
            let options = ToolsOptions {
                home: paths.user_home().map(Path::to_owned),
                disabled: disabled.iter().map(|tool| (tool.clone(), place.clone())).collect(),
            };
            Ok(Arc::new(Tools::new(options)))
        })
    }

    /// The team.
    pub(crate) fn roster(&self) -> Result<Arc<dyn Roster>, Problem> {
        once(&self.roster, || Ok(Arc::new(Team::plain())))
    }

    /// Takes secrets out of text, the keys in use among them.
    pub(crate) fn sanitizer(&self) -> Result<Arc<Sanitizer>, Problem> {
        once(&self.sanitizer, || {
            let known = secrets::in_use(&self.loaded()?.settings, &self.environment());
            Ok(Arc::new(Sanitizer::new(&known)))
        })
    }

    /// The stored keys. Opens none of them.
    pub(crate) fn keys(&self) -> Result<Arc<Keys>, Problem> {
        once(&self.keys, || {
            Ok(Arc::new(secrets::keys(&*self.paths()?, &self.environment(), &self.quiet)))
        })
    }

    /// Everything the engine needs.
    pub(crate) fn services(&self) -> Result<Services, Problem> {
        let store = self.store()?;
        self.start_logging()?;
        self.services_with(store)
    }

    /// The same to look at what is stored: nothing is made and nothing is written.
    pub(crate) fn services_to_read(&self) -> Result<Services, Problem> {
        self.services_with(self.reader()?)
    }

    fn services_with(&self, store: Arc<Store>) -> Result<Services, Problem> {
        let (paths, loaded) = (self.paths()?, self.loaded()?);
        let settings = EngineSettings {
            max_turns: usize::try_from(loaded.settings.engine.max_turns).unwrap_or(1),
            max_queued: MAX_QUEUED,
            approval_timeout: Duration::from_secs(u64::from(
                loaded.settings.engine.approval_timeout,
            )),
            lease: Duration::from_secs(u64::from(loaded.settings.engine.lease)),
            default_folder: paths.workspace(),
            user_home: paths.user_home().map(resolved),
            data_root: resolved(paths.root()),
            max_output: MAX_OUTPUT,
            budget: budget(&loaded.settings.budget),
            context: context(&loaded.settings.context),
            temperature: None,
            channels: channels(&loaded.settings.channels),
            attends: false,
        };
        Ok(Services {
            journal: Arc::<Store>::clone(&store),
            archive: Arc::<Store>::clone(&store),
            blobs: store,
            models: self.models()?,
            toolbox: self.toolbox()?,
            roster: self.roster()?,
            instructions: Arc::new(FolderFile::new(move |folder| {
                trust::is_trusted(&paths, folder)
            })),
            sanitizer: self.sanitizer()?,
            couriers: self.couriers()?,
            clock: Self::clock(),
            owner: OwnerId::fresh(),
            settings,
        })
    }

    /// Those who bring answers out.
    fn couriers(&self) -> Result<Vec<Arc<dyn Courier>>, Problem> {
        Ok(crate::channels::couriers(&*self.settings()?))
    }

    /// The mirror of what an engine does, when it is wanted.
    pub(crate) fn mirror(&self, handle: &EngineHandle) -> Result<Option<Mirror>, Problem> {
        if !self.settings()?.sessions.mirror_jsonl {
            return Ok(None);
        }
        let folder = self.paths()?.root().join("sessions");
        Ok(Mirror::start(handle, self.store()?, folder))
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

fn store_paths(paths: &Paths) -> StorePaths {
    StorePaths { db: paths.db(), blobs: paths.blobs(), run: paths.run() }
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
    if let Some(format) = globals.log_format {
        flags.push(flag("--log-format", "log.format", format.as_str()));
    }
    Ok(flags)
}

fn flag(flag: &str, key: &str, value: &str) -> FlagValue {
    FlagValue { flag: flag.to_owned(), key: key.to_owned(), value: value.to_owned() }
}

/// What happens to long conversations, as the engine keeps it.
fn context(settings: &nanofolks_config::settings::ContextSettings) -> ContextSettings {
    ContextSettings {
        mode: match settings.mode {
            ContextMode::Summary => CompactionMode::Summary,
            ContextMode::TokenLimit => CompactionMode::TokenLimit,
            ContextMode::Off => CompactionMode::Off,
        },
        warn: settings.warn,
        background: settings.background,
        aggressive: settings.aggressive,
        emergency: settings.emergency,
        preserve_recent: usize::try_from(settings.preserve_recent).unwrap_or(usize::MAX),
        summary_model: settings.summary_model.clone(),
        summary_timeout: Duration::from_secs(u64::from(settings.summary_timeout)),
    }
}

/// The pace of the channels that have one.
fn channels(settings: &BTreeMap<String, ChannelSettings>) -> BTreeMap<String, Pace> {
    let millis = |millis: u32| Duration::from_millis(u64::from(millis));
    let pace = |(name, channel): (&String, &ChannelSettings)| {
        let joint = &channel.coalesce;
        let coalesce = joint.enabled.then(|| Coalesce {
            debounce: millis(joint.debounce_ms),
            max_wait: millis(joint.max_wait_ms),
            min_messages: usize::try_from(joint.min_messages).unwrap_or(usize::MAX),
            multi_user_only: joint.multi_user_only,
        });
        let pace = Pace { debounce: millis(channel.debounce_ms), coalesce };
        (pace != Pace::default()).then(|| (name.clone(), pace))
    };
    settings.iter().filter_map(pace).collect()
}

/// The ceilings of the settings, as the engine keeps them.
fn budget(settings: &BudgetSettings) -> Budget {
    let ceilings = [
        (LimitScope::Call, settings.call_usd, settings.call_tokens),
        (LimitScope::Session, settings.session_usd, settings.session_tokens),
        (LimitScope::Room, settings.room_usd, settings.room_tokens),
        (LimitScope::Bot, settings.bot_usd, settings.bot_tokens),
        (LimitScope::Day, settings.day_usd, settings.day_tokens),
        (LimitScope::Install, settings.install_usd, settings.install_tokens),
    ];
    let limits = ceilings
        .into_iter()
        .filter(|(_, usd, tokens)| usd.is_some() || tokens.is_some())
        .map(|(scope, usd, tokens)| Limit { scope, usd, tokens, since: None })
        .collect();
    Budget { limits, allow_unknown_price: settings.allow_unknown_price }
}

/// A folder without links and steps back, as the working folder is compared with it. What is
/// not there yet is added to what is.
pub(crate) fn resolved(folder: &Path) -> PathBuf {
    for there in folder.ancestors() {
        if let (Ok(real), Ok(rest)) = (there.canonicalize(), folder.strip_prefix(there)) {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    folder.to_owned()
}
