//! Two hundred turns of many kinds, one after another in a few rooms.

use std::sync::Arc;

use nanofolks_protocol::envelope::{Attachment, AttachmentKind};
use nanofolks_protocol::ports::Blobs as _;
use nanofolks_protocol::{
    ApprovalMode, Effect, EventKind, ModelErrorKind, Origin, StopReason, ToolError, ToolOutput,
    TurnOptions,
};
use nanofolks_testkit::{FakeTool, Script, ScriptedModel};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::world::{Recipe, World, envelope};
use super::{Stepping, all_again};

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn tools() -> Vec<Arc<FakeTool>> {
    let echo = |call: &nanofolks_protocol::ToolCall| {
        Ok(ToolOutput::text(format!("saw {}", call.arguments)))
    };
    let fail =
        |_: &nanofolks_protocol::ToolCall| Err(ToolError::new("not_found", "no").hint("look"));
    let dump = |_: &nanofolks_protocol::ToolCall| Ok(ToolOutput::text("dump\n".repeat(4_000)));
    vec![
        Arc::new(FakeTool::new("dump").does(dump)),
        Arc::new(FakeTool::new("fail").does(fail)),
        Arc::new(FakeTool::new("look").does(echo)),
        Arc::new(FakeTool::new("write").effects([Effect::FsWrite]).does(echo)),
    ]
}

/// What the model does in one turn: some rounds of tools, then an end of some kind.
fn plan(dice: &mut Dice, model: &ScriptedModel, fallback: &ScriptedModel) {
    for _ in 0..dice.below(4) {
        let mut round = Script::new();
        if dice.below(2) == 0 {
            round = round.think("so many files").say("let me see ");
        }
        for at in 0..=dice.below(4) {
            let names = ["look", "fail", "dump", "write", "unknown"];
            let name = names[usize::try_from(dice.below(5)).unwrap()];
            let id = format!(
                "call_{}",
                if dice.below(5) == 0 { 0 } else { at + dice.below(1_000) * 10 }
            );
            round = match dice.below(12) {
                0 => round.malformed_call(&id, name, "{\"path"),
                _ => round.call(&id, name, json!({ "n": dice.below(3) })),
            };
        }
        model.push(round.used(dice.below(900), dice.below(90)).end(StopReason::ToolUse));
    }
    match dice.below(8) {
        0 => model.push(Script::new().say("half of ").fail(ModelErrorKind::Cut, "gone")),
        1 => model.push(Script::fails(ModelErrorKind::RateLimited, "429")),
        2 => model.push(Script::fails(ModelErrorKind::BadRequest, "400")),
        3 => model.push(Script::new().say("too long").used(5, 9).end(StopReason::Length)),
        4 => model.push(Script::new().end(StopReason::End)),
        5 => model.push(Script::new().say("that ends nowhere")),
        6 => model.push(Script::new().say("{\"a\": 1}").end(StopReason::Refused)),
        _ => model.push(Script::text("all done")),
    }
    fallback.push(Script::text("the other one goes on"));
}

async fn turn(dice: &mut Dice, world: &mut World) {
    let approval = if dice.below(2) == 0 { ApprovalMode::Full } else { ApprovalMode::Ask };
    let mut options = TurnOptions { approval, ..TurnOptions::default() };
    if dice.below(5) == 0 {
        options.output_schema = Some(json!({ "type": "object" }));
    }
    if dice.below(6) == 0 {
        options.max_iterations = 2;
    }
    if dice.below(6) == 0 {
        options.max_cost_usd = Some(0.02);
    }
    let room = ["general", "second", "run-1"][usize::try_from(dice.below(2)).unwrap()];
    let mut envelope = envelope(room, "what is this, @coder? and @nobody");
    if dice.below(4) == 0 {
        let kind = if dice.below(2) == 0 { AttachmentKind::Image } else { AttachmentKind::Text };
        let bytes = format!("picture {}", dice.below(3));
        let blob = world.store.put(bytes.clone().into()).await.unwrap();
        let (mime, name) = ("image/png".to_owned(), "a.png".to_owned());
        let bytes = bytes.len() as u64;
        envelope.attachments =
            vec![Attachment { kind, mime, name, blob, bytes, origin: Origin::File }];
    }
    world.post_with(envelope, options).await.unwrap();
    world.until(EventKind::is_ending).await;
}

#[tokio::test]
async fn two_hundred_turns_of_many_kinds_are_as_they_were() {
    let mut replayed = 0;
    for seed in 0..10 {
        let mut dice = Dice(seed);
        let model = ScriptedModel::new([]);
        let other = ScriptedModel::named("other", []);
        other.otherwise(Script::text("and on"));
        model.otherwise(Script::text("nothing more"));
        let fallback = Arc::clone(&other);
        let change = Box::new(move |models: nanofolks_testkit::ScriptedModels| {
            if seed % 2 == 0 { models.and(fallback).fall_back("other", None) } else { models }
        });
        let recipe = Recipe { tools: tools(), change, clock: Stepping::new(), ..Recipe::default() };
        let mut world = recipe.start(&model);
        for _ in 0..20 {
            plan(&mut dice, &model, &other);
            turn(&mut dice, &mut world).await;
        }
        replayed += all_again(&world.store).await;
    }
    assert_eq!(replayed, 200);
}
