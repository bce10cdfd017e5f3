//! How many tokens a request will take: an estimate from its bytes, corrected by what
//! providers report.
//!
//! What was sent before and counted by the provider is taken as it was counted; only what
//! was added since is estimated, at the ratio learned for that model. A count that cannot be
//! true corrects nothing. A window that turned out to be smaller than it was said to be is
//! remembered, here and on disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{
    BlobId, Learned, MessageId, ModelCard, ModelRef, SessionId, Timestamp, Usage,
};
use serde::{Deserialize, Serialize};

mod evidence;

#[cfg(test)]
mod tests;

/// A count this much below or above the estimate is not believed.
const BELIEVED: std::ops::RangeInclusive<f64> = 0.35..=4.0;
/// What may be learned from believed counts.
const LEARNED: std::ops::RangeInclusive<f64> = 0.5..=4.0;
/// Below this many tokens a provider's own additions outweigh the text.
const ENOUGH: u64 = 200;
/// From here on a count says much about the text.
const PLENTY: u64 = 2_000;
/// A ratio is written again when it has moved by this share.
const MOVED: f64 = 0.1;
/// Sessions whose last count is remembered.
const SESSIONS: usize = 256;

/// What will be sent: its parts in tokens, estimated and uncorrected.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) model: ModelRef,
    /// The system prompt and the tools.
    prefix: (BlobId, BlobId),
    /// Their tokens.
    fixed: (u64, u64),
    messages: Vec<(MessageId, u64)>,
}

impl Load {
    /// A load of nothing but the prefix: system prompt and tools with their tokens.
    pub(crate) fn new(model: ModelRef, system: (BlobId, u64), tools: (BlobId, u64)) -> Self {
        let fixed = (system.1, tools.1);
        Self { model, prefix: (system.0, tools.0), fixed, messages: Vec::new() }
    }

    pub(crate) fn push(&mut self, message: MessageId, tokens: u64) {
        self.messages.push((message, tokens));
    }

    /// Takes the newest message out.
    pub(crate) fn pop(&mut self) -> Option<(MessageId, u64)> {
        self.messages.pop()
    }

    /// Takes all messages out.
    pub(crate) fn clear(&mut self) {
        self.messages.clear();
    }

    /// Other tools from now on.
    pub(crate) fn set_tools(&mut self, tools: (BlobId, u64)) {
        (self.prefix.1, self.fixed.1) = tools;
    }

    /// The tokens of system prompt and tools.
    pub(crate) const fn fixed(&self) -> (u64, u64) {
        self.fixed
    }

    /// The tokens of each message.
    pub(crate) fn weights(&self) -> impl Iterator<Item = u64> + '_ {
        self.messages.iter().map(|(_, tokens)| *tokens)
    }

    /// All of it.
    pub(crate) fn total(&self) -> u64 {
        self.fixed.0 + self.fixed.1 + self.weights().sum::<u64>()
    }
}

/// What a provider counted last in a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counted {
    model: ModelRef,
    prefix: (BlobId, BlobId),
    first: MessageId,
    last: MessageId,
    messages: usize,
    tokens: u64,
}

/// What is known about one model.
#[derive(Debug, Clone)]
struct Known {
    learned: Learned,
    /// The ratio on disk.
    stored: f64,
}

/// What a turn begins with: what was learned about its model, and counted in its session.
pub(crate) type State = (Option<Learned>, Option<Counted>);

/// All that was learned.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    /// Those of the house; a turn has its own, so that others do not change its mind.
    house: Option<Arc<Self>>,
    models: Mutex<HashMap<ModelRef, Known>>,
    counted: Mutex<HashMap<SessionId, Counted>>,
}

impl Gauges {
    /// The gauges of one turn: they begin with what the house knows, and tell it what they
    /// learn.
    pub(crate) fn of_turn(house: &Arc<Self>) -> Self {
        Self { house: Some(Arc::clone(house)), ..Self::default() }
    }

    /// Makes known what was learned about a model; the store is asked once.
    pub(crate) async fn load(&self, archive: &Arc<dyn Archive>, card: &ModelCard) {
        let house = self.house.as_deref().unwrap_or(self);
        let known = lock(&house.models).get(&card.model).cloned();
        let known = match known {
            Some(known) => known,
            None => {
                let learned = archive.learned(&card.model).await.unwrap_or_else(|error| {
                    tracing::warn!(%error, model = %card.model, "nothing learned could be read");
                    None
                });
                let known = Known::of(learned, card);
                lock(&house.models).entry(card.model.clone()).or_insert(known).clone()
            }
        };
        if self.house.is_some() {
            lock(&self.models).entry(card.model.clone()).or_insert(known);
        }
    }

    /// What a turn begins with, when there is anything.
    pub(crate) fn state(&self, session: SessionId, model: &ModelRef) -> Option<State> {
        let house = self.house.as_deref().unwrap_or(self);
        let counted = lock(&house.counted).get(&session).cloned();
        if let Some(counted) = &counted {
            lock(&self.counted).insert(session, counted.clone());
        }
        let learned = lock(&self.models).get(model).map(|known| known.learned.clone());
        let learned = learned.filter(|known| known.window.is_some() || known.ratio != 1.0);
        (learned.is_some() || counted.is_some()).then_some((learned, counted))
    }

    /// Begins with what a turn began with then.
    pub(crate) fn set(&self, session: SessionId, card: &ModelCard, state: Option<State>) {
        let (learned, counted) = state.unwrap_or_default();
        lock(&self.models).insert(card.model.clone(), Known::of(learned, card));
        let mut all = lock(&self.counted);
        match counted {
            Some(counted) => all.insert(session, counted),
            None => all.remove(&session),
        };
    }

    /// What is known about a model, with the window it is believed to have.
    pub(crate) fn corrected(&self, mut card: ModelCard) -> ModelCard {
        if let Some(known) = lock(&self.models).get(&card.model)
            && known.learned.of == card.context_window
            && let Some(window) = known.learned.window
        {
            card.context_window = window.min(card.context_window);
        }
        card
    }

    fn forget(&self, session: SessionId) {
        lock(&self.counted).remove(&session);
        if let Some(house) = &self.house {
            house.forget(session);
        }
    }

    fn ratio(&self, model: &ModelRef) -> f64 {
        lock(&self.models).get(model).map_or(1.0, |known| known.learned.ratio)
    }

    /// Estimated tokens as this model is expected to count them.
    pub(crate) fn corrected_tokens(&self, model: &ModelRef, estimate: u64) -> u64 {
        scale(estimate, self.ratio(model))
    }

    /// Tokens that a load is expected to take.
    pub(crate) fn expect(&self, session: SessionId, load: &Load) -> u64 {
        self.at(session, load, self.ratio(&load.model))
    }

    /// Tokens that a load takes at most, for ceilings: never less than estimated.
    pub(crate) fn at_most(&self, session: SessionId, load: &Load) -> u64 {
        self.at(session, load, self.ratio(&load.model).max(1.0))
    }

    fn at(&self, session: SessionId, load: &Load, ratio: f64) -> u64 {
        let counted = lock(&self.counted).get(&session).filter(|it| it.is_begin_of(load)).cloned();
        match counted {
            Some(counted) => {
                let since = load.messages.iter().skip(counted.messages);
                counted.tokens.saturating_add(scale(since.map(|(_, tokens)| tokens).sum(), ratio))
            }
            None => scale(load.total(), ratio),
        }
    }

    /// Whether a count can be true of a load.
    pub(crate) fn is_believable(load: &Load, usage: &Usage) -> bool {
        let (estimate, counted) = (load.total(), usage.input_tokens);
        if estimate < ENOUGH {
            // A short request says nothing about ratios, but nobody adds tens of thousands.
            return counted > 0 && counted < 20_000;
        }
        BELIEVED.contains(&(as_f64(counted) / as_f64(estimate)))
    }

    /// Takes note of what a provider counted for a load; `reply` is the message it left. Gives
    /// what is worth keeping.
    pub(crate) fn counted(
        &self,
        session: SessionId,
        load: &Load,
        usage: &Usage,
        reply: Option<MessageId>,
        at: Timestamp,
    ) -> Option<Learned> {
        let (Some((first, _)), Some((last, _))) = (load.messages.first(), load.messages.last())
        else {
            return None;
        };
        if !Self::is_believable(load, usage) {
            self.forget(session);
            return None;
        }
        // What it thought is not sent again, or at another count.
        let said = usage.output_tokens.saturating_sub(usage.reasoning_tokens);
        let (last, more, said) = match reply {
            Some(reply) if usage.output_tokens < 1 << 20 => (reply, 1, said),
            Some(_) | None => (*last, 0, 0),
        };
        let counted = Counted {
            model: load.model.clone(),
            prefix: load.prefix.clone(),
            first: *first,
            last,
            messages: load.messages.len() + more,
            tokens: usage.input_tokens.saturating_add(said),
        };
        if let Some(house) = &self.house {
            house.keep(session, counted.clone());
        }
        self.keep(session, counted);
        let learned = self.learn(&load.model, load.total(), usage.input_tokens, at);
        if let Some(house) = &self.house {
            // The house learns for everybody; what is written is the turn's to decide.
            house.learn(&load.model, load.total(), usage.input_tokens, at);
        }
        learned
    }

    fn keep(&self, session: SessionId, counted: Counted) {
        let mut all = lock(&self.counted);
        if all.len() >= SESSIONS && !all.contains_key(&session) {
            all.clear();
        }
        all.insert(session, counted);
    }

    fn learn(
        &self,
        model: &ModelRef,
        estimate: u64,
        counted: u64,
        at: Timestamp,
    ) -> Option<Learned> {
        let mut models = lock(&self.models);
        let known = models.get_mut(model)?;
        let weight = match estimate {
            ..ENOUGH => 0.0,
            ENOUGH..PLENTY => 0.1,
            PLENTY.. => 0.3,
        };
        if weight > 0.0 {
            let seen = as_f64(counted) / as_f64(estimate);
            let ratio = known.learned.ratio + weight * (seen - known.learned.ratio);
            known.learned.ratio = ratio.clamp(*LEARNED.start(), *LEARNED.end());
        }
        // What went through did fit, whatever an error had said.
        let fitted = known.learned.window.is_some_and(|window| counted > u64::from(window));
        if fitted {
            known.learned.window =
                u32::try_from(counted).ok().filter(|window| *window < known.learned.of);
        }
        let moved = ((known.learned.ratio - known.stored) / known.stored).abs() > MOVED;
        (moved || fitted).then(|| {
            known.stored = known.learned.ratio;
            known.learned.at = at;
            known.learned.clone()
        })
    }

    /// Takes note that a load did not fit, and of what the provider said about it. `said` is
    /// the window the model was said to have. Gives what is worth keeping.
    pub(crate) fn overflowed(
        &self,
        session: SessionId,
        load: &Load,
        said: u32,
        message: &str,
        at: Timestamp,
    ) -> Option<Learned> {
        let expected = self.expect(session, load);
        self.forget(session);
        if let Some(house) = &self.house {
            house.overflowed(session, load, said, message, at);
        }
        let mut models = lock(&self.models);
        let known = models.get_mut(&load.model)?;
        let believed = match known.learned.window {
            Some(window) if known.learned.of == said => window.min(said),
            Some(_) | None => said,
        };
        let window = evidence::window(message, believed).unwrap_or_else(|| {
            // It did not fit, so there is room for less than was sent; never much less at once.
            let less = u32::try_from(expected - expected / 10).unwrap_or(u32::MAX);
            less.clamp(believed - believed / 3, believed - believed / 10)
        });
        let window = window.max(said / 8).max(256).min(said);
        if window >= believed {
            return None;
        }
        known.learned.window = Some(window);
        known.learned.of = said;
        known.learned.at = at;
        known.stored = known.learned.ratio;
        Some(known.learned.clone())
    }

    /// The window a model was said to have, as it was when it was first looked at here.
    pub(crate) fn said_window(&self, card: &ModelCard) -> u32 {
        lock(&self.models).get(&card.model).map_or(card.context_window, |known| known.learned.of)
    }
}

impl Known {
    /// What is known from then on, for a model with this card.
    fn of(learned: Option<Learned>, card: &ModelCard) -> Self {
        let mut learned = learned.unwrap_or_else(|| nothing(card));
        if learned.of != card.context_window {
            // Somebody knows better now.
            (learned.of, learned.window) = (card.context_window, None);
        }
        learned.ratio = learned.ratio.clamp(*LEARNED.start(), *LEARNED.end());
        Self { stored: learned.ratio, learned }
    }
}

impl Counted {
    fn is_begin_of(&self, load: &Load) -> bool {
        let at = |at: usize| load.messages.get(at).map(|(id, _)| *id);
        self.model == load.model
            && self.prefix == load.prefix
            && self.messages > 0
            && at(0) == Some(self.first)
            && at(self.messages - 1) == Some(self.last)
    }
}

fn nothing(card: &ModelCard) -> Learned {
    Learned {
        model: card.model.clone(),
        ratio: 1.0,
        window: None,
        of: card.context_window,
        at: Timestamp::from_millis(0),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "token counts that matter stay far below 2^52; absurd ones are only compared"
)]
const fn as_f64(tokens: u64) -> f64 {
    tokens as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a product of two numbers that are not negative, cut off at the type's ends"
)]
fn scale(tokens: u64, ratio: f64) -> u64 {
    (as_f64(tokens) * ratio).ceil() as u64
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves the maps whole: every change is one assignment or insert.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
