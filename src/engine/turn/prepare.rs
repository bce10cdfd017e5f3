//! Builds a turn's first request, before it is claimed where that is possible.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::event::BotAnswer;
use nanofolks_protocol::model::ToolSchema;
use nanofolks_protocol::ports::{
    Clock as _, FolderInstructions, Gated, Permit, ToolOffer, ToolQuery,
};
use nanofolks_protocol::{
    ApprovalMode, ApprovalRow, BlobId, BotId, BotProfile, CallId, Content, Envelope, Message,
    ModelCard, ModelRef, ModelRequest, Origin, Part, Problem, ProblemKind, ReservationId, Role,
    RunId, Session, SessionId, Timestamp, ToolCall, ToolResult, TurnId, TurnOptions,
};
use sha2::{Digest as _, Sha256};

use super::context::Reader;
use super::hold::Hold;
use super::window::{Past, TooLong};
use super::{Source, Stop, chorus, context, prompt};
use crate::compaction::{self, CompactionMode, RECALL, Shortened};
use crate::engine::Shared;
use crate::gauge::Load;
use crate::pipeline::{self, Plan};

mod choice;

use choice::{awake, check_length, check_pictures, choose_model, unknown_bot, working_folder};

/// Most messages of a session that are looked at for one request.
pub(crate) const HISTORY: u32 = 400;

/// A turn that was claimed, or is about to be.
pub(crate) struct Job {
    pub(crate) turn: TurnId,
    pub(crate) session: Session,
    pub(crate) envelope: Envelope,
    pub(crate) options: TurnOptions,
    pub(crate) user_message: Arc<Message>,
    pub(crate) prepared: Result<Prepared, Problem>,
    pub(crate) claimed_at: Timestamp,
    pub(crate) source: Arc<Source>,
    pub(crate) stop: Stop,
    /// Whether what waits behind it waits for more of its kind.
    pub(crate) waits: Arc<AtomicBool>,
    /// Whether it is still this process's.
    pub(crate) hold: Arc<Hold>,
    /// Where it stood, when another process had begun it.
    pub(crate) resume: Option<Resume>,
    /// What is held back for its first requests, one for each bot that answers.
    pub(crate) reservations: Vec<ReservationId>,
    /// Leave to send its first requests, once they are recorded.
    pub(crate) permits: Vec<Permit>,
    /// The engine as this turn sees it.
    pub(crate) world: Arc<Shared>,
}

impl Job {
    /// What the log lines of this turn have in common. It is of the worst level, so that it is
    /// there whatever is written.
    pub(crate) fn span(&self) -> tracing::Span {
        let (turn, room) = (self.turn, &self.envelope.room);
        tracing::error_span!("turn", trace_id = %self.envelope.trace_id, %turn, %room)
    }
}

/// Where a turn stood when its process ended.
#[derive(Debug, Default)]
pub(crate) struct Resume {
    /// Model calls made.
    pub(crate) iterations: u32,
    /// What its bot had said.
    pub(crate) said: Vec<String>,
    /// Those who had answered, each with what it said.
    pub(crate) answered: Vec<BotAnswer>,
    /// The calls of its newest reply, when they have no message of results yet.
    pub(crate) calls: Vec<ToolCall>,
    /// The results that are known, also that nothing is known.
    pub(crate) results: Vec<ToolResult>,
    /// Calls that had begun and may simply run again.
    pub(crate) again: Vec<CallId>,
    /// Questions that wait, and those answered meanwhile.
    pub(crate) approvals: Vec<ApprovalRow>,
}

/// Everything a run needs, and its first request.
pub(crate) struct Prepared {
    pub(crate) run: RunId,
    pub(crate) plan: Plan,
    /// Those who answer the same message beside this bot.
    pub(crate) others: Vec<Self>,
    /// Those who should, and why they cannot.
    pub(crate) absent: Vec<(BotId, Problem)>,
    pub(crate) bot: BotProfile,
    pub(crate) model: ModelRef,
    pub(crate) card: ModelCard,
    pub(crate) provider: Gated,
    pub(crate) offers: Vec<ToolOffer>,
    pub(crate) folder: PathBuf,
    pub(crate) read_only: Option<String>,
    /// The conversation in the request, the user's message last.
    pub(crate) past: Past,
    /// What was shortened for this request, to be written with it.
    pub(crate) shortened: Option<Shortened>,
    /// Whether a checkpoint was made since the last turn.
    pub(crate) newly_summed_up: bool,
    /// The parts of the request in tokens.
    pub(crate) load: Load,
    /// The tokens it is expected to have.
    pub(crate) expected: u64,
    pub(crate) request: ModelRequest,
    pub(crate) system: (BlobId, Vec<u8>),
    pub(crate) tools: (BlobId, Vec<u8>),
    /// Tools exist, but this model cannot use them.
    pub(crate) tools_unused: bool,
    /// The folder's instructions and their size, when only their beginning is sent.
    pub(crate) cut: Option<(String, u64)>,
    /// The model that was wanted, when its provider rests.
    pub(crate) instead_of: Option<ModelRef>,
}

impl Prepared {
    /// All who answer, this bot first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }
}

/// The user's message as the session keeps it.
///
/// # Errors
/// An attachment that cannot be read.
pub(crate) async fn user_message(
    shared: &Shared,
    envelope: &Envelope,
    turn: TurnId,
    at: Timestamp,
    source: &Source,
) -> Result<Arc<Message>, Problem> {
    let mut parts = Vec::new();
    if !envelope.text.is_empty() {
        parts.push(Part::text(Origin::User, envelope.text.clone()));
    }
    for attachment in &envelope.attachments {
        let content = match attachment.kind {
            AttachmentKind::Image => {
                Content::Image { mime: attachment.mime.clone(), blob: attachment.blob.clone() }
            }
            AttachmentKind::Text => {
                let bytes = shared.services.blobs.get(&attachment.blob).await;
                let bytes = bytes.map_err(|error| {
                    Problem::new(
                        ProblemKind::Failure,
                        "attachment_unreadable",
                        format!("cannot read the attachment {}: {error}", attachment.name),
                    )
                })?;
                let text = String::from_utf8_lossy(&bytes);
                let text = shared.services.sanitizer.clean(&text).into_owned();
                Content::File { name: attachment.name.clone(), text }
            }
        };
        parts.push(Part { origin: attachment.origin, content });
    }
    let id = source.message();
    Ok(Arc::new(Message { id, role: Role::User, bot: None, turn: Some(turn), at, parts }))
}

/// What was asked, and where.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The bots of the room, leader first.
    pub(crate) members: &'a [BotId],
    pub(crate) session: &'a Session,
    pub(crate) envelope: &'a Envelope,
    pub(crate) options: &'a TurnOptions,
    pub(crate) source: &'a Source,
    /// Messages of the session, the one that is asked with among them.
    pub(crate) total: u64,
    /// Whether somebody only wants to look: nothing is shortened.
    pub(crate) looks: bool,
}

/// Decides who answers with which model and builds the first request of each.
///
/// # Errors
/// Whatever makes it impossible: no model, no key, an unknown bot, a request that is too long.
pub(crate) async fn prepare(
    shared: &Shared,
    asked: &Asked<'_>,
    mut history: Vec<Arc<Message>>,
) -> Result<Prepared, Problem> {
    let plan = pipeline::plan(asked.envelope, asked.options, asked.members);
    let read = history.len();
    if !plan.others.is_empty() {
        chorus::forget_answers(&mut history);
    }
    let total = asked.total.saturating_sub((read - history.len()) as u64);
    let past = Past::of(shared, asked.session, history, total).await;
    let mut first = Box::pin(one(shared, asked, (&plan, &plan.bot), past)).await?;
    for other in plan.others.iter().filter(|_| !asked.looks) {
        // What was shortened was shortened for all of them.
        let asked = Asked { looks: true, ..*asked };
        match Box::pin(one(shared, &asked, (&plan, other), first.past.clone())).await {
            Ok(prepared) => first.others.push(prepared),
            Err(problem) => first.absent.push((other.clone(), problem)),
        }
    }
    Ok(first)
}

/// Builds the first request of one bot.
async fn one(
    shared: &Shared,
    asked: &Asked<'_>,
    (plan, bot): (&Plan, &BotId),
    mut past: Past,
) -> Result<Prepared, Problem> {
    let Asked { session, envelope, options, source, .. } = *asked;
    let services = &shared.services;
    let bot = services.roster.profile(bot).ok_or_else(|| unknown_bot(shared, bot))?;
    let wanted = choose_model(shared, options, &bot)?;
    let (model, instead_of) = awake(shared, wanted);
    let card = gauged(shared, session.id, services.models.card(&model)).await;
    check_pictures(envelope, &card)?;
    let provider = services.models.open(&model)?;
    let (folder, read_only) = working_folder(shared, options);
    let newly_summed_up = is_new(&past);
    let company = chorus::company(&bot.id, plan);
    let reader = Reader { bot: &bot.id, card: &card };
    let frame = match company {
        None => frame(shared, &query(&bot, envelope, options, past.is_shortened()), &card),
        Some(_) => Frame::empty(),
    };
    let instructions = if card.small { None } else { instructions(shared, &folder) };
    let cut = instructions.as_ref().and_then(|found| Some((found.name.clone(), found.cut?)));
    let system = prompt::system(&prompt::Ingredients {
        bot: &bot,
        small: card.small,
        can_use_tools: card.tools,
        folder: &folder,
        has_tools: !frame.offers.is_empty(),
        instructions: instructions.as_ref(),
        session_began: session.created_at,
        others: reader.company(&past.messages),
        company: company.as_deref(),
    });
    let system = named(system.into_bytes());
    let alone = company.is_none();
    let mut draft = Draft { frame, past: &mut past, system: &system, reader, alone };
    let shortened = draft.fit(shared, asked, &bot);
    let (load, frame) = (draft.load(), draft.frame);
    if let Some(newest) = past.messages.last() {
        check_length(context::tokens_of(newest), &card)?;
    }
    let expected = shared.gauges.expect(session.id, &load);
    let request = first_request(shared, reader, &system.1, &frame, &past, expected).await?;
    let output_schema = options.output_schema.clone().map(Arc::new);
    let trial = shared.breakers.doubts(&model.provider);
    let most = if alone { request.max_output } else { chorus::MAX_OUTPUT };
    let max_output = request.max_output.min(most);
    let request = ModelRequest { output_schema, trial, max_output, ..request };
    Ok(Prepared {
        run: source.run(),
        plan: plan.clone(),
        others: Vec::new(),
        absent: Vec::new(),
        bot,
        model,
        card,
        provider,
        offers: frame.offers,
        folder,
        read_only,
        past,
        shortened,
        newly_summed_up,
        load,
        expected,
        request,
        system,
        tools: frame.tools,
        tools_unused: frame.tools_unused,
        cut,
        instead_of,
    })
}

/// A folder's own instructions, without secrets.
fn instructions(shared: &Shared, folder: &Path) -> Option<FolderInstructions> {
    let services = &shared.services;
    services.instructions.of(folder).map(|found| FolderInstructions {
        text: services.sanitizer.clean(&found.text).into_owned(),
        ..found
    })
}

/// What is known about a model, with the window it is believed to have. What was learned
/// until now is what the whole turn counts with.
async fn gauged(shared: &Shared, session: SessionId, card: ModelCard) -> ModelCard {
    let gauges = &shared.gauges;
    if !shared.reel.is_reading() {
        gauges.load(&shared.services.archive, &card).await;
    }
    let state = shared.reel.rare("gauge", || gauges.state(session, &card.model));
    if shared.reel.is_reading() {
        gauges.set(session, &card, state);
    }
    gauges.corrected(card)
}

/// Whether the head was made since something was said last.
fn is_new(past: &Past) -> bool {
    let Some(head) = &past.head else { return false };
    let before = past.messages.len().checked_sub(2).and_then(|at| past.messages.get(at));
    before.is_some_and(|message| message.at <= head.checkpoint.at)
}

/// Which tools a bot may use here; `shortened` when there are older messages to look up.
pub(super) fn query<'a>(
    bot: &'a BotProfile,
    envelope: &Envelope,
    options: &TurnOptions,
    shortened: bool,
) -> ToolQuery<'a> {
    ToolQuery {
        bot,
        trust: envelope.trust,
        read_only: options.approval == ApprovalMode::Plan,
        offline: options.offline,
        shortened,
        attended: options.attended,
    }
}

/// The tools of a request.
pub(super) struct Frame {
    pub(super) offers: Vec<ToolOffer>,
    pub(super) schemas: Vec<ToolSchema>,
    pub(super) tools: (BlobId, Vec<u8>),
    /// Tools exist, but this model cannot use them.
    pub(super) tools_unused: bool,
}

impl Frame {
    /// A request without tools.
    fn empty() -> Self {
        let tools = named(b"[]".to_vec());
        Self { offers: Vec::new(), schemas: Vec::new(), tools, tools_unused: false }
    }
}

/// Asks for the tools on offer.
pub(super) fn frame(shared: &Shared, query: &ToolQuery<'_>, card: &ModelCard) -> Frame {
    let mut offers = shared.services.toolbox.offer(query);
    let tools_unused = !card.tools && !offers.is_empty();
    if tools_unused {
        offers.clear();
    }
    let schemas: Vec<ToolSchema> = offers.iter().map(|offer| offer.schema.clone()).collect();
    let tools = named(serde_json::to_vec(&schemas).unwrap_or_default());
    Frame { offers, schemas, tools, tools_unused }
}

/// A request that is being fitted into its window.
struct Draft<'a> {
    frame: Frame,
    past: &'a mut Past,
    system: &'a (BlobId, Vec<u8>),
    reader: Reader<'a>,
    /// Whether this bot alone answers, and may use tools.
    alone: bool,
}

impl Draft<'_> {
    /// Its parts in tokens.
    fn load(&self) -> Load {
        let system = (self.system.0.clone(), context::tokens_of_text(self.system.1.len()));
        let tools = context::tokens_of_tools(&self.frame.schemas);
        let tools = (self.frame.tools.0.clone(), tools);
        let mut load = Load::new(self.reader.card.model.clone(), system, tools);
        for message in self.past.shown(self.reader) {
            load.push(message.id, context::tokens_of(&message));
        }
        load
    }

    /// Makes it fit: what is too much is stood for by a checkpoint, or left out where
    /// conversations are not shortened.
    fn fit(&mut self, shared: &Shared, asked: &Asked<'_>, bot: &BotProfile) -> Option<Shortened> {
        self.tell_of_recall();
        let settings = &shared.services.settings;
        let load = self.load();
        let expected = shared.gauges.expect(asked.session.id, &load);
        let max_output = self.reader.card.max_output.min(settings.max_output).max(1);
        let room = settings.context.room(self.reader.card, max_output);
        if expected <= room || asked.looks {
            return None;
        }
        let turn = self.past.messages.last().and_then(|message| message.turn);
        let past = &*self.past;
        let too_long = TooLong { past, load: &load, expected, card: self.reader.card, turn };
        let shortened = match settings.context.mode {
            CompactionMode::Off => None,
            CompactionMode::Summary | CompactionMode::TokenLimit => {
                too_long.shorten(shared, asked.source.now())
            }
        };
        match &shortened {
            Some(shortened) => self.past.take(shortened),
            None => {
                let (system, tools) = load.fixed();
                self.past.drop_oldest(room.saturating_sub(system + tools), turn);
            }
        }
        if self.alone {
            let query = query(bot, asked.envelope, asked.options, self.past.is_shortened());
            self.frame = frame(shared, &query, self.reader.card);
        }
        self.tell_of_recall();
        shortened
    }

    /// Tells of the tool that reads the originals when it is on offer, and only then.
    fn tell_of_recall(&mut self) {
        let recalls = self.frame.offers.iter().any(|offer| offer.schema.name == RECALL);
        if let Some(head) = self.past.head.take() {
            self.past.head = Some(head.with_recall(recalls));
        }
    }
}

/// Puts the request together.
async fn first_request(
    shared: &Shared,
    reader: Reader<'_>,
    system: &[u8],
    frame: &Frame,
    past: &Past,
    expected: u64,
) -> Result<ModelRequest, Problem> {
    let services = &shared.services;
    let card = reader.card;
    let max_output = card.max_output.min(services.settings.max_output).max(1);
    let messages = past.shown(reader);
    let pictures = context::pictures(&messages, &*services.blobs).await.map_err(|error| {
        Problem::new(ProblemKind::Failure, "attachment_unreadable", error.to_string())
    })?;
    Ok(ModelRequest {
        model: card.model.model.clone(),
        system: Arc::from(String::from_utf8_lossy(system)),
        messages: messages.into(),
        tools: frame.schemas.clone().into(),
        blobs: Arc::new(pictures),
        max_output: compaction::answer_room(card, max_output, expected),
        temperature: services.settings.temperature,
        effort: None,
        output_schema: None,
        trial: false,
    })
}

fn named(bytes: Vec<u8>) -> (BlobId, Vec<u8>) {
    (BlobId::from_digest(&Sha256::digest(&bytes).into()), bytes)
}

/// The pictures of a later request are those of the first: nothing adds pictures in between.
pub(super) type Pictures = Arc<BTreeMap<BlobId, bytes::Bytes>>;
