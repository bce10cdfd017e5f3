//! `sessions.mirror_jsonl`: files that grow while people talk.

use std::fs;
use std::path::PathBuf;

use nanofolks_testkit::{Dialect, FakeModelServer, Gate, Reply, TestHome};
use serde_json::Value;

use crate::journey::empty_home;

fn mirrored(server: &FakeModelServer) -> TestHome {
    let home = empty_home();
    let config = TestHome::provider(server, Dialect::OpenAiChat);
    home.config(&format!("{config}\n[sessions]\nmirror_jsonl = true\n"));
    home
}

fn file(home: &TestHome) -> PathBuf {
    let folder = home.root().join("sessions/general");
    let found: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

/// The numbers and texts of the messages in a file.
fn messages(text: &str) -> Vec<(u64, String)> {
    let values = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let message = |value: Value| {
        Some((value["seq"].as_u64()?, value["text"].as_str().unwrap_or_default().to_owned()))
    };
    values.filter_map(message).collect()
}

fn ask(home: &TestHome, text: &str) {
    home.run(["chat", "-q", text, "--room", "general"]).exits(0);
}

fn noting() -> FakeModelServer {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted"));
    server
}

#[test]
fn a_mirror_is_what_an_export_says_and_can_be_imported() {
    let server = noting();
    let home = mirrored(&server);
    ask(&home, "one");
    let first = fs::read_to_string(file(&home)).unwrap();
    ask(&home, "two");
    let second = fs::read_to_string(file(&home)).unwrap();

    assert!(second.starts_with(&first), "it is not append-only");
    let exported = home.run(["session", "export"]).exits(0).out();
    let without_heading = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    assert_eq!(without_heading(&second), without_heading(&exported));
    let other = empty_home();
    other.call(["session", "import", "-"]).input(second).run().exits(0);
    let imported = other.run(["session", "export"]).exits(0).out();
    assert_eq!(without_heading(&imported), without_heading(&exported));
}

#[test]
fn after_a_crash_what_is_missing_is_added_once() {
    let gate = Gate::new();
    let server =
        FakeModelServer::with([Reply::text("first"), Reply::text("never shown").hold(&gate)]);
    server.otherwise(Reply::text("noted"));
    let home = mirrored(&server);
    ask(&home, "one");
    let running = home.call(["chat", "-q", "two", "--room", "general"]).start();
    gate.wait_reached();
    drop(running.kill());
    let path = file(&home);
    let torn = fs::read_to_string(&path).unwrap();
    let torn = format!("{torn}{{\"session\":\"half a li");
    fs::write(&path, torn).unwrap();

    ask(&home, "three");

    let found = messages(&fs::read_to_string(&path).unwrap());
    let numbers: Vec<u64> = found.iter().map(|(seq, _)| *seq).collect();
    let wanted: Vec<u64> = (1..=found.len() as u64).collect();
    assert_eq!(numbers, wanted, "{found:?}");
    let stored = home.run(["session", "show", "--json"]).exits(0).json();
    assert_eq!(stored["messages"].as_array().unwrap().len(), found.len());
}

#[test]
fn what_was_lost_of_a_mirror_comes_back_by_itself() {
    let server = noting();
    let home = mirrored(&server);
    ask(&home, "one");
    let path = file(&home);
    let whole = fs::read_to_string(&path).unwrap();
    for damage in
        [&whole[..whole.len() - 5], whole.split_inclusive('\n').next().unwrap(), "", "\0\0\0"]
    {
        fs::write(&path, damage).unwrap();
        home.run(["chat", "-q", "elsewhere"]).exits(0);
        let now = fs::read_to_string(&path).unwrap();
        assert_eq!(messages(&now), messages(&whole), "after {damage:?}");
    }
}

#[test]
fn nothing_is_mirrored_unless_it_was_asked_for() {
    let server = noting();
    let home = crate::journey::home_of(&server);
    ask(&home, "one");
    assert!(!home.root().join("sessions").exists());
}

#[test]
fn a_mirror_that_cannot_be_written_stops_nobody() {
    let server = noting();
    let home = mirrored(&server);
    home.write_root("sessions", "a file where the folder should be");

    let done = home.run(["chat", "-q", "hi"]).exits(0);

    assert_eq!(done.out(), "noted\n");
}
