//! What an import writes, given what is here already.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{
    BotId, Message, MessageId, Role, Room, RoomId, Session, SessionId, Timestamp, Write,
};

use crate::cli::CliError;
use crate::transcript::Heading;
use crate::transcript::read::{Draft, Entry};

/// Messages read at once.
const PAGE: u32 = 256;

/// What becomes of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It was not here.
    New,
    /// It was here and gets more messages.
    Grown,
    /// All of it is here.
    Known,
}

/// A conversation as it will be.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) session: SessionId,
    pub(super) room: RoomId,
    pub(super) title: Option<String>,
    pub(super) state: State,
    /// Messages that are written.
    pub(super) messages: u64,
    pub(super) duplicates: u64,
    pub(super) reordered: u64,
    /// Messages that got a new id.
    pub(super) renamed: u64,
    pub(super) remarks: Vec<String>,
}

/// Collects what is to be written.
pub(super) struct Planner<'a> {
    archive: &'a dyn Archive,
    /// The room for everything, if one was named.
    room: Option<RoomId>,
    as_new: bool,
    writes: Vec<Write>,
    planned: Vec<Planned>,
    /// The messages of the conversations in the file, as they will be.
    told: HashMap<SessionId, Vec<Arc<Message>>>,
    /// New names of conversations.
    renamed: HashMap<SessionId, SessionId>,
    taken: HashSet<MessageId>,
    /// Conversations with answers from elsewhere: what they did cost is not known here.
    unpriced: HashSet<SessionId>,
    /// The rooms touched, and the session each goes on with.
    rooms: BTreeMap<RoomId, Option<Session>>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(archive: &'a dyn Archive, room: Option<RoomId>, as_new: bool) -> Self {
        Self {
            archive,
            room,
            as_new,
            writes: Vec::new(),
            planned: Vec::new(),
            told: HashMap::new(),
            renamed: HashMap::new(),
            taken: HashSet::new(),
            unpriced: HashSet::new(),
            rooms: BTreeMap::new(),
        }
    }

    /// Plans everything in a file; a branch after what it branches from.
    pub(super) async fn all(&mut self, mut drafts: Vec<Draft>) -> Result<(), CliError> {
        drafts.sort_by_key(|draft| (draft.heading.created_at, draft.heading.session));
        let mut waiting: HashSet<SessionId> =
            drafts.iter().map(|draft| draft.heading.session).collect();
        while !drafts.is_empty() {
            let is_ready = |draft: &Draft| {
                draft.heading.parent.is_none_or(|parent| !waiting.contains(&parent))
            };
            // Sessions that claim to branch from each other are taken as they come.
            let next = drafts.iter().position(is_ready).unwrap_or(0);
            let draft = drafts.remove(next);
            waiting.remove(&draft.heading.session);
            self.draft(draft).await?;
        }
        Ok(())
    }

    /// The writes, and what they do.
    pub(super) fn finish(mut self) -> (Vec<Write>, Vec<Planned>) {
        // A room goes on with the session it was in.
        let current = std::mem::take(&mut self.rooms).into_values().flatten();
        self.writes.extend(current.map(Write::BeginSession));
        (self.writes, self.planned)
    }

    async fn draft(&mut self, draft: Draft) -> Result<(), CliError> {
        let Draft { mut heading, entries, duplicates, reordered } = draft;
        if let Some(room) = &self.room {
            heading.room = room.clone();
        }
        if let Some(parent) = heading.parent {
            heading.parent = Some(*self.renamed.get(&parent).unwrap_or(&parent));
        }
        let mut planned = Planned {
            session: heading.session,
            room: heading.room.clone(),
            title: heading.title.clone(),
            state: State::New,
            messages: 0,
            duplicates,
            reordered,
            renamed: 0,
            remarks: Vec::new(),
        };
        remark_order(&mut planned);
        let known = match self.as_new {
            true => None,
            false => self.archive.session(heading.session).await?,
        };
        match known {
            Some(known) => self.grow(&known, entries, &mut planned).await?,
            None => self.begin(heading, entries, &mut planned).await?,
        }
        self.planned.push(planned);
        Ok(())
    }

    /// Adds what is new to a conversation that is here.
    async fn grow(
        &mut self,
        known: &Session,
        entries: Vec<Entry>,
        planned: &mut Planned,
    ) -> Result<(), CliError> {
        planned.room = known.room.clone();
        let here = everything(self.archive, known.id).await?;
        let shared = shared(&here, &entries);
        if shared < here.len() && shared < entries.len() {
            let line = entries.get(shared).map_or(0, |entry| entry.line);
            return Err(CliError::usage(
                "session_differs",
                format!(
                    "session {} is here, and its message {} is another one than on line {line}",
                    known.id,
                    shared + 1
                ),
            )
            .hint("--as-new imports the file as a conversation of its own"));
        }
        planned.state = if shared < entries.len() { State::Grown } else { State::Known };
        let mut whole = here;
        for entry in entries.into_iter().skip(shared) {
            let message = Arc::new(self.named(entry.message, planned).await?);
            self.message(known.id, &message, planned);
            whole.push(message);
        }
        self.told.insert(known.id, whole);
        Ok(())
    }

    async fn begin(
        &mut self,
        heading: Heading,
        entries: Vec<Entry>,
        planned: &mut Planned,
    ) -> Result<(), CliError> {
        let id = if self.as_new { SessionId::fresh() } else { heading.session };
        self.renamed.insert(heading.session, id);
        planned.session = id;
        let trunk = self.trunk(&heading, planned).await?;
        let inherited = trunk.as_ref().map_or(0, |trunk| shared(trunk, &entries));
        self.room_of(&heading).await?;
        let newest = entries.iter().map(|entry| entry.message.at).max();
        let updated = heading.updated_at.or(newest).unwrap_or(heading.created_at);
        self.writes.push(Write::BeginSession(Session {
            id,
            room: heading.room,
            parent: trunk.as_ref().and(heading.parent),
            title: heading.title,
            created_at: heading.created_at,
            updated_at: updated.max(heading.created_at),
            messages: inherited as u64,
        }));
        let mut whole: Vec<Arc<Message>> =
            trunk.into_iter().flat_map(|trunk| trunk.into_iter().take(inherited)).collect();
        for entry in entries.into_iter().skip(inherited) {
            let message = Arc::new(self.named(entry.message, planned).await?);
            self.message(id, &message, planned);
            whole.push(message);
        }
        self.told.insert(id, whole);
        Ok(())
    }

    fn message(&mut self, session: SessionId, message: &Arc<Message>, planned: &mut Planned) {
        planned.messages += 1;
        if message.role == Role::Assistant && self.unpriced.insert(session) {
            // It was paid for where it comes from.
            self.writes.push(Write::Unpriced { session });
        }
        let message = Arc::clone(message);
        self.writes.push(Write::Message { session, message });
    }

    /// The messages of what a conversation branches from, when that is here.
    async fn trunk(
        &self,
        heading: &Heading,
        planned: &mut Planned,
    ) -> Result<Option<Vec<Arc<Message>>>, CliError> {
        let Some(parent) = heading.parent else { return Ok(None) };
        let same_room = |room: &RoomId| *room == heading.room;
        if let Some(told) = self.told.get(&parent) {
            let home = self.planned.iter().find(|planned| planned.session == parent);
            if home.is_some_and(|home| same_room(&home.room)) {
                return Ok(Some(told.clone()));
            }
        } else if let Some(session) = self.archive.session(parent).await?
            && same_room(&session.room)
        {
            return Ok(Some(everything(self.archive, parent).await?));
        }
        let text =
            format!("session {parent}, which it branches from, is not here; it stands alone");
        planned.remarks.push(text);
        Ok(None)
    }

    /// The message under a name that no other has.
    async fn named(
        &mut self,
        mut message: Message,
        planned: &mut Planned,
    ) -> Result<Message, CliError> {
        let taken = self.as_new
            || self.taken.contains(&message.id)
            || self.archive.message(message.id).await?.is_some();
        if taken {
            message.id = MessageId::fresh();
            planned.renamed += 1;
        }
        self.taken.insert(message.id);
        Ok(message)
    }

    /// Makes the room where there is none, and remembers what it goes on with.
    async fn room_of(&mut self, heading: &Heading) -> Result<(), CliError> {
        let id = &heading.room;
        if self.rooms.contains_key(id) {
            return Ok(());
        }
        let state = self.archive.room(id).await?;
        if state.is_none() {
            let updated: Timestamp = heading.updated_at.unwrap_or(heading.created_at);
            let members = match heading.members.as_slice() {
                [] => vec![BotId::LEADER],
                members => members.to_vec(),
            };
            self.writes.push(Write::EnsureRoom(Room {
                id: id.clone(),
                kind: heading.room_kind,
                members,
                folder: None,
                archived: heading.archived,
                created_at: heading.created_at,
                updated_at: updated,
            }));
        }
        self.rooms.insert(id.clone(), state.and_then(|state| state.session));
        Ok(())
    }
}

fn remark_order(planned: &mut Planned) {
    if planned.duplicates > 0 {
        planned.remarks.push(format!("{} lines were there twice", planned.duplicates));
    }
    if planned.reordered > 0 {
        planned.remarks.push("the lines were not in order; they are now".to_owned());
    }
}

/// How many messages two conversations begin with together.
fn shared(here: &[Arc<Message>], entries: &[Entry]) -> usize {
    here.iter().zip(entries).take_while(|(here, entry)| ***here == entry.message).count()
}

async fn everything(
    archive: &dyn Archive,
    session: SessionId,
) -> Result<Vec<Arc<Message>>, CliError> {
    let mut found: Vec<Arc<Message>> = Vec::new();
    let mut after = 0;
    loop {
        let page = archive.messages_after(session, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.seq;
        found.extend(page.into_iter().map(|numbered| numbered.message));
    }
}
