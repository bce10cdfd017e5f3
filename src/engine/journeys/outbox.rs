//! Answers leave by the channel their question came by.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use nanofolks_protocol::ports::{Archive as _, Boxed, Courier, CourierError};
use nanofolks_protocol::{
    Delivery, DeliveryFilter, DeliveryRow, DeliveryState, EventKind, ModelErrorKind, Op,
};
use nanofolks_testkit::{FixedClock, Gate, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::world::{Recipe, World, envelope, types};

type Outcome = Result<(), CourierError>;

/// A channel that does as it is told, and remembers what it got.
struct Post {
    knows_keys: bool,
    outcomes: Mutex<Vec<Outcome>>,
    got: Mutex<Vec<(String, String)>>,
    tried: AtomicUsize,
    hold: Option<Gate>,
}

impl Post {
    fn new(knows_keys: bool, outcomes: impl IntoIterator<Item = Outcome>) -> Arc<Self> {
        let mut outcomes: Vec<_> = outcomes.into_iter().collect();
        outcomes.reverse();
        Arc::new(Self {
            knows_keys,
            outcomes: Mutex::new(outcomes),
            got: Mutex::default(),
            tried: AtomicUsize::new(0),
            hold: None,
        })
    }

    /// One that takes what it gets and then never says so.
    fn silent(knows_keys: bool, gate: &Gate) -> Arc<Self> {
        let gate = Some(gate.clone());
        let post = Self::new(knows_keys, []);
        let post = Arc::into_inner(post).unwrap();
        Arc::new(Self { hold: gate, ..post })
    }

    fn got(&self) -> Vec<(String, String)> {
        self.got.lock().unwrap().clone()
    }
}

impl Courier for Post {
    fn channel(&self) -> &'static str {
        "post"
    }

    fn knows_keys(&self) -> bool {
        self.knows_keys
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> Boxed<'a, Outcome> {
        Box::pin(async move {
            self.tried.fetch_add(1, Ordering::SeqCst);
            let outcome = self.outcomes.lock().unwrap().pop().unwrap_or(Ok(()));
            if outcome.is_ok() {
                let text = delivery.payload["text"].as_str().unwrap().to_owned();
                self.got.lock().unwrap().push((delivery.chat.clone(), text));
            }
            if let Some(gate) = &self.hold {
                gate.pass().await;
            }
            outcome
        })
    }
}

fn later() -> Outcome {
    Err(CourierError::Later { reason: "no network".into(), after: None })
}

fn question(chat: &str, text: &str) -> nanofolks_protocol::Envelope {
    nanofolks_protocol::Envelope {
        channel: "post".into(),
        chat: chat.into(),
        ..envelope("general", text)
    }
}

fn start(post: &Arc<Post>, model: &Arc<ScriptedModel>, recipe: Recipe) -> World {
    let post: Arc<dyn Courier> = Arc::clone(post) as _;
    Recipe { couriers: vec![post], ..recipe }.start(model)
}

/// Waits until the newest delivery stands as wanted.
async fn stands(world: &mut World, wanted: DeliveryState) -> DeliveryRow {
    let state = wanted.as_str();
    world
        .until(|what| match what {
            EventKind::DeliveryChanged { delivery } => delivery["state"] == state,
            _ => false,
        })
        .await;
    all(world).await.remove(0)
}

async fn all(world: &World) -> Vec<DeliveryRow> {
    let filter = DeliveryFilter { all: true, limit: 100, ..DeliveryFilter::default() };
    world.store.deliveries(filter).await.unwrap()
}

/// Makes the outbox look again.
async fn knock(world: &World) {
    let room = "general".parse().unwrap();
    world.handle.submit(Op::Open { room }).await.unwrap();
}

#[tokio::test]
async fn an_answer_is_in_the_outbox_with_the_commit_that_ends_its_turn_and_leaves_once() {
    let model = ScriptedModel::new([Script::text("four")]);
    let post = Post::new(true, []);
    let mut world = start(&post, &model, Recipe::default());
    let asked = question("anna", "two and two?");
    let (trace, key) = (asked.trace_id, asked.idempotency_key.clone());
    world.post(asked).await.unwrap();

    let row = stands(&mut world, DeliveryState::Sent).await;

    assert_eq!(post.got(), [("anna".to_owned(), "four".to_owned())]);
    assert_eq!((row.attempts, row.delivery.trace_id), (1, Some(trace)));
    assert_eq!(row.delivery.payload["in_reply_to"], key);
    let stored = world.stored("general").await;
    let kinds = types(&stored);
    let [.., waiting, ended, sent] = &kinds[..] else { panic!("{kinds:?}") };
    assert_eq!([waiting, ended, sent], ["delivery.changed", "turn.finished", "delivery.changed"]);
}

#[tokio::test]
async fn a_turn_that_fails_says_so_in_its_chat_and_one_of_the_terminal_says_nothing_there() {
    let model = ScriptedModel::new([
        Script::fails(ModelErrorKind::Unauthorized, "the key is wrong"),
        Script::text("hello"),
    ]);
    let post = Post::new(true, []);
    let mut world = start(&post, &model, Recipe::default());
    world.post(question("anna", "hi")).await.unwrap();
    stands(&mut world, DeliveryState::Sent).await;
    assert!(post.got()[0].1.contains("the key is wrong"), "{:?}", post.got());

    world.say("and from the terminal").await;
    assert_eq!(all(&world).await.len(), 1);
}

#[tokio::test]
async fn a_failure_is_tried_again_when_its_time_comes_and_nothing_overtakes_it() {
    let model = ScriptedModel::new([Script::text("one"), Script::text("two"), Script::text("b")]);
    let post = Post::new(true, [later()]);
    let clock = Arc::new(FixedClock::default());
    let recipe = Recipe { clock: clock.clone(), ..Recipe::default() };
    let mut world = start(&post, &model, recipe);
    world.post(question("anna", "1")).await.unwrap();
    let row = stands(&mut world, DeliveryState::Failed).await;
    assert_eq!(row.reason.as_deref(), Some("no network"));
    world.post(question("anna", "2")).await.unwrap();
    world.post(question("bert", "b")).await.unwrap();
    stands(&mut world, DeliveryState::Sent).await;
    assert_eq!(post.got(), [("bert".to_owned(), "b".to_owned())]);

    clock.advance(10_000);
    knock(&world).await;
    stands(&mut world, DeliveryState::Sent).await;
    stands(&mut world, DeliveryState::Sent).await;
    let anna: Vec<_> = post.got().into_iter().filter(|(chat, _)| chat == "anna").collect();
    assert_eq!(anna.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["one", "two"]);
}

#[tokio::test]
async fn what_is_refused_is_given_up_with_its_reason_and_holds_nobody_up() {
    let model = ScriptedModel::new([Script::text("one"), Script::text("two")]);
    let post = Post::new(false, [Err(CourierError::Never("there is no such chat".into()))]);
    let mut world = start(&post, &model, Recipe::default());
    world.post(question("anna", "1")).await.unwrap();
    let row = stands(&mut world, DeliveryState::Dead).await;
    assert_eq!(row.reason.as_deref(), Some("there is no such chat"));
    world.post(question("anna", "2")).await.unwrap();
    stands(&mut world, DeliveryState::Sent).await;
}

/// A process that gave an answer away and died before it could note that.
fn dies_before_noting(home: &Arc<TempDir>, knows_keys: bool) {
    let gate = Gate::new();
    let post = Post::silent(knows_keys, &gate);
    let model = ScriptedModel::new([Script::text("four")]);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let recipe = Recipe { home: Arc::clone(home), ..Recipe::default() };
        let world = start(&post, &model, recipe);
        world.post(question("anna", "two and two?")).await.unwrap();
        gate.reached().await;
        world
    });
    crate::journeys::world::killed(runtime);
    drop(world);
}

#[test]
fn after_a_crash_between_sending_and_noting_it_is_sent_again_where_keys_are_known() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    dies_before_noting(&home, true);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let post = Post::new(true, []);
        let recipe = Recipe { home, ..Recipe::default() };
        let mut world = start(&post, &ScriptedModel::new([]), recipe);
        let row = loop {
            // The dead store gives its lock back when its last task is dropped.
            knock(&world).await;
            let row = all(&world).await.remove(0);
            if row.state == DeliveryState::Sent {
                break row;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!((row.attempts, post.got().len()), (2, 1));
        stands(&mut world, DeliveryState::Sent).await;
    });
}

#[test]
fn where_they_are_not_it_is_unknown_and_the_owner_decides() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    dies_before_noting(&home, false);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let post = Post::new(false, []);
        let model = ScriptedModel::new([Script::text("next")]);
        let recipe = Recipe { home, ..Recipe::default() };
        let mut world = start(&post, &model, recipe);
        while all(&world).await[0].state != DeliveryState::Unknown {
            knock(&world).await;
            tokio::task::yield_now().await;
        }
        let row = stands(&mut world, DeliveryState::Unknown).await;
        assert!(row.reason.unwrap().contains("may have arrived"));
        assert_eq!(post.tried.load(Ordering::SeqCst), 0, "it was sent again");

        // The chat goes on meanwhile.
        world.post(question("anna", "still there?")).await.unwrap();
        stands(&mut world, DeliveryState::Sent).await;
        let id = all(&world).await[1].delivery.id;
        let revive = nanofolks_protocol::Write::ReviveDelivery { id };
        let batch = nanofolks_protocol::Batch { writes: vec![revive] };
        nanofolks_protocol::ports::Journal::commit(&*world.store, batch).await.unwrap();
        knock(&world).await;
        stands(&mut world, DeliveryState::Sent).await;
        assert_eq!(post.got().len(), 2);
    });
}

#[tokio::test]
async fn two_processes_bring_an_answer_out_once() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("four"));
    let (one, two) = (Post::new(false, []), Post::new(false, []));
    let mut first = start(&one, &model, Recipe { home: Arc::clone(&home), ..Recipe::default() });
    let second = start(&two, &model, Recipe { home, ..Recipe::default() });
    for n in 0..10 {
        first.post(question("anna", &n.to_string())).await.unwrap();
        for _ in 0..5 {
            knock(&second).await;
        }
    }
    while all(&first).await.iter().filter(|row| row.state == DeliveryState::Sent).count() < 10 {
        knock(&second).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(one.got().len() + two.got().len(), 10);
    first.until(EventKind::is_ending).await;
}
