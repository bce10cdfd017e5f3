//! One question in, one answer out.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use nanofolks_engine::Engine;
use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::ports::{Archive, Blobs, Journal};
use nanofolks_protocol::{
    Attachment, Batch, Direction, Envelope, EnvelopeId, Op, Origin, Priority, Problem, ProblemKind,
    Receipt, RoomId, Sender, SenderRole, TraceId, Trust, TurnOptions, Write,
};
use nanofolks_protocol::{EngineHandle, Event, EventKind, NoticeLevel, TurnId};
use nanofolks_security::Sanitizer;
use serde_json::{Value, json};

use super::follow::{Follow, Known};
use super::input::{Input, SentAlong};
use super::report::Report;
use super::schema::OutputSchema;
use super::target::{self, Target, Wish};
use super::{Args, options};
use crate::cli::output::error_object;
use crate::cli::{CliError, Cx, narrate};
use crate::house::House;

/// How much longer than its deadline a question may take to come back.
const GRACE: Duration = Duration::from_millis(1500);

/// Asks the question and prints the answer.
pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<(), CliError> {
    let begun = Instant::now();
    let mut report = Report::new();
    let asked = ask(args, cx, &mut report);
    report.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let problem = match asked {
        Ok(()) => None,
        Err(CliError::Problem(problem)) => Some(*problem),
        Err(other) => return Err(other),
    };
    if let Some(problem) = &problem {
        cx.out.problem(problem);
        report.fail(problem);
    }
    report.ok = problem.is_none();
    if cx.out.is_json() {
        cx.out.object(&report);
    } else if let (true, None, Some(problem)) = (args.stream_json, report.turn, &problem) {
        // No event says it, because there was no turn.
        cx.out.line_of(&never_begun(problem));
    }
    match report.exit_code {
        0 => Ok(()),
        code => Err(CliError::Said(code)),
    }
}

/// The line of a stream of events about a turn that could not begin: an ending like that of
/// any other, of no room and no turn.
pub(crate) fn never_begun(problem: &Problem) -> Value {
    json!({
        "v": 1, "seq": null, "at": House::clock().now(),
        "room": null, "session": null, "turn": null, "bot": null,
        "type": "turn.failed",
        "error": error_object(problem),
        "exit_code": problem.kind.exit_code(),
        "answers": [],
    })
}

/// Everything that is known before the question goes out.
struct Question {
    input: Input,
    options: TurnOptions,
    schema: Option<OutputSchema>,
    folder: String,
}

fn ask(args: &Args, cx: &mut Cx, report: &mut Report) -> Result<(), CliError> {
    options::check_key(args, cx)?;
    let schema = args.output_schema.as_deref().map(OutputSchema::read).transpose()?;
    // Nobody could read the answer.
    cx.out.finish()?;
    let begun = Instant::now();
    let limit = options::deadline(args, cx)?;
    let input = Input::gather_within(args, limit.map(Duration::from_millis))?;
    let wanted = schema.as_ref().map(|schema| schema.schema.clone());
    let mut options = options::turn_options(args, cx, false, wanted)?;
    let spent = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    options.deadline_ms = limit.map(|limit| limit.saturating_sub(spent).max(1));
    check_pictures(&input, &options, cx)?;
    let folder = options.folder.clone().unwrap_or_default();
    let question = Question { input, options, schema, folder };
    let runtime = cx.runtime()?;
    runtime.block_on(talk(question, args, cx, report))
}

/// A model that cannot see gets no pictures; said before anything is sent.
fn check_pictures(input: &Input, options: &TurnOptions, cx: &Cx) -> Result<(), CliError> {
    if !input.sent_along.iter().any(|sent| sent.kind == AttachmentKind::Image) {
        return Ok(());
    }
    let model = options::model_of(options, cx)?;
    if cx.house.models()?.card(&model).images {
        return Ok(());
    }
    let problem = Problem::new(
        ProblemKind::Unavailable,
        "images_unsupported",
        format!("{model} cannot look at pictures"),
    );
    Err(problem.hint("choose a model that can with --model, or leave --image out").into())
}

async fn talk(
    question: Question,
    args: &Args,
    cx: &mut Cx,
    report: &mut Report,
) -> Result<(), CliError> {
    let deadline = question.options.deadline_ms.map(Duration::from_millis);
    let services = cx.house.services()?;
    let archive = Arc::clone(&services.archive);
    let blobs = Arc::clone(&services.blobs);
    let journal = Arc::clone(&services.journal);
    let globals_room = cx.globals.room.clone();
    let wish = Wish {
        room: globals_room.as_deref(),
        session: args.session.as_deref(),
        take_up: args.take_up,
        folder: &question.folder,
    };
    let target = target::find(wish, &*archive).await?;
    if let (Some(remark), false) = (target.remark, args.quiet) {
        cx.out.note(remark);
    }
    report.room = Some(target.room.clone());
    let (attachments, masked) =
        keep_all(question.input.sent_along, &services.sanitizer, &*blobs).await?;
    if !masked.is_empty() {
        say_masked(&target.room, &masked, args, cx, report);
    }
    let mut envelope = envelope(&target, question.input.text, attachments);
    let mut seq = 0;
    if let Some(key) = &args.idempotency_key {
        envelope.idempotency_key = format!("cli:key:{key}");
        seq = archive.room(&target.room).await?.map_or(0, |state| state.seq);
    }
    report.trace_id = Some(envelope.trace_id);
    let said = services.sanitizer.clean(&envelope.text).into_owned();

    let (handle, _engine) = Engine::start(services);
    let _mirror = cx.house.mirror(&handle)?;
    let mut follow = Follow::new(cx, report, &handle, target.room.clone(), envelope.id);
    follow.print_as(args, question.schema);
    if target.fresh {
        handle.submit(Op::NewSession { room: target.room.clone() }).await?;
    }
    let (envelope, options) = (Box::new(envelope), Box::new(question.options));
    let receipt = follow.interruptible(handle.submit(Op::Post { envelope, options })).await?;
    let limit = deadline.map(|deadline| deadline + GRACE);
    let ended = match receipt {
        Receipt::Posted { envelope, duplicate: true, turn, session } => {
            let known = Known { envelope, turn, session, seq };
            follow.tell_other_words(&*archive, &known, &said).await?;
            follow.end_of_known(&*archive, &known, limit).await
        }
        Receipt::Stopped { turn } => stopped(follow, turn, &handle).await,
        receipt => {
            if let Receipt::Posted { turn, session, .. } = receipt {
                follow.posted(turn, session);
                follow.tell_what_is_before(&*archive).await;
            }
            follow.end(limit).await
        }
    };
    if target.own {
        put_away(&target.room, &*archive, &*journal).await;
    }
    ended
}

/// Keeps what is sent along, secrets masked. Gives the names of those that held any, too.
async fn keep_all(
    sent_along: Vec<SentAlong>,
    sanitizer: &Sanitizer,
    blobs: &dyn Blobs,
) -> Result<(Vec<Attachment>, Vec<String>), CliError> {
    let mut attachments = Vec::with_capacity(sent_along.len());
    let mut masked = Vec::new();
    for mut sent in sent_along {
        if mask(&mut sent, sanitizer) {
            masked.push(sent.name.clone());
        }
        attachments.push(keep(sent, blobs).await?);
    }
    Ok((attachments, masked))
}

/// The whole message was a word to stop.
async fn stopped(follow: Follow<'_>, turn: TurnId, handle: &EngineHandle) -> Result<(), CliError> {
    follow.stopped(turn);
    // A turn that was taken up only to be ended is.
    let _stopped = handle.submit(Op::Shutdown).await.is_ok();
    Ok(())
}

/// Archives the room of a single question, unless that was done with the turn's ending.
async fn put_away(room: &RoomId, archive: &dyn Archive, journal: &dyn Journal) {
    let open = matches!(archive.room(room).await, Ok(Some(state)) if !state.room.archived);
    if !open {
        return;
    }
    let writes = vec![Write::ArchiveRoom { room: room.clone(), archived: true }];
    if let Err(error) = journal.commit(Batch { writes }).await {
        // The answer is there; the room is only listed once more than it should be.
        tracing::warn!(%error, %room, "the room of a question was not archived");
    }
}

/// Masks secrets in a text before anything of it is kept. `true` when there were any.
pub(crate) fn mask(sent: &mut SentAlong, sanitizer: &Sanitizer) -> bool {
    if sent.kind == AttachmentKind::Image {
        return false;
    }
    let text = String::from_utf8_lossy(&sent.bytes);
    let masked = match sanitizer.clean(&text) {
        Cow::Owned(masked) if masked != text => masked.into_bytes(),
        Cow::Owned(_) | Cow::Borrowed(_) => return false,
    };
    sent.bytes = masked;
    true
}

fn say_masked(room: &RoomId, names: &[String], args: &Args, cx: &mut Cx, report: &mut Report) {
    let text = format!(
        "something in {} looks like a secret; it was masked before it was stored or sent",
        names.join(", ")
    );
    let code = "secret_masked".to_owned();
    let what = EventKind::Notice { level: NoticeLevel::Warn, code, text, hint: None };
    let notice = Event::new(House::clock().now(), room.clone(), what);
    report.take(&notice);
    if let (Some((tone, line)), false) = (narrate::line(&notice, false), args.quiet) {
        let line = cx.out.paint_note(tone, &line);
        cx.out.note(&line);
    }
}

/// Keeps what is sent along, so that the message can refer to it.
pub(crate) async fn keep(sent: SentAlong, blobs: &dyn Blobs) -> Result<Attachment, CliError> {
    let SentAlong { kind, mime, name, bytes } = sent;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let blob = blobs
        .put(Bytes::from(bytes))
        .await
        .map_err(|error| CliError::failure("attachment_not_kept", error.to_string()))?;
    let mime = mime.to_owned();
    Ok(Attachment { kind, mime, name, blob, bytes: size, origin: Origin::File })
}

/// The message, as the bus carries it.
pub(crate) fn envelope(target: &Target, text: String, attachments: Vec<Attachment>) -> Envelope {
    let id = EnvelopeId::fresh();
    Envelope {
        id,
        idempotency_key: format!("cli:{id}"),
        trace_id: TraceId::fresh(),
        channel: "cli".to_owned(),
        chat: target.room.to_string(),
        thread: None,
        sender: Sender { id: "owner".into(), name: "you".into(), role: SenderRole::User },
        room: target.room.clone(),
        session: target.session,
        direction: Direction::Inbound,
        priority: Priority::USER,
        text,
        attachments,
        reply_to: None,
        sent_at: House::clock().now(),
        trust: Trust::Operator,
        metadata: std::collections::BTreeMap::new(),
    }
}
