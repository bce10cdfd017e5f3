//! The registry: which tools there are, which are on offer, and to whom.

mod lint;
mod verdict;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use nanofolks_protocol::model::ToolSchema;
use nanofolks_protocol::ports::{Repaired, Tool, ToolOffer, ToolQuery, Toolbox};
use nanofolks_protocol::tool::Visibility;
use nanofolks_protocol::{Availability, Effect, ToolDescriptor, ToolError};
use serde_json::Value;

pub use self::lint::names_missing_tools;
use self::verdict::Verdict;
use crate::seen::Seen;
use crate::{builtin, repair};

#[cfg(test)]
mod tests;

/// What the owner decided about tools.
#[derive(Debug, Clone, Default)]
pub struct ToolsOptions {
    /// What `~` in a path stands for.
    pub home: Option<PathBuf>,
    /// Tools that are switched off, and where that was said.
    pub disabled: BTreeMap<String, String>,
}

/// What the built-in tools share.
pub(crate) struct Parts {
    /// What `~` in a path stands for.
    pub(crate) home: Option<Arc<Path>>,
    /// Which states of files bots have seen.
    pub(crate) seen: Arc<Seen>,
}

/// A sentence of a tool's description that only holds beside another tool.
pub(crate) struct Beside {
    /// The other tool.
    pub(crate) tool: &'static str,
    /// The sentence.
    pub(crate) text: &'static str,
}

/// A registered tool.
pub(crate) struct Entry {
    name: Cow<'static, str>,
    tool: Arc<dyn Tool>,
    beside: &'static [Beside],
    /// Whether it is of use only where older messages are not sent any more.
    when_shortened: bool,
    /// Whether it is of use only where there is somebody to ask.
    when_attended: bool,
    verdict: Verdict,
}

impl Entry {
    /// A tool by its name; its descriptor is not made before it is asked for.
    pub(crate) fn new(name: &'static str, tool: impl Tool + 'static) -> Self {
        Self {
            name: Cow::Borrowed(name),
            tool: Arc::new(tool),
            beside: &[],
            when_shortened: false,
            when_attended: false,
            verdict: Verdict::default(),
        }
    }

    /// The same, on offer only where there is somebody to ask.
    pub(crate) const fn when_attended(mut self) -> Self {
        self.when_attended = true;
        self
    }

    /// The same, on offer only where older messages are not sent any more.
    pub(crate) const fn when_shortened(mut self) -> Self {
        self.when_shortened = true;
        self
    }

    /// The same with sentences that mention other tools.
    pub(crate) const fn beside(mut self, beside: &'static [Beside]) -> Self {
        self.beside = beside;
        self
    }

    /// What a model is told, given what else is on offer.
    fn schema(&self, offered: &BTreeSet<&str>) -> ToolSchema {
        let descriptor = self.tool.descriptor();
        let mut description = descriptor.description.clone().into_owned();
        for sentence in self.beside.iter().filter(|beside| offered.contains(beside.tool)) {
            description.push(' ');
            description.push_str(sentence.text);
        }
        ToolSchema {
            name: self.name.clone().into_owned(),
            description,
            parameters: descriptor.params.clone(),
        }
    }
}

/// All tools, sorted by name.
pub struct Tools {
    entries: Vec<Entry>,
    disabled: BTreeMap<String, String>,
}

/// Why a tool cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// There is a tool of that name; nothing shadows another tool.
    #[error("there already is a tool called {0}")]
    Taken(String),
    /// The name is not one models can use.
    #[error("{0:?} is not a tool's name: a letter, then up to 63 of a-z 0-9 _")]
    Name(String),
}

impl Tools {
    /// The built-in tools. Costs next to nothing: schemas are made when they are needed.
    #[must_use]
    pub fn new(options: ToolsOptions) -> Self {
        let parts = Parts { home: options.home.map(Arc::from), seen: Arc::new(Seen::default()) };
        let mut entries: Vec<Entry> = builtin::CATALOG.iter().map(|entry| entry(&parts)).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Self { entries, disabled: options.disabled }
    }

    /// Adds a tool from elsewhere. It cannot take the place of another.
    ///
    /// # Errors
    /// When the name is taken or is not a tool's name.
    pub fn add(&mut self, tool: Arc<dyn Tool>) -> Result<(), AddError> {
        let name = tool.descriptor().name.clone();
        if !is_name(&name) {
            return Err(AddError::Name(name.chars().take(80).collect()));
        }
        match self.entries.binary_search_by(|entry| entry.name.cmp(&name)) {
            Ok(_) => Err(AddError::Taken(name.into_owned())),
            Err(place) => {
                let (when_shortened, when_attended) = (false, false);
                let verdict = Verdict::default();
                let entry =
                    Entry { name, tool, beside: &[], when_shortened, when_attended, verdict };
                self.entries.insert(place, entry);
                Ok(())
            }
        }
    }

    fn availability(&self, entry: &Entry) -> Availability {
        match self.disabled.get(entry.name.as_ref()) {
            Some(reason) => Availability::Disabled { reason: reason.clone() },
            None => entry.verdict.get(Instant::now(), || entry.tool.availability()),
        }
    }

    fn is_offered(&self, entry: &Entry, query: &ToolQuery<'_>) -> bool {
        let descriptor = entry.tool.descriptor();
        descriptor.visibility == Visibility::Prompt
            && descriptor.trust.contains(&query.trust)
            && (!query.read_only || descriptor.is_read_only())
            && (!query.offline || !needs_network(descriptor))
            && (query.shortened || !entry.when_shortened)
            && (query.attended || !entry.when_attended)
            && may_use(&query.bot.allowed_tools, &query.bot.denied_tools, &entry.name)
            && self.availability(entry) == Availability::Available
    }
}

impl Toolbox for Tools {
    fn all(&self) -> Vec<(Arc<dyn Tool>, Availability)> {
        self.entries
            .iter()
            .map(|entry| (Arc::clone(&entry.tool), self.availability(entry)))
            .collect()
    }

    fn offer(&self, query: &ToolQuery<'_>) -> Vec<ToolOffer> {
        let offered: Vec<&Entry> =
            self.entries.iter().filter(|entry| self.is_offered(entry, query)).collect();
        let names: BTreeSet<&str> = offered.iter().map(|entry| entry.name.as_ref()).collect();
        offered
            .iter()
            .map(|entry| ToolOffer { schema: entry.schema(&names), tool: Arc::clone(&entry.tool) })
            .collect()
    }

    fn repair(
        &self,
        descriptor: &ToolDescriptor,
        arguments: &Value,
    ) -> Result<Repaired, ToolError> {
        repair::repair(descriptor, arguments)
    }
}

fn needs_network(descriptor: &ToolDescriptor) -> bool {
    [Effect::NetRead, Effect::NetWrite].iter().any(|effect| descriptor.effects.contains(effect))
}

/// Denied wins; an empty list allows all. People may write the names other systems use.
fn may_use(allowed: &[String], denied: &[String], name: &str) -> bool {
    let listed = |list: &[String]| list.iter().any(|entry| known_as(entry) == name);
    !listed(denied) && (allowed.is_empty() || listed(allowed))
}

/// Our name for what other systems call it. Only for lists that people write.
fn known_as(name: &str) -> &str {
    match name {
        "read" | "view" | "cat" => "read_file",
        "write" | "create_file" => "write_file",
        "ls" | "list" | "list_files" => "list_dir",
        "grep" | "search" => "search_files",
        "exec" | "shell" | "bash" => "terminal",
        "ask" | "ask_user" | "ask_user_question" => "clarify",
        _ => name,
    }
}

/// Whether every provider takes it as a tool's name.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && name.len() <= 64
        && bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
