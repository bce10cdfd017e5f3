//! `nanofolks room queue`: the messages that wait, also those of other processes.

use nanofolks_engine::Engine;
use nanofolks_protocol::{Control, EnvelopeId, Op, Queued, RoomId};
use serde_json::{Value, json};

use crate::cli::chat::room_id;
use crate::cli::output::one_line;
use crate::cli::when::minute;
use crate::cli::{CliError, Cx};

#[derive(Debug, clap::Args)]
pub(super) struct Queue {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List what waits, in the order in which it will be answered
    #[command(visible_alias = "ls")]
    List,
    /// Change the text of a message that waits
    Edit(Edit),
    /// Take messages that wait out of the queue
    #[command(visible_alias = "rm")]
    Delete(Delete),
}

#[derive(Debug, clap::Args)]
struct Edit {
    /// The message: its number in the list, its id, or the beginning of it
    #[arg(value_name = "N|ID")]
    message: String,
    /// What it says instead
    #[arg(value_name = "TEXT", required = true, num_args = 1..)]
    text: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Delete {
    /// The messages: their numbers in the list, their ids, or the beginnings of them
    #[arg(value_name = "N|ID", required = true)]
    messages: Vec<String>,
}

impl Queue {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let room = room.unwrap_or_else(RoomId::general);
        match self.what {
            None | Some(What::List) => list(cx, &room),
            Some(What::Edit(Edit { message, text })) => {
                let envelope = found(cx, &room, &message)?;
                let text = text.join(" ");
                change(cx, &room, vec![Control::Edit { envelope, text }])?;
                done(cx, &room, "says something else now", &[envelope])
            }
            Some(What::Delete(Delete { messages })) => {
                let mut envelopes = Vec::new();
                for message in messages {
                    envelopes.push(found(cx, &room, &message)?);
                }
                let wishes = envelopes.iter().map(|&envelope| Control::Withdraw { envelope });
                change(cx, &room, wishes.collect())?;
                done(cx, &room, "was taken out of the queue", &envelopes)
            }
        }
    }
}

fn waiting(cx: &mut Cx, room: &RoomId) -> Result<Vec<Queued>, CliError> {
    let archive = cx.house.archive()?;
    cx.block_on(async { Ok(archive.queue(room).await?) })
}

fn list(cx: &mut Cx, room: &RoomId) -> Result<(), CliError> {
    let waiting = waiting(cx, room)?;
    if cx.out.is_json() {
        let messages: Vec<Value> = waiting.iter().map(object).collect();
        cx.out.object(&json!({
            "schema": "nanofolks.queue.v1", "room": room, "messages": messages,
        }));
        return Ok(());
    }
    if waiting.is_empty() {
        cx.out.note(&format!("nothing waits in {room}"));
        return Ok(());
    }
    let row = |(at, queued): (usize, &Queued)| {
        vec![
            (at + 1).to_string(),
            queued.envelope.id.to_string(),
            minute(queued.accepted_at),
            one_line(&queued.envelope.sender.name),
            one_line(&queued.envelope.text),
        ]
    };
    let rows: Vec<Vec<String>> = waiting.iter().enumerate().map(row).collect();
    cx.out.table(&["N", "ID", "CAME", "FROM", "TEXT"], &rows);
    Ok(())
}

fn object(queued: &Queued) -> Value {
    json!({
        "id": queued.envelope.id,
        "session": queued.session,
        "channel": queued.envelope.channel,
        "sender": queued.envelope.sender,
        "priority": queued.envelope.priority,
        "text": queued.envelope.text,
        "accepted_at": queued.accepted_at,
    })
}

/// The message that is meant.
fn found(cx: &mut Cx, room: &RoomId, name: &str) -> Result<EnvelopeId, CliError> {
    let waiting = waiting(cx, room)?;
    let number = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    if let Some(queued) = number.and_then(|at| waiting.get(at)) {
        return Ok(queued.envelope.id);
    }
    let wanted = name.trim().to_lowercase();
    let mut alike = waiting
        .iter()
        .map(|queued| queued.envelope.id)
        .filter(|id| wanted.len() > 3 && id.to_string().starts_with(&wanted));
    match (alike.next(), alike.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => {
            Err(CliError::usage("not_waiting", format!("no message {name:?} waits in {room}"))
                .hint("`nanofolks room queue` shows what waits"))
        }
        (Some(_), Some(_)) => Err(CliError::usage(
            "message_ambiguous",
            format!("several messages that wait begin with {name:?}"),
        )),
    }
}

fn change(cx: &mut Cx, room: &RoomId, wishes: Vec<Control>) -> Result<(), CliError> {
    let services = cx.house.services()?;
    cx.block_on(async {
        let (handle, engine) = Engine::start(services);
        let mut outcome = Ok(());
        for what in wishes {
            let wish = Op::Control { room: room.clone(), what: Box::new(what) };
            outcome = handle.submit(wish).await.map(drop);
            if outcome.is_err() {
                break;
            }
        }
        // An engine that has stopped already has nothing left to end.
        let _stopped = handle.submit(Op::Shutdown).await.is_ok();
        drop(handle);
        engine.stopped().await;
        Ok(outcome?)
    })
}

fn done(cx: &mut Cx, room: &RoomId, said: &str, ids: &[EnvelopeId]) -> Result<(), CliError> {
    if cx.out.is_json() {
        return list(cx, room);
    }
    for id in ids {
        cx.out.line(&format!("{id} {said}"));
    }
    Ok(())
}
