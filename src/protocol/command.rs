//! Slash commands as data: one list drives help, completion, menus and the manual page.
//!
//! The engine has the commands that every front knows; a front adds its own with
//! [`Catalog::with`]. A line that begins with `/` and names no command is never said to a
//! model.

use serde::Serialize;

use crate::{BotId, EnvelopeId, ModelRef, Problem, ProblemKind, RoomId, SessionId, TurnId};

#[cfg(test)]
mod tests;

/// A command, for help, completion and menus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CommandSpec {
    /// Its name, without the slash.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What it does, in a few words.
    pub summary: &'static str,
    /// Where the help shows it.
    pub category: Category,
    /// What follows the name.
    pub arguments: &'static [Argument],
    /// What it does while a turn runs in its room.
    pub busy: WhileBusy,
    /// Where it can be used.
    pub surface: Surface,
    /// Whether it is asked about first; a last argument `yes` goes without asking.
    pub destructive: bool,
}

/// The groups of the help, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The course of a conversation.
    Conversation,
    /// What runs and what waits.
    Turn,
    /// Rooms and sessions.
    Places,
    /// Model, bot, what is allowed.
    Settings,
    /// What there is to know.
    Info,
    /// The way out.
    Exit,
}

/// What follows a command's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// What the help calls it.
    pub name: &'static str,
    /// What completes it.
    pub completes: Completes,
    /// Whether the command needs it.
    pub needed: bool,
}

/// What completes an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "words", rename_all = "snake_case")]
pub enum Completes {
    /// Free text to the end of the line.
    Text,
    /// A number.
    Number,
    /// A command.
    Command,
    /// A session of the room.
    Session,
    /// A room.
    Room,
    /// A model.
    Model,
    /// A bot.
    Bot,
    /// A provider of models.
    Provider,
    /// A theme.
    Theme,
    /// A question that waits for a person.
    Approval,
    /// A file.
    File,
    /// One of these words.
    Words(&'static [&'static str]),
}

/// What a command does while a turn runs in its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhileBusy {
    /// It is carried out at once and leaves the turn alone.
    Bypass,
    /// What it says waits for its turn.
    Queue,
    /// It stops the turn.
    Interrupt,
    /// What it says joins the turn.
    Steer,
    /// It is refused until the turn has ended.
    Reject,
}

/// Where a command can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// Everywhere.
    All,
    /// At a terminal.
    Terminal,
    /// In a chat.
    Chat,
}

/// The cells of the first column of the help.
const COLUMN: usize = 22;

/// The channels that are terminals.
const TERMINALS: [&str; 2] = ["cli", "tui"];

impl Surface {
    /// Whether a channel has what is on this surface.
    #[must_use]
    pub fn has(self, channel: &str) -> bool {
        match self {
            Self::All => true,
            Self::Terminal => TERMINALS.contains(&channel),
            Self::Chat => !TERMINALS.contains(&channel),
        }
    }
}

impl Category {
    /// The heading in the help.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Conversation => "Conversation",
            Self::Turn => "What runs and waits",
            Self::Places => "Rooms and sessions",
            Self::Settings => "Settings",
            Self::Info => "Information",
            Self::Exit => "Leaving",
        }
    }

    /// All of them, in the order of the help.
    pub const ALL: [Self; 6] =
        [Self::Conversation, Self::Turn, Self::Places, Self::Settings, Self::Info, Self::Exit];
}

impl CommandSpec {
    /// The command as the help shows it: `/rewind [N]`.
    #[must_use]
    pub fn usage(&self) -> String {
        let mut usage = format!("/{}", self.name);
        for argument in self.arguments {
            let name = match argument.completes {
                Completes::Words(words) => words.join("|"),
                _ => argument.name.to_owned(),
            };
            if argument.needed {
                usage.push_str(&format!(" {name}"));
            } else {
                usage.push_str(&format!(" [{name}]"));
            }
        }
        usage
    }

    /// Its place in the list of all: how it is written, and what it does beside it, or below
    /// where the first is long.
    fn row(&self) -> String {
        let (usage, summary) = (self.usage(), self.summary);
        if usage.len() <= COLUMN {
            return format!("  {usage:<COLUMN$} {summary}\n");
        }
        format!("  {usage}\n{:1$}{summary}\n", "", COLUMN + 3)
    }

    /// What is known about it: how it is written, what it does and when, its other names.
    #[must_use]
    pub fn about(&self) -> String {
        let mut text = format!("{}: {}", self.usage(), self.summary);
        let busy = match self.busy {
            WhileBusy::Bypass => "",
            WhileBusy::Queue => "while a turn runs, what it says waits",
            WhileBusy::Interrupt => "while a turn runs, it stops the turn",
            WhileBusy::Steer => "what it says joins the turn that runs",
            WhileBusy::Reject => "it waits until no turn runs",
        };
        if !busy.is_empty() {
            text.push_str(&format!("\n{busy}"));
        }
        if !self.aliases.is_empty() {
            let aliases: Vec<_> = self.aliases.iter().map(|alias| format!("/{alias}")).collect();
            text.push_str(&format!("\nalso {}", aliases.join(", ")));
        }
        text
    }

    /// Its name and its aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// A command line, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandLine<'a> {
    /// The name as written, without the slash.
    pub name: &'a str,
    /// The rest, without blanks around it.
    pub rest: &'a str,
}

/// Takes a text apart when it is a command line. A path (`/etc/hosts`) is none.
#[must_use]
pub fn command_line(text: &str) -> Option<CommandLine<'_>> {
    let line = text.trim().strip_prefix('/')?;
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (!name.contains('/')).then(|| CommandLine { name, rest: rest.trim() })
}

/// The commands of a front: those of the engine, and its own.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    specs: Vec<&'static CommandSpec>,
}

impl Catalog {
    /// These commands.
    #[must_use]
    pub fn new(specs: impl IntoIterator<Item = &'static CommandSpec>) -> Self {
        Self { specs: specs.into_iter().collect() }
    }

    /// The same with a front's own. A name that is taken keeps its meaning.
    #[must_use]
    pub fn with(mut self, own: &'static [CommandSpec]) -> Self {
        for spec in own {
            if !spec.names().any(|name| self.exact(name).is_some()) {
                self.specs.push(spec);
            }
        }
        self
    }

    /// Only what a channel has.
    #[must_use]
    pub fn on(mut self, channel: &str) -> Self {
        self.specs.retain(|spec| spec.surface.has(channel));
        self
    }

    /// All commands, in the order of the help.
    pub fn iter(&self) -> impl Iterator<Item = &'static CommandSpec> + '_ {
        self.specs.iter().copied()
    }

    /// The command of this name, of this alias, or the only one that begins like this.
    ///
    /// # Errors
    /// `command_unknown`, with the nearest one.
    pub fn find(&self, name: &str) -> Result<&'static CommandSpec, Problem> {
        let name = name.to_lowercase();
        if let Some(spec) = self.exact(&name) {
            return Ok(spec);
        }
        let mut begin = self.iter().filter(|spec| name.len() > 1 && spec.name.starts_with(&name));
        match (begin.next(), begin.next()) {
            // What is asked about is written out.
            (Some(only), None) if !only.destructive => Ok(only),
            _ => Err(self.unknown(&name)),
        }
    }

    /// All commands by what they are about, or what is known about one of them.
    ///
    /// # Errors
    /// `command_unknown`, with the nearest one.
    pub fn help(&self, name: &str) -> Result<String, Problem> {
        if !name.is_empty() {
            return self.find(name.trim_start_matches('/')).map(CommandSpec::about);
        }
        let mut text = String::new();
        for category in Category::ALL {
            let mut commands = self.iter().filter(|spec| spec.category == category).peekable();
            if commands.peek().is_none() {
                continue;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(category.title());
            text.push('\n');
            for spec in commands {
                text.push_str(&spec.row());
            }
        }
        text.push_str("\n@bot asks that bot. Several names, @all or @team ask several at once.");
        Ok(text)
    }

    fn exact(&self, name: &str) -> Option<&'static CommandSpec> {
        self.iter().find(|spec| spec.names().any(|known| known == name))
    }

    fn unknown(&self, name: &str) -> Problem {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        let message = format!("there is no command /{shown}");
        let problem = Problem::new(ProblemKind::Usage, "command_unknown", message);
        match self.nearest(name) {
            Some(nearest) => problem.hint(format!("did you mean /{nearest}? /help shows all")),
            None => problem.hint("/help shows the commands"),
        }
    }

    /// The name that is most like this one.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        self.iter()
            .flat_map(CommandSpec::names)
            .map(|known| (strsim::jaro_winkler(known, name), known))
            .filter(|(likeness, _)| *likeness > 0.7)
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .map(|(_, known)| known)
    }

    /// What a line that ends where the cursor is waits for: the beginning of the word, and
    /// what completes it. `None` when the line is no command line.
    #[must_use]
    pub fn awaited(&self, line: &str) -> Option<(usize, Completes)> {
        let begin = line.len() - line.trim_start().len();
        let typed = line.get(begin..)?.strip_prefix('/')?;
        let start = line.rfind(char::is_whitespace).map_or(begin, |space| space + 1);
        let Some((name, rest)) = typed.split_once(char::is_whitespace) else {
            return (!typed.contains('/')).then_some((begin, Completes::Command));
        };
        let spec = self.find(name).ok()?;
        let before = rest.split_whitespace().count();
        let at = if rest.ends_with(char::is_whitespace) || rest.is_empty() {
            before
        } else {
            before.saturating_sub(1)
        };
        spec.arguments.get(at).map(|argument| (start, argument.completes))
    }
}

/// What a command had to say, for any front to print.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CommandOutput {
    /// Lines of text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Rows to show below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
    /// Lines that may be typed next; a front with pickers offers them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What the front does now, in order.
    #[serde(skip)]
    pub then: Vec<Then>,
}

/// Rows with a head.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Table {
    /// The names of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// A line that may be typed next.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Choice {
    /// What people see.
    pub label: String,
    /// A few words about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Whether it is the one in use.
    #[serde(skip)]
    pub is_current: bool,
    /// The command line.
    pub line: String,
}

/// What a front does after a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// It speaks in this room now.
    Room(RoomId),
    /// It speaks in this session now; in the room's current one when there is none.
    Session(Option<SessionId>),
    /// It asks this model now.
    Model(ModelRef),
    /// It asks this bot now.
    Bot(BotId),
    /// This much is allowed without asking now.
    Approval(crate::ApprovalMode),
    /// A message is on its way; it is followed like one that was typed.
    Follow {
        /// The message.
        envelope: EnvelopeId,
        /// The turn, when it is claimed.
        turn: Option<TurnId>,
        /// The session it speaks in.
        session: SessionId,
    },
    /// The front has this command, not the engine.
    Own {
        /// Its name.
        name: &'static str,
        /// What followed the name.
        rest: String,
    },
    /// It is asked first; this line goes without asking.
    Confirm {
        /// The question.
        question: String,
        /// The line that means yes.
        line: String,
    },
}

impl CommandOutput {
    /// Text alone.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same, and the front does this.
    #[must_use]
    pub fn then(mut self, then: Then) -> Self {
        self.then.push(then);
        self
    }
}
