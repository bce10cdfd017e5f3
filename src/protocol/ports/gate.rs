//! The gate before every model: nobody is asked without a permit, and a permit comes out of
//! nothing but a commit that recorded the call or held back its cost.

use std::sync::Arc;

use super::{Boxed, ModelStream, Provider};
use crate::{ModelError, ModelErrorKind, ModelRequest, Written};

/// Leave to ask a model once. It cannot be made, copied or kept for another call: it is
/// what the journal's answer is turned into.
#[derive(Debug)]
#[must_use]
pub struct Permit(());

impl Permit {
    /// The permit in the answers to a batch that recorded a request
    /// ([`Write::Request`](crate::Write::Request)) or held back its cost
    /// ([`Write::Reserve`](crate::Write::Reserve)); none when a ceiling was in the way or the
    /// rest of the batch was not written.
    pub fn of(written: &[Written]) -> Option<Self> {
        let refused = |one: &Written| {
            matches!(one, Written::OverBudget(_) | Written::LeaseLost { .. } | Written::Skipped)
        };
        let paid = |one: &Written| matches!(one, Written::Requested | Written::Reserved);
        (written.iter().any(paid) && !written.iter().any(refused)).then_some(Self(()))
    }

    /// The permits in the answers to a batch that recorded several requests, one for each;
    /// none when a ceiling was in the way or the rest of the batch was not written.
    pub fn all(written: &[Written]) -> Vec<Self> {
        if Self::of(written).is_none() {
            return Vec::new();
        }
        let requested = written.iter().filter(|one| matches!(one, Written::Requested));
        requested.map(|_| Self(())).collect()
    }
}

/// A provider that is asked with a permit only.
#[derive(Clone)]
pub struct Gated {
    /// `None` when there is nobody to ask.
    provider: Option<Arc<dyn Provider>>,
    name: Option<Arc<str>>,
    ear: Option<Arc<dyn Ear>>,
}

/// Hears what a model says, or knows it already.
pub trait Ear: Send + Sync {
    /// The answer to the next request, when it is known already: then nobody is asked.
    fn known(&self) -> Option<ModelStream>;

    /// Passes an answer on and hears it.
    fn hear(&self, answer: ModelStream) -> ModelStream;
}

impl Gated {
    /// Puts a provider behind the gate.
    #[must_use]
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        Self { provider: Some(provider), name: None, ear: None }
    }

    /// Nobody, under the name of a provider: only what `ear` knows is answered.
    #[must_use]
    pub fn nobody(name: &str, ear: Arc<dyn Ear>) -> Self {
        Self { provider: None, name: Some(Arc::from(name)), ear: Some(ear) }
    }

    /// The same provider, and somebody who hears what it says.
    #[must_use]
    pub fn heard(self, ear: Arc<dyn Ear>) -> Self {
        Self { ear: Some(ear), ..self }
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.name.as_deref();
        name.or_else(|| self.provider.as_deref().map(Provider::name)).unwrap_or_default()
    }

    /// Sends a request and streams what comes back.
    #[must_use]
    pub fn ask(&self, _permit: Permit, request: ModelRequest) -> ModelStream {
        if let Some(answer) = self.ear.as_ref().and_then(|ear| ear.known()) {
            return answer;
        }
        let answer: ModelStream = match &self.provider {
            Some(provider) => provider.stream(request),
            None => {
                let text = "there is nobody to ask";
                let error = ModelError::new(self.name(), ModelErrorKind::Offline, text);
                Box::pin(futures_util::stream::iter([Err(error)]))
            }
        };
        match &self.ear {
            Some(ear) => ear.hear(answer),
            None => answer,
        }
    }

    /// Reaches the provider with the least costly request it has, and lists its models. Asks
    /// no model, so it needs no permit.
    #[must_use]
    pub fn models(&self) -> Boxed<'_, Result<Vec<String>, ModelError>> {
        match &self.provider {
            Some(provider) => provider.models(),
            None => Box::pin(async { Ok(Vec::new()) }),
        }
    }
}
