//! `nanofolks send`: a message out by a channel, without asking any bot.

use std::io::Read as _;
use std::path::PathBuf;

use nanofolks_protocol::room::RoomKind;
use nanofolks_protocol::{
    Batch, Delivery, DeliveryId, DeliveryState, Event, EventKind, Room, RoomId, TraceId, Write,
};
use serde_json::json;

use super::chat::room_id;
use super::{CliError, Cx, Run, channel, regular};
use crate::house::House;

/// Most bytes of a message.
const MOST: u64 = 1 << 20;

/// Send a message by a channel
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nanofolks send --to wall \"the build is green\"
  date | nanofolks send --to desk:reports -

What cannot be sent now stays in the outbox: `nanofolks channel deliveries`.")]
pub(crate) struct Args {
    /// The channel, and the chat in it
    #[arg(long, value_name = "CHANNEL[:CHAT]")]
    to: String,
    /// The text; `-` reads standard input
    #[arg(value_name = "TEXT", required_unless_present = "file")]
    text: Option<String>,
    /// Read the text from a file
    #[arg(long, value_name = "PATH", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// The same key twice in one chat is one message
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let channels = cx.settings()?.settings.reachable_channels();
        let (name, chat) = self.to.split_once(':').unwrap_or((&self.to, "main"));
        if !channels.contains_key(name) {
            let names: Vec<&str> = channels.keys().map(String::as_str).collect();
            let message = format!("there is no channel {name:?}");
            return Err(CliError::usage("channel_unknown", message).hint(match names.is_empty() {
                true => "`nanofolks channel --help` shows how one is configured".to_owned(),
                false => format!("the channels are {}", names.join(", ")),
            }));
        }
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let room = room.unwrap_or_else(RoomId::general);
        let text = self.read()?;
        let text = cx.house.sanitizer()?.clean(&text).into_owned();
        let id = DeliveryId::fresh();
        let delivery = Delivery {
            id,
            key: self.key.clone().unwrap_or_else(|| format!("send-{id}")),
            channel: name.to_owned(),
            chat: if chat.is_empty() { "main".to_owned() } else { chat.to_owned() },
            thread: None,
            turn: None,
            trace_id: Some(TraceId::fresh()),
            room,
            payload: json!({ "text": text }),
            at: House::clock().now(),
        };
        let id = enqueue(cx, delivery)?;
        channel::bring_out(cx)?;
        said(cx, id)
    }
}

impl Args {
    fn read(&self) -> Result<String, CliError> {
        let failed = |error: std::io::Error| {
            CliError::failure("text_unreadable", format!("cannot read the text: {error}"))
        };
        let mut text = String::new();
        match (&self.file, self.text.as_deref()) {
            (Some(file), _) => {
                let file = regular::open(file).map_err(failed)?;
                file.take(MOST + 1).read_to_string(&mut text).map_err(failed)?;
            }
            (None, Some("-")) => {
                std::io::stdin().lock().take(MOST + 1).read_to_string(&mut text).map_err(failed)?;
            }
            (None, given) => given.unwrap_or_default().clone_into(&mut text),
        }
        if text.len() as u64 > MOST {
            return Err(CliError::usage("text_too_long", "the text has more than 1 MB"));
        }
        let text = text.trim_end().to_owned();
        if text.is_empty() {
            return Err(CliError::usage("text_missing", "there is nothing to send"));
        }
        Ok(text)
    }
}

/// Puts it into the outbox; gives the delivery it is, an earlier one when the key is known.
fn enqueue(cx: &mut Cx, delivery: Delivery) -> Result<DeliveryId, CliError> {
    let services = cx.house.services()?;
    let (id, at) = (delivery.id, delivery.at);
    let room = Room {
        id: delivery.room.clone(),
        kind: RoomKind::Open,
        members: services.roster.bots(),
        folder: None,
        archived: false,
        created_at: at,
        updated_at: at,
    };
    let (channel, chat, key) =
        (delivery.channel.clone(), delivery.chat.clone(), delivery.key.clone());
    let what = EventKind::DeliveryChanged {
        delivery: json!({
            "id": id, "key": key, "channel": channel, "chat": chat,
            "trace_id": delivery.trace_id, "state": DeliveryState::Waiting, "attempts": 0,
            "next_at": null, "reason": null,
        }),
    };
    let event = Event::new(at, delivery.room.clone(), what);
    let said = delivery.payload.clone();
    let (id, before) = cx.block_on(async {
        let filter = nanofolks_protocol::DeliveryFilter {
            channel: Some(channel),
            all: true,
            limit: 100_000,
            ..Default::default()
        };
        let known = services.archive.deliveries(filter).await?.into_iter();
        let known = known.map(|row| row.delivery).find(|one| one.chat == chat && one.key == key);
        if let Some(known) = known {
            return Ok((known.id, Some(known.payload)));
        }
        let writes = vec![
            Write::EnsureRoom(room),
            Write::Enqueue(Box::new(delivery)),
            Write::Event(Box::new(event)),
        ];
        services.journal.commit(Batch { writes }).await?;
        Ok((id, None))
    })?;
    if before.is_some_and(|before| before["text"] != said["text"]) {
        cx.out.warning(
            "this key belongs to an earlier message with another text: this one is not sent",
            Some("choose another --key for another message"),
        );
    }
    Ok(id)
}

fn said(cx: &mut Cx, id: DeliveryId) -> Result<(), CliError> {
    let archive = cx.house.archive()?;
    let row = cx.block_on(async { Ok(archive.delivery(id).await?) })?;
    let Some(row) = row else {
        return Err(CliError::failure("delivery_unknown", "the message is not in the outbox"));
    };
    channel::say(cx, &row)?;
    match row.state {
        DeliveryState::Sent => Ok(()),
        state => {
            let message = format!("the message is {}", state.as_str());
            let error = CliError::failure("not_sent", message);
            Err(error.hint(match state {
                DeliveryState::Dead | DeliveryState::Unknown => {
                    format!("`nanofolks channel retry {id}` sends it again")
                }
                _ => "it is tried again by whatever nanofolks runs next".to_owned(),
            }))
        }
    }
}
