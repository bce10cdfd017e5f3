//! The gate before every model: nobody is asked without a permit, and a permit comes out of
//! nothing but a commit that recorded the call or held back its cost.

use std::sync::Arc;

use super::{Boxed, ModelStream, Provider};
use crate::{ModelError, ModelRequest, Written};

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
}

/// A provider that is asked with a permit only.
#[derive(Clone)]
pub struct Gated(Arc<dyn Provider>);

impl Gated {
    /// Puts a provider behind the gate.
    #[must_use]
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        Self(provider)
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Sends a request and streams what comes back.
    #[must_use]
    pub fn ask(&self, _permit: Permit, request: ModelRequest) -> ModelStream {
        self.0.stream(request)
    }

    /// Reaches the provider with the least costly request it has, and lists its models. Asks
    /// no model, so it needs no permit.
    #[must_use]
    pub fn models(&self) -> Boxed<'_, Result<Vec<String>, ModelError>> {
        self.0.models()
    }
}
