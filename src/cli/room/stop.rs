//! `nanofolks room stop`: ends what runs in a room, whichever process runs it.

use std::time::Duration;

use nanofolks_engine::Engine;
use nanofolks_protocol::ports::Archive;
use nanofolks_protocol::{Op, Problem, ProblemKind, Receipt, RoomId, TurnId, TurnState};
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use crate::cli::chat::room_id;
use crate::cli::{CliError, Cx};

/// How long the turn may take to end. A process that works needs less than a second.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait for a sign before looking all the same.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

#[derive(Debug, clap::Args)]
pub(super) struct Stop {
    /// The room; that of --room, or general, when there is none
    #[arg(value_name = "ROOM")]
    place: Option<String>,
}

impl Stop {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let named = self.place.as_deref().or(cx.globals.room.as_deref());
        let room = named.map(room_id).transpose()?.unwrap_or_else(RoomId::general);
        let services = cx.house.services()?;
        let archive = std::sync::Arc::clone(&services.archive);
        let (turn, state) = cx.block_on(async {
            let (handle, engine) = Engine::start(services);
            let wish = Op::Interrupt { room: room.clone(), turn: None, by: "user".to_owned() };
            let stopped = handle.submit(wish).await;
            let ended = match &stopped {
                Ok(Receipt::Stopped { turn }) => ending(&*archive, *turn).await,
                _ => Ok(None),
            };
            // An engine that has stopped already has nothing left to end.
            let _stopped = handle.submit(Op::Shutdown).await.is_ok();
            drop(handle);
            engine.stopped().await;
            match stopped? {
                Receipt::Stopped { turn } => Ok((turn, ended?)),
                _ => Err(CliError::failure("nothing_running", "nothing is running in this room")),
            }
        })?;
        let Some(state) = state else { return Err(not_yet(&room).into()) };
        if cx.out.is_json() {
            cx.out.object(&json!({
                "schema": "nanofolks.stop.v1", "room": room, "turn": turn, "state": state,
            }));
            return Ok(());
        }
        let line = match state {
            TurnState::Cancelled => format!("the turn in {room} is stopped"),
            _ => format!("the turn in {room} had ended just before"),
        };
        cx.out.line(&line);
        Ok(())
    }
}

/// Waits for a turn to end; `None` when it takes too long.
async fn ending(archive: &dyn Archive, turn: TurnId) -> Result<Option<TurnState>, CliError> {
    let until = Instant::now() + PATIENCE;
    loop {
        let sign = archive.changed();
        if let Some(state) = archive.turn(turn).await?.filter(|state| state.is_ending()) {
            return Ok(Some(state));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        // Without a sign it is looked all the same.
        let _sign = timeout_at(until.min(Instant::now() + LOOK_AGAIN), sign).await.is_ok();
    }
}

fn not_yet(room: &RoomId) -> Problem {
    let message =
        format!("the process that runs the turn in {room} was told to end it, and has not");
    Problem::new(ProblemKind::Failure, "not_stopped", message)
        .hint("it ends when that process goes on, or when another one takes the turn over")
        .retryable()
}
