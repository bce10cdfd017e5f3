//! A language model, wherever it runs.

use std::pin::Pin;

use futures_util::Stream;

use super::Boxed;
use crate::{ModelError, ModelEvent, ModelRequest};

/// What a model sends. Dropping it ends the request.
pub type ModelStream = Pin<Box<dyn Stream<Item = Result<ModelEvent, ModelError>> + Send>>;

/// Asks models. One implementation per wire format.
pub trait Provider: Send + Sync {
    /// Its name in the configuration.
    fn name(&self) -> &str;

    /// Sends a request and streams what comes back.
    ///
    /// The stream ends after `Finished` or after its first error. A stream that ends without
    /// either is turned into a [`crate::ModelErrorKind::Cut`] error by the implementation.
    fn stream(&self, request: ModelRequest) -> ModelStream;

    /// Reaches the provider with the least costly request it has, and lists its models.
    fn models(&self) -> Boxed<'_, Result<Vec<String>, ModelError>>;
}
