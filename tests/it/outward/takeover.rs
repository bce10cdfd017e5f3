//! Real processes that are stopped, killed, and go on.

use std::time::{Duration, Instant};

use nanofolks_testkit::{Call, Dialect, FakeModelServer, Gate, Reply, TestHome};
use pretty_assertions::assert_eq;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::journey::home_of;

/// The words of a command in the room `general`, with leases of a second.
fn chat(text: &str) -> [&str; 8] {
    ["chat", "-q", text, "--room", "general", "--stream-json", "--config", "engine.lease=1"]
}

fn stored(home: &TestHome) -> String {
    home.run(["session", "export", "--room", "general"]).exits(0).out()
}

#[test]
fn a_process_that_was_stopped_loses_its_turn_and_says_so_when_it_goes_on() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::pieces(["slow ", "words"]).stall_after(1, &gate)]);
    server.otherwise(Reply::text("quick words"));
    let home = home_of(&server);
    let slow = home.call(chat("first question")).start();
    gate.wait_reached();
    slow.signal(Signal::STOP);

    let begun = Instant::now();
    let quick = home.run(chat("second question")).exits(0).json_lines();
    assert!(begun.elapsed() < Duration::from_secs(20));
    gate.release();
    slow.signal(Signal::CONT);
    let slow = slow.wait().exits(1);

    assert!(slow.err().contains("another process has taken this message over"), "{}", slow.err());
    let shown = slow.json_lines();
    assert!(shown.iter().all(|event| event["type"] != "turn.finished"), "{shown:#?}");
    let text = stored(&home);
    assert!(!text.contains("slow words"), "{text}");
    assert_eq!(text.matches("\"role\":\"assistant\"").count(), 2, "{text}");
    assert_eq!(quick.last().unwrap()["type"], "turn.finished");
}

#[test]
fn a_process_that_lost_its_turn_changes_no_file_when_it_goes_on() {
    let gate = Gate::new();
    let arguments = json!({ "path": "new.txt", "content": "too late" });
    let late = Reply::tool_calls([Call::new("call_1", "write_file", &arguments)]);
    let server = FakeModelServer::with([late.hold(&gate)]);
    server.otherwise(Reply::text("quick words"));
    let home = home_of(&server);
    let writing = chat("write a file").into_iter().chain(["--approve", "auto-edit"]);
    let slow = home.call(writing).start();
    gate.wait_reached();
    slow.signal(Signal::STOP);

    home.run(chat("second question")).exits(0);
    gate.release();
    slow.signal(Signal::CONT);
    let slow = slow.wait().exits(1);

    assert!(slow.err().contains("another process has taken this message over"), "{}", slow.err());
    assert!(!home.work().join("new.txt").exists(), "a file was written by who had lost the turn");
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_process_that_only_takes_its_time_keeps_its_turn() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::pieces(["slow ", "words"]).stall_after(1, &gate)]);
    server.otherwise(Reply::text("next"));
    let home = home_of(&server);
    let slow = home.call(chat("first question")).start();
    gate.wait_reached();
    let waiting = home.call(chat("second question")).start();
    three_leases_go_by();
    gate.release();

    let first = slow.wait().exits(0).json_lines();
    assert_eq!(first.last().unwrap()["answers"][0]["text"], "slow words");
    waiting.wait().exits(0);
    assert_eq!(server.asked().len(), 2);
}

#[expect(clippy::disallowed_methods, reason = "what must not happen is given time to happen")]
fn three_leases_go_by() {
    std::thread::sleep(Duration::from_secs(3));
}

#[test]
fn of_many_processes_that_come_upon_a_turn_of_a_killed_one_a_single_one_takes_it_up() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never shown").hold(&gate)]);
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    let killed = home.call(["chat", "-q", "first question", "--room", "general"]).start();
    gate.wait_reached();
    drop(killed.kill());

    let heirs: Vec<_> = (0..8)
        .map(|n| home.call(["chat", "-q", &format!("heir {n}"), "--room", "general"]).start())
        .collect();
    for heir in heirs {
        assert_eq!(heir.wait().exits(0).out(), "noted\n");
    }

    // The call that was lost, once again by one heir, and one for each heir.
    let asked = server.asked();
    assert_eq!(asked.len(), 10);
    let last_said = |one: &nanofolks_testkit::Recorded| one.seen.turns.last().unwrap().text.clone();
    let again = asked.iter().filter(|one| last_said(one).contains("first question")).count();
    assert_eq!(again, 2);
    let text = stored(&home);
    assert_eq!(text.matches("\"role\":\"user\"").count(), 9, "{text}");
    assert_eq!(text.matches("\"role\":\"assistant\"").count(), 9, "{text}");
}

fn usage(home: &TestHome) -> Value {
    home.run(["usage", "--json"]).exits(0).json()["total"].clone()
}

#[test]
fn a_call_that_was_lost_with_its_process_is_counted_once_at_the_most_it_could_cost() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never shown").hold(&gate)]);
    server.otherwise(Reply::text("noted"));
    let home = TestHome::new(crate::journey::NANOFOLKS);
    let provider = TestHome::provider(&server, Dialect::OpenAiChat);
    let model = home_model(&provider);
    home.config(&format!(
        "{provider}\n[models.{model:?}]\nmax_output = 1000\nprice = {{ input = 1.0, output = 1000.0 }}\n"
    ));
    let running = home.call(["chat", "-q", "hello", "--room", "general"]).start();
    gate.wait_reached();
    drop(running.kill());

    let lost = usage(&home);
    assert_eq!((&lost["requests"], &lost["lost_requests"]), (&1.into(), &1.into()));
    let usd = lost["lost_usd"].as_f64().unwrap();
    assert!((1.0..1.1).contains(&usd), "1,000 tokens of output at $1,000 a million: {usd}");
    let told = home.run(["usage"]).exits(0);
    assert!(told.err().contains("ended before their provider said"), "{}", told.err());

    home.run(["chat", "-q", "and now?", "--room", "general"]).exits(0);
    let after = usage(&home);
    assert_eq!((&after["requests"], &after["lost_requests"]), (&3.into(), &1.into()));
    assert_eq!(after["lost_usd"].as_f64().unwrap().to_bits(), usd.to_bits());
}

/// The model that a configuration names.
fn home_model(provider: &str) -> String {
    let line = provider.lines().find(|line| line.starts_with("model")).unwrap();
    line.split('"').nth(1).unwrap().to_owned()
}

#[test]
fn status_says_that_a_provider_fails() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::error(503));
    let home = crate::journey::impatient_home(&server, Dialect::OpenAiChat);
    for _ in 0..3 {
        home.run(["chat", "-q", "hello"]).exits(6);
    }
    let lately = &home.run(["status", "--json"]).exits(0).json()["stored"]["asked_lately"];
    assert_eq!(
        (&lately[0]["provider"], &lately[0]["breaker"]["state"]),
        (&"fake".into(), &"open".into())
    );
    assert!(home.run(["status"]).exits(0).out().contains("fake fails"));
}
