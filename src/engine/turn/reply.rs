//! What becomes of a model's reply: a message of the session, a line in the accounts, and how
//! full the window is now.

use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::journal::ResponseRecord;
use nanofolks_protocol::ports::Clock as _;
use nanofolks_protocol::{
    Content, EventKind, MessageId, NoticeLevel, Origin, Part, Problem, Role, ToolCall, Write,
};

use super::context;
use super::driver::{Outcome, Run};
use super::speech::{Reply, ReplyEnd};
use super::stop::Cause;
use super::used::Used;
use crate::gauge::Gauges;

impl Run<'_> {
    /// Records a reply. Gives the outcome when it ends the run.
    pub(super) fn take(&mut self, reply: &Reply) -> Option<Outcome> {
        if let ReplyEnd::Stopped(Cause::Shutdown) = reply.end {
            // It will be asked again, so what had arrived is not a message of the session.
            return Some(Outcome::Stopped(Cause::Shutdown));
        }
        let used = self.used(reply);
        let text = self.clean(&reply.text);
        if !text.is_empty() {
            match self.said.last_mut() {
                Some(last) if self.seam => last.push_str(&text),
                _ => self.said.push(text.clone()),
            }
        }
        self.seam = false;
        let message = self.keep_reply(reply, text);
        let problem = match &reply.end {
            ReplyEnd::Failed(error) => {
                let mut problem = error.to_problem();
                problem.message = self.clean(&problem.message);
                Some(problem)
            }
            ReplyEnd::Finished(_) | ReplyEnd::Stopped(_) => None,
        };
        self.tell_of_attempts(reply);
        self.account((used, reply.requests()), message, problem.clone());
        self.measure(reply, message);
        match (&reply.end, problem) {
            (ReplyEnd::Stopped(cause), _) => Some(Outcome::Stopped(cause.clone())),
            (_, Some(problem)) => Some(Outcome::Failed(problem)),
            (ReplyEnd::Finished(_) | ReplyEnd::Failed(_), None) => None,
        }
    }

    pub(super) fn keep_reply(&mut self, reply: &Reply, text: String) -> Option<MessageId> {
        let card = &self.active.card;
        let mut parts = Vec::new();
        if !reply.reasoning.is_empty() || reply.seal.is_some() {
            let text = self.clean(&reply.reasoning);
            let opaque = reply.seal.as_ref().map(|seal| context::seal(seal, card));
            let content = Content::Reasoning { text, opaque };
            parts.push(Part { origin: Origin::Model, content });
        }
        if !text.is_empty() {
            parts.push(Part::text(Origin::Model, text));
        }
        for call in &reply.calls {
            let opaque = call.opaque.as_ref().map(|seal| context::seal(seal, card));
            let call = ToolCall { opaque, ..call.clone() };
            parts.push(Part { origin: Origin::Model, content: Content::ToolCall(call) });
        }
        (!parts.is_empty()).then(|| self.keep(Role::Assistant, parts))
    }

    pub(super) fn account(
        &mut self,
        (used, requests): (Used, u32),
        message: Option<MessageId>,
        problem: Option<Problem>,
    ) {
        let Used { usage, estimated } = used;
        let card = &self.active.card;
        let cost = card.price.as_ref().map(|price| usage.cost(price));
        self.pending.push(Write::Response(Box::new(ResponseRecord {
            run: self.prepared.run,
            iteration: self.machine.iteration(),
            message,
            usage,
            cost_usd: cost,
            requests,
            estimated,
            problem,
            reservation: self.reservation.take(),
            stream: None,
            at: self.job.source.now(),
        })));
        self.note(EventKind::Usage {
            model: self.active.model.clone(),
            usage,
            cost_usd: cost.unwrap_or(0.0),
            cost_known: cost.is_some() && !estimated,
            requests,
        });
    }

    /// Says how often the provider had to be asked. Each of the attempts counts against it.
    fn tell_of_attempts(&mut self, reply: &Reply) {
        let Some(last) = reply.again.last() else { return };
        let now = self.shared.services.clock.now();
        for error in &reply.again {
            self.shared.breakers.failed(error, now);
        }
        let text = self.clean(&format!("{last}; asked {} times", reply.requests()));
        self.notice(NoticeLevel::Info, "provider_retried", &text);
    }

    /// Takes note of how full the window is, as far as what the provider counted can be true.
    pub(super) fn measure(&mut self, reply: &Reply, message: Option<MessageId>) {
        let (usage, at) = (reply.usage, self.job.source.now());
        // What was counted is what was sent: all but the reply.
        let kept = message.and_then(|_| self.load.pop());
        let believable = Gauges::is_believable(&self.load, &usage);
        if matches!(reply.end, ReplyEnd::Finished(_)) {
            let gauges = &self.shared.gauges;
            let learned = gauges.counted(self.speaker.session, &self.load, &usage, message, at);
            self.pending.extend(learned.map(|learned| Write::Learned(Box::new(learned))));
        }
        if let Some((reply, tokens)) = kept {
            self.load.push(reply, tokens);
        }
        let counted = usage.input_tokens.saturating_add(usage.output_tokens);
        let used = if believable { counted } else { self.expected() };
        let window = u64::from(self.active.card.context_window);
        self.note(EventKind::Context { used, window });
        self.warn(used);
    }

    /// The bot has said everything.
    pub(super) fn finish_bot(&mut self, reason: &str) {
        let Some(message) = self.last_message else {
            self.notice(NoticeLevel::Warn, "empty_answer", "the model answered with nothing");
            return;
        };
        let text = self.said.join("\n\n");
        self.note(EventKind::BotFinished { message, text, reason: reason.to_owned() });
    }

    /// Everything the bot has said in this turn.
    pub(super) fn answers(&self) -> Vec<BotAnswer> {
        if self.said.is_empty() {
            return Vec::new();
        }
        let (bot, text) = (self.speaker.bot.clone(), self.said.join("\n\n"));
        vec![BotAnswer { bot, text }]
    }

    /// Text without secrets.
    pub(super) fn clean(&self, text: &str) -> String {
        self.shared.services.sanitizer.clean(text).into_owned()
    }
}
