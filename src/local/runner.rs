//! A loaded model at work: prompt in, events out.

use std::path::Path;
use std::time::Instant;

use nanofolks_protocol::{ModelEvent, ModelRequest, StopReason, Timestamp, Usage};

use crate::LocalError;
use crate::answer::Splitter;
use crate::chat::{Occasion, Template};
use crate::gguf::GgufFile;
use crate::sampler::{Sampler, Sampling};
use crate::tokenizer::Tokenizer;
use crate::transformer::Transformer;

#[cfg(test)]
pub(crate) mod tests;

/// Room that a prompt must leave for the answer.
const LEAST_ANSWER: usize = 16;

/// One model, ready to answer.
pub(crate) struct Runner {
    tokenizer: Tokenizer,
    template: Template,
    transformer: Transformer,
    /// The tokens whose keys and values are in the cache.
    cached: Vec<u32>,
}

/// How one answer is made.
pub(crate) struct Manner {
    pub(crate) sampling: Sampling,
    pub(crate) seed: u64,
    pub(crate) now: Timestamp,
    /// Whether calls in the answer are taken as calls.
    pub(crate) tools: bool,
}

/// Who listens to an answer. `false` means that nobody does any more.
pub(crate) trait Listener {
    /// One more event.
    fn hear(&mut self, event: ModelEvent) -> bool;
    /// Whether somebody still listens.
    fn is_there(&self) -> bool;
}

impl Runner {
    /// Opens a model file.
    pub(crate) fn load(path: &Path, window: Option<usize>) -> Result<Self, LocalError> {
        let started = Instant::now();
        let mut file = GgufFile::open(path)?;
        let mut transformer = Transformer::load(&file)?;
        if let Some(window) = window {
            transformer.shape.window = transformer.shape.window.min(window.max(LEAST_ANSWER * 2));
        }
        let source = file.header.text("tokenizer.chat_template").map(str::to_owned);
        let id = |file: &GgufFile, key: &str| {
            file.header.number(key).and_then(|id| u32::try_from(id).ok())
        };
        let bos = id(&file, "tokenizer.ggml.bos_token_id");
        let eos = id(&file, "tokenizer.ggml.eos_token_id");
        let tokenizer = Tokenizer::build(&mut file.header)?;
        let text = |id: Option<u32>| {
            id.and_then(|id| tokenizer.text_of(id)).unwrap_or_default().to_owned()
        };
        let template = Template::compile(source.as_deref(), text(bos), text(eos))?;
        tracing::debug!(
            file = %path.display(),
            millis = started.elapsed().as_millis(),
            window = transformer.shape.window,
            "embedded model loaded"
        );
        Ok(Self { tokenizer, template, transformer, cached: Vec::new() })
    }

    /// Answers one request.
    pub(crate) fn answer(
        &mut self,
        request: &ModelRequest,
        manner: &Manner,
        listener: &mut dyn Listener,
    ) -> Result<(), LocalError> {
        let occasion = Occasion { tokenizer: &self.tokenizer, now: manner.now };
        let prompt = self.template.render(request, &occasion)?;
        let thinking = prompt.trim_end().ends_with("<think>");
        let tokens = self.tokenizer.encode(&prompt)?;
        let window = self.transformer.shape.window;
        if tokens.len() + LEAST_ANSWER > window {
            return Err(LocalError::TooLong { tokens: tokens.len(), window });
        }
        let mut usage = Usage { input_tokens: tokens.len() as u64, ..Usage::default() };
        let reused = self.reuse(&tokens);
        usage.cached_input_tokens = reused as u64;
        let scores = self.read(&tokens[reused..], &|| !listener.is_there())?;
        let room = window - tokens.len();
        let most = usize::try_from(request.max_output).unwrap_or(room).clamp(1, room);
        let splitter = Splitter::new(manner.tools && !request.tools.is_empty()).thinking(thinking);
        let mut sampling = manner.sampling;
        if let Some(temperature) = request.temperature {
            sampling.temperature = temperature;
        }
        let sampler = Sampler::new(sampling, manner.seed);
        self.speak(scores, most, Voice { splitter, sampler, usage }, listener)
    }

    /// Keeps what the cache and the prompt have in common; at least one token is left to read.
    fn reuse(&mut self, tokens: &[u32]) -> usize {
        let common = self.cached.iter().zip(tokens).take_while(|(one, other)| one == other);
        let common = common.count().min(tokens.len().saturating_sub(1));
        self.cached.truncate(common);
        self.transformer.truncate(common);
        common
    }

    fn read(&mut self, tokens: &[u32], stop: &dyn Fn() -> bool) -> Result<Vec<f32>, LocalError> {
        let before = self.transformer.len();
        let scores = self.transformer.extend(tokens, stop);
        // Also when it was stopped half-way, what was read stays useful.
        let read = self.transformer.len() - before;
        self.cached.extend_from_slice(&tokens[..read]);
        scores
    }

    fn speak(
        &mut self,
        mut scores: Vec<f32>,
        most: usize,
        mut voice: Voice,
        listener: &mut dyn Listener,
    ) -> Result<(), LocalError> {
        let mut pieces = self.tokenizer.pieces();
        let mut said = Vec::new();
        let reason = loop {
            let Some(next) = voice.sampler.choose(&mut scores, &said) else {
                return Err(LocalError::Compute("the scores are not numbers".to_owned()));
            };
            voice.usage.output_tokens += 1;
            if self.tokenizer.is_end(next) {
                break StopReason::End;
            }
            if voice.splitter.is_thinking() {
                voice.usage.reasoning_tokens += 1;
            }
            said.push(next);
            for event in voice.splitter.push(&pieces.push(next)) {
                if !listener.hear(event) {
                    return Err(LocalError::Stopped);
                }
            }
            if !listener.is_there() {
                return Err(LocalError::Stopped);
            }
            if said.len() >= most {
                break StopReason::Length;
            }
            scores = self.read(&[next], &|| !listener.is_there())?;
        };
        let mut events = voice.splitter.push(&pieces.finish());
        events.extend(voice.splitter.finish());
        let reason = match reason {
            StopReason::End if voice.splitter.calls > 0 => StopReason::ToolUse,
            other => other,
        };
        events.push(ModelEvent::Usage(voice.usage));
        events.push(ModelEvent::Finished { reason });
        for event in events {
            if !listener.hear(event) {
                return Err(LocalError::Stopped);
            }
        }
        Ok(())
    }
}

/// What one answer needs while it is being said.
struct Voice {
    splitter: Splitter,
    sampler: Sampler,
    usage: Usage,
}
