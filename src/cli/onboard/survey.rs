//! What is here already: keys, servers, models. Looks, asks nobody but this machine, and
//! changes nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nanofolks_config::{Environment, Loaded, Paths, ProviderSettings, Settings};
use nanofolks_protocol::ports::Models as _;
use nanofolks_protocol::{ModelRef, Problem};
use nanofolks_providers::{Catalog, KeyPlace, preset};
use serde::Serialize;

use crate::cli::model;
use crate::house::House;

/// A server on this machine answers at once, or is not there.
const PATIENCE: Duration = Duration::from_millis(300);

/// Where Ollama is when nobody says otherwise.
const OLLAMA: &str = "http://127.0.0.1:11434";

/// The variable with which everybody says where Ollama is.
const OLLAMA_HOST: &str = "OLLAMA_HOST";

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Survey {
    /// The home.
    pub(crate) home: PathBuf,
    /// Whether it is there.
    pub(crate) home_exists: bool,
    /// The configuration file, when there is one.
    pub(crate) config: Option<PathBuf>,
    /// Providers with a key, in the order in which they are tried.
    pub(crate) keys: Vec<FoundKey>,
    /// The Ollama server of this machine.
    pub(crate) ollama: Ollama,
    /// Embedded models whose files are here.
    pub(crate) embedded: Vec<FoundModel>,
    /// Embedded models that can be fetched, the smallest first.
    pub(crate) fetchable: Vec<FoundModel>,
    /// What answers if nothing is changed.
    pub(crate) answers: Option<Answers>,
    /// Whether no socket may be opened.
    pub(crate) offline: bool,
}

/// A key that was found. What it is, nobody is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FoundKey {
    /// The provider's name in the configuration.
    pub(crate) provider: String,
    /// What people call it.
    pub(crate) title: String,
    /// Where the key is, in words: `ANTHROPIC_API_KEY`, `the keyring`.
    pub(crate) place: String,
    /// The model it is used with, when nobody names another.
    pub(crate) model: Option<String>,
}

/// Whether Ollama runs here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Ollama {
    /// Nobody asked: offline, or it is said to be on another machine.
    NotAsked,
    /// Nobody answered.
    Absent,
    /// It answered.
    Running {
        /// Where.
        base_url: String,
        /// The models it has.
        models: Vec<String>,
    },
}

/// An embedded model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FoundModel {
    /// Its name without `local/`.
    pub(crate) id: String,
    /// Its size, and what it is good for.
    pub(crate) about: String,
}

/// The model that answers, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Answers {
    /// The model.
    pub(crate) model: ModelRef,
    /// Why it is this one.
    pub(crate) because: String,
}

/// What a survey looks at.
pub(crate) struct Ground<'a> {
    /// Where things live.
    pub(crate) paths: &'a Paths,
    /// The environment.
    pub(crate) environment: &'a Environment,
    /// The settings and where they came from.
    pub(crate) loaded: &'a Loaded,
    /// The providers.
    pub(crate) catalog: &'a Catalog,
    /// Embedded models: here, and to be fetched; name and words.
    pub(crate) embedded: [Vec<(String, String)>; 2],
    /// Whether no socket may be opened.
    pub(crate) offline: bool,
}

/// Looks at the house.
pub(crate) async fn of_house(house: &House, offline: bool) -> Result<Survey, Problem> {
    let (paths, environment) = (house.paths()?, house.environment());
    let (loaded, catalog) = (house.loaded()?, house.catalog()?);
    let ground = Ground {
        paths: &paths,
        environment: &environment,
        loaded: &loaded,
        catalog: &catalog,
        embedded: [model::fetched(house), model::fetchable()],
        offline,
    };
    Ok(take(ground).await)
}

/// Looks at everything.
pub(crate) async fn take(ground: Ground<'_>) -> Survey {
    let Ground { paths, environment, loaded, catalog, embedded, offline } = ground;
    let ollama = match ollama_at(environment, &loaded.settings) {
        Some(base_url) if !offline => probe(base_url).await,
        _ => Ollama::NotAsked,
    };
    let answers = catalog.default_model().ok();
    let [here, fetchable] = embedded;
    let found = |(id, about): (String, String)| FoundModel { id, about };
    Survey {
        home: paths.root().to_owned(),
        home_exists: paths.root().is_dir(),
        config: loaded.user_file.clone(),
        keys: keys(catalog, &loaded.settings),
        ollama,
        embedded: here.into_iter().map(found).collect(),
        fetchable: fetchable.into_iter().map(found).collect(),
        answers: answers.map(|(model, because)| Answers { model, because }),
        offline,
    }
}

fn keys(catalog: &Catalog, settings: &Settings) -> Vec<FoundKey> {
    let found = |name: String| {
        let place = match catalog.key_place(&name) {
            KeyPlace::Configured(_) => format!("providers.{name}.api_key"),
            KeyPlace::Stored(place) => place,
            KeyPlace::Variable(variable) => variable.to_owned(),
            KeyPlace::Nowhere => return None,
        };
        let known = preset(&name);
        let own = settings.providers.get(&name).and_then(|own| own.default_model.clone());
        let model = own.or_else(|| known?.default_model.map(str::to_owned));
        let title = known.map_or_else(|| name.clone(), |known| known.title.to_owned());
        Some(FoundKey {
            model: model.map(|model| format!("{name}/{model}")),
            provider: name,
            title,
            place,
        })
    };
    let usable = catalog.providers().into_iter().filter(|provider| provider.available);
    usable.filter_map(|provider| found(provider.name)).collect()
}

/// Where Ollama would be on this machine; `None` when it is said to be on another one.
pub(super) fn ollama_at(environment: &Environment, settings: &Settings) -> Option<String> {
    let set = settings.providers.get("ollama").and_then(|own| own.base_url.clone());
    let named = set.or_else(|| environment.get(OLLAMA_HOST).map(str::to_owned));
    let Some(named) = named else { return Some(OLLAMA.to_owned()) };
    let (scheme, rest) = named.trim().split_once("://").unwrap_or(("http", named.trim()));
    let rest = rest.split('/').next().unwrap_or(rest);
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (rest, "11434"),
    };
    // What a server listens on is not where one finds it.
    let host = match host {
        "" | "0.0.0.0" | "127.0.0.1" => "127.0.0.1",
        "localhost" => "localhost",
        "[::]" | "[::1]" => "[::1]",
        _ => return None,
    };
    port.parse::<u16>().ok().map(|port| format!("{scheme}://{host}:{port}"))
}

/// Asks a server for its models, shortly.
async fn probe(base_url: String) -> Ollama {
    let provider = ProviderSettings { base_url: Some(base_url.clone()), ..Default::default() };
    let settings = Settings {
        providers: [("ollama".to_owned(), provider)].into_iter().collect(),
        ..Settings::default()
    };
    let nobody = Environment::default();
    let model = ModelRef { provider: "ollama".to_owned(), model: String::new() };
    let Ok(server) = Catalog::new(Arc::new(settings), nobody, false).open(&model) else {
        return Ollama::Absent;
    };
    match tokio::time::timeout(PATIENCE, server.models()).await {
        Ok(Ok(models)) => Ollama::Running { base_url, models },
        Ok(Err(_)) | Err(_) => Ollama::Absent,
    }
}
