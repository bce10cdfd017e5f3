//! Slash commands that every front has: a file each, and a line in `CATALOG`.
//!
//! A command gets what a message has (who, where, how far trusted) and gives text, a table
//! and what the front does next. It reaches the engine by its ops, like a front.

mod activity;
mod answer;
mod approvals;
mod approve;
mod approve_mode;
mod bot;
mod compact;
mod context;
mod deny;
mod details;
mod doctor;
mod exit;
mod export;
mod fork;
mod help;
mod logs;
mod model;
mod new;
mod queue;
mod redo;
mod rename;
mod resume;
mod retry;
mod rewind;
mod room;
mod rooms;
mod sessions;
mod status;
mod steer;
mod stop;
mod tools;
mod trash;
mod undo;
mod usage;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use nanofolks_protocol::command::{
    Argument, Category, Completes, Surface, Then, WhileBusy, command_line,
};
use nanofolks_protocol::history::TurnFilter;
use nanofolks_protocol::ports::{Boxed, StoreError};
use nanofolks_protocol::{
    Catalog, CommandOutput, CommandSpec, Control, EngineHandle, Envelope, Event, EventKind, Op,
    OwnerId, Problem, ProblemKind, Receipt, RoomId, Session, Trust, TurnOptions, TurnState, Write,
};
use tokio::sync::oneshot;

use crate::engine::{Back, Shared, answer};

/// All commands, in the order of the help.
static CATALOG: &[&Command] = &[
    &new::COMMAND,
    &retry::COMMAND,
    &undo::COMMAND,
    &redo::COMMAND,
    &rewind::COMMAND,
    &fork::COMMAND,
    &compact::COMMAND,
    &rename::COMMAND,
    &export::COMMAND,
    &trash::COMMAND,
    &stop::COMMAND,
    &queue::COMMAND,
    &steer::COMMAND,
    &approvals::COMMAND,
    &approve::COMMAND,
    &deny::COMMAND,
    &answer::COMMAND,
    &room::COMMAND,
    &rooms::COMMAND,
    &sessions::COMMAND,
    &resume::COMMAND,
    &model::COMMAND,
    &bot::COMMAND,
    &approve_mode::COMMAND,
    &details::COMMAND,
    &help::COMMAND,
    &status::COMMAND,
    &usage::COMMAND,
    &context::COMMAND,
    &tools::COMMAND,
    &doctor::COMMAND,
    &logs::COMMAND,
    &exit::COMMAND,
];

/// The commands that every front has.
#[must_use]
pub fn catalog() -> Catalog {
    Catalog::new(CATALOG.iter().map(|command| &command.spec))
}

type Told = Result<CommandOutput, Problem>;

/// A command: what is known about it, and what it does.
struct Command {
    spec: CommandSpec,
    run: Run,
}

/// Who carries a command out.
enum Run {
    /// The engine.
    Here(fn(Asked) -> Boxed<'static, Told>),
    /// The front; where a front cannot, it says so.
    Front,
}

impl Command {
    const fn new(name: &'static str, category: Category, summary: &'static str) -> Self {
        let spec = CommandSpec {
            name,
            aliases: &[],
            summary,
            category,
            arguments: &[],
            busy: WhileBusy::Bypass,
            surface: Surface::All,
            destructive: false,
        };
        Self { spec, run: Run::Front }
    }

    const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.spec.aliases = aliases;
        self
    }

    const fn takes(mut self, arguments: &'static [Argument]) -> Self {
        self.spec.arguments = arguments;
        self
    }

    const fn while_busy(mut self, busy: WhileBusy) -> Self {
        self.spec.busy = busy;
        self
    }

    const fn at_terminals(mut self) -> Self {
        self.spec.surface = Surface::Terminal;
        self
    }

    const fn destructive(mut self) -> Self {
        self.spec.destructive = true;
        self
    }

    const fn does(mut self, run: fn(Asked) -> Boxed<'static, Told>) -> Self {
        self.run = Run::Here(run);
        self
    }
}

const fn may(name: &'static str, completes: Completes) -> Argument {
    Argument { name, completes, needed: false }
}

const fn must(name: &'static str, completes: Completes) -> Argument {
    Argument { name, completes, needed: true }
}

/// A command line on its way.
struct Asked {
    shared: Arc<Shared>,
    handle: EngineHandle,
    /// The message it was written as.
    envelope: Envelope,
    options: TurnOptions,
    /// What followed the name.
    rest: String,
}

/// Carries a command out beside everything else.
pub(crate) fn start(
    shared: &Arc<Shared>,
    back: &Back,
    envelope: Box<Envelope>,
    options: Box<TurnOptions>,
    reply: oneshot::Sender<Result<Receipt, Problem>>,
) {
    let Some(handle) = back.handle() else { return };
    let worker = Arc::clone(shared);
    shared.tasks.spawn(async move {
        let told = carry_out(worker, handle, *envelope, *options).await;
        answer(reply, told.map(|output| Receipt::Told(Box::new(output))));
    });
}

async fn carry_out(
    shared: Arc<Shared>,
    handle: EngineHandle,
    mut envelope: Envelope,
    options: TurnOptions,
) -> Told {
    if matches!(envelope.trust, Trust::Webhook | Trust::Child) {
        let problem = "commands are for people; this sender is none";
        return Err(Problem::new(ProblemKind::Policy, "command_refused", problem));
    }
    let line = std::mem::take(&mut envelope.text);
    let Some(parts) = command_line(&line) else {
        return Err(Problem::new(ProblemKind::Usage, "command_unknown", "this is no command")
            .hint("a command begins with /; /help shows all"));
    };
    let spec = catalog().on(&envelope.channel).find(parts.name)?;
    let mut rest = parts.rest.to_owned();
    if spec.destructive {
        match confirmed(&rest) {
            Some(left) => rest = left,
            None => return Ok(ask_first(spec, parts.rest)),
        }
    }
    if let Some(missing) = missing(spec, &rest) {
        let message = format!("/{} needs {}", spec.name, missing.name);
        return Err(Problem::new(ProblemKind::Usage, "argument_missing", message)
            .hint(format!("write {}", spec.usage())));
    }
    let command = CATALOG.iter().find(|command| command.spec.name == spec.name);
    let Some(Command { run: Run::Here(run), .. }) = command else {
        return Ok(CommandOutput::default().then(Then::Own { name: spec.name, rest }));
    };
    let asked = Asked { shared, handle, envelope, options, rest };
    if spec.busy == WhileBusy::Reject {
        asked.at_rest(spec.name).await?;
    }
    run(asked).await
}

/// What is left of the arguments when the last one says that nothing is to be asked.
fn confirmed(rest: &str) -> Option<String> {
    ["yes", "now", "-y", "--yes"]
        .iter()
        .find_map(|word| rest.strip_suffix(word))
        .filter(|left| left.is_empty() || left.ends_with(char::is_whitespace))
        .map(|left| left.trim().to_owned())
}

fn ask_first(spec: &CommandSpec, rest: &str) -> CommandOutput {
    let line = format!("/{} {rest}", spec.name);
    let line = format!("{} yes", line.trim_end());
    let question = format!("this will {}; go on?", spec.summary);
    CommandOutput::text(format!("{question} {line} does it")).then(Then::Confirm { question, line })
}

/// The first argument that is needed and not there.
fn missing(spec: &'static CommandSpec, rest: &str) -> Option<&'static Argument> {
    let given = rest.split_whitespace().count();
    spec.arguments.iter().enumerate().find(|(at, one)| one.needed && *at >= given).map(|(_, a)| a)
}

impl Asked {
    fn room(&self) -> &RoomId {
        &self.envelope.room
    }

    /// Nothing runs in the room, so that a command may change what is said there.
    async fn at_rest(&self, name: &str) -> Result<(), Problem> {
        if !self.is_busy().await? {
            return Ok(());
        }
        let message = format!("/{name} waits until the turn has ended");
        Err(Problem::new(ProblemKind::Failure, "turn_running", message)
            .hint("/stop ends it")
            .retryable())
    }

    /// Whether a turn runs in the room, here or in another process. What a process that is
    /// gone left behind does not run.
    async fn is_busy(&self) -> Result<bool, Problem> {
        let owner = self.live_owner().await?;
        Ok(owner.is_some_and(|owner| self.shared.services.archive.is_alive(owner)))
    }

    /// The process that has the room's turn, gone or not.
    async fn live_owner(&self) -> Result<Option<OwnerId>, Problem> {
        let filter = TurnFilter { room: Some(self.room().clone()), session: None, limit: 1 };
        let newest = self.shared.services.archive.turns(filter).await.map_err(said)?;
        let live = newest.first().filter(|turn| !TurnState::is_ending(turn.state));
        Ok(live.map(|turn| turn.owner))
    }

    /// The session the sender speaks in.
    async fn session(&self) -> Result<Session, Problem> {
        crate::tree::session(&self.shared, self.room(), self.envelope.session).await
    }

    /// Changes the queue or the course of the room.
    async fn control(&self, what: Control) -> Result<Receipt, Problem> {
        self.handle.submit(Op::Control { room: self.room().clone(), what: Box::new(what) }).await
    }

    /// Goes on in another session of the room.
    async fn goes_on(&self, what: Control, text: &str) -> Told {
        match self.control(what).await? {
            Receipt::Moved(session) => {
                Ok(CommandOutput::text(text).then(Then::Session(Some(session.id))))
            }
            _ => Ok(CommandOutput::text(text)),
        }
    }

    /// The message of the sender with what followed the command as its text.
    fn message(&self, text: &str) -> Box<Envelope> {
        Box::new(Envelope { text: text.to_owned(), ..self.envelope.clone() })
    }

    /// Writes something about the room, and says so.
    async fn write(&self, writes: Vec<Write>, what: &str) -> Result<(), Problem> {
        let services = &self.shared.services;
        let what = EventKind::RoomChanged { what: what.to_owned() };
        let event = Event::new(services.clock.now(), self.room().clone(), what);
        let mut writes = writes;
        writes.push(Write::Event(Box::new(event)));
        self.shared.bus.commit(writes).await.map(drop).map_err(|error| error.to_problem())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err wants")]
fn said(error: StoreError) -> Problem {
    error.to_problem()
}

/// What became of a message that a command sent.
fn sent(receipt: &Receipt, queued: &str) -> CommandOutput {
    match *receipt {
        Receipt::Posted { envelope, turn, session, .. } => {
            let text = if turn.is_some() { "" } else { queued };
            CommandOutput::text(text).then(Then::Follow { envelope, turn, session })
        }
        Receipt::Steered { envelope, session, .. } => {
            CommandOutput::text("it joins the turn at its next step").then(Then::Follow {
                envelope,
                turn: None,
                session,
            })
        }
        _ => CommandOutput::default(),
    }
}

/// A text on one line, cut short.
fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    line.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
