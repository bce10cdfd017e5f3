//! Which model, and how to reach it.

use std::sync::Arc;

use super::Provider;
use crate::{ModelCard, ModelRef, Problem};

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

    /// The provider of a model, ready to be asked.
    ///
    /// # Errors
    /// `provider_unknown`, `key_missing`, `model_missing`, … with a way out.
    fn open(&self, model: &ModelRef) -> Result<Arc<dyn Provider>, Problem>;
}
