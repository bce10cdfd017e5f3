//! The models a test knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use nanofolks_protocol::ports::{Fallback, Gated, Models, Provider};
use nanofolks_protocol::{ModelCard, ModelRef, Price, Problem, ProblemKind};

use crate::ScriptedModel;

/// Knows one model for each provider it was given, `NAME/model`; the first is the default.
pub struct ScriptedModels {
    cards: BTreeMap<String, (ModelCard, Arc<dyn Provider>)>,
    default: ModelRef,
    fallbacks: Vec<Fallback>,
}

impl ScriptedModels {
    /// Knows only this model: `scripted/model` when it has its usual name.
    #[must_use]
    pub fn new(model: Arc<ScriptedModel>) -> Self {
        let default = ModelRef { provider: model.name().to_owned(), model: "model".to_owned() };
        Self { cards: BTreeMap::new(), default, fallbacks: Vec::new() }.and(model)
    }

    /// Knows one more.
    #[must_use]
    pub fn and(mut self, provider: Arc<dyn Provider>) -> Self {
        let name = provider.name().to_owned();
        let model = ModelRef { provider: name.clone(), model: "model".to_owned() };
        let price = Price { input: 1.0, output: 2.0, cached_input: 0.1, cache_write: 1.25 };
        let card = ModelCard {
            model,
            context_window: 100_000,
            max_output: 4096,
            tools: true,
            images: true,
            small: false,
            price: Some(price),
        };
        self.cards.insert(name, (card, provider));
        self
    }

    /// Goes on with this provider's model when the default one cannot be reached, unless
    /// there is a reason against it.
    #[must_use]
    pub fn fall_back(mut self, provider: &str, refused: Option<&str>) -> Self {
        let model = ModelRef { provider: provider.to_owned(), model: "model".to_owned() };
        self.fallbacks.push(Fallback { model, refused: refused.map(str::to_owned) });
        self
    }

    /// Changes what is known about the default model.
    ///
    /// # Panics
    /// Never: the default model is always known.
    #[must_use]
    pub fn with_card(mut self, change: impl FnOnce(&mut ModelCard)) -> Self {
        change(&mut self.cards.get_mut(&self.default.provider).unwrap().0);
        self
    }
}

impl Models for ScriptedModels {
    fn default_model(&self) -> Result<(ModelRef, String), Problem> {
        Ok((self.default.clone(), "it is the scripted one".to_owned()))
    }

    fn resolve(&self, name: &str) -> Result<ModelRef, Problem> {
        let unknown = || {
            let text = format!("there is no model {name}");
            Problem::new(ProblemKind::Usage, "model_unknown", text)
        };
        name.parse().map_err(|_| unknown())
    }

    fn card(&self, model: &ModelRef) -> ModelCard {
        let known = self.cards.get(&model.provider).or_else(|| self.cards.values().next());
        let (card, _) = known.expect("at least one model is known");
        ModelCard { model: model.clone(), ..card.clone() }
    }

    fn fallbacks(&self, _model: &ModelRef) -> Vec<Fallback> {
        self.fallbacks.clone()
    }

    fn open(&self, model: &ModelRef) -> Result<Gated, Problem> {
        match self.cards.get(&model.provider) {
            Some((_, provider)) => Ok(Gated::new(Arc::clone(provider))),
            None => {
                let text = format!("there is no provider {}", model.provider);
                Err(Problem::new(ProblemKind::Usage, "provider_unknown", text))
            }
        }
    }
}
