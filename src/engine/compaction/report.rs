//! What the next request of a room would be made of; and the wish to make it shorter.

use std::collections::BTreeMap;
use std::sync::Arc;

use nanofolks_protocol::history::ContextReport;
use nanofolks_protocol::ports::{RoomState, SessionFilter};
use nanofolks_protocol::{
    Direction, Envelope, EnvelopeId, Message, MessageId, Origin, Part, Priority, Problem,
    ProblemKind, Receipt, Role, RoomId, Sender, SenderRole, Session, SessionId, TraceId, Trust,
    TurnId, TurnOptions,
};

use super::CompactionMode;
use super::job::{Outlook, compact_now, consider};
use crate::engine::Shared;
use crate::turn::{Asked, HISTORY, Prepared, Source, prepare};

/// Says what the next request of a room would be made of, or sums its conversation up.
///
/// # Errors
/// `no_session` when nothing was said yet, and whatever keeps a request from being built.
pub(crate) async fn report(
    shared: &Arc<Shared>,
    room: &RoomId,
    options: &TurnOptions,
    shortens: bool,
) -> Result<Receipt, Problem> {
    let archive = &shared.services.archive;
    let state = archive.room(room).await.map_err(|error| error.to_problem())?;
    let Some(state) = state else { return Err(silent(shared, room).await) };
    let Some(session) = &state.session else { return Err(silent(shared, room).await) };
    let live = state.live.map(|(turn, _)| turn);
    let (prepared, next) = look(shared, &state, session, options).await?;
    if shortens {
        let outlook = outlook(room, session.id, &prepared);
        return compact_now(shared, outlook).await;
    }
    Ok(Receipt::Context(Box::new(blocks(shared, &prepared, live, &next))))
}

/// Sums a conversation up, where that is due, that a process left which ended with its turn:
/// a script asks no model for what it could not wait for.
pub(crate) async fn catch_up(shared: &Arc<Shared>, room: &RoomId) {
    let Ok(Some(state)) = shared.services.archive.room(room).await else { return };
    let Some(session) = state.session.as_ref().filter(|session| session.messages >= SHORT) else {
        return;
    };
    if state.live.is_some() || shared.services.settings.context.mode == CompactionMode::Off {
        return;
    }
    match look(shared, &state, session, &TurnOptions::default()).await {
        Ok((prepared, _)) => {
            shared.compactions.note(outlook(room, session.id, &prepared));
            consider(shared, session.id);
        }
        // Whoever speaks next is told.
        Err(problem) => tracing::debug!(%problem, %room, "a conversation was not looked at"),
    }
}

/// A conversation of fewer messages is not looked at before somebody speaks in it.
const SHORT: u64 = 8;

fn outlook(room: &RoomId, session: SessionId, prepared: &Prepared) -> Outlook {
    Outlook {
        room: room.clone(),
        session,
        bot: prepared.bot.id.clone(),
        card: prepared.card.clone(),
        used: prepared.expected,
        messages: prepared.past.messages.len(),
    }
}

/// The next request as it would be if nothing were said.
async fn look(
    shared: &Arc<Shared>,
    state: &RoomState,
    session: &Session,
    options: &TurnOptions,
) -> Result<(Prepared, Arc<Message>), Problem> {
    let archive = &shared.services.archive;
    let room = &state.room.id;
    let live = state.live.map(|(turn, _)| turn);
    let mut history =
        archive.messages(session.id, HISTORY).await.map_err(|error| error.to_problem())?;
    let next = next_message(shared, live);
    history.push(Arc::clone(&next));
    let clock = Arc::clone(&shared.services.clock);
    let source = Source::new(clock, *TurnId::fresh().as_uuid());
    let envelope = envelope(room, shared);
    let prepared = {
        let asked = Asked {
            members: &state.room.members,
            session,
            envelope: &envelope,
            options,
            source: &source,
            total: session.messages + 1,
            looks: true,
        };
        prepare(shared, &asked, history).await?
    };
    Ok((prepared, next))
}

fn blocks(
    shared: &Shared,
    prepared: &Prepared,
    live: Option<TurnId>,
    next: &Message,
) -> ContextReport {
    let real = |tokens| shared.gauges.corrected_tokens(&prepared.model, tokens);
    let (system, tools) = prepared.load.fixed();
    let summary = prepared.past.head.as_ref().map_or(0, |head| head.tokens);
    let skipped = usize::from(prepared.past.head.is_some());
    let weights: Vec<u64> = prepared.load.weights().skip(skipped).collect();
    let of = |wanted: bool| -> u64 {
        let messages = prepared.past.messages.iter().zip(&weights);
        messages
            .filter(|(message, _)| message.id != next.id)
            .filter(|(message, _)| (live.is_some() && message.turn == live) == wanted)
            .map(|(_, weight)| *weight)
            .sum()
    };
    ContextReport {
        model: prepared.model.clone(),
        window: u64::from(prepared.card.context_window),
        said_window: u64::from(shared.gauges.said_window(&prepared.card)),
        used: prepared.expected,
        system: real(system),
        tools: real(tools),
        summary: real(summary),
        history: real(of(false)),
        turn: real(of(true)),
        messages: (prepared.past.messages.len() as u64).saturating_sub(1),
        summed_up: prepared.past.head.as_ref().map_or(0, |head| head.checkpoint.messages),
        compaction: shared.services.settings.context.mode != CompactionMode::Off,
    }
}

/// The message that is not written yet.
fn next_message(shared: &Shared, live: Option<TurnId>) -> Arc<Message> {
    Arc::new(Message {
        id: MessageId::fresh(),
        role: Role::User,
        bot: None,
        turn: live,
        at: shared.services.clock.now(),
        parts: vec![Part::text(Origin::User, "")],
    })
}

fn envelope(room: &RoomId, shared: &Shared) -> Envelope {
    let id = EnvelopeId::fresh();
    Envelope {
        id,
        idempotency_key: id.to_string(),
        trace_id: TraceId::fresh(),
        channel: "house".to_owned(),
        chat: String::new(),
        thread: None,
        sender: Sender { id: String::new(), name: String::new(), role: SenderRole::System },
        room: room.clone(),
        session: None,
        direction: Direction::Inbound,
        priority: Priority::SYSTEM,
        text: String::new(),
        attachments: Vec::new(),
        reply_to: None,
        sent_at: shared.services.clock.now(),
        trust: Trust::Operator,
        metadata: BTreeMap::new(),
    }
}

/// There is no conversation to look at. Earlier ones are pointed to where there are any.
async fn silent(shared: &Shared, room: &RoomId) -> Problem {
    let wanted = SessionFilter { room: Some(room.clone()), all: true, trashed: false, limit: 1 };
    let earlier = shared.services.archive.sessions(wanted).await.unwrap_or_default();
    let problem = |text: String| Problem::new(ProblemKind::Failure, "no_session", text);
    if earlier.is_empty() {
        return problem(format!("nothing was said in {room} yet"));
    }
    problem(format!("no conversation is open in {room}; the next message begins one"))
        .hint(format!("`nanofolks session list --all --room {room}` shows earlier ones"))
}
