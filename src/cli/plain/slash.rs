//! Slash commands of the line mode, one line each.

use nanofolks_protocol::{ApprovalMode, Op};

use super::{Next, Talk, window};
use crate::cli::chat::room_id;
use crate::cli::output::{Tone, one_line};
use crate::cli::{CliError, Cx};

#[cfg(test)]
mod tests;

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Help,
    New,
    Model,
    Bot,
    Room,
    Approval,
    Compact,
    Context,
    Status,
    Leave,
}

struct Slash {
    name: &'static str,
    aliases: &'static [&'static str],
    takes: &'static str,
    about: &'static str,
    what: What,
}

const fn slash(
    name: &'static str,
    aliases: &'static [&'static str],
    takes: &'static str,
    about: &'static str,
    what: What,
) -> Slash {
    Slash { name, aliases, takes, about, what }
}

/// All commands, in the order of the help.
static COMMANDS: &[Slash] = &[
    slash("help", &["?", "commands"], "", "show the commands", What::Help),
    slash("new", &["clear"], "", "begin a new session; the old one is kept", What::New),
    slash("model", &[], "[NAME]", "show or choose the model", What::Model),
    slash("bot", &[], "[NAME]", "show or choose who answers", What::Bot),
    slash("room", &["switch", "rooms"], "[NAME]", "show the rooms or go to one", What::Room),
    slash(
        "approve-mode",
        &["approval", "approvals"],
        "[plan|ask|auto-edit]",
        "show or choose how much is allowed without asking",
        What::Approval,
    ),
    slash(
        "compact",
        &["compress"],
        "",
        "sum up the older part of the conversation now",
        What::Compact,
    ),
    slash("context", &[], "", "show how full the model's window is, and with what", What::Context),
    slash("status", &["info"], "", "show room, session, model and folder", What::Status),
    slash("exit", &["quit", "q"], "", "leave", What::Leave),
];

/// All names that can be completed.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.name)
}

/// The command line in a text, without its slash; `None` for what is meant for the bots.
///
/// A path (`/etc/hosts`) is not a command.
pub(super) fn command(text: &str) -> Option<&str> {
    let line = text.trim().strip_prefix('/')?;
    let word = line.split_whitespace().next().unwrap_or("");
    (!word.contains('/')).then_some(line)
}

/// Whether somebody says goodbye in the way of shells and editors.
pub(super) fn is_farewell(text: &str) -> bool {
    matches!(text.trim(), "exit" | "quit" | ":q")
}

/// Does what a command line says. It never reaches a model.
pub(super) async fn run(line: &str, talk: &mut Talk, cx: &mut Cx) -> Result<Next, CliError> {
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let argument = argument.trim();
    let Some(command) = find(name) else { return Err(unknown(name)) };
    match command.what {
        What::Help => help(cx),
        What::New => {
            talk.begin().await?;
            cx.out.note("a new session began");
        }
        What::Model => model(argument, talk, cx)?,
        What::Bot => bot(argument, talk, cx)?,
        What::Room => room(argument, talk, cx).await?,
        What::Approval => approval(argument, talk, cx).await?,
        What::Compact => window::compact(talk, cx).await?,
        What::Context => window::show(talk, cx).await?,
        What::Status => status(talk, cx),
        What::Leave => return Ok(Next::Leave),
    }
    cx.out.flush();
    Ok(Next::Go)
}

fn find(name: &str) -> Option<&'static Slash> {
    let name = name.to_lowercase();
    COMMANDS.iter().find(|command| command.name == name || command.aliases.contains(&name.as_str()))
}

fn unknown(name: &str) -> CliError {
    let error =
        CliError::usage("slash_unknown", format!("there is no command /{}", one_line(name)));
    match nearest(name) {
        Some(nearest) => error.hint(format!("did you mean /{nearest}? /help shows all")),
        None => error.hint("/help shows the commands"),
    }
}

fn nearest(name: &str) -> Option<&'static str> {
    let all =
        COMMANDS.iter().flat_map(|command| command.aliases.iter().chain([&command.name]).copied());
    all.map(|known| (strsim::jaro_winkler(known, &name.to_lowercase()), known))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

fn help(cx: &mut Cx) {
    for command in COMMANDS {
        let left = format!("/{} {}", command.name, command.takes);
        cx.out.line(&format!("{left:<34} {}", command.about));
    }
    cx.out.line("");
    cx.out.line("@bot asks that bot. A \\ at the end of a line goes on with the next one.");
    cx.out.line("Ctrl-C stops what is running; twice at the prompt, or Ctrl-D, leaves.");
}

fn model(name: &str, talk: &mut Talk, cx: &mut Cx) -> Result<(), CliError> {
    if !name.is_empty() {
        talk.options.model = Some(cx.house.models()?.resolve(name)?);
    }
    let model = talk.model(cx)?;
    cx.out.line(&one_line(&format!("model: {model}")));
    Ok(())
}

fn bot(name: &str, talk: &mut Talk, cx: &mut Cx) -> Result<(), CliError> {
    if !name.is_empty() {
        let bare = name.trim_start_matches('@').to_lowercase();
        let Some(bot) = talk.bots.iter().find(|bot| bot.as_str() == bare) else {
            return Err(CliError::usage("bot_unknown", format!("there is no bot {name:?}"))
                .hint("/bot shows the bots"));
        };
        talk.options.bot = Some(bot.clone());
    }
    let names: Vec<_> = talk.bots.iter().map(ToString::to_string).collect();
    let chosen = talk.options.bot.as_ref().map_or("leader", |bot| bot.as_str());
    cx.out.line(&format!("answers: {chosen}; the bots are {}", names.join(", ")));
    Ok(())
}

async fn room(name: &str, talk: &mut Talk, cx: &mut Cx) -> Result<(), CliError> {
    if !name.is_empty() {
        talk.room = room_id(name)?;
        talk.session = None;
        cx.out.line(&format!("room: {}", talk.room));
        return Ok(());
    }
    for room in talk.archive.rooms(false).await? {
        let mark = if room.id == talk.room { "*" } else { " " };
        cx.out.line(&format!("{mark} {}", room.id));
    }
    Ok(())
}

async fn approval(mode: &str, talk: &mut Talk, cx: &mut Cx) -> Result<(), CliError> {
    if !mode.is_empty() {
        let mode: ApprovalMode =
            mode.parse().map_err(|error| CliError::usage("value_invalid", format!("{error}")))?;
        if mode == ApprovalMode::Full {
            return Err(CliError::usage("sandbox_not_accepted", "full is given at the start only")
                .hint("nanofolks chat --approve full --i-accept-no-sandbox"));
        }
        talk.options.approval = mode;
        talk.handle.submit(Op::SetApproval { room: talk.room.clone(), mode }).await?;
    }
    cx.out.line(&format!("approve-mode: {}", talk.options.approval));
    Ok(())
}

fn status(talk: &Talk, cx: &mut Cx) {
    let model = talk.model(cx).unwrap_or_else(|problem| problem.message);
    let session = talk.session.map_or_else(|| "the current one".to_owned(), |id| id.to_string());
    let rows = [
        ("room", talk.room.to_string()),
        ("session", session),
        ("model", model),
        ("approve-mode", talk.options.approval.to_string()),
        ("folder", talk.options.folder.clone().unwrap_or_default()),
    ];
    for (name, value) in rows {
        let name = cx.out.paint(Tone::Dim, &format!("{name:<13}"));
        cx.out.line(&format!("{name} {}", one_line(&value)));
    }
}
