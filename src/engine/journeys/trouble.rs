//! The store fails, or the clock jumps: no turn is lost, none is left half.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nanofolks_protocol::journal::Orphan;
use nanofolks_protocol::ports::{Archive as _, Boxed, Clock, Journal, StoreError, Unwritten};
use nanofolks_protocol::tool::Idempotence;
use nanofolks_protocol::{
    ApprovalMode, Batch, Content, Effect, EventKind, Limit, LimitScope, Message, OwnerId, RoomId,
    StopReason, Timestamp, TurnOptions, Written,
};
use nanofolks_store::Store;
use nanofolks_testkit::{FakeTool, FixedClock, Gate, Script, ScriptedModel};
use serde_json::json;

use super::world::{Recipe, World, envelope};

/// A journal that fails at some of its commits.
struct Failing {
    store: Arc<Store>,
    commits: Arc<AtomicUsize>,
    first: usize,
    times: usize,
}

impl Journal for Failing {
    fn commit(&self, batch: Batch) -> Boxed<'_, Result<Vec<Written>, Unwritten>> {
        let now = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        if (self.first..self.first + self.times).contains(&now) {
            let error = StoreError::Full("no space left".to_owned());
            return Box::pin(async { Err(Unwritten { error, batch }) });
        }
        self.store.commit(batch)
    }

    fn adopt_orphans<'a>(
        &'a self,
        room: &'a RoomId,
        owner: OwnerId,
        at: Timestamp,
    ) -> Boxed<'a, Result<Vec<Orphan>, StoreError>> {
        self.store.adopt_orphans(room, owner, at)
    }
}

fn free() -> TurnOptions {
    TurnOptions { approval: ApprovalMode::Full, attended: true, ..TurnOptions::default() }
}

async fn messages(world: &World) -> Vec<Arc<Message>> {
    let state = world.store.room(&RoomId::general()).await.unwrap().unwrap();
    world.store.messages(state.session.unwrap().id, 1_000).await.unwrap()
}

/// Calls without a result, and results without a call.
fn unpaired(messages: &[Arc<Message>]) -> Vec<String> {
    let mut open = Vec::new();
    for part in messages.iter().flat_map(|message| &message.parts) {
        match &part.content {
            Content::ToolCall(call) => open.push(call.id.to_string()),
            Content::ToolResult(result) => {
                let id = result.call_id.to_string();
                match open.iter().position(|known| *known == id) {
                    Some(at) => drop(open.remove(at)),
                    None => open.push(format!("result of {id}")),
                }
            }
            _ => {}
        }
    }
    open
}

/// A turn with a tool that has effects, while the commits from `first` on fail.
async fn troubled(first: usize, times: usize) -> usize {
    let tool = Arc::new(
        FakeTool::new("scribble")
            .effects([Effect::FsWrite])
            .describe(|descriptor| descriptor.idempotent = Idempotence::No),
    );
    let model = ScriptedModel::new([Script::tool("c1", "scribble", json!({}))]);
    model.otherwise(Script::text("well"));
    let commits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&commits);
    let recipe = Recipe {
        tools: vec![Arc::clone(&tool)],
        journal: Box::new(move |store| {
            Arc::new(Failing { store, commits: counted, first, times }) as Arc<dyn Journal>
        }),
        ..Recipe::default()
    };
    let mut world = recipe.start(&model);
    let message = envelope("general", "write it down");
    // Not accepted is said, and sent again.
    while world.post_with(message.clone(), free()).await.is_err() {}
    world.until(EventKind::is_ending).await;
    let needed = commits.load(Ordering::SeqCst);
    let next = envelope("general", "and now?");
    while world.post_with(next.clone(), free()).await.is_err() {}
    world.until(EventKind::is_ending).await;

    let stored = world.stored("general").await;
    let endings = stored.iter().filter(|event| event.what.is_ending()).count();
    assert_eq!(endings, 2, "commit {first}: {stored:#?}");
    let messages = messages(&world).await;
    assert_eq!(unpaired(&messages), Vec::<String>::new(), "commit {first}");
    assert!(tool.calls().len() <= 1, "commit {first}: it ran {} times", tool.calls().len());
    let seqs: Vec<Option<u64>> = stored.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).map(Some).collect::<Vec<_>>());
    needed
}

#[tokio::test]
async fn every_commit_of_a_turn_may_fail_and_the_turn_still_ends_once() {
    let mut first = 1;
    loop {
        let (needed, _) = tokio::join!(troubled(first, 1), troubled(first, 2));
        if first > needed {
            break;
        }
        first += 1;
    }
    assert!(first > 3, "a turn with a tool has more commits than {first}");
}

/// A message that waited is claimed with the ending before it; its opening then fails twice.
#[tokio::test]
async fn a_claimed_turn_that_cannot_be_opened_is_opened_later() {
    for first in 2..=6 {
        let gate = Gate::new();
        let one = Script::new().wait(&gate).say("one").end(StopReason::End);
        let model = ScriptedModel::new([one]);
        model.otherwise(Script::text("well"));
        let recipe = Recipe {
            journal: Box::new(move |store| {
                let commits = Arc::default();
                Arc::new(Failing { store, commits, first, times: 2 })
            }),
            ..Recipe::default()
        };
        let mut world = recipe.start(&model);
        world.post(envelope("general", "message 1")).await.unwrap();
        gate.reached().await;
        let second = envelope("general", "message 2");
        while world.post(second.clone()).await.is_err() {}
        gate.release();
        world.until(EventKind::is_ending).await;
        world.until(EventKind::is_ending).await;

        let said: Vec<String> =
            messages(&world).await.iter().map(|message| message.text()).collect();
        assert_eq!(said, ["message 1", "one", "message 2", "well"], "commit {first}");
    }
}

#[tokio::test]
async fn who_waits_is_told_when_the_ending_cannot_be_written() {
    let model = ScriptedModel::new([Script::text("well")]);
    let recipe = Recipe {
        journal: Box::new(|store| {
            let commits = Arc::default();
            Arc::new(Failing { store, commits, first: 2, times: usize::MAX - 2 })
        }),
        ..Recipe::default()
    };
    let mut world = recipe.start(&model);
    world.post(envelope("general", "hello")).await.unwrap();

    let seen = world.until(|what| matches!(what, EventKind::Notice { .. })).await;

    let notice = seen.last().unwrap();
    assert_eq!(notice.seq, None, "what is not stored has no number");
    let EventKind::Notice { code, .. } = &notice.what else { panic!("{notice:?}") };
    assert_eq!(code, "disk_full");
    let home = world.stop().await;
    // The next process answers it.
    let model = ScriptedModel::new([Script::text("well"), Script::text("again")]);
    let mut world = Recipe { home, ..Recipe::default() }.start(&model);
    world.post(envelope("general", "are you there?")).await.unwrap();
    world.until(EventKind::is_ending).await;
    world.until(EventKind::is_ending).await;
    assert_eq!(messages(&world).await.len(), 4);
}

#[tokio::test]
async fn a_clock_that_jumps_a_day_loses_nothing_and_reorders_nothing() {
    let clock = Arc::new(FixedClock::default());
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("well"));
    let recipe = Recipe { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..Recipe::default() };
    let mut world = recipe.start(&model);
    let day = 24 * 3_600_000;
    let mut said = Vec::new();
    for (number, jump) in [0, day, -2 * day, day / 2, -day, 3 * day].into_iter().enumerate() {
        clock.advance(jump);
        let text = format!("message {number}");
        world.say(&text).await;
        said.push(text);
    }

    let texts: Vec<String> = messages(&world).await.iter().map(|message| message.text()).collect();
    let asked: Vec<&String> = texts.iter().filter(|text| text.starts_with("message")).collect();
    assert_eq!(asked, said.iter().collect::<Vec<_>>());
    assert_eq!(texts.len(), said.len() * 2);
}

#[tokio::test]
async fn the_ceiling_of_a_day_follows_a_clock_that_jumps() {
    const DAY: i64 = 24 * 3_600_000;
    let clock = Arc::new(FixedClock::default());
    let model = ScriptedModel::new([]);
    model.otherwise(Script::new().say("one").used(1_000, 600).end(StopReason::End));
    let settings = |mut settings: crate::EngineSettings| {
        let (usd, tokens) = (None, Some(7_000));
        settings.budget.limits = vec![Limit { scope: LimitScope::Day, usd, tokens, since: None }];
        settings
    };
    let recipe =
        Recipe { clock: Arc::clone(&clock) as Arc<dyn Clock>, settings, ..Recipe::default() };
    let mut world = recipe.start(&model);
    let mut is_answered = async |jump: i64| {
        clock.advance(jump);
        let events = world.say("go on").await;
        matches!(events.last().unwrap().what, EventKind::TurnFinished { .. })
    };

    // Some of these fit into a day, and then none.
    let mut fit = 0;
    while is_answered(0).await {
        fit += 1;
        assert!(fit < 9, "the ceiling never held");
    }
    assert!(fit > 0 && !is_answered(60_000).await && !is_answered(120_000).await);
    assert!(is_answered(DAY).await, "the next day has its own");
    assert!(!is_answered(-DAY).await, "and the day before is still used up");
    assert!(is_answered(400 * DAY).await, "so has one in a year");
    assert!(is_answered(-380 * DAY).await, "which does not count when the clock is right again");
}
