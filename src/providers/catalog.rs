//! [`Models`] from the settings and the environment: which model, and how to reach it.
//!
//! Cheap to create and to ask; a client is built with the first request, the catalogue is read
//! a line at a time, and the embedded model is the roof's business ([`LocalModels`]).

mod card;
mod choice;
mod fallback;
mod name;
mod open;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use nanofolks_config::{
    Environment, NoStoredKeys, ProviderKind, ProviderSettings, SecretRef, Settings, StoredKeys,
};
use nanofolks_protocol::ports::{Fallback, Gated, Models, Provider};
use nanofolks_protocol::{ModelCard, ModelRef, Problem, Secret};

use crate::http::Http;
use crate::preset::{PRESETS, Preset, preset};

#[cfg(test)]
mod tests;

/// The provider name of the embedded model.
pub(crate) const LOCAL: &str = "local";

/// The models on this machine, as the roof supplies them.
pub trait LocalModels: Send + Sync {
    /// Models whose files are here, the preferred one first. Quick: looks, does not read.
    fn present(&self) -> Vec<String>;

    /// What is known about one, by its name without `local/`.
    fn card(&self, name: &str) -> Option<ModelCard>;

    /// One that is ready to be asked.
    ///
    /// # Errors
    /// `model_missing` with a way to get it.
    fn open(&self, name: &str) -> Result<Arc<dyn Provider>, Problem>;
}

/// All models that can be named here.
pub struct Catalog {
    settings: Arc<Settings>,
    environment: Environment,
    http: Arc<Http>,
    local: Option<Arc<dyn LocalModels>>,
    stored: Arc<dyn StoredKeys>,
    opened: Mutex<BTreeMap<String, Arc<dyn Provider>>>,
}

/// A provider as `status`, `doctor` and `model list` show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderStatus {
    /// Its name.
    pub name: String,
    /// What it speaks, when that is known.
    pub kind: Option<ProviderKind>,
    /// Where it is, without a path; empty when it is not known.
    pub base_url: String,
    /// Whether it stands in the configuration.
    pub configured: bool,
    /// Whether it can be asked.
    pub available: bool,
    /// Where its key comes from, or why it cannot be asked: `ANTHROPIC_API_KEY`, `no key`.
    pub because: String,
}

impl Catalog {
    /// From settings and environment. With `offline`, every request is refused before a socket
    /// is opened.
    #[must_use]
    pub fn new(settings: Arc<Settings>, environment: Environment, offline: bool) -> Self {
        let http = Arc::new(Http::new(offline));
        let stored = Arc::new(NoStoredKeys);
        Self { settings, environment, http, local: None, stored, opened: Mutex::default() }
    }

    /// The same with keys that are stored on this machine.
    #[must_use]
    pub fn with_stored_keys(mut self, stored: Arc<dyn StoredKeys>) -> Self {
        self.stored = stored;
        self
    }

    /// The same with models on this machine.
    #[must_use]
    pub fn with_local(mut self, local: Arc<dyn LocalModels>) -> Self {
        self.local = Some(local);
        self
    }

    /// What is stored has changed: keys are looked for again when they are needed.
    pub fn keys_changed(&self) {
        self.stored.changed();
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The HTTP clients, for downloads.
    #[must_use]
    pub fn http(&self) -> &Arc<Http> {
        &self.http
    }

    /// Every provider that is configured or preset, in the order in which they are tried.
    #[must_use]
    pub fn providers(&self) -> Vec<ProviderStatus> {
        let presets = PRESETS.iter().map(|preset| preset.id);
        let own = self.settings.providers.keys().map(String::as_str);
        let own = own.filter(|name| preset(name).is_none_or(|known| known.id != *name));
        presets.chain(own).filter(|name| *name != LOCAL).map(|name| self.status(name)).collect()
    }

    /// The name of a provider as the configuration has it, from a name or alias.
    ///
    /// # Errors
    /// `provider_unknown`, with the nearest one.
    pub fn provider_name(&self, name: &str) -> Result<String, Problem> {
        if self.settings.providers.contains_key(name) {
            return Ok(name.to_owned());
        }
        match preset(name) {
            Some(known) => Ok(known.id.to_owned()),
            None => Err(self.unknown_provider(name)),
        }
    }

    /// Where the key of a provider comes from.
    #[must_use]
    pub fn key_place(&self, name: &str) -> KeyPlace {
        match self.key_source(&self.parts(name)) {
            Some(KeySource::Configured(reference)) => KeyPlace::Configured(reference.to_string()),
            Some(KeySource::Stored(place)) => KeyPlace::Stored(place),
            Some(KeySource::Variable(variable)) => KeyPlace::Variable(variable),
            None => KeyPlace::Nowhere,
        }
    }

    /// The key of a provider, if it has one. It may have to be unlocked.
    ///
    /// # Errors
    /// When it cannot be had from where it should come.
    pub fn key_of(&self, name: &str) -> Result<Option<Secret>, Problem> {
        match self.key_place(name) {
            KeyPlace::Nowhere => Ok(None),
            _ => self.key(&self.parts(name)),
        }
    }

    fn status(&self, name: &str) -> ProviderStatus {
        let parts = self.parts(name);
        let base = parts.settings.and_then(|s| s.base_url.as_deref());
        let base_url = base.or(parts.preset.map(|p| p.base_url)).unwrap_or_default().to_owned();
        let (available, because) = match self.availability(&parts) {
            Ok(because) => (true, because),
            Err(because) => (false, because),
        };
        ProviderStatus {
            name: name.to_owned(),
            kind: parts.kind(),
            base_url,
            configured: parts.settings.is_some(),
            available,
            because,
        }
    }

    /// Why a provider can be asked, or why not. Without the network, and unlocking nothing.
    fn availability(&self, parts: &Parts<'_>) -> Result<String, String> {
        match self.key_source(parts) {
            Some(KeySource::Configured(reference)) => {
                match reference.probe(&self.environment, &*self.stored) {
                    Ok(()) => Ok(format!("providers.{}.api_key", parts.name)),
                    Err(why) => Err(why.to_string()),
                }
            }
            Some(KeySource::Stored(place)) => match parts.keyless() {
                // A key alone does not say where to go.
                Err(why) if parts.preset.is_none() => Err(why),
                _ => Ok(format!("its key is in {place}")),
            },
            Some(KeySource::Variable(variable)) => Ok(variable.to_owned()),
            None => parts.keyless(),
        }
    }

    /// Where the key of a provider comes from: the configuration, what is stored under its
    /// name, the vendor's usual variable.
    fn key_source<'a>(&self, parts: &Parts<'a>) -> Option<KeySource<'a>> {
        if let Some(reference) = parts.settings.and_then(|settings| settings.api_key.as_ref()) {
            return Some(KeySource::Configured(reference));
        }
        if let Some(place) = self.stored.place(parts.name) {
            return Some(KeySource::Stored(place));
        }
        parts.variable(&self.environment).map(KeySource::Variable)
    }

    /// What is known about a provider under a name.
    fn parts<'a>(&'a self, name: &'a str) -> Parts<'a> {
        let preset = PRESETS.iter().find(|preset| preset.id == name);
        Parts { name, settings: self.settings.providers.get(name), preset }
    }
}

/// Where the key of a provider comes from, for people to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// The configuration names it, like this; a key that stands there is masked.
    Configured(String),
    /// It is stored here.
    Stored(String),
    /// The vendor's usual variable.
    Variable(&'static str),
    /// There is none.
    Nowhere,
}

/// Where a key comes from.
enum KeySource<'a> {
    /// The configuration names it.
    Configured(&'a SecretRef),
    /// It is stored under the provider's name, at this place.
    Stored(String),
    /// The vendor's usual variable.
    Variable(&'static str),
}

/// What the settings and the table say about one provider.
#[derive(Clone, Copy)]
struct Parts<'a> {
    name: &'a str,
    settings: Option<&'a ProviderSettings>,
    preset: Option<&'static Preset>,
}

impl Parts<'_> {
    fn kind(&self) -> Option<ProviderKind> {
        self.settings.and_then(|s| s.kind).or(self.preset.map(|preset| preset.kind))
    }

    /// The first of the vendor's variables that is set.
    fn variable(&self, environment: &Environment) -> Option<&'static str> {
        let names = self.preset.map(|preset| preset.key_env).unwrap_or_default();
        names.iter().copied().find(|name| environment.has(name))
    }

    /// Why it can be asked without a key, or why not.
    fn keyless(&self) -> Result<String, String> {
        match (self.settings, self.preset) {
            (Some(_), Some(preset)) if preset.keyless => Ok("it is configured".to_owned()),
            (Some(settings), None) if settings.kind.is_none() => Err("kind is missing".to_owned()),
            (Some(settings), None) if settings.base_url.is_none() => {
                Err("base_url is missing".to_owned())
            }
            (Some(_), None) => Ok("it is configured".to_owned()),
            (Some(settings), Some(_)) if settings.base_url.is_some() => {
                Ok("its base_url is configured".to_owned())
            }
            (_, Some(preset)) if preset.keyless => Err("not configured".to_owned()),
            (_, _) => Err("no key".to_owned()),
        }
    }

    /// The model that is used when only the provider is known.
    fn default_model(&self) -> Option<&str> {
        let own = self.settings.and_then(|settings| settings.default_model.as_deref());
        own.or(self.preset.and_then(|preset| preset.default_model))
    }
}

impl Models for Catalog {
    fn default_model(&self) -> Result<(ModelRef, String), Problem> {
        self.choose()
    }

    fn resolve(&self, name: &str) -> Result<ModelRef, Problem> {
        self.resolve_name(name)
    }

    fn card(&self, model: &ModelRef) -> ModelCard {
        self.card_of(model)
    }

    fn fallbacks(&self, model: &ModelRef) -> Vec<Fallback> {
        self.stand_ins(model)
    }

    fn open(&self, model: &ModelRef) -> Result<Gated, Problem> {
        self.provider(model).map(Gated::new)
    }
}

impl Catalog {
    /// The provider of a model, this side of the gate.
    pub(crate) fn provider(&self, model: &ModelRef) -> Result<Arc<dyn Provider>, Problem> {
        if model.provider == LOCAL
            || self.parts(&model.provider).kind() == Some(ProviderKind::Local)
        {
            return self.open_local(&model.model);
        }
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(provider) = opened.get(&model.provider) {
            return Ok(Arc::clone(provider));
        }
        let provider = self.open_remote(&model.provider)?;
        opened.insert(model.provider.clone(), Arc::clone(&provider));
        Ok(provider)
    }
}
