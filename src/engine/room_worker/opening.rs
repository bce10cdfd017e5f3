//! How a turn opens: accepted, claimed and first asked in one commit where the room is
//! free, in two otherwise.

use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::event::Stage;
use nanofolks_protocol::journal::{Claimed, Expected, Orphan};
use nanofolks_protocol::ports::{Clock as _, Permit, RoomState, StoreError};
use nanofolks_protocol::{
    BotId, Envelope, Event, EventKind, Message, NoticeLevel, Part, Problem, ProblemKind, Receipt,
    Role, Room, RoomId, RoomKind, Session, SessionId, Timestamp, TurnId, TurnOptions, Write,
    Written,
};

use super::{RoomWorker, pacing};
use crate::compaction;
use crate::engine::Shared;
use crate::recovery;
use crate::replay::{Begin, Resumed};
use crate::turn::{self, Asked, HISTORY, Hold, Job, Prepared, Source, Stop};

/// Characters of the first message that become the session's title.
const TITLE_CHARS: usize = 60;

/// What became of a message.
pub(super) struct Posted {
    pub(super) receipt: Receipt,
    /// The turn, when it was claimed at once.
    pub(super) job: Option<Job>,
}

/// Takes a message in. When `idle`, its turn is claimed in the same commit.
pub(super) async fn post(
    worker: &RoomWorker,
    mut envelope: Envelope,
    options: TurnOptions,
    idle: bool,
) -> Result<Posted, Problem> {
    let masked = mask(&worker.shared, &mut envelope);
    let first = try_post(worker, envelope.clone(), options.clone(), idle, masked).await;
    match first {
        // Another process was quicker to begin the room's first session: speak in that one.
        Err(problem) if problem.code == "database_busy" => {
            try_post(worker, envelope, options, idle, masked).await
        }
        settled => settled,
    }
}

async fn try_post(
    worker: &RoomWorker,
    envelope: Envelope,
    options: TurnOptions,
    idle: bool,
    masked: bool,
) -> Result<Posted, Problem> {
    let shared = &worker.shared;
    let state =
        shared.services.archive.room(&worker.room).await.map_err(|error| error.to_problem())?;
    check_room(shared, state.as_ref())?;
    let at = shared.services.clock.now();
    let (session, is_new) = choose_session(shared, state.as_ref(), &envelope, at).await?;
    let mut writes = Vec::new();
    let members = members(shared, state.as_ref());
    if state.is_none() {
        writes.push(Write::EnsureRoom(new_room(&envelope.room, members.clone(), at)));
    }
    if is_new {
        writes.push(Write::BeginFirstSession(session.clone()));
    }
    if session.messages == 0 && session.title.is_none() {
        writes.push(Write::TitleSession { session: session.id, title: title(&envelope.text) });
    }
    writes.push(Write::Accept {
        envelope: Box::new(envelope.clone()),
        options: Box::new(options.clone()),
        session: session.id,
        owner: shared.services.owner,
        at,
    });
    let free = state.as_ref().is_none_or(|state| state.live.is_none() && state.queued == 0);
    if !(idle && free) {
        let written = shared.bus.commit(writes).await.map_err(|error| error.to_problem())?;
        return Ok(Posted { receipt: receipt(&written)?, job: None });
    }

    let (turn, accepted_at) = (TurnId::fresh(), at);
    let claimed = Claimed { turn, session: session.id, envelope, options, accepted_at };
    let shared = &shared.of_turn(claimed.turn);
    let history = if is_new { Vec::new() } else { read_history(shared, session.id).await? };
    let expected =
        Expected { envelope: claimed.envelope.id, newest: history.last().map(|last| last.id) };
    writes.push(Write::Claim {
        room: worker.room.clone(),
        owner: shared.services.owner,
        turn: claimed.turn,
        only: Some(expected),
        at,
        lease_until: turn::lease_until(shared, at),
    });
    let mut job = build(shared, claimed, session, &members, (history, None)).await?;
    writes.extend(first_writes(shared, &mut job, masked));
    let written = shared.bus.commit(writes).await.map_err(|error| error.to_problem())?;
    job.permit = Permit::of(&written);
    if let Some(problem) = turn::over_budget(&written) {
        job.prepared = Err(problem);
    }
    let claimed = written.iter().any(|one| matches!(one, Written::Claimed(_)));
    let mut receipt = receipt(&written)?;
    if let (Receipt::Posted { turn, .. }, true) = (&mut receipt, claimed) {
        *turn = Some(job.turn);
    }
    Ok(Posted { receipt, job: claimed.then_some(job) })
}

/// Opens a turn that was claimed before its request was built.
pub(super) async fn open(worker: &RoomWorker, claimed: Claimed) -> Result<Job, Problem> {
    let shared = &worker.shared;
    let state =
        shared.services.archive.room(&worker.room).await.map_err(|error| error.to_problem())?;
    let session = shared
        .services
        .archive
        .session(claimed.session)
        .await
        .map_err(|error| error.to_problem())?;
    let session = session
        .ok_or_else(|| StoreError::Missing(format!("session {}", claimed.session)).to_problem())?;
    let members = members(shared, state.as_ref());
    let history = read_history(shared, session.id).await?;
    loop {
        let (claimed, session) = (claimed.clone(), session.clone());
        let shared = shared.of_turn(claimed.turn);
        // Whoever takes a message back just now is heard, and it is looked again.
        if let Some(job) = begin(&shared, claimed, session, &members, history.clone()).await? {
            return Ok(job);
        }
    }
}

/// Begins a claimed turn: what it is about to do is on disk. `None` when a message that was
/// to be part of it was changed just now.
///
/// # Errors
/// An attachment that cannot be read, and the store's.
async fn begin(
    shared: &Arc<Shared>,
    claimed: Claimed,
    session: Session,
    members: &[BotId],
    history: Vec<Arc<Message>>,
) -> Result<Option<Job>, Problem> {
    let first = claimed.envelope;
    let others = pacing::companions(shared, &first, (session.id, claimed.accepted_at)).await?;
    let claimed = Claimed { envelope: pacing::joined(&first, &others), ..claimed };
    let remark = pacing::remark(&first, &others);
    let mut job = build(shared, claimed, session, members, (history, remark)).await?;
    let mut writes = first_writes(shared, &mut job, false);
    pacing::join(&job, &others, &mut writes);
    let written = shared.bus.commit(writes).await.map_err(|error| error.to_problem())?;
    if let Some(Written::NotClaimed(_)) = written.first() {
        return Ok(None);
    }
    job.permit = Permit::of(&written);
    if let Some(problem) = turn::over_budget(&written) {
        job.prepared = Err(problem);
    }
    Ok(Some(job))
}

/// Takes up a turn that another process had begun.
pub(super) async fn take_up(worker: &RoomWorker, orphan: Orphan) -> Result<Job, Problem> {
    let shared = &worker.shared;
    let archive = &shared.services.archive;
    let state = archive.room(&worker.room).await.map_err(|error| error.to_problem())?;
    let session = archive.session(orphan.session).await.map_err(|error| error.to_problem())?;
    let session = session
        .ok_or_else(|| StoreError::Missing(format!("session {}", orphan.session)).to_problem())?;
    let members = members(shared, state.as_ref());
    let history = read_history(shared, session.id).await?;
    let begun = history.iter().any(|message| message.turn == Some(orphan.turn));
    if !begun {
        // It was claimed and no more: it is opened as if it had been claimed just now.
        let Orphan { turn, session, envelope, options, accepted_at, .. } = orphan;
        return open(worker, Claimed { turn, session, envelope, options, accepted_at }).await;
    }
    let resume = recovery::resume(&orphan, &history);
    let Orphan { turn, envelope, options, accepted_at, claimed_at, .. } = orphan;
    // Names must not repeat those of the first process, so they follow from a new seed.
    let resumed = Resumed::of(&resume, *TurnId::fresh().as_uuid(), claimed_at);
    let begin = Begin { resumed: Some(resumed), ..Begin::new(&session, &members, &history) };
    let claimed = Claimed { turn, session: session.id, envelope, options, accepted_at };
    pick_up(&shared.of_turn(turn), claimed, begin, history).await
}

/// Takes up a turn where it stood.
///
/// # Errors
/// An attachment that cannot be read.
pub(crate) async fn pick_up(
    shared: &Arc<Shared>,
    claimed: Claimed,
    begin: Begin,
    history: Vec<Arc<Message>>,
) -> Result<Job, Problem> {
    shared.reel.note("begin", || &begin);
    let Begin { session, members, resumed, .. } = begin;
    let Some(resumed) = resumed else {
        let job = self::begin(shared, claimed, session, &members, history).await?;
        let moved = || StoreError::Other("what waited was changed".to_owned()).to_problem();
        return job.ok_or_else(moved);
    };
    let Claimed { turn, envelope, options, .. } = claimed;
    let (resume, claimed_at) = (resumed.resume(), resumed.claimed_at);
    let source = Arc::new(Source::new(shared.turn_clock(), resumed.seed));
    let spoken = history
        .iter()
        .find(|message| message.turn == Some(turn) && message.role == Role::User)
        .cloned();
    let user_message = match spoken {
        Some(message) => message,
        None => turn::user_message(shared, &envelope, turn, claimed_at, &source).await?,
    };
    let prepared = {
        let asked = Asked {
            members: &members,
            session: &session,
            envelope: &envelope,
            options: &options,
            source: &source,
            total: session.messages,
            looks: false,
        };
        turn::prepare(shared, &asked, history).await
    };
    let stop = brake(shared, &options);
    Ok(Job {
        turn,
        session,
        envelope,
        options,
        user_message,
        prepared,
        claimed_at,
        source,
        stop,
        waits: Arc::default(),
        hold: Arc::new(Hold::new(shared.services.settings.lease)),
        resume: Some(resume),
        reservation: None,
        permit: None,
        world: Arc::clone(shared),
    })
}

/// Ends the room's session and begins the next.
pub(super) async fn new_session(
    shared: &Arc<Shared>,
    room: &RoomId,
) -> Result<SessionId, StoreError> {
    let state = shared.services.archive.room(room).await?;
    let at = shared.services.clock.now();
    let mut writes = Vec::new();
    if state.is_none() {
        let members = members(shared, None);
        writes.push(Write::EnsureRoom(new_room(room, members, at)));
    }
    let session = fresh_session(room, at);
    let id = session.id;
    writes.push(Write::BeginSession(session));
    let what = EventKind::RoomChanged { what: "a new session began".to_owned() };
    let event = Event { session: Some(id), ..Event::new(at, room.clone(), what) };
    writes.push(Write::Event(Box::new(event)));
    shared.bus.commit(writes).await?;
    Ok(id)
}

async fn build(
    shared: &Arc<Shared>,
    claimed: Claimed,
    session: Session,
    members: &[BotId],
    (mut history, remark): (Vec<Arc<Message>>, Option<Part>),
) -> Result<Job, Problem> {
    shared.reel.note("begin", || Begin::new(&session, members, &history));
    let Claimed { turn, envelope, options, .. } = claimed;
    let source = Arc::new(Source::new(shared.turn_clock(), *turn.as_uuid()));
    let claimed_at = source.now();
    let mut user_message = turn::user_message(shared, &envelope, turn, claimed_at, &source).await?;
    if let Some(remark) = remark {
        Arc::make_mut(&mut user_message).parts.push(remark);
    }
    history.push(Arc::clone(&user_message));
    let prepared = {
        let asked = Asked {
            members,
            session: &session,
            envelope: &envelope,
            options: &options,
            source: &source,
            total: session.messages + 1,
            looks: false,
        };
        turn::prepare(shared, &asked, history).await
    };
    let stop = brake(shared, &options);
    Ok(Job {
        turn,
        session,
        envelope,
        options,
        user_message,
        prepared,
        claimed_at,
        source,
        stop,
        waits: Arc::default(),
        hold: Arc::new(Hold::new(shared.services.settings.lease)),
        resume: None,
        reservation: None,
        permit: None,
        world: Arc::clone(shared),
    })
}

/// The brake of a turn, with its deadline.
fn brake(shared: &Shared, options: &TurnOptions) -> Stop {
    let deadline = options
        .deadline_ms
        .and_then(|millis| tokio::time::Instant::now().checked_add(Duration::from_millis(millis)));
    // A turn that is run again is stopped when it was stopped.
    let deadline = deadline.filter(|_| !shared.reel.is_reading());
    Stop::new(shared.tasks.stop(), deadline, shared.reel.clone())
}

/// What is on disk before the model is asked: that the turn began, the message, the request.
fn first_writes(shared: &Shared, job: &mut Job, masked: bool) -> Vec<Write> {
    let masked = shared.reel.rare("masked", || masked.then_some(true)).is_some();
    let reserved = turn::reserve_first(shared, job);
    let job = &*job;
    let event = |bot: Option<&BotId>, what| {
        Write::Event(Box::new(Event {
            session: Some(job.session.id),
            turn: Some(job.turn),
            bot: bot.cloned(),
            ..Event::new(job.source.now(), job.envelope.room.clone(), what)
        }))
    };
    let envelope = &job.envelope;
    let mut writes = vec![
        event(
            None,
            EventKind::TurnStarted {
                envelope: envelope.id,
                trace_id: envelope.trace_id,
                channel: envelope.channel.clone(),
                sender: envelope.sender.name.clone(),
                text: envelope.text.clone(),
            },
        ),
        Write::Message {
            session: job.session.id,
            message: Box::new(Message::clone(&job.user_message)),
        },
    ];
    if masked {
        writes.push(event(None, masked_notice()));
    }
    let Ok(prepared) = &job.prepared else { return writes };
    for decided in &prepared.plan.decided {
        let (decided_what, reasons) = (decided.what.clone(), decided.reasons.clone());
        let stage: Stage = decided.stage;
        writes.push(event(None, EventKind::TurnStage { stage, decided: decided_what, reasons }));
    }
    let bot = Some(&prepared.bot.id);
    writes.push(event(bot, EventKind::BotStarted { model: prepared.model.clone() }));
    writes.extend(notices(prepared).into_iter().map(|notice| event(bot, notice)));
    let (system, tools) = (prepared.system.clone(), prepared.tools.clone());
    writes.push(Write::Content { id: system.0, bytes: system.1 });
    writes.push(Write::Content { id: tools.0, bytes: tools.1 });
    if let Some(shortened) = &prepared.shortened {
        let checkpoint = Box::new(shortened.checkpoint.clone());
        writes.push(Write::Checkpoint { session: job.session.id, checkpoint });
    }
    writes.extend(prepared.past.head.iter().map(compaction::Head::content));
    let messages: Vec<_> = prepared.past.messages.iter().map(|message| message.id).collect();
    let record = turn::request_record(job, prepared, &messages);
    // Last before the request: when a ceiling is in the way, only the request is not written.
    writes.extend(reserved);
    writes.push(Write::Request(Box::new(record)));
    writes
}

/// What the user should know before the answer comes.
fn notices(prepared: &Prepared) -> Vec<EventKind> {
    let mut notices = Vec::new();
    if let Some(wanted) = &prepared.instead_of {
        notices.push(EventKind::Notice {
            level: NoticeLevel::Warn,
            code: "fallback".to_owned(),
            text: format!("{wanted} could not be reached lately; {} answers", prepared.model),
            hint: None,
        });
    }
    if prepared.tools_unused {
        notices.push(EventKind::Notice {
            level: NoticeLevel::Info,
            code: "no_tools".to_owned(),
            text: format!("{} cannot use tools, so none are offered to it", prepared.model),
            hint: Some("for work with files choose a larger model: `nanofolks model list`".into()),
        });
    }
    if let Some(shortened) = &prepared.shortened {
        notices.extend(shortened.events("emergency: the next request would not fit"));
    } else if let Some(head) = prepared.past.head.as_ref().filter(|_| prepared.newly_summed_up) {
        notices.push(compaction::notice(&head.checkpoint));
    }
    if prepared.past.left_out > 0 {
        notices.push(EventKind::Notice {
            level: NoticeLevel::Warn,
            code: "history_cut".to_owned(),
            text: format!(
                "{} older messages are left out of what {} is sent",
                prepared.past.left_out, prepared.model
            ),
            hint: None,
        });
    }
    notices
}

fn masked_notice() -> EventKind {
    EventKind::Notice {
        level: NoticeLevel::Warn,
        code: "secret_masked".to_owned(),
        text: "something in the message looks like a secret; it was masked before it was stored \
               or sent"
            .to_owned(),
        hint: None,
    }
}

/// Masks secrets in what was written. `true` when there were any.
fn mask(shared: &Shared, envelope: &mut Envelope) -> bool {
    match shared.services.sanitizer.clean(&envelope.text) {
        std::borrow::Cow::Borrowed(_) => false,
        std::borrow::Cow::Owned(masked) => {
            let changed = masked != envelope.text;
            envelope.text = masked;
            changed
        }
    }
}

fn check_room(shared: &Shared, state: Option<&RoomState>) -> Result<(), Problem> {
    let limit = shared.services.settings.max_queued;
    match state {
        Some(state) if state.queued >= limit => Err(Problem::new(
            ProblemKind::Failure,
            "room_busy",
            format!("{limit} messages wait in {} already", state.room.id),
        )
        .hint("wait, or stop what is running")
        .retryable()),
        Some(_) | None => Ok(()),
    }
}

async fn choose_session(
    shared: &Shared,
    state: Option<&RoomState>,
    envelope: &Envelope,
    at: Timestamp,
) -> Result<(Session, bool), Problem> {
    if let Some(id) = envelope.session {
        let found =
            shared.services.archive.session(id).await.map_err(|error| error.to_problem())?;
        return match found {
            Some(session) if session.room == envelope.room => Ok((session, false)),
            Some(_) | None => Err(StoreError::Missing(format!("session {id}")).to_problem()),
        };
    }
    match state.and_then(|state| state.session.clone()) {
        Some(session) => Ok((session, false)),
        None => Ok((fresh_session(&envelope.room, at), true)),
    }
}

async fn read_history(shared: &Shared, session: SessionId) -> Result<Vec<Arc<Message>>, Problem> {
    shared.services.archive.messages(session, HISTORY).await.map_err(|error| error.to_problem())
}

fn members(shared: &Shared, state: Option<&RoomState>) -> Vec<BotId> {
    state.map_or_else(|| shared.services.roster.bots(), |state| state.room.members.clone())
}

fn new_room(id: &RoomId, members: Vec<BotId>, at: Timestamp) -> Room {
    let kind = if id.is_run() { RoomKind::Run } else { RoomKind::Open };
    Room {
        id: id.clone(),
        kind,
        members,
        folder: None,
        archived: false,
        created_at: at,
        updated_at: at,
    }
}

fn fresh_session(room: &RoomId, at: Timestamp) -> Session {
    Session {
        id: SessionId::fresh(),
        room: room.clone(),
        parent: None,
        title: None,
        created_at: at,
        updated_at: at,
        messages: 0,
    }
}

fn title(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(no text)");
    if line.chars().count() <= TITLE_CHARS {
        return line.to_owned();
    }
    let mut title: String = line.chars().take(TITLE_CHARS - 1).collect();
    title.push('…');
    title
}

fn receipt(written: &[Written]) -> Result<Receipt, Problem> {
    written
        .iter()
        .find_map(|one| match one {
            Written::Accepted { envelope, duplicate, session, turn } => Some(Receipt::Posted {
                envelope: *envelope,
                duplicate: *duplicate,
                turn: *turn,
                session: *session,
            }),
            _ => None,
        })
        .ok_or_else(|| StoreError::Other("the message was not accepted".to_owned()).to_problem())
}
