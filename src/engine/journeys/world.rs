//! A world for the engine: a home on disk, a scripted model, tools that do as told.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::handle::Followed;
use nanofolks_protocol::ports::{
    Archive, Blobs, Clock, Courier, FolderInstructions, Instructions, Journal, Models, Roster,
    Toolbox,
};
use nanofolks_protocol::{
    Direction, EngineHandle, Envelope, EnvelopeId, Event, EventKind, EventStream, Op, OwnerId,
    Priority, Problem, Receipt, RoomId, Sender, SenderRole, Timestamp, TraceId, Trust, TurnOptions,
};
use nanofolks_security::Sanitizer;
use nanofolks_store::{Store, StorePaths};
use nanofolks_testkit::{
    FakeRoster, FakeTool, FakeToolbox, FixedClock, PATIENCE, ScriptedModel, ScriptedModels,
};
use tempfile::TempDir;

use crate::{Engine, EngineSettings, Services};

/// A folder without instructions.
pub(super) struct Nothing;

impl Instructions for Nothing {
    fn of(&self, _folder: &Path) -> Option<FolderInstructions> {
        None
    }
}

/// An engine over a home.
pub(super) struct World {
    pub(super) home: Arc<TempDir>,
    pub(super) store: Arc<Store>,
    pub(super) handle: EngineHandle,
    engine: Engine,
    events: EventStream,
}

/// What a world is made of.
pub(super) struct Recipe {
    pub(super) home: Arc<TempDir>,
    pub(super) tools: Vec<Arc<FakeTool>>,
    pub(super) owner: OwnerId,
    pub(super) change: Box<dyn FnOnce(ScriptedModels) -> ScriptedModels>,
    pub(super) settings: fn(EngineSettings) -> EngineSettings,
    pub(super) couriers: Vec<Arc<dyn Courier>>,
    pub(super) clock: Arc<dyn Clock>,
    /// What stands between the engine and its store.
    pub(super) journal: Box<dyn FnOnce(Arc<Store>) -> Arc<dyn Journal>>,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            home: Arc::new(tempfile::tempdir().unwrap()),
            tools: Vec::new(),
            owner: OwnerId::fresh(),
            change: Box::new(|models| models),
            settings: |settings| settings,
            couriers: Vec::new(),
            clock: Arc::new(FixedClock::default()),
            journal: Box::new(|store| store),
        }
    }
}

impl Recipe {
    pub(super) fn start(self, model: &Arc<ScriptedModel>) -> World {
        let store = Arc::new(Store::open(&StorePaths::under(self.home.path())).unwrap());
        let settings = settings(self.home.path());
        let services = Services {
            journal: (self.journal)(Arc::clone(&store)),
            archive: Arc::clone(&store) as Arc<dyn Archive>,
            blobs: Arc::clone(&store) as Arc<dyn Blobs>,
            models: Arc::new((self.change)(ScriptedModels::new(Arc::clone(model))))
                as Arc<dyn Models>,
            toolbox: Arc::new(FakeToolbox::of(self.tools)) as Arc<dyn Toolbox>,
            roster: Arc::new(FakeRoster::of(["coder", "researcher"])) as Arc<dyn Roster>,
            instructions: Arc::new(Nothing),
            sanitizer: Arc::new(Sanitizer::default()),
            couriers: self.couriers,
            clock: self.clock,
            owner: self.owner,
            settings: (self.settings)(settings),
        };
        let (handle, engine) = Engine::start(services);
        let events = handle.subscribe();
        World { home: self.home, store, handle, engine, events }
    }
}

/// The settings of an engine below a folder.
pub(super) fn settings(root: &Path) -> EngineSettings {
    EngineSettings {
        max_turns: 4,
        max_queued: 1_000,
        approval_timeout: Duration::from_secs(600),
        lease: Duration::from_secs(60),
        default_folder: root.join("work"),
        user_home: None,
        data_root: root.join("data"),
        max_output: 4_096,
        budget: crate::Budget::default(),
        context: crate::ContextSettings::default(),
        temperature: None,
        channels: BTreeMap::new(),
        attends: false,
    }
}

pub(super) fn world(model: &Arc<ScriptedModel>) -> World {
    Recipe::default().start(model)
}

/// The end of a process: when this returns, nothing of it runs any more and its locks are free.
pub(super) fn killed(runtime: tokio::runtime::Runtime) {
    runtime.shutdown_timeout(PATIENCE);
}

pub(super) fn envelope(room: &str, text: &str) -> Envelope {
    Envelope {
        id: EnvelopeId::fresh(),
        idempotency_key: EnvelopeId::fresh().to_string(),
        trace_id: TraceId::fresh(),
        channel: "test".into(),
        chat: "test".into(),
        thread: None,
        sender: Sender { id: "me".into(), name: "me".into(), role: SenderRole::User },
        room: room.parse().unwrap(),
        session: None,
        direction: Direction::Inbound,
        priority: Priority::USER,
        text: text.into(),
        attachments: vec![],
        reply_to: None,
        sent_at: Timestamp::from_millis(0),
        trust: Trust::Operator,
        metadata: BTreeMap::new(),
    }
}

impl World {
    pub(super) async fn post(&self, envelope: Envelope) -> Result<Receipt, Problem> {
        self.post_with(envelope, TurnOptions::default()).await
    }

    pub(super) async fn post_with(
        &self,
        envelope: Envelope,
        options: TurnOptions,
    ) -> Result<Receipt, Problem> {
        let (envelope, options) = (Box::new(envelope), Box::new(options));
        self.handle.submit(Op::Post { envelope, options }).await
    }

    /// The next event that is wanted, and everything before it.
    pub(super) async fn until(&mut self, wanted: impl Fn(&EventKind) -> bool) -> Vec<Arc<Event>> {
        let mut seen = Vec::new();
        let listening = async {
            loop {
                match self.events.next().await {
                    Followed::Event(event) => {
                        let is_it = wanted(&event.what);
                        seen.push(event);
                        if is_it {
                            return;
                        }
                    }
                    other => panic!("the events ended: {other:?}"),
                }
            }
        };
        if tokio::time::timeout(PATIENCE, listening).await.is_err() {
            panic!("it never came; seen so far: {seen:#?}");
        }
        seen
    }

    /// Says something in `general` and waits for the turn's ending.
    pub(super) async fn say(&mut self, text: &str) -> Vec<Arc<Event>> {
        self.say_with(text, TurnOptions::default()).await
    }

    pub(super) async fn say_with(&mut self, text: &str, options: TurnOptions) -> Vec<Arc<Event>> {
        self.post_with(envelope("general", text), options).await.unwrap();
        let seen = self.until(EventKind::is_ending).await;
        // Whatever a journey is about: its turns can be run again.
        if let Some(turn) = seen.last().and_then(|ending| ending.turn) {
            super::replay::same_again(&self.store, turn).await;
        }
        seen
    }

    /// Everything stored of a room, as another process would read it.
    pub(super) async fn stored(&self, room: &str) -> Vec<Event> {
        let room: RoomId = room.parse().unwrap();
        self.store.events(&room, 0, 10_000).await.unwrap()
    }

    /// Stops the engine in order.
    pub(super) async fn stop(self) -> Arc<TempDir> {
        self.handle.submit(Op::Shutdown).await.unwrap();
        drop(self.handle);
        self.engine.stopped().await;
        self.home
    }
}

/// The types of events, for comparing whole courses.
pub(super) fn types(events: &[impl std::borrow::Borrow<Event>]) -> Vec<String> {
    events
        .iter()
        .map(|event| {
            let value = serde_json::to_value(&event.borrow().what).unwrap();
            value["type"].as_str().unwrap().to_owned()
        })
        .collect()
}
