//! Goes on with another model when one cannot be reached.
//!
//! Never silently, never with a dearer model unless the owner allowed it, and without
//! repeating what was done: executed tools and their results are part of the conversation,
//! and a text that broke off is gone on with, the seam marked.

use nanofolks_protocol::ports::Gated;
use nanofolks_protocol::{
    ModelCard, ModelError, ModelErrorKind, ModelRef, ModelRequest, NoticeLevel, Origin, Part,
    Problem, Role,
};

use super::driver::Run;
use super::prepare::Prepared;
use super::speech::{Reply, ReplyEnd};
use crate::resilience::is_outage;

/// What a model is told that goes on in the middle of another one's sentence.
const SEAM: &str = "[The connection broke off here. Go on exactly where the text above ends; \
                    repeat nothing and do not mention this.]";

/// The model that is asked now.
pub(super) struct Active {
    pub(super) model: ModelRef,
    pub(super) card: ModelCard,
    pub(super) provider: Gated,
    /// The request but for its messages.
    pub(super) request: ModelRequest,
}

impl Active {
    /// The model that the turn was prepared for.
    pub(super) fn first(prepared: &Prepared) -> Self {
        Self {
            model: prepared.model.clone(),
            card: prepared.card.clone(),
            provider: prepared.provider.clone(),
            request: prepared.request.clone(),
        }
    }
}

impl Run<'_> {
    /// The request to another model, when the one that was asked is down and there is one.
    ///
    /// # Errors
    /// When the other model cannot be paid for.
    pub(super) fn fall_back(&mut self, reply: &Reply) -> Result<Option<ModelRequest>, Problem> {
        let ReplyEnd::Failed(error) = &reply.end else { return Ok(None) };
        self.shared.breakers.failed(error, self.shared.services.clock.now());
        if !is_outage(error.kind) || self.machine.is_spent() {
            return Ok(None);
        }
        let Some(next) = self.next_model(error) else { return self.once_more(reply) };
        let (from, to) = (self.active.model.clone(), next.model.clone());
        let text = format!("{error}; {to} goes on instead of {from}");
        let text = self.shared.services.sanitizer.clean(&text).into_owned();
        self.notice(NoticeLevel::Warn, "fallback", &text);
        self.active = next;
        self.reread();
        self.mark_seam(reply);
        self.next_request().map(Some)
    }

    /// The request to the same model, when its answer broke off and there is no other model.
    /// Once for each answer: what was executed is part of the conversation and stays so.
    fn once_more(&mut self, reply: &Reply) -> Result<Option<ModelRequest>, Problem> {
        let ReplyEnd::Failed(error) = &reply.end else { return Ok(None) };
        let broke_off = error.kind == ModelErrorKind::Cut && reply.again.is_empty();
        if !broke_off || self.asked_again {
            return Ok(None);
        }
        self.asked_again = true;
        let text = self.clean(&format!("{error}; it is asked to go on"));
        self.notice(NoticeLevel::Warn, "stream_cut", &text);
        self.mark_seam(reply);
        self.next_request().map(Some)
    }

    /// What comes next goes on where a text broke off.
    fn mark_seam(&mut self, reply: &Reply) {
        if !reply.text.is_empty() {
            self.keep(Role::User, vec![Part::text(Origin::House, SEAM)]);
            self.seam = true;
        }
    }

    /// Goes on with the model that a replay wants from here on.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub(super) fn change_model(&mut self) -> Result<(), Problem> {
        if let Some(model) = self.shared.reel.other_model() {
            let provider = self.shared.services.models.open(&model)?;
            self.active = self.activate(model, provider);
            self.reread();
        }
        Ok(())
    }

    /// The first fallback that may be asked and is not resting.
    fn next_model(&mut self, error: &ModelError) -> Option<Active> {
        let services = &self.shared.services;
        let now = services.clock.now();
        for fallback in services.models.fallbacks(&self.prepared.model) {
            let model = fallback.model;
            if model.provider == error.provider {
                continue;
            }
            if let Some(why) = fallback.refused {
                let text = format!("{model} is not tried: {why}");
                self.notice(NoticeLevel::Info, "fallback_refused", &text);
                continue;
            }
            if self.shared.rests(&model.provider, now) {
                continue;
            }
            match services.models.open(&model) {
                Ok(provider) => return Some(self.activate(model, provider)),
                Err(problem) => {
                    let text = format!("{model} cannot be tried: {problem}");
                    self.notice(NoticeLevel::Warn, "fallback_unusable", &text);
                }
            }
        }
        None
    }

    fn activate(&self, model: ModelRef, provider: Gated) -> Active {
        let card = self.shared.gauges.corrected(self.shared.services.models.card(&model));
        let first = &self.active.request;
        let offers = self.offers.iter().filter(|_| card.tools);
        let tools = offers.map(|offer| offer.schema.clone()).collect();
        let max_output = card.max_output.min(self.shared.services.settings.max_output).max(1);
        let request =
            ModelRequest { model: model.model.clone(), tools, max_output, ..first.clone() };
        Active { model, card, provider, request }
    }
}
