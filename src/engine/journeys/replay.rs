//! Turns that are run again: the same events and the same text, without asking anybody.

mod branches;
mod many;
mod single;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use nanofolks_protocol::history::TurnFilter;
use nanofolks_protocol::ports::{Archive, Blobs, Clock, Journal, Models, Roster, Toolbox};
use nanofolks_protocol::{OwnerId, Timestamp, TurnId};
use nanofolks_security::Sanitizer;
use nanofolks_store::Store;
use nanofolks_testkit::{
    FakeRoster, FakeTool, FakeToolbox, FixedClock, ScriptedModel, ScriptedModels,
};
use pretty_assertions::assert_eq;

use super::world::{Nothing, settings};
use crate::{Change, Material, Replayed, Services, replay};

/// A clock that goes on by a different step each time it is read.
struct Stepping(AtomicI64);

impl Stepping {
    fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(0)))
    }
}

impl Clock for Stepping {
    fn now(&self) -> Timestamp {
        let read = self.0.fetch_add(1, Ordering::SeqCst);
        Timestamp::from_millis(1_763_672_400_000 + read * 3 + (read * 7_919) % 3)
    }
}

/// A world that answers what this model and these tools answer, at another place and time.
fn elsewhere(
    store: &Arc<Store>,
    model: &Arc<ScriptedModel>,
    tools: Vec<Arc<FakeTool>>,
) -> Services {
    Services {
        couriers: Vec::new(),
        journal: Arc::clone(store) as Arc<dyn Journal>,
        archive: Arc::clone(store) as Arc<dyn Archive>,
        blobs: Arc::clone(store) as Arc<dyn Blobs>,
        models: Arc::new(ScriptedModels::new(Arc::clone(model))) as Arc<dyn Models>,
        toolbox: Arc::new(FakeToolbox::of(tools)) as Arc<dyn Toolbox>,
        roster: Arc::new(FakeRoster::of([])) as Arc<dyn Roster>,
        instructions: Arc::new(Nothing),
        sanitizer: Arc::new(Sanitizer::default()),
        clock: Arc::new(FixedClock::at(0)),
        owner: OwnerId::fresh(),
        settings: settings(Path::new("/elsewhere")),
    }
}

/// The turns of a home, oldest first.
async fn turns(store: &Arc<Store>) -> Vec<TurnId> {
    let filter = TurnFilter { room: None, session: None, limit: 1_000 };
    let newest_first = store.turns(filter).await.unwrap();
    newest_first.into_iter().rev().map(|turn| turn.turn).collect()
}

async fn material(store: &Arc<Store>, turn: TurnId) -> Material {
    Material::read(&**store, &**store, turn).await.unwrap().unwrap()
}

/// Runs a turn again; nobody is asked anything.
async fn again(store: &Arc<Store>, turn: TurnId, change: Change) -> Replayed {
    let model = ScriptedModel::new([]);
    let services = elsewhere(store, &model, vec![]);
    let material = material(store, turn).await;
    let replayed = replay(services, &material, change, None).await.unwrap();
    assert_eq!(model.requests().len(), 0, "a model was asked");
    replayed
}

/// Runs a turn again; it has to be as it was.
pub(super) async fn same_again(store: &Arc<Store>, turn: TurnId) {
    let replayed = again(store, turn, Change::default()).await;
    assert_eq!(replayed.difference, None, "turn {turn} is not as it was");
    let recorded = store.turn_record(turn).await.unwrap().unwrap().events;
    assert_eq!(replayed.events, recorded);
    assert!(!recorded.is_empty());
}

/// Runs every turn of a home again; each has to be as it was.
pub(super) async fn all_again(store: &Arc<Store>) -> usize {
    let before = store.stats().commits;
    let turns = turns(store).await;
    for turn in &turns {
        same_again(store, *turn).await;
    }
    assert_eq!(store.stats().commits, before, "a replay writes nothing");
    turns.len()
}
