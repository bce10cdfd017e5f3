//! The plug is pulled: the next start goes on.

use nanofolks_testkit::{Call, FakeModelServer, Gate, Key, Reply, Terminal};
use serde_json::{Value, json};

use crate::journey::home_of;

/// The endings of the turns of a room, by turn.
fn endings(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|event| event["type"].as_str())
        .filter(|kind| matches!(*kind, "turn.finished" | "turn.failed" | "turn.cancelled"))
        .collect()
}

#[test]
fn after_kill_9_in_the_middle_of_an_answer_the_next_start_works() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("one two three").stall_after(2, &gate)]);
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "my colour is teal", "--room", "general"]).start();
    gate.wait_reached();

    assert_eq!(running.kill().code(), 137);
    let next = home.run(["chat", "-q", "which?", "--room", "general"]).exits(0);

    assert_eq!(next.out(), "noted\n");
    let last = server.asked().pop().unwrap();
    let seen: Vec<&str> = last.seen.turns.iter().map(|turn| turn.text.as_str()).collect();
    assert!(seen.join("\n").contains("teal"), "what was accepted is lost: {seen:?}");
}

#[test]
fn what_was_accepted_before_the_kill_is_answered_once() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never shown").hold(&gate)]);
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "my colour is teal", "--room", "general"]).start();
    gate.wait_reached();
    drop(running.kill());

    home.run(["chat", "-q", "which?", "--room", "general"]).exits(0);
    home.run(["chat", "-q", "and now?", "--room", "general"]).exits(0);

    let last = server.asked().pop().unwrap();
    let questions = last.seen.turns.iter().filter(|turn| turn.text.contains("teal")).count();
    assert_eq!(questions, 1, "{:#?}", last.seen.turns);
}

#[test]
fn a_tool_that_finished_before_the_kill_is_not_run_again() {
    let gate = Gate::new();
    let arguments = json!({ "path": "new.txt", "content": "first" });
    let server = FakeModelServer::with([
        Reply::tool_calls([Call::new("call_1", "write_file", &arguments)]),
        Reply::text("never shown").hold(&gate),
    ]);
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    let arguments = ["chat", "-q", "write", "--room", "general", "--approve", "auto-edit"];
    let running = home.call(arguments).start();
    gate.wait_reached();
    drop(running.kill());
    std::fs::write(home.work().join("new.txt"), "changed since").unwrap();

    home.run(["chat", "-q", "hello again", "--room", "general"]).exits(0);

    let text = std::fs::read_to_string(home.work().join("new.txt")).unwrap();
    assert_eq!(text, "changed since", "the tool ran a second time");
}

#[test]
fn a_turn_that_was_interrupted_has_one_ending() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("one two").stall_after(2, &gate)]);
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "hi", "--room", "general", "--stream-json"]).start();
    gate.wait_reached();
    running.interrupt();

    let first = running.wait().exits(130).json_lines();
    let second = home
        .run(["chat", "-q", "again", "--room", "general", "--stream-json"])
        .exits(0)
        .json_lines();

    assert_eq!(endings(&first), ["turn.cancelled"]);
    assert_eq!(endings(&second), ["turn.finished"]);
}

#[test]
fn who_has_to_wait_for_what_killed_processes_left_is_told_so() {
    let gate = Gate::new();
    let held = || Reply::text("never shown").hold(&gate);
    let server = FakeModelServer::with([held(), held()]);
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    for question in ["my colour is teal", "my number is nine"] {
        let asked = server.asked().len();
        let running = home.call(["chat", "-q", question, "--room", "ops"]).start();
        server.wait_asked(asked + 1);
        drop(running.kill());
    }

    let next = home.run(["chat", "-q", "which?", "--room", "ops"]).exits(0);

    assert_eq!(next.out(), "noted\n");
    assert!(next.err().contains("a process left behind that is gone"), "{}", next.err());
    let quiet = home.run(["chat", "-q", "again?", "--room", "ops"]).exits(0);
    assert_eq!(quiet.err(), "", "nothing was before it");
}

#[test]
fn who_waits_behind_a_question_that_a_killed_process_left_is_told_how_to_answer_it() {
    let arguments = json!({ "path": "new.txt", "content": "first" });
    let server =
        FakeModelServer::with([Reply::tool_calls([Call::new("call_1", "write_file", &arguments)])]);
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    let mut terminal = Terminal::start(&home, (30, 100), ["chat", "--plain", "--room", "ops"]);
    terminal.wait_text(">");
    terminal.send("please write").press(Key::Enter);
    terminal.wait_text("Allow this?");
    terminal.kill();

    let behind = ["chat", "-q", "and now?", "--room", "ops", "--stream-json"];
    let behind = home.call(behind).start();
    let told = behind.wait_line("waits for an answer");
    let id = told.split("approval allow ").nth(1).unwrap().split('`').next().unwrap();
    home.run(["approval", "allow", id]).exits(0);

    let ending = behind.wait().exits(0).json_lines().pop().unwrap();
    assert_eq!(ending["answers"][0]["text"], "noted", "{ending}");
    let written = std::fs::read_to_string(home.work().join("new.txt")).unwrap();
    assert_eq!(written, "first");
}
