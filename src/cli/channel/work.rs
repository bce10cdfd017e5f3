//! Takes in what waits in folders, sees it answered, brings out what is due.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nanofolks_config::settings::ChannelKind;
use nanofolks_engine::Engine;
use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{
    DeliveryRow, DeliveryState, Direction, EngineHandle, Envelope, EnvelopeId, EventStream, Op,
    OwnerId, Priority, Queued, Receipt, RoomId, Sender, SenderRole, Timestamp, TraceId, Trust,
    TurnOptions,
};
use serde_json::{Value, json};

use crate::channels::{Dropped, put_away, waiting};
use crate::cli::chat::room_id;
use crate::cli::output::one_line;
use crate::cli::{CliError, Cx};
use crate::house::House;

/// How long to wait for an event before looking all the same.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// How long to wait for a delivery that nobody begins.
const STUCK: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only this channel
    #[arg(value_name = "CHANNEL")]
    channel: Option<String>,
    /// Stay, and take in what is dropped as it comes
    #[arg(long)]
    watch: bool,
}

/// A question on its way to a room.
pub(super) struct Question {
    channel: String,
    folder: PathBuf,
    room: RoomId,
    pub(super) dropped: Dropped,
}

/// What was done.
#[derive(Default)]
pub(super) struct Done {
    pub(super) taken: Vec<Value>,
    refused: Vec<Value>,
}

impl Args {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let settings = cx.house.settings()?;
        let bot = cx.globals.bot.clone().and_then(|bot| bot.trim_start_matches('@').parse().ok());
        let model = cx.globals.model.as_deref();
        let models = cx.house.models()?;
        let model = model.map(|name| models.resolve(name)).transpose()?;
        let options = TurnOptions {
            bot,
            model,
            max_iterations: settings.engine.max_iterations,
            max_cost_usd: settings.engine.max_cost_usd,
            deadline_ms: settings.engine.deadline.map(|seconds| u64::from(seconds) * 1000),
            offline: cx.globals.offline,
            ..TurnOptions::default()
        };
        if self.watch {
            return super::watch::stay(&self, &options, cx);
        }
        let (rooms, questions) = self.questions(cx)?;
        let services = cx.house.services()?;
        let (archive, owner) = (services.archive.clone(), services.owner);
        let done = cx.block_on(async {
            let (handle, engine) = Engine::start(services);
            let mut events = handle.subscribe();
            let mut done = Done::default();
            let mut posted = BTreeSet::new();
            for question in questions {
                if let Some(id) = post(&handle, &question, &options, &mut done).await? {
                    posted.insert(id);
                }
            }
            for room in rooms {
                // What a process that is gone left behind goes on here.
                handle.submit(Op::Open { room: room.clone() }).await?;
                answered(&*archive, &mut events, (&room, owner), &posted).await?;
            }
            brought_out(&*archive, &mut events, owner).await?;
            handle.submit(Op::Shutdown).await?;
            engine.stopped().await;
            Ok(done)
        })?;
        let archive = cx.house.archive()?;
        let left = cx.block_on(async { Ok(archive.due(far_ahead(), 1_000).await?) })?;
        report(cx, &done, &left)
    }

    /// The rooms of the channels, and what waits in their folders.
    pub(super) fn questions(
        &self,
        cx: &mut Cx,
    ) -> Result<(BTreeSet<RoomId>, Vec<Question>), CliError> {
        let (mut rooms, mut questions) = (BTreeSet::new(), Vec::new());
        for (name, room, folder) in self.channels(cx)? {
            rooms.insert(room.clone());
            let Some(path) = folder else { continue };
            for dropped in waiting(&path).map_err(|error| unreadable(&path, &error))? {
                let (channel, folder, room) = (name.clone(), path.clone(), room.clone());
                questions.push(Question { channel, folder, room, dropped });
            }
        }
        Ok((rooms, questions))
    }

    /// The rooms of the channels, and their folders.
    pub(super) fn places(&self, cx: &mut Cx) -> Result<(BTreeSet<RoomId>, Vec<PathBuf>), CliError> {
        let channels = self.channels(cx)?;
        let rooms = channels.iter().map(|(_, room, _)| room.clone()).collect();
        Ok((rooms, channels.into_iter().filter_map(|(_, _, folder)| folder).collect()))
    }

    /// The channels that are wanted: name, room, and the folder of those that take something in.
    fn channels(&self, cx: &mut Cx) -> Result<Vec<(String, RoomId, Option<PathBuf>)>, CliError> {
        let channels = cx.settings()?.settings.reachable_channels();
        if let Some(wanted) = &self.channel
            && !channels.contains_key(wanted)
        {
            let names: Vec<&str> = channels.keys().map(String::as_str).collect();
            let message = format!("there is no channel {wanted:?}");
            return Err(CliError::usage("channel_unknown", message).hint(match names.is_empty() {
                true => "`nanofolks channel --help` shows how one is configured".to_owned(),
                false => format!("the channels are {}", names.join(", ")),
            }));
        }
        let mut wanted = Vec::new();
        for (name, channel) in channels {
            let is_wanted = self.channel.as_ref().is_none_or(|wanted| *wanted == name);
            let (true, Some(path)) = (is_wanted, channel.path) else { continue };
            let room = match &channel.room {
                Some(room) => room_id(room)?,
                None => RoomId::general(),
            };
            let folder = (channel.kind == ChannelKind::Folder).then_some(path);
            wanted.push((name, room, folder));
        }
        Ok(wanted)
    }
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    let message = format!("cannot look into {}: {error}", path.display());
    CliError::failure("channel_unreadable", message)
}

/// Posts a question; it is put away once it is on disk as a message.
pub(super) async fn post(
    handle: &EngineHandle,
    question: &Question,
    options: &TurnOptions,
    done: &mut Done,
) -> Result<Option<EnvelopeId>, CliError> {
    let Question { channel, folder, room, dropped } = question;
    let text = match &dropped.text {
        Ok(text) => text.clone(),
        Err(why) => {
            done.refused.push(json!({ "file": dropped.file, "reason": why }));
            return Ok(None);
        }
    };
    let envelope = Envelope {
        id: EnvelopeId::fresh(),
        idempotency_key: dropped.key.clone(),
        trace_id: TraceId::fresh(),
        channel: channel.clone(),
        chat: dropped.chat.clone(),
        thread: None,
        sender: Sender {
            id: dropped.chat.clone(),
            name: dropped.chat.clone(),
            role: SenderRole::User,
        },
        room: room.clone(),
        session: None,
        direction: Direction::Inbound,
        priority: Priority::USER,
        text,
        attachments: vec![],
        reply_to: None,
        sent_at: House::clock().now(),
        trust: Trust::Paired,
        metadata: BTreeMap::new(),
    };
    let wish = Op::Post { envelope: Box::new(envelope), options: Box::new(options.clone()) };
    let Receipt::Posted { envelope, duplicate, .. } = handle.submit(wish).await? else {
        return Ok(None);
    };
    put_away(folder, dropped).map_err(|error| unreadable(folder, &error))?;
    done.taken.push(json!({
        "file": dropped.file, "channel": channel, "chat": dropped.chat, "envelope": envelope,
        "duplicate": duplicate,
    }));
    Ok(Some(envelope))
}

/// Waits until nothing of ours runs or waits in a room, nor of a process that is gone: that is
/// taken up here.
async fn answered(
    archive: &dyn Archive,
    events: &mut EventStream,
    (room, owner): (&RoomId, OwnerId),
    posted: &BTreeSet<EnvelopeId>,
) -> Result<(), CliError> {
    loop {
        let state = archive.room(room).await?;
        let falls_to_us = |other: OwnerId| other == owner || !archive.is_alive(other);
        let runs = state.and_then(|state| state.live).is_some_and(|(_, live)| falls_to_us(live));
        let queue = archive.queue(room).await?;
        let ours = |waits: &Queued| posted.contains(&waits.envelope.id) || falls_to_us(waits.owner);
        if !runs && !queue.iter().any(ours) {
            return Ok(());
        }
        next(events).await;
    }
}

/// Waits until nothing is left that can be brought out now.
async fn brought_out(
    archive: &dyn Archive,
    events: &mut EventStream,
    owner: OwnerId,
) -> Result<(), CliError> {
    let mut before = Vec::new();
    let mut since = Instant::now();
    loop {
        let now = House::clock().now();
        let oldest = archive.due(far_ahead(), 1_000).await?;
        let moves = |row: &DeliveryRow| match row.state {
            DeliveryState::Waiting => true,
            DeliveryState::Failed => row.next_at.is_none_or(|at| at <= now),
            DeliveryState::Sending => !row.held || row.owner == Some(owner),
            DeliveryState::Sent | DeliveryState::Dead | DeliveryState::Unknown => false,
        };
        let stands: Vec<_> =
            oldest.iter().map(|row| (row.delivery.id, row.state, row.attempts)).collect();
        let trying = |row: &DeliveryRow| row.held && row.owner == Some(owner);
        if stands != before {
            (before, since) = (stands, Instant::now());
        }
        // What nobody can begin, because nothing can be written, is not waited for.
        let stuck = since.elapsed() > STUCK && !oldest.iter().any(trying);
        if stuck || !oldest.iter().any(moves) {
            return Ok(());
        }
        next(events).await;
    }
}

async fn next(events: &mut EventStream) {
    // What it is does not matter: it is looked at again in any case.
    let _something = tokio::time::timeout(LOOK_AGAIN, events.next()).await.is_ok();
}

const fn far_ahead() -> Timestamp {
    Timestamp::from_millis(i64::MAX)
}

/// Brings out what is due, for commands that put something in.
pub(crate) fn bring_out(cx: &mut Cx) -> Result<(), CliError> {
    let services = cx.house.services()?;
    let (archive, owner) = (services.archive.clone(), services.owner);
    cx.block_on(async {
        let (handle, engine) = Engine::start(services);
        let mut events = handle.subscribe();
        brought_out(&*archive, &mut events, owner).await?;
        handle.submit(Op::Shutdown).await?;
        engine.stopped().await;
        Ok(())
    })
}

fn report(cx: &mut Cx, done: &Done, left: &[DeliveryRow]) -> Result<(), CliError> {
    if cx.out.is_json() {
        let left: Vec<Value> = left
            .iter()
            .map(|row| {
                json!({
                    "id": row.delivery.id, "channel": row.delivery.channel, "state": row.state,
                    "reason": row.reason,
                })
            })
            .collect();
        cx.out.object(&json!({
            "schema": "nanofolks.channel_run.v1", "taken": done.taken, "refused": done.refused,
            "left": left,
        }));
    } else {
        let taken = done.taken.len();
        cx.out.line(&format!("{taken} taken in"));
        for row in left {
            let why = one_line(row.reason.as_deref().unwrap_or("it waits"));
            let to = format!("{}:{}", row.delivery.channel, one_line(&row.delivery.chat));
            cx.out.warning(&format!("not sent to {to}: {why}"), None);
        }
        for refused in &done.refused {
            let text = |name: &str| refused[name].as_str().unwrap_or_default().to_owned();
            cx.out.warning(&format!("{} was not taken in: {}", text("file"), text("reason")), None);
        }
    }
    Ok(())
}
