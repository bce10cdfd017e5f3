//! Names of models as people write them.

use nanofolks_protocol::{ModelRef, Problem, ProblemKind};

use super::{Catalog, LOCAL};
use crate::catalogue;
use crate::preset::{PRESETS, preset};

/// Aliases may lead to aliases, but not for ever.
const MAX_ALIASES: usize = 8;

impl Catalog {
    /// An alias, `provider/model`, a provider alone, or a model's own name.
    pub(super) fn resolve_name(&self, name: &str) -> Result<ModelRef, Problem> {
        let mut name = name.trim();
        for _ in 0..MAX_ALIASES {
            match self.own_alias(name) {
                Some(meant) if meant != name => name = meant,
                _ => break,
            }
        }
        if name.contains('/') {
            return self.full_name(name);
        }
        if let Some(model) = self.alias_model(name).or_else(|| self.bare_model(name)) {
            return Ok(model);
        }
        if self.provider_names().any(|provider| provider == name) {
            let message = format!("{name} is a provider, and --model needs a model of it");
            return Err(Problem::new(ProblemKind::Usage, "model_unknown", message).hint(format!(
                "write {name}/MODEL; `nanofolks model list {name}` shows its models"
            )));
        }
        let mut known: Vec<&str> = catalogue::aliases().collect();
        known.extend(self.settings.aliases.keys().map(String::as_str));
        known.extend(self.provider_names());
        let near = nearest(name, known.into_iter());
        let message = format!("{name:?} does not name a model");
        Err(Problem::new(ProblemKind::Usage, "model_unknown", message).hint(match near {
            Some(near) => format!("did you mean {near}? Models are written provider/model"),
            None => {
                "models are written provider/model, like anthropic/claude-sonnet-4-5".to_owned()
            }
        }))
    }

    fn own_alias(&self, name: &str) -> Option<&str> {
        let aliases = &self.settings.aliases;
        aliases.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim())
    }

    fn full_name(&self, name: &str) -> Result<ModelRef, Problem> {
        let wrong = |message: String, hint: String| {
            Problem::new(ProblemKind::Usage, "model_unknown", message).hint(hint)
        };
        let mut model: ModelRef = name.parse().map_err(|error| {
            wrong(format!("{error}"), "like anthropic/claude-sonnet-4-5".into())
        })?;
        if self.settings.providers.contains_key(&model.provider) || model.provider == LOCAL {
            return Ok(model);
        }
        match preset(&model.provider) {
            Some(known) => {
                known.id.clone_into(&mut model.provider);
                Ok(model)
            }
            None => Err(self.unknown_provider(&model.provider)),
        }
    }

    /// The problem with a provider nobody knows.
    pub(super) fn unknown_provider(&self, name: &str) -> Problem {
        let near = nearest(name, self.provider_names());
        let message = format!("there is no provider {name:?}");
        Problem::new(ProblemKind::Usage, "provider_unknown", message).hint(match near {
            Some(near) => format!("did you mean {near}?"),
            None => format!("configure it as [providers.{name}] with kind and base_url"),
        })
    }

    fn provider_names(&self) -> impl Iterator<Item = &str> {
        let own = self.settings.providers.keys().map(String::as_str);
        PRESETS.iter().map(|preset| preset.id).chain(own).chain([LOCAL])
    }

    /// The first meaning of a built-in alias whose provider can be asked.
    fn alias_model(&self, name: &str) -> Option<ModelRef> {
        let meant = catalogue::alias(name)?;
        let models: Vec<ModelRef> = meant.iter().filter_map(|name| name.parse().ok()).collect();
        let available = models.iter().find(|model| self.is_available(&model.provider));
        available.or(models.first()).cloned()
    }

    fn is_available(&self, provider: &str) -> bool {
        self.availability(&self.parts(provider)).is_ok()
    }

    /// A provider alone means its default model; a model alone is looked for on this machine
    /// and in the families of the vendors.
    fn bare_model(&self, name: &str) -> Option<ModelRef> {
        let at = |provider: &str, model: &str| ModelRef {
            provider: provider.to_owned(),
            model: model.to_owned(),
        };
        if let Some(local) = &self.local {
            let present = local.present();
            if name == LOCAL {
                return present.first().map(|model| at(LOCAL, model));
            }
            if present.iter().any(|model| model == name) || local.card(name).is_some() {
                return Some(at(LOCAL, name));
            }
        }
        let provider = match self.settings.providers.contains_key(name) {
            true => Some(name),
            false => preset(name).map(|known| known.id),
        };
        if let Some(provider) = provider {
            return self.parts(provider).default_model().map(|model| at(provider, model));
        }
        let lower = name.to_ascii_lowercase();
        let vendor = PRESETS.iter().find(|p| p.families.iter().any(|f| lower.starts_with(f)))?;
        Some(at(vendor.id, name))
    }
}

/// The known name that looks most like a wrong one, if any does.
fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_ascii_lowercase();
    let scored = known.map(|name| (strsim::jaro_winkler(&wrong, &name.to_ascii_lowercase()), name));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= 0.8).then_some(best.1)
}
