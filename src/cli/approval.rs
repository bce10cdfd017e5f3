//! `nanofolks approval`: questions of bots, answered from anywhere.
//!
//! When the process that asked is alive, it hears the answer and goes on. When it is gone,
//! the turn goes on here, and is followed to its end.

use clap::ValueEnum;
use nanofolks_protocol::history::TurnRecord;
use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{ApprovalId, ApprovalRow, Decision, Op, Problem, Scope, Timestamp};
use nanofolks_security::terminal::reveal;
use serde_json::{Value, json};

use super::chat::{TakeUp, room_id, take_up};
use super::output::{Tone, one_line};
use super::{CliError, Cx, Run};
use crate::cli::when::minute;
use crate::house::House;

/// Answer questions of bots
#[derive(Debug, clap::Args)]
#[command(after_help = "\
When the process that asked is gone, the turn goes on here and its answer is printed.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List questions that wait
    #[command(visible_alias = "ls")]
    List(List),
    /// Show what is asked, in full
    Show(Show),
    /// Say yes
    Allow(Allow),
    /// Say no
    Deny(Deny),
    /// Answer what a bot wants to know
    Answer(Answer),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Those that are settled too
    #[arg(long)]
    all: bool,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// The question's id, or the beginning of it
    #[arg(value_name = "ID", add = super::complete::approvals())]
    id: String,
}

#[derive(Debug, clap::Args)]
struct Allow {
    /// The question's id, or the beginning of it
    #[arg(value_name = "ID", add = super::complete::approvals())]
    id: String,
    /// How far the yes reaches
    #[arg(long, value_name = "SCOPE", value_enum, default_value_t)]
    scope: Reach,
}

#[derive(Debug, clap::Args)]
struct Deny {
    /// The question's id, or the beginning of it
    #[arg(value_name = "ID", add = super::complete::approvals())]
    id: String,
    /// What the bot is told with it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Answer {
    /// The question's id, or the beginning of it
    #[arg(value_name = "ID", add = super::complete::approvals())]
    id: String,
    /// The answer: one on offer, or your own words
    #[arg(value_name = "TEXT", required = true, trailing_var_arg = true)]
    text: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Reach {
    /// This call
    #[default]
    Once,
    /// Calls like this one in this turn
    Turn,
    /// Calls like this one in this session
    Session,
}

impl Reach {
    const fn scope(self) -> Scope {
        match self {
            Self::Once => Scope::Once,
            Self::Turn => Scope::Turn,
            Self::Session => Scope::Session,
        }
    }
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.what {
            What::List(list) => list.run(cx),
            What::Show(show) => show.run(cx),
            What::Allow(allow) => {
                let scope = allow.scope.scope();
                let row = found(cx, &allow.id)?;
                if row.request.question.is_some() {
                    return Err(CliError::usage("answer_needed", "this question is no yes or no")
                        .hint(format!("`nanofolks approval answer {} TEXT`", row.request.id)));
                }
                if !row.request.scopes.contains(&scope) {
                    let offered = row.request.scopes.iter().map(|scope| word(*scope));
                    let offered = offered.collect::<Vec<_>>().join(", ");
                    let message = format!("this question does not offer the scope {}", word(scope));
                    return Err(CliError::usage("scope_not_offered", message)
                        .hint(format!("it offers {offered}")));
                }
                answer(cx, row, Decision::Allow { scope })
            }
            What::Deny(deny) => {
                let row = found(cx, &deny.id)?;
                answer(cx, row, Decision::Deny { note: deny.note })
            }
            What::Answer(given) => {
                let row = found(cx, &given.id)?;
                if row.request.question.is_none() {
                    let message = "this question is a yes or a no";
                    return Err(CliError::usage("answer_not_wanted", message)
                        .hint("`nanofolks approval allow` or `deny` settles it"));
                }
                answer(cx, row, Decision::Answer { text: given.text.join(" ") })
            }
        }
    }
}

impl List {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let archive = cx.house.archive()?;
        let mut rows = cx.block_on(async { Ok(archive.approvals(!self.all).await?) })?;
        rows.retain(|row| room.as_ref().is_none_or(|room| *room == row.request.room));
        let now = House::clock().now();
        if !self.all {
            rows.retain(|row| row.request.expires_at > now);
        }
        if cx.out.is_json() {
            let rows: Vec<Value> = rows.iter().map(|row| object(row, now)).collect();
            cx.out.object(&json!({ "schema": "nanofolks.approvals.v1", "approvals": rows }));
            return Ok(());
        }
        if rows.is_empty() {
            cx.out.note("no question waits");
            return Ok(());
        }
        let cells = |row: &ApprovalRow| {
            vec![
                row.request.id.to_string(),
                row.request.room.to_string(),
                row.request.bot.to_string(),
                state(row, now).to_owned(),
                left(row, now),
                one_line(&row.request.summary),
            ]
        };
        let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
        cx.out.table(&["ID", "ROOM", "BOT", "STATE", "LEFT", "WHAT"], &rows);
        Ok(())
    }
}

impl Show {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let row = found(cx, &self.id)?;
        let now = House::clock().now();
        if cx.out.is_json() {
            let approval = object(&row, now);
            cx.out.object(&json!({ "schema": "nanofolks.approval.v1", "approval": approval }));
            return Ok(());
        }
        let request = &row.request;
        let what = match &request.question {
            Some(question) => format!("{} asks: {}", request.bot, one_line(&question.text)),
            None => format!("{} wants to {}", request.bot, one_line(&request.summary)),
        };
        let what = cx.out.paint(Tone::Strong, &what);
        cx.out.line(&what);
        for line in reveal(&request.preview).split_terminator('\n') {
            cx.out.line(&format!("  {line}"));
        }
        let scopes: Vec<&str> = request.scopes.iter().map(|scope| word(*scope)).collect();
        let by = row.by.as_deref().map(|by| format!(" by {}", one_line(by))).unwrap_or_default();
        for (name, value) in [
            ("network and cost", one_line(&reveal(&request.outside()))),
            ("asked because", one_line(&request.reason)),
            ("room", request.room.to_string()),
            ("turn", request.turn.to_string()),
            ("state", format!("{}{by}", state(&row, now))),
            ("expires", minute(request.expires_at)),
            ("scopes", scopes.join(", ")),
            ("covers", one_line(&reveal(&request.pattern))),
        ] {
            let name = cx.out.paint(Tone::Dim, name);
            cx.out.line(&format!("{name} {value}"));
        }
        Ok(())
    }
}

/// Answers a question; follows the turn when it goes on here.
fn answer(cx: &mut Cx, row: ApprovalRow, decision: Decision) -> Result<(), CliError> {
    let store = cx.house.store()?;
    let record = cx.block_on(async { Ok(store.turn_record(row.request.turn).await?) })?;
    let asking = record
        .as_ref()
        .is_some_and(|record| !record.turn.state.is_ending() && store.is_alive(record.turn.owner));
    check_open(&row, asking)?;
    let request = row.request;
    let wish = Op::Decide { approval: request.id, decision, by: "the command line".to_owned() };
    let waiting = record.filter(|record| !record.turn.state.is_ending());
    let report = match waiting {
        Some(record) if !store.is_alive(record.turn.owner) => {
            Some(take_up(wanted(&record, wish), cx)?)
        }
        _ => {
            tell(cx, wish)?;
            None
        }
    };
    // Somebody else's answer may have come first.
    let settled = cx.block_on(async { Ok(store.approval(request.id).await?) })?;
    let settled = settled.filter(|row| row.decision.is_some());
    let done = settled.as_ref().map(|row| state(row, House::clock().now()));
    let code = report.as_ref().map_or(0, |report| report.exit_code);
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.approval_answered.v1",
            "approval": request.id,
            "decision": done,
            "here": report.is_some(),
            "turn": report,
            "exit_code": code,
        }));
    } else if report.is_none() {
        cx.out.line(&format!("{}: {}", done.unwrap_or("told"), one_line(&request.summary)));
    }
    if code == 0 { Ok(()) } else { Err(CliError::Said(code)) }
}

fn wanted(record: &TurnRecord, wish: Op) -> TakeUp {
    TakeUp {
        room: record.turn.room.clone(),
        envelope: record.envelope.id,
        turn: record.turn.turn,
        session: record.turn.session,
        wish,
    }
}

/// Tells the process that asked, through the engine.
fn tell(cx: &mut Cx, wish: Op) -> Result<(), CliError> {
    let services = cx.house.services()?;
    cx.block_on(async {
        let (handle, _engine) = nanofolks_engine::Engine::start(services);
        Ok(handle.submit(wish).await.map(drop)?)
    })
}

/// A process that is there and asks knows itself when the time is up: the clock may have
/// been set since.
fn check_open(row: &ApprovalRow, asking: bool) -> Result<(), CliError> {
    let now = House::clock().now();
    if row.decision.is_some() {
        let message = format!("this question is settled already: {}", state(row, now));
        return Err(CliError::failure("approval_closed", message));
    }
    if row.request.expires_at <= now && !asking {
        let message = format!("this question expired at {}", minute(row.request.expires_at));
        return Err(CliError::failure("approval_closed", message)
            .hint("silence is a denial; ask the bot again"));
    }
    Ok(())
}

/// The question of this name.
fn found(cx: &mut Cx, name: &str) -> Result<ApprovalRow, CliError> {
    let archive = cx.house.archive()?;
    cx.block_on(find(&*archive, name))
}

async fn find(archive: &dyn Archive, name: &str) -> Result<ApprovalRow, CliError> {
    let unknown = || -> CliError {
        let kind = nanofolks_protocol::ProblemKind::Usage;
        let message = format!("there is no question {name:?}");
        Problem::new(kind, "approval_unknown", message)
            .hint("`nanofolks approval list --all` shows what was asked")
            .into()
    };
    if let Ok(id) = name.trim().parse::<ApprovalId>() {
        return archive.approval(id).await?.ok_or_else(unknown);
    }
    let wanted = name.trim().to_lowercase().replace('-', "");
    if wanted.is_empty() {
        return Err(unknown());
    }
    let mut rows = archive.approvals(false).await?;
    rows.retain(|row| row.request.id.as_uuid().simple().to_string().starts_with(&wanted));
    match rows.len() {
        0 => Err(unknown()),
        1 => rows.pop().ok_or_else(unknown),
        several => Err(CliError::usage(
            "approval_ambiguous",
            format!("{several} questions begin with {name:?}"),
        )
        .hint("write more of the id")),
    }
}

fn object(row: &ApprovalRow, now: Timestamp) -> Value {
    let mut object = json!(row.request);
    object["state"] = json!(state(row, now));
    object["decision"] = json!(row.decision);
    object["by"] = json!(row.by);
    object["settled_at"] = json!(row.settled_at);
    object
}

fn state(row: &ApprovalRow, now: Timestamp) -> &'static str {
    match &row.decision {
        None if row.request.expires_at <= now => "expired",
        None => "waits",
        Some(Decision::Allow { .. }) => "allowed",
        Some(Decision::Deny { .. }) => "denied",
        Some(Decision::Answer { .. }) => "answered",
        Some(Decision::Expired) => "expired",
        Some(Decision::Withdrawn) => "withdrawn",
    }
}

/// How long there is to answer.
fn left(row: &ApprovalRow, now: Timestamp) -> String {
    let left = row.request.expires_at.millis_since(now) / 1000;
    if row.decision.is_some() || left <= 0 {
        return "-".to_owned();
    }
    if left < 60 { format!("{left} s") } else { format!("{} min", left / 60) }
}

const fn word(scope: Scope) -> &'static str {
    match scope {
        Scope::Once => "once",
        Scope::Turn => "turn",
        Scope::Session => "session",
        Scope::Project => "project",
    }
}
