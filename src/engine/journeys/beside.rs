//! Summaries that are made beside the conversation, by a model that takes its time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nanofolks_protocol::history::CompactionTier;
use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{EventKind, UsageFilter, UsageGroup, UsageRow};
use nanofolks_testkit::{Gate, Script, ScriptedModel, ScriptedModels};
use pretty_assertions::assert_eq;

use super::window::{WINDOW, answer, codes, session, talk};
use super::world::{Recipe, World};
use crate::EngineSettings;

/// A conversation so full that a summary is begun, which the next script is the answer of.
async fn full(model: &Arc<ScriptedModel>, settings: fn(EngineSettings) -> EngineSettings) -> World {
    let change = Box::new(|models: ScriptedModels| {
        models.with_card(|card| (card.context_window, card.max_output) = (WINDOW, 1_000))
    });
    let mut world = Recipe { change, settings, ..Recipe::default() }.start(model);
    for at in 0..12 {
        talk(&mut world, model, &format!("Never touch file-{at}.txt."), 500).await;
    }
    model.push(answer(&"many words are said here ".repeat(100)));
    world
}

async fn by_kind(world: &World) -> Vec<UsageRow> {
    let filter = UsageFilter { group: UsageGroup::Kind, ..UsageFilter::default() };
    world.store.usage(filter).await.unwrap()
}

#[tokio::test]
async fn a_turn_waits_for_no_summary_that_hangs_and_is_shortened_without_it() {
    let model = ScriptedModel::new([]);
    let mut world = full(&model, |settings| settings).await;
    let gate = Gate::new();
    let late = "This summary came too late for anybody to be of use, whatever is said in it.";
    model.push(Script::new().wait(&gate).say(late).end(nanofolks_protocol::StopReason::End));
    world.say("one more").await;
    gate.reached().await;
    model.push(answer("well"));
    let question = format!("and now {}", "with many more words ".repeat(300));

    let events = world.say(&question).await;

    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }), "{events:#?}");
    assert!(codes(&events).contains(&"history_compacted".to_owned()), "{:?}", codes(&events));
    let request = model.requests().pop().unwrap();
    assert_eq!(request.messages.last().unwrap().text(), question);
    let text: String = request.messages.iter().map(|message| message.text()).collect();
    for at in 0..12 {
        assert!(text.contains(&format!("Never touch file-{at}.txt.")), "{at}: {text}");
    }
    let session = session(&world).await;
    let kept = world.store.checkpoint(session).await.unwrap().unwrap();
    assert_eq!(kept.tier, CompactionTier::Emergency);

    // What comes in the end does not take the place of the newer one, and is paid for.
    gate.release();
    while by_kind(&world).await.len() < 2 {
        tokio::task::yield_now().await;
    }
    let newest = world.store.checkpoint(session).await.unwrap().unwrap();
    assert_eq!(newest.upto, kept.upto);
    assert!(!newest.summary.contains("too late"), "{}", newest.summary);
}

#[tokio::test]
async fn a_summariser_that_hangs_is_given_up_at_its_deadline_and_counted_as_what_it_was_sent() {
    let model = ScriptedModel::new([]);
    let mut world = full(&model, |mut settings| {
        settings.context.summary_timeout = Duration::from_millis(50);
        settings
    })
    .await;
    let never = Gate::new();
    model.push(Script::new().say("The beginning of ").wait(&never).say("too late"));
    world.say("one more").await;
    let begun = Instant::now();

    let events = world.until(|what| matches!(what, EventKind::CompactionFinished { .. })).await;

    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(codes(&events), ["summary_failed"]);
    model.push(answer("fine"));
    let events = world.say("and now?").await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }));
    let rows = by_kind(&world).await;
    let [turns, summary] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((turns.requests, summary.requests, summary.lost_requests), (14, 1, 1));
    assert!(summary.usage.input_tokens > 500, "{summary:?}");
    assert!((1..50).contains(&summary.usage.output_tokens), "{summary:?}");
    assert!(summary.lost_usd > 0.0, "{summary:?}");
    assert_eq!(summary.lost_usd.to_bits(), summary.cost_usd.to_bits());
}

#[tokio::test]
async fn a_summariser_that_counts_what_cannot_be_poisons_no_sum() {
    let model = ScriptedModel::new([]);
    let mut world = full(&model, |settings| settings).await;
    let summary = "They talked about files that nobody may touch, and went on with other things.";
    let absurd = Script::new().say(summary).used(u64::MAX, 1_000_000_000_000_000_000);
    model.push(absurd.end(nanofolks_protocol::StopReason::End));
    world.say("one more").await;
    world.until(|what| matches!(what, EventKind::CompactionFinished { .. })).await;

    let rows = by_kind(&world).await;
    let usd: f64 = rows.iter().map(|row| row.cost_usd).sum();
    assert!(usd < 1.0, "{rows:?}");
    assert_eq!((rows[1].key.as_str(), rows[1].lost_requests), ("summary", 1));
}
