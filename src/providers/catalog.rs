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

use nanofolks_config::{Environment, ProviderKind, ProviderSettings, Settings};
use nanofolks_protocol::ports::{Fallback, Models, Provider};
use nanofolks_protocol::{ModelCard, ModelRef, Problem};

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
        Self { settings, environment, http, local: None, opened: Mutex::default() }
    }

    /// The same with models on this machine.
    #[must_use]
    pub fn with_local(mut self, local: Arc<dyn LocalModels>) -> Self {
        self.local = Some(local);
        self
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

    fn status(&self, name: &str) -> ProviderStatus {
        let parts = self.parts(name);
        let base = parts.settings.and_then(|s| s.base_url.as_deref());
        let base_url = base.or(parts.preset.map(|p| p.base_url)).unwrap_or_default().to_owned();
        let (available, because) = match parts.availability(&self.environment) {
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

    /// What is known about a provider under a name.
    fn parts<'a>(&'a self, name: &'a str) -> Parts<'a> {
        let preset = PRESETS.iter().find(|preset| preset.id == name);
        Parts { name, settings: self.settings.providers.get(name), preset }
    }
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

    /// Why it can be asked, or why not. Without the network.
    fn availability(&self, environment: &Environment) -> Result<String, String> {
        let own_key = self.settings.and_then(|settings| settings.api_key.as_ref());
        if let Some(reference) = own_key {
            return match reference.resolve(environment) {
                Ok(_) => Ok(format!("providers.{}.api_key", self.name)),
                Err(why) => Err(why.to_string()),
            };
        }
        if let Some(variable) = self.variable(environment) {
            return Ok(variable.to_owned());
        }
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

    fn open(&self, model: &ModelRef) -> Result<Arc<dyn Provider>, Problem> {
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
