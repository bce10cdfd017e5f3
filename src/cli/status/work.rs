//! What runs, what waits for a person, and what is on its way out.

use nanofolks_protocol::history::{TurnFilter, TurnSummary};
use nanofolks_protocol::ports::{Archive, StoreError};
use nanofolks_protocol::{DeliveryFilter, DeliveryRow, DeliveryState, TurnState};
use serde_json::{Value, json};

use crate::cli::channel::GIVEN_UP;

/// Turns that are looked at: those that run are among the newest.
const TURNS: u32 = 100;
/// Deliveries that are looked at, the newest.
const DELIVERIES: u32 = 1_000;

/// What goes on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Turns that have begun and have not ended, in words.
    running: Vec<(String, bool)>,
    /// Questions that wait for a person.
    questions: usize,
    /// Messages on their way out.
    leaving: usize,
    /// Those that a person has to look at.
    stuck: usize,
}

impl Work {
    /// Looks what goes on in all rooms.
    pub(super) async fn of(archive: &dyn Archive) -> Result<Self, StoreError> {
        let filter = TurnFilter { limit: TURNS, ..TurnFilter::default() };
        let running = |turn: &TurnSummary| !TurnState::is_ending(turn.state);
        let turns = archive.turns(filter).await?;
        let named = |turn: &TurnSummary| (turn.room.to_string(), archive.is_alive(turn.owner));
        let filter = DeliveryFilter { all: true, limit: DELIVERIES, ..DeliveryFilter::default() };
        let deliveries = archive.deliveries(filter).await?;
        let decided = |row: &&DeliveryRow| {
            row.state == DeliveryState::Dead && row.reason.as_deref() == Some(GIVEN_UP)
        };
        let count = |wanted: &[DeliveryState]| {
            deliveries.iter().filter(|row| wanted.contains(&row.state)).count()
        };
        Ok(Self {
            running: turns.iter().filter(|turn| running(turn)).map(named).collect(),
            questions: archive.approvals(true).await?.len(),
            leaving: count(&[
                DeliveryState::Waiting,
                DeliveryState::Sending,
                DeliveryState::Failed,
            ]),
            // What a person gave up is no news.
            stuck: count(&[DeliveryState::Dead, DeliveryState::Unknown])
                - deliveries.iter().filter(decided).count(),
        })
    }

    /// For programs.
    pub(super) fn object(&self) -> Value {
        let running =
            self.running.iter().map(|(room, alive)| json!({ "room": room, "alive": alive }));
        json!({
            "running": running.collect::<Vec<_>>(), "questions": self.questions,
            "outbox": { "leaving": self.leaving, "stuck": self.stuck },
        })
    }

    /// What is worth saying, for people.
    pub(super) fn words(&self) -> Vec<(&'static str, String)> {
        let mut words = Vec::new();
        for (room, alive) in &self.running {
            let left = "; its process is gone, whoever opens the room goes on with it";
            words.push(("turn", format!("in {room}{}", if *alive { "" } else { left })));
        }
        if self.questions > 0 {
            let text = format!("{} wait for you: `nanofolks approval list`", self.questions);
            words.push(("questions", text));
        }
        if self.leaving > 0 {
            let text = format!("{} on their way: `nanofolks channel deliveries`", self.leaving);
            words.push(("outbox", text));
        }
        if self.stuck > 0 {
            let text = format!(
                "{} given up or of unknown outcome: `nanofolks channel deliveries --all`",
                self.stuck
            );
            words.push(("outbox", text));
        }
        words
    }
}
