//! A small team and a small toolbox.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nanofolks_protocol::model::ToolSchema;
use nanofolks_protocol::ports::{
    Boxed, Preview, Repaired, Roster, Tool, ToolOffer, ToolQuery, Toolbox,
};
use nanofolks_protocol::tool::{Concurrency, Idempotence, Undo, Visibility};
use nanofolks_protocol::{
    Availability, BotId, BotProfile, Cost, Effect, Network, ToolCall, ToolContext, ToolDescriptor,
    ToolError, ToolOutput, Trust,
};
use serde_json::{Value, json};

use crate::Gate;

/// A roster of bots that differ only in name; the leader is always there.
#[derive(Debug, Clone)]
pub struct FakeRoster(Vec<BotProfile>);

impl Default for FakeRoster {
    fn default() -> Self {
        Self::of([])
    }
}

impl FakeRoster {
    /// The leader and these.
    ///
    /// # Panics
    /// When a name is not a bot's name.
    #[must_use]
    pub fn of<const N: usize>(others: [&str; N]) -> Self {
        let names = [BotId::LEADER].into_iter().chain(others.map(|name| name.parse().unwrap()));
        Self(names.map(profile).collect())
    }

    /// Changes a bot.
    ///
    /// # Panics
    /// When there is no such bot.
    #[must_use]
    pub fn with(mut self, bot: &str, change: impl FnOnce(&mut BotProfile)) -> Self {
        change(self.0.iter_mut().find(|profile| profile.id.as_str() == bot).unwrap());
        self
    }
}

fn profile(id: BotId) -> BotProfile {
    BotProfile {
        title: id.as_str().to_owned(),
        emoji: "*".to_owned(),
        domain: "testing".to_owned(),
        persona: format!("You are {id}."),
        short_persona: format!("You are {id}."),
        model: None,
        allowed_tools: Vec::new(),
        denied_tools: Vec::new(),
        id,
    }
}

impl Roster for FakeRoster {
    fn bots(&self) -> Vec<BotId> {
        self.0.iter().map(|profile| profile.id.clone()).collect()
    }

    fn profile(&self, bot: &BotId) -> Option<BotProfile> {
        self.0.iter().find(|profile| profile.id == *bot).cloned()
    }
}

type Work = Box<dyn Fn(&ToolCall) -> Result<ToolOutput, ToolError> + Send + Sync>;

/// A tool that does what the test says and keeps every call.
pub struct FakeTool {
    descriptor: ToolDescriptor,
    work: Work,
    gate: Option<Gate>,
    calls: Mutex<Vec<ToolCall>>,
    outside: (Network, Cost),
}

impl FakeTool {
    /// A tool that reads and gives back its name.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        let descriptor = ToolDescriptor {
            name: Cow::Borrowed(name),
            version: 1,
            title: Cow::Borrowed(name),
            description: Cow::Owned(format!("Does {name}.")),
            toolset: Cow::Borrowed("test"),
            params: json!({ "type": "object", "properties": {} }),
            effects: BTreeSet::from([Effect::FsRead]),
            idempotent: Idempotence::Yes,
            visibility: Visibility::Prompt,
            trust: BTreeSet::from([Trust::Operator]),
            timeout: Duration::from_secs(60),
            result_budget: 10_000,
            concurrency: Concurrency::Parallel,
            undo: Undo::None,
            audit_kind: Cow::Borrowed("test"),
            asks: false,
        };
        let work: Work = Box::new(move |_| Ok(ToolOutput::text(format!("{name} is done"))));
        let outside = Default::default();
        Self { descriptor, work, gate: None, calls: Mutex::default(), outside }
    }

    /// Changes what is known about it.
    #[must_use]
    pub fn describe(mut self, change: impl FnOnce(&mut ToolDescriptor)) -> Self {
        change(&mut self.descriptor);
        self
    }

    /// Gives it these effects instead of reading.
    #[must_use]
    pub fn effects<const N: usize>(self, effects: [Effect; N]) -> Self {
        self.describe(|descriptor| descriptor.effects = BTreeSet::from(effects))
    }

    /// What a call reaches beyond this machine, and what it costs.
    #[must_use]
    pub fn outside(mut self, network: Network, cost: Cost) -> Self {
        self.outside = (network, cost);
        self
    }

    /// What a call does.
    #[must_use]
    pub fn does(
        mut self,
        work: impl Fn(&ToolCall) -> Result<ToolOutput, ToolError> + Send + Sync + 'static,
    ) -> Self {
        self.work = Box::new(work);
        self
    }

    /// Makes each call wait at a gate before it works.
    #[must_use]
    pub fn waits(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// The calls so far.
    #[must_use]
    pub fn calls(&self) -> Vec<ToolCall> {
        self.calls.lock().unwrap().clone()
    }
}

impl FakeTool {
    /// A tool whose calls are questions to a person.
    #[must_use]
    pub fn asks(self) -> Self {
        self.describe(|descriptor| descriptor.asks = true)
    }
}

impl Tool for FakeTool {
    fn descriptor(&self) -> &ToolDescriptor {
        &self.descriptor
    }

    fn preview<'a>(
        &'a self,
        call: &'a ToolCall,
        _cx: &'a ToolContext,
    ) -> Boxed<'a, Result<Preview, ToolError>> {
        let summary = format!("{} {}", call.name, call.arguments);
        let (network, cost) = self.outside.clone();
        Box::pin(async move { Ok(Preview { summary, detail: String::new(), network, cost }) })
    }

    fn call<'a>(
        &'a self,
        call: &'a ToolCall,
        cx: &'a ToolContext,
    ) -> Boxed<'a, Result<ToolOutput, ToolError>> {
        self.calls.lock().unwrap().push(call.clone());
        Box::pin(async move {
            if let Some(gate) = &self.gate {
                tokio::select! {
                    () = gate.pass() => {}
                    () = cx.cancel.cancelled() => {
                        return Err(ToolError::new("cancelled", "the turn was stopped"));
                    }
                }
            }
            (self.work)(call)
        })
    }
}

/// A toolbox with the tools a test puts in.
#[derive(Default)]
pub struct FakeToolbox(Vec<Arc<FakeTool>>);

impl FakeToolbox {
    /// A toolbox with these.
    #[must_use]
    pub fn of(tools: impl IntoIterator<Item = Arc<FakeTool>>) -> Self {
        let mut tools: Vec<_> = tools.into_iter().collect();
        tools.sort_by(|a, b| a.descriptor.name.cmp(&b.descriptor.name));
        Self(tools)
    }
}

impl Toolbox for FakeToolbox {
    fn all(&self) -> Vec<(Arc<dyn Tool>, Availability)> {
        let tools = self.0.iter();
        tools.map(|tool| (Arc::clone(tool) as Arc<dyn Tool>, Availability::Available)).collect()
    }

    fn offer(&self, query: &ToolQuery<'_>) -> Vec<ToolOffer> {
        let tools = self.0.iter().filter(|tool| {
            let name = tool.descriptor.name.to_string();
            let allowed = &query.bot.allowed_tools;
            (allowed.is_empty() || allowed.contains(&name))
                && !query.bot.denied_tools.contains(&name)
                && (!query.read_only || tool.descriptor.is_read_only())
                && tool.descriptor.trust.contains(&query.trust)
        });
        tools
            .map(|tool| ToolOffer {
                schema: ToolSchema {
                    name: tool.descriptor.name.to_string(),
                    description: tool.descriptor.description.to_string(),
                    parameters: tool.descriptor.params.clone(),
                },
                tool: Arc::clone(tool) as Arc<dyn Tool>,
            })
            .collect()
    }

    fn repair(
        &self,
        _descriptor: &ToolDescriptor,
        arguments: &Value,
    ) -> Result<Repaired, ToolError> {
        if arguments.is_object() {
            Ok(Repaired { arguments: arguments.clone(), repairs: Vec::new() })
        } else {
            let text = "the arguments are not an object";
            Err(ToolError::new("invalid_arguments", text))
        }
    }
}
