//! What goes on in all rooms: which turns run, who is at work in them, what waits and asks.

use nanofolks_protocol::history::{TurnFilter, TurnSummary};
use nanofolks_protocol::{ApprovalRequest, BotId, EventKind, Problem, RoomId};

use super::said;
use crate::engine::Shared;

/// Turns that are looked at: those that run are among the newest.
const TURNS: u32 = 100;
/// Characters of a message that say which one it is.
const WORDS: usize = 40;

/// What goes on, at one moment.
pub(super) struct Activity {
    turns: Vec<Running>,
    asked: Vec<ApprovalRequest>,
}

/// A turn that has begun and has not ended.
struct Running {
    turn: TurnSummary,
    /// The bots that answer in it.
    bots: Vec<BotId>,
    /// Messages that wait behind it.
    waits: usize,
    /// Whether its process is gone.
    is_lost: bool,
}

impl Activity {
    /// Looks at every room.
    ///
    /// # Errors
    /// What cannot be read.
    pub(super) async fn of(shared: &Shared) -> Result<Self, Problem> {
        let archive = &shared.services.archive;
        let filter = TurnFilter { limit: TURNS, ..TurnFilter::default() };
        let newest = archive.turns(filter).await.map_err(said)?;
        let mut turns = Vec::new();
        for turn in newest.into_iter().filter(|turn| !turn.state.is_ending()) {
            let record = archive.turn_record(turn.turn).await.map_err(said)?;
            let mut bots = Vec::new();
            for event in record.iter().flat_map(|record| &record.events) {
                let Some(bot) = &event.bot else { continue };
                match &event.what {
                    EventKind::BotStarted { .. } if !bots.contains(bot) => bots.push(bot.clone()),
                    EventKind::BotFinished { .. } => bots.retain(|other| other != bot),
                    _ => {}
                }
            }
            let waits = archive.queue(&turn.room).await.map_err(said)?.len();
            let is_lost = !archive.is_alive(turn.owner);
            turns.push(Running { turn, bots, waits, is_lost });
        }
        let asked = archive.approvals(true).await.map_err(said)?;
        Ok(Self { turns, asked: asked.into_iter().map(|row| row.request).collect() })
    }

    /// What goes on in a room, in a few words; nothing when nothing does.
    pub(super) fn in_room(&self, room: &RoomId) -> Option<String> {
        let running = self.turns.iter().find(|running| running.turn.room == *room)?;
        let mut words = vec![match &running.bots[..] {
            _ if running.is_lost => "left by a process that is gone".to_owned(),
            [] => format!("at work on {}", running.what()),
            bots => {
                let bots = bots.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                format!("{bots} at work on {}", running.what())
            }
        }];
        let questions = self.asked.iter().filter(|asked| asked.room == *room).count();
        if questions > 0 {
            words.push(counted(questions, "question", "questions"));
        }
        if running.waits > 0 {
            words.push(format!("{} waiting", counted(running.waits, "message", "messages")));
        }
        Some(words.join("; "))
    }

    /// Where a bot is at work, in a few words; nothing when it is not.
    pub(super) fn of_bot(&self, bot: &BotId) -> Option<String> {
        let at_work = |running: &&Running| running.bots.contains(bot) && !running.is_lost;
        let rooms: Vec<_> = self
            .turns
            .iter()
            .filter(at_work)
            .map(|running| format!("at work in #{} on {}", running.turn.room, running.what()))
            .collect();
        (!rooms.is_empty()).then(|| rooms.join("; "))
    }
}

impl Running {
    /// The beginning of its message, on one line.
    fn what(&self) -> String {
        let line = self.turn.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let begin: String = line.chars().take(WORDS).collect();
        let more = if begin.len() < line.len() { "…" } else { "" };
        format!("“{begin}{more}”")
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
