//! Finds or starts the worker of a room. Per room strictly in order; across rooms side by side.

use std::collections::HashMap;
use std::sync::Arc;

use nanofolks_protocol::{Problem, ProblemKind, RoomId};
use tokio::sync::mpsc;

use crate::engine::{Shared, answer};
use crate::room_worker::{self, Wish};

/// Wishes that may wait at one worker's door; the queue itself is the inbox on disk.
const WISHES: usize = 64;

/// The workers by room.
pub(crate) struct Broker {
    shared: Arc<Shared>,
    rooms: HashMap<RoomId, mpsc::Sender<Wish>>,
}

impl Broker {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, rooms: HashMap::new() }
    }

    /// Hands a wish to a room's worker, started when there is none.
    pub(crate) async fn send(&mut self, room: &RoomId, wish: Wish) {
        let worker = self.rooms.entry(room.clone()).or_insert_with(|| {
            let (sender, wishes) = mpsc::channel(WISHES);
            let me = sender.downgrade();
            self.shared.tasks.spawn(room_worker::run(
                Arc::clone(&self.shared),
                room.clone(),
                wishes,
                me,
            ));
            sender
        });
        if let Err(mpsc::error::SendError(wish)) = worker.send(wish).await {
            refuse(wish);
        }
    }

    /// Lets every worker finish and waits for it.
    pub(crate) async fn close(&mut self) {
        let workers: Vec<_> = self.rooms.drain().map(|(_, worker)| worker).collect();
        for worker in &workers {
            // A worker that is gone already is closed.
            let _sent = worker.send(Wish::Close).await.is_ok();
        }
        for worker in workers {
            worker.closed().await;
        }
    }
}

fn refuse(wish: Wish) {
    let problem =
        || Problem::new(ProblemKind::Failure, "nothing_running", "nothing is running in this room");
    match wish {
        Wish::Post { reply, .. }
        | Wish::Steer { reply, .. }
        | Wish::Control { reply, .. }
        | Wish::NewSession { reply }
        | Wish::SetApproval { reply, .. }
        | Wish::Interrupt { reply, .. } => answer(reply, Err(problem())),
        Wish::TurnEnded { .. } | Wish::Due { .. } | Wish::Look | Wish::Close => {}
    }
}
