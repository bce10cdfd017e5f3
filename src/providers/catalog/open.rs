//! From settings to something that can be asked.

use std::sync::Arc;

use nanofolks_config::{ProviderKind, ProviderSettings, SecretError, SecretRef};
use nanofolks_protocol::ports::Provider;
use nanofolks_protocol::{Problem, ProblemKind, Secret, WantedSecret};
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};

use super::{Catalog, KeySource, Parts};
use crate::anthropic::Anthropic;
use crate::endpoint::{Endpoint, Remote};
use crate::gemini::Gemini;
use crate::http::limits::Limits;
use crate::http::target::parse_base;
use crate::ollama::Ollama;
use crate::openai_chat::OpenAiChat;
use crate::openai_responses::OpenAiResponses;
use crate::preset::Quirks;
use crate::wire::Dialect;

impl Catalog {
    pub(super) fn open_local(&self, name: &str) -> Result<Arc<dyn Provider>, Problem> {
        match &self.local {
            Some(local) => local.open(name),
            None => Err(Problem::new(
                ProblemKind::Unavailable,
                "feature_missing",
                format!("local/{name} cannot run: this build has no embedded model"),
            )
            .hint("build with the feature local-llm, or use another provider")),
        }
    }

    pub(super) fn open_remote(&self, name: &str) -> Result<Arc<dyn Provider>, Problem> {
        let parts = self.parts(name);
        if parts.settings.is_none() && parts.preset.is_none() {
            return Err(self.unknown_provider(name));
        }
        let default = ProviderSettings::default();
        let settings = parts.settings.unwrap_or(&default);
        let base = base(&parts)?;
        let endpoint = Endpoint {
            name: name.to_owned(),
            dialect: dialect(&parts, &base)?,
            key: self.key(&parts)?,
            headers: self.headers(name, settings)?,
            limits: Limits::of(settings, &base),
            base,
            http: Arc::clone(&self.http),
        };
        Ok(Arc::new(Remote(Arc::new(endpoint))))
    }

    /// The configured key, else the one stored under its name, else the vendor's usual
    /// variable.
    pub(super) fn key(&self, parts: &Parts<'_>) -> Result<Option<Secret>, Problem> {
        let name = parts.name;
        match self.key_source(parts) {
            Some(KeySource::Configured(reference)) => {
                return self.secret(reference, &format!("providers.{name}.api_key")).map(Some);
            }
            Some(KeySource::Stored(_)) => {
                let reference = SecretRef::Keyring(name.to_owned());
                return self.secret(&reference, name).map(Some);
            }
            Some(KeySource::Variable(variable)) => return Ok(self.environment.secret(variable)),
            None => {}
        }
        let Some(preset) = parts.preset else { return Ok(None) };
        // A server of one's own in the vendor's place may need no key.
        let elsewhere = parts.settings.is_some_and(|settings| settings.base_url.is_some());
        if preset.keyless || elsewhere {
            return Ok(None);
        }
        let variable = preset.key_env.first().copied().unwrap_or_default();
        Err(Problem::new(ProblemKind::Usage, "key_missing", format!("{name} has no key"))
            .hint(format!("`nanofolks auth add {name}` stores one; or set {variable}"))
            .wants(WantedSecret::key(name)))
    }

    fn secret(&self, reference: &SecretRef, place: &str) -> Result<Secret, Problem> {
        reference.resolve(&self.environment, &*self.stored).map_err(|why| {
            let hint = match &why {
                // It says itself what to do.
                SecretError::Unreachable(problem) => return (**problem).clone(),
                SecretError::NotStored(name) => format!("`nanofolks auth add {name}` stores one"),
                SecretError::NotSet(_) => "set the variable, or change the setting".to_owned(),
                SecretError::Empty => "write the key there".to_owned(),
            };
            let message = format!("{place}: {why}");
            let problem = Problem::new(ProblemKind::Usage, "key_missing", message).hint(hint);
            match &why {
                SecretError::NotStored(name) if self.provider_name(name).is_ok() => {
                    problem.wants(WantedSecret::key(name))
                }
                _ => problem,
            }
        })
    }

    fn headers(
        &self,
        name: &str,
        settings: &ProviderSettings,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, Problem> {
        let header = |(key, reference): (&String, &SecretRef)| {
            let place = format!("providers.{name}.headers.{key}");
            let wrong = |what: &str| {
                Problem::new(ProblemKind::Usage, "config_invalid", format!("{place}: {what}"))
            };
            let value = self.secret(reference, &place)?;
            let key = HeaderName::from_bytes(key.as_bytes())
                .map_err(|_| wrong("this is not a name of a header"))?;
            let mut value = HeaderValue::from_str(value.expose())
                .map_err(|_| wrong("this is not a value of a header"))?;
            value.set_sensitive(true);
            Ok((key, value))
        };
        settings.headers.iter().map(header).collect()
    }
}

fn base(parts: &Parts<'_>) -> Result<Url, Problem> {
    let own = parts.settings.and_then(|settings| settings.base_url.as_deref());
    match own.or(parts.preset.map(|preset| preset.base_url)) {
        Some(text) => parse_base(parts.name, text),
        None => Err(missing(parts.name, "base_url", "like http://127.0.0.1:8000/v1")),
    }
}

fn dialect(parts: &Parts<'_>, base: &Url) -> Result<Box<dyn Dialect>, Problem> {
    let kinds = "anthropic, openai-responses, openai-chat, gemini or ollama";
    let kind = parts.kind().ok_or_else(|| missing(parts.name, "kind", kinds))?;
    Ok(match kind {
        ProviderKind::Anthropic => Box::new(Anthropic),
        ProviderKind::OpenaiResponses => Box::new(OpenAiResponses),
        ProviderKind::OpenaiChat => {
            let mut quirks = parts.preset.map_or(Quirks::NONE, |preset| preset.quirks);
            quirks.max_completion_tokens |= base.host_str() == Some("api.openai.com");
            Box::new(OpenAiChat::new(quirks))
        }
        ProviderKind::Gemini => Box::new(Gemini),
        ProviderKind::Ollama => Box::new(Ollama),
        ProviderKind::Local => return Err(missing(parts.name, "kind", kinds)),
    })
}

fn missing(name: &str, key: &str, hint: &str) -> Problem {
    let message = format!("providers.{name}.{key} is missing");
    Problem::new(ProblemKind::Usage, "config_invalid", message).hint(hint)
}
