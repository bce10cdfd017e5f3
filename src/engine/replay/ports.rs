//! The ports of one turn: the world's, with everything that is read of them on the tape.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream;
use nanofolks_protocol::model::ToolSchema;
use nanofolks_protocol::ports::{
    Boxed, Clock, Ear, Fallback, FolderInstructions, Gated, Instructions, ModelStream, Models,
    Preview, Repaired, Roster, Tool, ToolOffer, ToolQuery, Toolbox,
};
use nanofolks_protocol::{
    Availability, BotId, BotProfile, ModelCard, ModelRef, Problem, Timestamp, ToolCall,
    ToolContext, ToolDescriptor, ToolError, ToolOutput,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::heard::{End, Heard};
use super::tape::Reel;

/// A port of the world, and the tape of the turn that reads it.
pub(super) struct Watched<P: ?Sized> {
    pub(super) port: Arc<P>,
    pub(super) reel: Reel,
}

impl Clock for Watched<dyn Clock> {
    fn now(&self) -> Timestamp {
        match &self.reel {
            Reel::Off => self.port.now(),
            Reel::Writing(tape) => {
                let now = self.port.now();
                tape.clock(now);
                now
            }
            Reel::Reading(tape) if tape.is_live() => self.port.now(),
            Reel::Reading(tape) => tape.clock().unwrap_or_else(|| {
                tape.stray("the clock");
                tape.last()
            }),
        }
    }
}

impl Roster for Watched<dyn Roster> {
    fn bots(&self) -> Vec<BotId> {
        self.reel.lasting("bots", || self.port.bots())
    }

    fn profile(&self, bot: &BotId) -> Option<BotProfile> {
        self.reel.lasting(&format!("bot {bot}"), || self.port.profile(bot))
    }
}

impl Instructions for Watched<dyn Instructions> {
    fn of(&self, folder: &Path) -> Option<FolderInstructions> {
        self.reel.lasting("instructions", || {
            let found = self.port.of(folder)?;
            let Reel::Writing(tape) = &self.reel else { return Some(found) };
            Some(FolderInstructions {
                text: tape.sanitizer.clean(&found.text).into_owned(),
                ..found
            })
        })
    }
}

impl Models for Watched<dyn Models> {
    fn default_model(&self) -> Result<(ModelRef, String), Problem> {
        self.reel.lasting("default model", || self.port.default_model())
    }

    fn resolve(&self, name: &str) -> Result<ModelRef, Problem> {
        self.reel.lasting(&format!("model {name}"), || self.port.resolve(name))
    }

    fn card(&self, model: &ModelRef) -> ModelCard {
        self.reel.lasting(&format!("card {model}"), || self.port.card(model))
    }

    fn fallbacks(&self, model: &ModelRef) -> Vec<Fallback> {
        self.reel.lasting(&format!("fallbacks {model}"), || self.port.fallbacks(model))
    }

    fn open(&self, model: &ModelRef) -> Result<Gated, Problem> {
        let ear = || {
            let (reel, model) = (self.reel.clone(), model.clone());
            Arc::new(Listener { reel, model, solo: None })
        };
        let key = format!("provider {model}");
        let Reel::Reading(tape) = &self.reel else {
            let opened = self.port.open(model);
            if let Err(problem) = &opened {
                self.reel.note("open", || problem);
            }
            let opened = opened?;
            self.reel.lasting(&key, || opened.name().to_owned());
            return Ok(opened.heard(ear()));
        };
        if tape.is_live() {
            return self.port.open(model);
        }
        if let Some(problem) = tape.take::<Problem>("open") {
            return Err(problem);
        }
        // Who may be asked anew has to be there; else the tape speaks for it.
        let may_ask = tape.known.change.is_branch() && !tape.known.change.offline;
        if let Some(opened) = may_ask.then(|| self.port.open(model).ok()).flatten() {
            return Ok(opened.heard(ear()));
        }
        let name = self.reel.lasting(&key, || model.provider.clone());
        Ok(Gated::nobody(&name, ear()))
    }
}

/// Writes down what a model says, or says it in its place.
struct Listener {
    reel: Reel,
    model: ModelRef,
    /// Where it is kept until it has ended, when several speak at once.
    solo: Option<Arc<Mutex<Heard>>>,
}

impl Ear for Listener {
    fn known(&self) -> Option<ModelStream> {
        match &self.reel {
            Reel::Reading(tape) => super::play::speak(tape, &self.model),
            Reel::Off | Reel::Writing(_) => None,
        }
    }

    fn hear(&self, answer: ModelStream) -> ModelStream {
        match &self.reel {
            Reel::Writing(tape) => {
                let heard = self.solo.as_ref().map_or_else(|| tape.listen(), Arc::clone);
                record(answer, heard)
            }
            Reel::Off | Reel::Reading(_) => answer,
        }
    }
}

/// Hears one of several models that speak at once. What it says is put on the tape when it
/// has ended: the order on the tape is the order in which they end.
pub(crate) struct Solo(Arc<Mutex<Heard>>);

impl Reel {
    /// A provider that is heard beside others.
    pub(crate) fn solo(&self, provider: Gated, model: &ModelRef) -> (Gated, Solo) {
        let heard: Arc<Mutex<Heard>> = Arc::default();
        let (reel, model) = (self.clone(), model.clone());
        let ear = Listener { reel, model, solo: Some(Arc::clone(&heard)) };
        (provider.heard(Arc::new(ear)), Solo(heard))
    }

    /// Puts what it said on the tape.
    pub(crate) fn keep(&self, solo: &Solo) {
        if let Self::Writing(tape) = self {
            tape.heard(Arc::clone(&solo.0));
        }
    }
}

/// Passes a stream on and writes down what comes.
fn record(stream: ModelStream, heard: Arc<Mutex<Heard>>) -> ModelStream {
    let write = move |take: &dyn Fn(&mut Heard)| {
        take(&mut heard.lock().unwrap_or_else(PoisonError::into_inner));
    };
    let last = write.clone();
    let written = stream.inspect(move |piece| write(&|heard| heard.take(piece)));
    let end = stream::poll_fn(move |_| {
        last(&|heard| {
            if heard.end == End::Dropped {
                heard.end = End::Broke;
            }
        });
        std::task::Poll::Ready(None)
    });
    Box::pin(written.chain(end))
}

/// A tool on offer, as it is kept.
#[derive(Serialize, Deserialize)]
struct Offered {
    tool: ToolDescriptor,
    /// What a model is shown, where that is not what the tool says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shown: Option<ToolSchema>,
}

impl Offered {
    fn of(offer: &ToolOffer) -> Self {
        let tool = offer.tool.descriptor();
        let shown = (offer.schema != schema_of(tool)).then(|| offer.schema.clone());
        Self { tool: tool.clone(), shown }
    }
}

/// What a model is shown of a tool, unless something is left out.
fn schema_of(tool: &ToolDescriptor) -> ToolSchema {
    ToolSchema {
        name: tool.name.to_string(),
        description: tool.description.to_string(),
        parameters: tool.params.clone(),
    }
}

impl Toolbox for Watched<dyn Toolbox> {
    fn all(&self) -> Vec<(Arc<dyn Tool>, Availability)> {
        let all = self.reel.lasting("tools", || {
            let all = self.port.all().into_iter();
            all.map(|(tool, availability)| (tool.descriptor().clone(), availability))
                .collect::<Vec<_>>()
        });
        all.into_iter()
            .map(|(descriptor, availability)| (self.watch(descriptor, None), availability))
            .collect()
    }

    fn offer(&self, query: &ToolQuery<'_>) -> Vec<ToolOffer> {
        let ToolQuery { bot, trust, read_only, offline, shortened, attended } = query;
        let mut key = format!("offer {} {trust:?} {read_only} {offline}", bot.id);
        if *shortened {
            key.push_str(" shortened");
        }
        if *attended {
            key.push_str(" attended");
        }
        let mut tools = Vec::new();
        let offered: Vec<Offered> = self.reel.lasting(&key, || {
            let offers = self.port.offer(query);
            let known = offers.iter().map(Offered::of).collect();
            tools = offers.into_iter().map(|offer| offer.tool).collect();
            known
        });
        let mut tools = tools.into_iter();
        offered
            .into_iter()
            .map(|one| ToolOffer {
                schema: one.shown.unwrap_or_else(|| schema_of(&one.tool)),
                tool: self.watch(one.tool, tools.next()),
            })
            .collect()
    }

    fn repair(
        &self,
        descriptor: &ToolDescriptor,
        arguments: &Value,
    ) -> Result<Repaired, ToolError> {
        let as_it_is = || Repaired { arguments: arguments.clone(), repairs: Vec::new() };
        // Most calls need no repair; of those nothing is kept.
        let repaired = self.reel.rare("repair", || match self.port.repair(descriptor, arguments) {
            Ok(repaired) if repaired == as_it_is() => None,
            Ok(Repaired { arguments, repairs }) => Some(Ok((arguments, repairs))),
            Err(error) => Some(Err(error)),
        });
        match repaired {
            None => Ok(as_it_is()),
            Some(Ok((arguments, repairs))) => Ok(Repaired { arguments, repairs }),
            Some(Err(error)) => Err(error),
        }
    }
}

impl Watched<dyn Toolbox> {
    fn watch(&self, descriptor: ToolDescriptor, tool: Option<Arc<dyn Tool>>) -> Arc<dyn Tool> {
        let toolbox = Arc::clone(&self.port);
        Arc::new(WatchedTool { descriptor, tool, toolbox, reel: self.reel.clone() })
    }
}

/// A tool that is watched.
struct WatchedTool {
    descriptor: ToolDescriptor,
    /// `None` when the turn is run again.
    tool: Option<Arc<dyn Tool>>,
    toolbox: Arc<dyn Toolbox>,
    reel: Reel,
}

impl WatchedTool {
    /// The tool of the world.
    fn real(&self) -> Option<Arc<dyn Tool>> {
        let all = || {
            let mut all = self.toolbox.all().into_iter().map(|(tool, _)| tool);
            all.find(|tool| tool.descriptor().name == self.descriptor.name)
        };
        self.tool.clone().or_else(all)
    }
}

impl Tool for WatchedTool {
    fn descriptor(&self) -> &ToolDescriptor {
        &self.descriptor
    }

    fn preview<'a>(
        &'a self,
        call: &'a ToolCall,
        cx: &'a ToolContext,
    ) -> Boxed<'a, Result<Preview, ToolError>> {
        Box::pin(async move {
            if let Reel::Reading(tape) = &self.reel {
                if let Some(said) = tape.take::<Result<String, ToolError>>("preview") {
                    return said.map(|summary| tape.preview(&call.id, summary));
                }
                if !tape.is_live() {
                    tape.stray("preview");
                    return Ok(Preview::default());
                }
            }
            let Some(tool) = self.real() else { return Err(gone(&self.descriptor)) };
            let preview = tool.preview(call, cx).await;
            // What it shows in full is kept with the question, if one is asked.
            self.reel.note("preview", || preview.as_ref().map(|preview| preview.summary.clone()));
            preview
        })
    }

    fn tidy<'a>(&'a self, call: &'a ToolCall, cx: &'a ToolContext) -> Boxed<'a, Option<String>> {
        Box::pin(async move { self.real()?.tidy(call, cx).await })
    }

    fn call<'a>(
        &'a self,
        call: &'a ToolCall,
        cx: &'a ToolContext,
    ) -> Boxed<'a, Result<ToolOutput, ToolError>> {
        Box::pin(async move {
            match self.real() {
                Some(tool) => tool.call(call, cx).await,
                None => Err(gone(&self.descriptor)),
            }
        })
    }
}

fn gone(descriptor: &ToolDescriptor) -> ToolError {
    ToolError::new("tool_gone", format!("{} is not there any more", descriptor.name))
}
