//! The next request of a run, and its record: the same prefix, and what was said since.

use std::sync::Arc;

use nanofolks_protocol::journal::RequestRecord;
use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::{Message, MessageId, ModelRequest, Part, Problem, Role, Write};
use serde_json::json;

use super::driver::Run;
use super::prepare::{Job, Prepared};
use super::{budget, context};
use crate::compaction::{self, Head};

impl Run<'_> {
    /// The next request: the same prefix, and what was said since.
    ///
    /// # Errors
    /// When nobody knows whether it can be paid for.
    pub(super) fn next_request(&mut self) -> Result<ModelRequest, Problem> {
        self.make_room();
        let max_output = self.active.request.max_output;
        let request = ModelRequest {
            messages: self.shown.clone().into(),
            blobs: Arc::clone(&self.pictures),
            trial: self.shared.breakers.doubts(&self.active.model.provider),
            max_output: compaction::answer_room(&self.active.card, max_output, self.expected()),
            ..self.active.request.clone()
        };
        let stored: Vec<_> = self.past.messages.iter().map(|message| message.id).collect();
        let params = params(&request, self.past.head.as_ref());
        let tools = self.tools.clone();
        let record = request_record(self.job, self.prepared, &stored);
        let record = RequestRecord { tools, params, ..record };
        let iteration = self.machine.iteration() + 1;
        let model = self.active.model.clone();
        let card = &self.active.card;
        let input = self.shared.gauges.at_most(self.speaker.session, &self.load);
        let worst = budget::Worst { card, input, output: request.max_output };
        let (id, held) = budget::reserve(self.shared, self.job, &self.speaker, &worst)?;
        self.reservation = Some(id);
        self.pending.push(held);
        self.pending.push(Write::Request(Box::new(RequestRecord { iteration, model, ..record })));
        Ok(request)
    }

    fn reader(&self) -> context::Reader<'_> {
        context::Reader { bot: &self.speaker.bot, card: &self.active.card }
    }

    /// Adds a message to the next request.
    pub(super) fn hold(&mut self, message: &Arc<Message>) {
        let shown = context::readable(message, self.reader());
        self.load.push(message.id, context::tokens_of(&shown));
        self.past.messages.push(Arc::clone(message));
        self.shown.push(shown);
    }

    /// Adds a message to the session and to the next request.
    pub(super) fn keep(&mut self, role: Role, parts: Vec<Part>) -> MessageId {
        let message = Arc::new(Message {
            id: self.job.source.message(),
            role,
            bot: Some(self.speaker.bot.clone()),
            turn: Some(self.speaker.turn),
            at: self.job.source.now(),
            parts,
        });
        let id = message.id;
        self.hold(&message);
        self.pending.push(Write::Message { session: self.speaker.session, message });
        self.last_message = Some(id);
        id
    }

    /// Reads the conversation so far as another model can.
    pub(super) fn reread(&mut self) {
        self.shown = self.past.shown(self.reader());
        self.load.clear();
        self.load.model = self.active.model.clone();
        for message in &self.shown {
            self.load.push(message.id, context::tokens_of(message));
        }
    }
}

/// The record of a run's first request; later ones differ in number and messages.
pub(crate) fn request_record(
    job: &Job,
    prepared: &Prepared,
    messages: &[MessageId],
) -> RequestRecord {
    let request = &prepared.request;
    RequestRecord {
        turn: job.turn,
        run: prepared.run,
        bot: prepared.bot.id.clone(),
        iteration: 1,
        model: prepared.model.clone(),
        system: prepared.system.0.clone(),
        tools: prepared.tools.0.clone(),
        messages: messages.to_vec(),
        params: params(request, prepared.past.head.as_ref()),
        at: job.source.now(),
    }
}

/// What of a request is neither prompt nor messages; what stands for older messages by its
/// name in the store.
fn params(request: &ModelRequest, head: Option<&Head>) -> serde_json::Value {
    let mut params = json!({
        "max_output": request.max_output,
        "temperature": request.temperature,
        "effort": request.effort,
        "output_schema": request.output_schema.as_deref(),
    });
    if let (Some(head), Some(fields)) = (head, params.as_object_mut()) {
        fields.insert("checkpoint".to_owned(), json!(head.id()));
    }
    params
}
