//! Everything that a replay needs, read from where it is kept.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use nanofolks_protocol::history::TurnRecord;
use nanofolks_protocol::ports::{Archive, Blobs, StoreError};
use nanofolks_protocol::{
    BlobId, Content, Message, MessageId, Problem, SessionId, Timestamp, TurnId,
};
use serde_json::Value;

use super::record::{LEFT, TAPE, VERSION};
use super::tape::Item;
use super::world::Begin;
use super::{Kept, incomplete};

/// Messages that are read at once.
const PAGE: u32 = 256;

/// A turn, and everything that it refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct Material {
    /// The turn as it went.
    pub record: TurnRecord,
    /// The messages it had before it and those it wrote, oldest first.
    pub messages: Vec<Message>,
    /// What is kept by its digest: what lasted during the turn.
    pub contents: Vec<(BlobId, Vec<u8>)>,
    /// Pictures and other things that were sent along.
    pub blobs: Vec<(BlobId, Bytes)>,
    /// Whether its words were taken out, so that they do not count when it is compared.
    pub wordless: bool,
    /// Whether it comes from a report, where masks are not as long as what they stand for:
    /// estimates of how full the window is do not count then.
    pub masked: bool,
}

/// One process's part of a turn.
pub(super) struct Segment {
    pub(super) begin: Begin,
    pub(super) history: Vec<Arc<Message>>,
    pub(super) items: VecDeque<Item>,
    pub(super) world: BTreeMap<String, Value>,
}

impl Material {
    /// Reads a turn; `None` when there is none of this name.
    ///
    /// # Errors
    /// The store's, and `not_recorded` when something is not there (any more).
    pub async fn read(
        archive: &dyn Archive,
        blobs: &dyn Blobs,
        turn: TurnId,
    ) -> Result<Option<Self>, Problem> {
        let told = |error: StoreError| error.to_problem();
        let Some(record) = archive.turn_record(turn).await.map_err(told)? else { return Ok(None) };
        let mut contents = Vec::new();
        let mut messages: Vec<Message> = Vec::new();
        for frame in frames(&record)? {
            for item in frame {
                match item {
                    Item::Read(name, value) if name == "world" => {
                        let id = blob_id(value)?;
                        let bytes = archive.content(&id).await.map_err(told)?;
                        contents.push((id, bytes));
                    }
                    Item::Read(name, value) if name == "begin" => {
                        let begin = begin(value)?;
                        if let Some(ends) = begin.history {
                            messages.extend(history(archive, begin.session.id, ends).await?);
                        }
                    }
                    Item::Read(..) | Item::Clock(_) => {}
                }
            }
        }
        let asked = record.requests.last().map(|last| last.messages.clone());
        let said = record.responses.iter().filter_map(|response| response.message);
        let mut known: BTreeSet<MessageId> = BTreeSet::new();
        messages.retain(|message| known.insert(message.id));
        for id in asked.into_iter().flatten().chain(said).filter(|id| known.insert(*id)) {
            let message = archive.message(id).await.map_err(told)?;
            messages.extend(message.map(|message| Message::clone(&message)));
        }
        let blobs = sent_along(blobs, &record, &messages).await?;
        Ok(Some(Self { record, messages, contents, blobs, wordless: false, masked: false }))
    }

    /// The bots that were in the room.
    #[must_use]
    pub fn members(&self) -> Vec<nanofolks_protocol::BotId> {
        let first = self.segments().ok().and_then(|segments| segments.into_iter().next());
        first.map(|first| first.begin.members).unwrap_or_default()
    }

    /// The parts of the turn, one for each process that worked on it.
    pub(super) fn segments(&self) -> Result<Vec<Segment>, Problem> {
        let mut segments: Vec<Segment> = Vec::new();
        for frame in frames(&self.record)? {
            let mut world = BTreeMap::new();
            let mut items = VecDeque::new();
            let mut opened = None;
            for item in frame {
                match item {
                    Item::Read(name, value) if name == "world" => world.extend(self.world(value)?),
                    Item::Read(name, value) if name == "also" => {
                        let also: Result<BTreeMap<String, Value>, _> =
                            serde_json::from_value(value);
                        world.extend(also.map_err(|error| damaged(&error.to_string()))?);
                    }
                    Item::Read(name, value) if name == "begin" => opened = Some(begin(value)?),
                    Item::Read(name, _) if name == LEFT => {}
                    item => items.push_back(item),
                }
            }
            if let Some(begin) = opened {
                let history = self.history(&begin)?;
                segments.push(Segment { begin, history, items, world });
            } else if let Some(segment) = segments.last_mut() {
                segment.items.extend(items);
                segment.world.extend(world);
            }
        }
        if segments.is_empty() {
            return Err(incomplete("what it read of the world was not recorded"));
        }
        Ok(segments)
    }

    /// When the turn was ended because its process was gone, if it was.
    pub(super) fn left(&self) -> Result<Option<Timestamp>, Problem> {
        let last = frames(&self.record)?.pop().and_then(|mut frame| frame.pop());
        match last {
            Some(Item::Read(name, at)) if name == LEFT => {
                serde_json::from_value(at).map(Some).map_err(|error| damaged(&error.to_string()))
            }
            _ => Ok(None),
        }
    }

    fn world(&self, id: Value) -> Result<BTreeMap<String, Value>, Problem> {
        let id = blob_id(id)?;
        let found = self.contents.iter().find(|(known, _)| *known == id);
        let (_, bytes) = found.ok_or_else(|| incomplete("its settings are not there"))?;
        serde_json::from_slice(bytes).map_err(|error| damaged(&error.to_string()))
    }

    fn history(&self, begin: &Begin) -> Result<Vec<Arc<Message>>, Problem> {
        let Some((first, last, count)) = begin.history else { return Ok(Vec::new()) };
        // The turn's own message comes last, and is made again.
        let own = self.record.turn.turn;
        let from = self.messages.iter().position(|message| message.id == first);
        let from = from.ok_or_else(|| incomplete("messages that came before it are gone"))?;
        let history: Vec<_> =
            self.messages[from..].iter().take(count).map(|one| Arc::new(one.clone())).collect();
        let whole = history.last().is_some_and(|newest| newest.id == last);
        let begun = begin.resumed.is_some();
        if !whole || history.iter().any(|one| one.turn == Some(own) && !begun) {
            return Err(incomplete("messages that came before it are gone"));
        }
        Ok(history)
    }
}

/// The frames of the tape, in order.
fn frames(record: &TurnRecord) -> Result<Vec<Vec<Item>>, Problem> {
    record
        .recorded
        .iter()
        .filter(|(name, _)| name == TAPE)
        .map(|(_, bytes)| {
            serde_json::from_slice(bytes).map_err(|error| damaged(&error.to_string()))
        })
        .collect()
}

fn begin(value: Value) -> Result<Begin, Problem> {
    let form = value.get("form").and_then(Value::as_u64);
    if form != Some(u64::from(VERSION)) {
        return Err(incomplete("another version of nanofolks recorded it"));
    }
    serde_json::from_value(value).map_err(|error| damaged(&error.to_string()))
}

fn blob_id(value: Value) -> Result<BlobId, Problem> {
    serde_json::from_value(value).map_err(|error| damaged(&error.to_string()))
}

fn damaged(why: &str) -> Problem {
    incomplete(&format!("its record is damaged: {why}"))
}

/// The messages of a session from one to another.
async fn history(
    archive: &dyn Archive,
    session: SessionId,
    (_, last, count): (MessageId, MessageId, usize),
) -> Result<VecDeque<Message>, Problem> {
    let mut found = VecDeque::new();
    let mut after = 0;
    loop {
        let page = archive.messages_after(session, after, PAGE).await;
        let page = page.map_err(|error| error.to_problem())?;
        let Some(newest) = page.last() else {
            return Err(incomplete("messages that came before it are gone"));
        };
        after = newest.seq;
        for one in page {
            let is_last = one.message.id == last;
            found.push_back(Message::clone(&one.message));
            if found.len() > count {
                found.pop_front();
            }
            if is_last {
                return Ok(found);
            }
        }
    }
}

/// What was sent along with the turn and with the messages before it.
async fn sent_along(
    blobs: &dyn Blobs,
    record: &TurnRecord,
    messages: &[Message],
) -> Result<Vec<Kept>, Problem> {
    let envelopes = std::iter::once(&record.envelope).chain(&record.joined);
    let mut wanted: BTreeSet<BlobId> =
        envelopes.flat_map(|envelope| &envelope.attachments).map(|one| one.blob.clone()).collect();
    wanted.extend(messages.iter().flat_map(|message| &message.parts).filter_map(|part| {
        match &part.content {
            Content::Image { blob, .. } => Some(blob.clone()),
            _ => None,
        }
    }));
    let mut found = Vec::new();
    for id in wanted {
        match blobs.get(&id).await {
            Ok(bytes) => found.push((id, bytes)),
            Err(error) => return Err(incomplete(&error.to_string())),
        }
    }
    Ok(found)
}
