//! Slash commands through the engine, as any front sends them.

use nanofolks_protocol::command::Then;
use nanofolks_protocol::ports::Archive as _;
use nanofolks_protocol::{
    CommandOutput, EventKind, Op, Problem, Receipt, SenderRole, StopReason, Trust, TurnOptions,
};
use nanofolks_testkit::{Gate, Script, ScriptedModel};

use super::world::{World, envelope, world};

async fn command(world: &World, line: &str) -> Result<CommandOutput, Problem> {
    let mut envelope = envelope("general", line);
    envelope.channel = "cli".into();
    send(world, envelope).await
}

async fn send(
    world: &World,
    envelope: nanofolks_protocol::Envelope,
) -> Result<CommandOutput, Problem> {
    let (envelope, options) = (Box::new(envelope), Box::new(TurnOptions::default()));
    match world.handle.submit(Op::Command { envelope, options }).await? {
        Receipt::Told(output) => Ok(*output),
        other => panic!("{other:?}"),
    }
}

fn rows(output: &CommandOutput) -> Vec<Vec<String>> {
    output.table.clone().unwrap().rows
}

#[tokio::test]
async fn what_is_not_a_command_is_never_said_to_a_model() {
    let model = ScriptedModel::new([]);
    let world = world(&model);
    let problem = command(&world, "/hlep").await.unwrap_err();
    assert_eq!(problem.code, "command_unknown");
    assert!(problem.hint.unwrap().contains("/help"));
    assert_eq!(command(&world, "/steer").await.unwrap_err().code, "argument_missing");
    assert_eq!(command(&world, "hello").await.unwrap_err().code, "command_unknown");
    let help = command(&world, "/help").await.unwrap().text;
    assert!(help.contains("/undo") && help.contains("/exit"), "{help}");
    assert_eq!(model.requests().len(), 0);
    assert!(world.stored("general").await.is_empty());
}

#[tokio::test]
async fn a_chat_has_no_commands_of_a_terminal_and_a_webhook_has_none() {
    let world = world(&ScriptedModel::new([]));
    let in_chat = |line: &str| {
        let mut envelope = envelope("general", line);
        envelope.channel = "telegram".into();
        envelope
    };
    assert!(send(&world, in_chat("/help")).await.unwrap().text.contains("/stop"));
    assert_eq!(send(&world, in_chat("/doctor")).await.unwrap_err().code, "command_unknown");
    let mut hook = in_chat("/approve");
    hook.trust = Trust::Webhook;
    assert_eq!(send(&world, hook).await.unwrap_err().code, "command_refused");
}

#[tokio::test]
async fn while_a_turn_runs_commands_wait_join_stop_or_are_refused_as_the_list_says() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate).say("done").end(StopReason::End)]);
    model.otherwise(Script::text("later"));
    let mut world = world(&model);
    world.post(envelope("general", "run")).await.unwrap();
    gate.reached().await;

    assert_eq!(command(&world, "/undo").await.unwrap_err().code, "turn_running");
    assert!(
        rows(&command(&world, "/status").await.unwrap())
            .iter()
            .any(|row| row == &["runs", "a turn"])
    );
    command(&world, "/queue first").await.unwrap();
    command(&world, "/queue second").await.unwrap();
    command(&world, "/queue edit 2 changed").await.unwrap();
    command(&world, "/queue delete 1").await.unwrap();
    let waiting = rows(&command(&world, "/queue").await.unwrap());
    assert_eq!(waiting, [["1", "me", "changed"]]);
    assert_eq!(command(&world, "/queue delete 7").await.unwrap_err().code, "not_waiting");
    command(&world, "/stop").await.unwrap();

    let events = world.until(EventKind::is_ending).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnCancelled { .. }));
    let events = world.until(EventKind::is_ending).await;
    let started = events.iter().find_map(|event| match &event.what {
        EventKind::TurnStarted { text, .. } => Some(text.clone()),
        _ => None,
    });
    assert_eq!(started.as_deref(), Some("changed"));
}

#[tokio::test]
async fn sessions_are_listed_with_what_they_came_from_and_gone_back_to() {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("yes"));
    let mut world = world(&model);
    world.say("about the harbour").await;
    world.say("and the ships").await;
    command(&world, "/undo").await.unwrap();
    command(&world, "/rename The short one").await.unwrap();
    let sessions = rows(&command(&world, "/sessions").await.unwrap());
    assert_eq!(sessions.len(), 2);
    assert!(sessions.iter().any(|row| row[2] == "The short one" && row[4].starts_with("of ")));
    let rewinds = rows(&command(&world, "/rewind").await.unwrap());
    assert_eq!(rewinds, [["1", "about the harbour"]]);

    let output = command(&world, "/resume harbour").await.unwrap();
    let Some(Then::Session(Some(session))) = output.then.first() else { panic!("{output:?}") };
    assert_eq!(world.store.messages(*session, 10).await.unwrap().len(), 4);
    assert_eq!(command(&world, "/resume nowhere").await.unwrap_err().code, "session_unknown");
}

#[tokio::test]
async fn what_is_put_away_is_asked_about_first_and_a_room_has_one_name() {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("yes"));
    let mut world = world(&model);
    world.say("hello").await;
    let asked = command(&world, "/trash").await.unwrap();
    assert!(matches!(&asked.then[..], [Then::Confirm { line, .. }] if line == "/trash yes"));
    assert_eq!(rows(&command(&world, "/sessions").await.unwrap()).len(), 1);
    command(&world, "/trash yes").await.unwrap();
    assert_eq!(
        command(&world, "/sessions").await.unwrap().text,
        "nothing was said in this room yet"
    );

    for name in ["#Harbour", "room:harbour", "harbour"] {
        let output = command(&world, &format!("/room {name}")).await.unwrap();
        assert!(matches!(&output.then[0], Then::Room(room) if room.as_str() == "harbour"));
    }
}

#[tokio::test]
async fn what_the_house_says_is_no_word_to_stop() {
    let gate = Gate::new();
    let model = ScriptedModel::new([
        Script::new().wait(&gate).say("done").end(StopReason::End),
        Script::text("ok"),
    ]);
    let mut world = world(&model);
    world.post(envelope("general", "run")).await.unwrap();
    gate.reached().await;
    let mut word = envelope("general", "stop");
    word.sender.role = SenderRole::System;
    assert!(matches!(world.post(word).await.unwrap(), Receipt::Posted { .. }));
    gate.release();
    let events = world.until(EventKind::is_ending).await;
    assert!(matches!(events.last().unwrap().what, EventKind::TurnFinished { .. }), "{events:#?}");
}

#[tokio::test]
async fn the_rooms_and_the_team_say_what_goes_on() {
    let gate = Gate::new();
    let model = ScriptedModel::new([Script::new().wait(&gate).say("done").end(StopReason::End)]);
    model.otherwise(Script::text("later"));
    let mut world = world(&model);
    let quiet = command(&world, "/bot").await.unwrap();
    assert!(quiet.choices.iter().all(|choice| !choice.about.contains("at work")), "{quiet:?}");

    let text = "count the leaves of every tree\nin the garden behind the house";
    world.post(envelope("general", text)).await.unwrap();
    gate.reached().await;
    command(&world, "/queue then sweep them").await.unwrap();
    let rooms = command(&world, "/rooms").await.unwrap();
    let team = command(&world, "/bot").await.unwrap();

    let now = "leader at work on “count the leaves of every tree in the ga…”; 1 message waiting";
    assert_eq!(rows(&rooms)[0].last().unwrap(), now);
    assert_eq!(rooms.choices[0].about, now);
    let about = |bot: &str| &team.choices.iter().find(|choice| choice.label == bot).unwrap().about;
    assert!(about("leader").starts_with("at work in #general on “count"), "{}", about("leader"));
    assert!(!about("coder").contains("at work"), "{}", about("coder"));
    gate.release();
    world.until(EventKind::is_ending).await;
    let rooms = command(&world, "/rooms").await.unwrap();
    assert!(!rooms.choices[0].about.contains("count"), "{rooms:?}");
}

#[tokio::test]
async fn the_room_one_is_in_is_listed_before_anything_was_said_in_it() {
    let model = ScriptedModel::new([]);
    model.otherwise(Script::text("hello"));
    let mut world = world(&model);

    let fresh = command(&world, "/rooms").await.unwrap();
    world.say("hello").await;
    let used = command(&world, "/rooms").await.unwrap();

    assert!(rows(&fresh)[0][2].contains("leader"), "{fresh:?}");
    assert_eq!(rows(&fresh), rows(&used));
    assert!(fresh.choices[0].is_current && fresh.choices[0].label == "general", "{fresh:?}");
}
