//! Which model answers when nobody named one.

use nanofolks_config::ProviderKind;
use nanofolks_protocol::{ModelRef, Problem, ProblemKind};

use super::{Catalog, LOCAL};
use crate::preset::PRESETS;

impl Catalog {
    /// The configured model; else the first provider that is available: the presets in table
    /// order, providers of one's own that name a default, a configured Ollama, the embedded
    /// model. Offline, only the last one is available.
    pub(super) fn choose(&self) -> Result<(ModelRef, String), Problem> {
        if let Some(name) = self.settings.model.as_deref().filter(|name| !name.trim().is_empty()) {
            let model = self.resolve_name(name)?;
            return Ok((model, "`model` is set".to_owned()));
        }
        let local = || self.local_choice();
        let choice = if self.http.is_offline() {
            local().or_else(|| self.remote_choice())
        } else {
            self.remote_choice().or_else(local)
        };
        choice.ok_or_else(|| {
            Problem::new(ProblemKind::Unavailable, "no_model", "there is no model to ask").hint(
                "`nanofolks auth add PROVIDER` stores a key, or set ANTHROPIC_API_KEY or its like; \
                 `nanofolks model pull` gets a model for this machine",
            )
        })
    }

    fn remote_choice(&self) -> Option<(ModelRef, String)> {
        let presets = PRESETS.iter().filter(|p| p.kind != ProviderKind::Ollama).map(|p| p.id);
        let is_ollama = |name: &str| self.parts(name).kind() == Some(ProviderKind::Ollama);
        let own = || self.settings.providers.keys().map(String::as_str);
        let others = own().filter(|name| !is_ollama(name));
        let ollamas = own().filter(|name| is_ollama(name));
        presets.chain(others).chain(ollamas).find_map(|name| {
            let parts = self.parts(name);
            let model = parts.default_model()?;
            let because = self.availability(&parts).ok()?;
            let why = match because.chars().next() {
                Some('A'..='Z') => format!("{because} is set"),
                _ if because.contains(' ') => format!("{name}: {because}"),
                _ => format!("{because} is set"),
            };
            Some((ModelRef { provider: name.to_owned(), model: model.to_owned() }, why))
        })
    }

    fn local_choice(&self) -> Option<(ModelRef, String)> {
        let model = self.local.as_ref()?.present().into_iter().next()?;
        let model = ModelRef { provider: LOCAL.to_owned(), model };
        Some((model, "no provider has a key, and a model is on this machine".to_owned()))
    }
}
