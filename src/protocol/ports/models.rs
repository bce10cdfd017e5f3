//! Which model, and how to reach it.

use serde::{Deserialize, Serialize};

use super::Gated;
use crate::{ModelCard, ModelRef, Problem};

/// A model to try when another cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    /// The model.
    pub model: ModelRef,
    /// Why it is not tried, if so.
    pub refused: Option<String>,
}

/// Finds models. Nothing is set up before it is asked for.
pub trait Models: Send + Sync {
    /// The model a turn uses when neither its options nor its bot name one, and why.
    ///
    /// # Errors
    /// `no_model` when nothing is configured and nothing is found.
    fn default_model(&self) -> Result<(ModelRef, String), Problem>;

    /// The full name behind an alias or a name (`sonnet`, `anthropic/claude-sonnet-4-5`).
    ///
    /// # Errors
    /// `model_unknown` with the nearest known name.
    fn resolve(&self, name: &str) -> Result<ModelRef, Problem>;

    /// What is known about a model; guessed carefully when it is not in the catalogue.
    fn card(&self, model: &ModelRef) -> ModelCard;

    /// Models to try, in order, when this one cannot be reached. One that would cost more
    /// than this one without the owner's leave comes with the reason why it is not tried.
    fn fallbacks(&self, model: &ModelRef) -> Vec<Fallback> {
        let _model = model;
        Vec::new()
    }

    /// The provider of a model, ready to be asked by whoever has a permit.
    ///
    /// # Errors
    /// `provider_unknown`, `key_missing`, `model_missing`, … with a way out.
    fn open(&self, model: &ModelRef) -> Result<Gated, Problem>;
}
