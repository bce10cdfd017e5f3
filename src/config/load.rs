//! Layers: flags, environment, project, user, defaults.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::source::{Layer, Node, Place};
use crate::tree::{Notes, ReadError, Skipped};
use crate::{
    ConfigError, Environment, Finding, Level, Paths, SecretRef, Settings, key, source, tree, trust,
};

#[cfg(test)]
mod tests;

/// How variables that are settings begin.
const PREFIX: &str = "NANOFOLKS_";

/// Variables of ours that say where things are and are no settings.
const RESERVED: [&str; 7] = [
    "NANOFOLKS_FONTS",
    "NANOFOLKS_HOME",
    "NANOFOLKS_PROFILE",
    "NANOFOLKS_KEYRING",
    "NANOFOLKS_ONBOARD_NONINTERACTIVE",
    "NANOFOLKS_VAULT_PASSPHRASE",
    "NANOFOLKS_VAULT_PASSPHRASE_FILE",
];

/// Nobody writes a larger configuration by hand.
const LARGEST: u64 = 1024 * 1024;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    /// The command line.
    Flag {
        /// The flag: `--config`, `--model`, …
        name: String,
    },
    /// The environment.
    Environment {
        /// The variable.
        name: String,
    },
    /// The project's file.
    Project {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: Option<u32>,
    },
    /// The user's file.
    User {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: Option<u32>,
    },
    /// Nobody said anything.
    Default,
}

/// A value given on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagValue {
    /// The flag it was given with: `--config`, `--model`, …
    pub flag: String,
    /// The dotted key.
    pub key: String,
    /// The value as typed.
    pub value: String,
}

impl FlagValue {
    /// Takes the argument of `--config` apart.
    ///
    /// # Errors
    /// When it is not `KEY=VALUE`.
    pub fn config(text: &str) -> Result<Self, ConfigError> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Ok(Self {
                flag: "--config".to_owned(),
                key: key.trim().to_owned(),
                value: value.to_owned(),
            }),
            _ => Err(ConfigError::Flag(text.chars().take(80).collect())),
        }
    }
}

/// What to load.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The home.
    pub paths: &'a Paths,
    /// The environment.
    pub env: &'a Environment,
    /// The working folder, whose own settings count when it is trusted.
    pub folder: Option<&'a Path>,
    /// What was given on the command line; the last of two wins.
    pub flags: &'a [FlagValue],
}

/// The settings, and what is known about them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loaded {
    /// All layers merged.
    pub settings: Settings,
    /// Where each value came from, by dotted key; what is missing is a default.
    pub origins: BTreeMap<String, Origin>,
    /// What a person should know: unknown keys, a project that is not trusted.
    pub warnings: Vec<Finding>,
    /// The user's file, when there is one.
    pub user_file: Option<PathBuf>,
}

/// Reads and merges all layers.
///
/// # Errors
/// The first thing that is wrong: file, line, column, key, and what was expected.
pub fn load(request: &Request<'_>) -> Result<Loaded, ConfigError> {
    let sources = Sources::gather(request)?;
    let (settings, notes) = tree::read(&sources.layers, request.env, &Skipped::new());
    let settings = settings.map_err(|error| invalid(&sources.layers, error))?;
    if let Some((key, message)) = settings.faults().into_iter().next() {
        return Err(ConfigError::Invalid(Box::new(fault(&sources.layers, &notes, key, message))));
    }
    let mut warnings = notes.findings;
    warnings.extend(sources.warnings);
    let origin = |(key, (layer, at)): (String, tree::Found)| {
        sources.layers.get(layer).map(|layer| (key, layer.place.origin(at)))
    };
    Ok(Loaded {
        settings,
        origins: notes.found.into_iter().filter_map(origin).collect(),
        warnings,
        user_file: sources.user_file,
    })
}

/// Everything that is wrong or strange in the files, the environment and the flags, with
/// positions. Unlike [`load`] it does not stop at the first error.
#[must_use]
pub fn check(request: &Request<'_>) -> Vec<Finding> {
    match Sources::gather(request) {
        Ok(sources) => {
            let mut found = findings(&sources, request.env);
            found.sort_by(|a, b| (&a.place, a.line, a.column).cmp(&(&b.place, b.line, b.column)));
            found
        }
        Err(ConfigError::Invalid(finding)) => vec![*finding],
        Err(error) => vec![Finding {
            level: Level::Error,
            code: "unreadable",
            place: request.paths.root().display().to_string(),
            line: None,
            column: None,
            key: String::new(),
            message: error.to_string(),
            hint: None,
        }],
    }
}

/// Reads again without what was wrong until nothing is.
fn findings(sources: &Sources, env: &Environment) -> Vec<Finding> {
    let mut skipped = Skipped::new();
    let mut found = Vec::new();
    loop {
        let (settings, notes) = tree::read(&sources.layers, env, &skipped);
        match settings {
            Ok(settings) => {
                let faults = settings.faults().into_iter();
                found.extend(faults.map(|(key, text)| fault(&sources.layers, &notes, key, text)));
                found.extend(literals(&settings, &sources.layers, &notes));
                found.extend(notes.findings);
                found.extend(sources.warnings.iter().cloned());
                return found;
            }
            Err(error) => {
                let place = error.found.map(|(layer, _)| (layer, error.key.clone()));
                found.push(finding(&sources.layers, error));
                // The same place twice would mean that skipping it did not help.
                if !place.is_some_and(|place| skipped.insert(place)) {
                    return found;
                }
            }
        }
    }
}

/// Keys that stand in a file in plain text.
fn literals(settings: &Settings, layers: &[Layer], notes: &Notes) -> Vec<Finding> {
    let in_file = |key: &String| {
        let layer = notes.found.get(key).and_then(|(layer, _)| layers.get(*layer));
        layer.is_some_and(|layer| matches!(layer.place, Place::User(_) | Place::Project(_)))
    };
    let keys = settings.providers.iter().filter_map(|(name, provider)| {
        let literal = provider.api_key.as_ref().is_some_and(SecretRef::is_literal);
        literal.then(|| key::join(&key::join("providers", name), "api_key"))
    });
    let warning = |key: String| Finding {
        level: Level::Warning,
        code: "secret_in_file",
        hint: Some(
            "`nanofolks auth add PROVIDER` stores it; write keyring:PROVIDER here, or env:NAME"
                .to_owned(),
        ),
        ..fault(layers, notes, key, "the key itself stands in the file".to_owned())
    };
    keys.filter(in_file).map(warning).collect()
}

fn invalid(layers: &[Layer], error: ReadError) -> ConfigError {
    ConfigError::Invalid(Box::new(finding(layers, error)))
}

fn finding(layers: &[Layer], error: ReadError) -> Finding {
    let (layer, at) = error.found.unwrap_or((0, None));
    Finding {
        level: Level::Error,
        code: "invalid_value",
        place: layers.get(layer).map_or_else(String::new, |layer| layer.place.text()),
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
        key: error.key,
        message: error.message,
        hint: None,
    }
}

fn fault(layers: &[Layer], notes: &Notes, key: String, message: String) -> Finding {
    let found = notes.found.get(&key).copied();
    finding(layers, ReadError { message, key, found })
}

/// The layers, the strongest first, and what gathering them brought to light.
pub(crate) struct Sources {
    pub(crate) layers: Vec<Layer>,
    pub(crate) warnings: Vec<Finding>,
    pub(crate) user_file: Option<PathBuf>,
}

impl Sources {
    fn gather(request: &Request<'_>) -> Result<Self, ConfigError> {
        let mut layers: Vec<_> = request.flags.iter().rev().map(of_flag).collect();
        let variables =
            request.env.starting_with(PREFIX).filter(|(name, _)| !RESERVED.contains(name));
        layers.extend(variables.map(|(name, value)| of_variable(name, value)));
        let mut warnings = Vec::new();
        if let Some(file) = project_file(request) {
            if request.folder.is_some_and(|folder| trust::is_trusted(request.paths, folder)) {
                let root = parse(&file, &read_text(&file)?)?;
                layers.push(Layer { place: Place::Project(file), root });
            } else {
                warnings.push(untrusted(&file));
            }
        }
        let user_file = user_file(request.paths)?;
        if let Some(file) = &user_file {
            let root = parse(file, &read_text(file)?)?;
            layers.push(Layer { place: Place::User(file.clone()), root });
        }
        Ok(Self { layers, warnings, user_file })
    }

    /// What a file alone would give.
    pub(crate) fn of_file(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let layer = Layer { place: Place::User(file.to_owned()), root: parse(file, text)? };
        Ok(Self { layers: vec![layer], warnings: Vec::new(), user_file: Some(file.to_owned()) })
    }

    pub(crate) fn findings(&self, env: &Environment) -> Vec<Finding> {
        findings(self, env)
    }
}

fn of_flag(flag: &FlagValue) -> Layer {
    let root = Node::under(key::split(&flag.key), Node::raw(&flag.value));
    Layer { place: Place::Flag(flag.flag.clone()), root }
}

fn of_variable(name: &str, value: &str) -> Layer {
    let path = name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase();
    let path = path.split("__").map(str::to_owned).collect();
    Layer { place: Place::Variable(name.to_owned()), root: Node::under(path, Node::raw(value)) }
}

/// The project's file, unless it is the user's own.
fn project_file(request: &Request<'_>) -> Option<PathBuf> {
    let folder = request.folder?;
    let file = Paths::project_config(folder);
    let own = file.parent() == Some(request.paths.base()) || file == request.paths.config();
    (!own && file.is_file()).then_some(file)
}

fn untrusted(file: &Path) -> Finding {
    Finding {
        level: Level::Info,
        code: "untrusted_project",
        place: file.display().to_string(),
        line: None,
        column: None,
        key: String::new(),
        message: "these settings do not count because the folder is not trusted".to_owned(),
        hint: Some(
            "read the file; `nanofolks config trust` in its folder makes them count".to_owned(),
        ),
    }
}

/// The user's one configuration file.
pub(crate) fn user_file(paths: &Paths) -> Result<Option<PathBuf>, ConfigError> {
    let mut found = None;
    for candidate in paths.config_candidates() {
        match std::fs::symlink_metadata(&candidate) {
            Ok(_) => match found {
                None => found = Some(candidate),
                Some(first) => return Err(ConfigError::TwoFiles(first, candidate)),
            },
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(ConfigError::read(&candidate, error)),
        }
    }
    Ok(found)
}

/// A file's text, when it is a file, of a sane size, and text.
pub(crate) fn read_text(file: &Path) -> Result<String, ConfigError> {
    let refused = |why: &str| ConfigError::read(file, io::Error::other(why.to_owned()));
    // Asked first: opening a pipe would wait for a writer.
    let metadata = std::fs::metadata(file).map_err(|error| ConfigError::read(file, error))?;
    if !metadata.is_file() {
        return Err(refused("it is not a file"));
    }
    if metadata.len() > LARGEST {
        return Err(refused("it is larger than 1 MiB"));
    }
    let bytes = std::fs::read(file).map_err(|error| ConfigError::read(file, error))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        refused(&format!("it is not UTF-8 text (line {line})"))
    })
}

fn parse(file: &Path, text: &str) -> Result<Node, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let node = match file.extension().and_then(|ending| ending.to_str()) {
        Some("json") => source::json(text),
        Some("yaml" | "yml") => source::yaml(text),
        _ => source::toml(text),
    };
    node.map_err(|error| {
        ConfigError::Invalid(Box::new(Finding {
            level: Level::Error,
            code: "syntax",
            place: file.display().to_string(),
            line: error.at.map(|at| at.line),
            column: error.at.map(|at| at.column),
            key: String::new(),
            message: error.message,
            hint: None,
        }))
    })
}
