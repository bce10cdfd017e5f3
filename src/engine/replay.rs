//! Turns that are recorded, and turns that are run again.
//!
//! The engine sees the world through ports only. While a turn happens, `ports` and `record`
//! write everything it reads on its `tape`, and the tape goes into the commits that happen
//! anyway. A replay is the same engine with the tape in place of the world: the same
//! pipeline, machine and driver, judged by the same policy. `scratch` takes what it writes,
//! `play` lets models, tools and people say what they said, `compare` looks for the first
//! difference.

mod compare;
mod heard;
mod known;
mod material;
mod play;
mod ports;
mod record;
mod scratch;
mod tape;
mod wordless;
mod world;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nanofolks_protocol::journal::Claimed;
use nanofolks_protocol::ports::{Blobs, Clock, Journal};
use nanofolks_protocol::{
    BlobId, Event, EventKind, Message, MessageId, Problem, ProblemKind, Timestamp,
};
use tokio::sync::{Semaphore, broadcast};

pub use compare::Difference;
pub use known::Change;
pub use material::Material;
pub(crate) use ports::Solo;
pub(crate) use record::left;
pub(crate) use tape::Reel;
pub use wordless::wordless;
pub(crate) use world::{Begin, Resumed};

use crate::bus::Bus;
use crate::engine::{Services, Shared};
use crate::recovery;
use crate::room_worker::{self, run_job};
use crate::tasks::Tasks;
use crate::turn::Grants;
use known::Known;
use material::Segment;
use scratch::{Memory, Notebook, Scratch};
use tape::Player;

/// How long nothing may happen in a replay that asks nobody.
const STUCK: Duration = Duration::from_secs(20);

/// A turn that was run again.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// Its events, numbered as they were.
    pub events: Vec<Event>,
    /// The messages it wrote.
    pub messages: Vec<Message>,
    /// The newest of the recorded messages that is still as it was.
    pub upto: Option<MessageId>,
    /// The first event that is not as recorded; `None` when all are.
    pub difference: Option<Difference>,
    /// How calls were answered that the record does not answer.
    pub notes: Vec<String>,
    /// Whether it is not meant to be as recorded.
    pub branch: bool,
}

/// Runs a turn again from its record. Writes nothing: `services` are only asked for what a
/// change asks anew, and what that costs is written to `till`.
///
/// # Errors
/// `not_recorded` when the record has not everything that is needed.
pub async fn replay(
    services: Services,
    material: &Material,
    change: Change,
    till: Option<Arc<dyn Journal>>,
) -> Result<Replayed, Problem> {
    let segments = material.segments()?;
    let bots = segments.first().map(|first| first.begin.members.clone()).unwrap_or_default();
    let record = &material.record;
    let messages: BTreeMap<MessageId, Arc<Message>> =
        material.messages.iter().map(|one| (one.id, Arc::new(one.clone()))).collect();
    let numbers = record.events.iter().filter_map(|event| event.seq).collect();
    let scratch = Arc::new(Scratch::new(numbers, till));
    let known = Arc::new(Known::of(record, messages, change));
    let blobs: Arc<dyn Blobs> = Arc::new(Memory {
        there: Arc::clone(&services.blobs),
        made: Mutex::new(material.blobs.iter().cloned().collect()),
    });
    let services = Services { blobs, ..services };
    let mut strayed = None;
    for segment in segments {
        let live = Stage { services: &services, scratch: &scratch, known: &known };
        strayed = strayed.or(live.run(material, segment).await?);
        let over = scratch.events().last().is_some_and(|event| event.what.is_ending());
        if over {
            break;
        }
    }
    if let Some(at) = material.left()? {
        let turn = &record.turn;
        let (room, session) = (&turn.room, turn.session);
        scratch.end(recovery::left_event(room, session, turn.turn, turn.claimed_at, at));
    }
    let (mut events, change) = (scratch.events(), &known.change);
    if let Some(last) = change.until_event {
        events.retain(|event| event.seq.is_some_and(|seq| seq <= last));
    }
    let cut = change.until.is_some() && change.model.is_none();
    let until = cut || change.until_event.is_some();
    let alike = match (material.wordless, material.masked) {
        (true, _) => compare::Alike::Shapes(&bots),
        (false, true) => compare::Alike::Masked,
        (false, false) => compare::Alike::Bytes,
    };
    let difference = compare::first(&record.events, &events, until, strayed.as_deref(), alike);
    let written = scratch.messages();
    let upto = compare::shared(material, &written);
    Ok(Replayed {
        events,
        messages: written,
        upto,
        difference,
        notes: known.notes(),
        branch: change.is_branch(),
    })
}

/// Where a turn is run again.
struct Stage<'a> {
    services: &'a Services,
    scratch: &'a Arc<Scratch>,
    known: &'a Arc<Known>,
}

impl Stage<'_> {
    /// Runs one process's part of a turn. Says where it left the record, if it did.
    async fn run(&self, material: &Material, segment: Segment) -> Result<Option<String>, Problem> {
        let Segment { begin, history, items, world } = segment;
        let tape = Arc::new(Player::new(items, world, Arc::clone(self.known)));
        let shared = self.shared(&tape);
        let record = &material.record;
        let mut options = record.options.clone();
        if let (None, Some(model)) = (self.known.change.until, &self.known.change.model) {
            options.model = Some(model.clone());
        }
        let envelope = record.envelope.clone();
        let (turn, session) = (record.turn.turn, begin.session.id);
        let accepted_at = record.turn.claimed_at;
        let claimed = Claimed { turn, session, envelope, options, accepted_at };
        let work = async {
            let mut job = room_worker::pick_up(&shared, claimed, begin, history).await?;
            let permits = std::mem::take(&mut job.permits);
            run_job(&shared, &job, Grants::default(), permits)
                .await
                .map_err(|error| error.to_problem())
        };
        let stuck = async {
            loop {
                tokio::time::sleep(STUCK).await;
                if !tape.is_live() {
                    return;
                }
            }
        };
        tokio::select! {
            biased;
            () = tape.ended.cancelled() => Ok(None),
            worked = work => worked.map(|_written| tape.strayed()),
            () = stuck => Ok(tape.strayed().or_else(|| Some("the replay came to a halt".to_owned()))),
        }
    }

    fn shared(&self, tape: &Arc<Player>) -> Arc<Shared> {
        let reel = scratch::reel(tape);
        let journal: Arc<dyn Journal> =
            Arc::new(Notebook { scratch: Arc::clone(self.scratch), tape: Arc::clone(tape) });
        let (events, _) = broadcast::channel(1);
        let world = Arc::clone(&self.services.clock);
        let clock: Arc<dyn Clock> = Arc::new(TapeTime { tape: Arc::clone(tape), world });
        let services = Services { journal: Arc::clone(&journal), clock, ..self.services.clone() };
        let shared = Shared {
            bus: Bus::new(journal, events),
            turns: Arc::new(Semaphore::new(1)),
            tasks: Tasks::default(),
            approvals: Arc::default(),
            breakers: Arc::default(),
            outbox: Arc::default(),
            gauges: Arc::default(),
            compactions: Arc::default(),
            reel: Reel::Off,
            services,
        };
        Arc::new(shared.watched(reel))
    }
}

/// The time beside the tape: the one that was read last, until the world is asked.
struct TapeTime {
    tape: Arc<Player>,
    world: Arc<dyn Clock>,
}

impl Clock for TapeTime {
    fn now(&self) -> Timestamp {
        if self.tape.is_live() { self.world.now() } else { self.tape.last() }
    }
}

impl Replayed {
    /// What each bot said, as the ending tells it; what had arrived when there is no ending.
    #[must_use]
    pub fn text(&self) -> String {
        let answers = self.events.iter().rev().find_map(|event| match &event.what {
            EventKind::TurnFinished { answers, .. }
            | EventKind::TurnFailed { answers, .. }
            | EventKind::TurnCancelled { answers, .. } => Some(answers),
            _ => None,
        });
        let texts: Vec<&str> =
            answers.into_iter().flatten().map(|answer| answer.text.as_str()).collect();
        texts.join("\n\n")
    }
}

/// A record that has not everything.
fn incomplete(what: &str) -> Problem {
    Problem::new(
        ProblemKind::Unavailable,
        "not_recorded",
        format!("this turn cannot be run again: {what}"),
    )
    .hint("turns are recorded as they happen; those of earlier versions and imported ones are not")
}

/// What is kept by its digest.
type Kept = (BlobId, bytes::Bytes);
