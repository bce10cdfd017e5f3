//! Questions of bots, answered from another process, also when the one that asked is gone.

use nanofolks_testkit::{Call, FakeModelServer, Key, Reply, Terminal, TestHome};
use serde_json::{Value, json};

use crate::journey::{home_of, says_clearly, scene};

fn write(id: &str, path: &str) -> Call {
    Call::new(id, "write_file", &json!({ "path": path, "content": "buy milk\n" }))
}

/// A conversation in a terminal that waits for a yes.
fn waiting(home: &TestHome) -> Terminal {
    let mut terminal = Terminal::start(home, (40, 100), ["chat", "--plain"]);
    terminal.wait_text("/help");
    terminal.send("note the milk").press(Key::Enter);
    terminal.wait_text("Allow this?");
    terminal
}

fn wanting_to_write(then: &str) -> (FakeModelServer, TestHome) {
    scene([Reply::tool_calls([write("call_1", "notes.txt")]), Reply::text(then)])
}

fn questions(home: &TestHome, more: &[&str]) -> Vec<Value> {
    let mut line = vec!["approval", "list", "--json"];
    line.extend(more);
    home.run(line).exits(0).json()["approvals"].as_array().unwrap().clone()
}

fn question(home: &TestHome) -> String {
    let found = questions(home, &[]);
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_question_is_listed_and_shown_with_what_it_is_about() {
    let (_server, home) = wanting_to_write("Written.");
    assert!(questions(&home, &[]).is_empty());
    let terminal = waiting(&home);
    terminal.wait_text("no network; costs nothing");

    let found = &questions(&home, &[])[0];
    assert_eq!(
        (&found["network"], &found["cost"]),
        (&json!({ "kind": "none" }), &json!({ "kind": "free" }))
    );
    assert_eq!(found["state"], "waits");
    assert_eq!(found["tool"], "write_file");
    let id = question(&home);
    let shown = home.run(["approval", "show", &id]).exits(0).out();
    assert!(shown.contains("notes.txt") && shown.contains("+buy milk"), "{shown}");
    assert!(shown.contains("network and cost no network; costs nothing"), "{shown}");
    let table = home.run(["approval", "list"]).exits(0).out();
    assert!(table.contains(&id) && table.contains("notes.txt"), "{table}");
    for nothing in ["ffff", "nonsense", ""] {
        let done = home.run(["approval", "allow", "--", nothing]).exits(2);
        says_clearly(&done, &["approval_unknown"]);
    }
    let done = home.run(["approval", "allow", &id, "--scope", "project"]).exits(2);
    says_clearly(&done, &["project", "once, turn, session"]);
}

#[test]
fn a_yes_from_another_process_lets_the_first_go_on() {
    let (_server, home) = wanting_to_write("Written.");
    let terminal = waiting(&home);
    let id = question(&home);

    let done = home.run(["approval", "allow", &id, "--json"]).exits(0).json();

    assert_eq!((&done["decision"], &done["here"]), (&json!("allowed"), &json!(false)));
    terminal.wait_text("Written.");
    assert_eq!(std::fs::read_to_string(home.work().join("notes.txt")).unwrap(), "buy milk\n");
    let again = home.run(["approval", "deny", &id]).exits(1);
    says_clearly(&again, &["approval_closed", "allowed"]);
    assert!(questions(&home, &[]).is_empty());
    assert_eq!(questions(&home, &["--all"])[0]["state"], "allowed");
}

#[test]
fn a_no_from_another_process_reaches_the_bot_with_its_note() {
    let (server, home) = wanting_to_write("As you wish.");
    let terminal = waiting(&home);
    let id = question(&home);

    home.run(["approval", "deny", &id[..23], "--note", "use todo.txt instead"]).exits(0);

    terminal.wait_text("As you wish.");
    assert!(!home.work().join("notes.txt").exists());
    let told = format!("{:?}", server.asked().pop().unwrap().seen.turns);
    assert!(told.contains("use todo.txt instead"), "{told}");
}

#[test]
fn after_kill_9_the_answer_lets_the_turn_go_on_here() {
    let (server, home) = wanting_to_write("Written.");
    waiting(&home).kill();
    let id = question(&home);

    let done = home.run(["approval", "allow", &id]).exits(0);

    assert_eq!(done.out(), "Written.\n");
    assert_eq!(std::fs::read_to_string(home.work().join("notes.txt")).unwrap(), "buy milk\n");
    assert_eq!(server.asked().len(), 2, "the model was asked more often than needed");
    assert!(questions(&home, &[]).is_empty());
}

#[test]
fn after_kill_9_programs_get_the_turn_as_an_object() {
    let (_server, home) = wanting_to_write("As you wish.");
    waiting(&home).kill();
    let id = question(&home);

    let done = home.run(["approval", "deny", &id, "--json"]);

    let object = done.json();
    assert_eq!(object["schema"], "nanofolks.approval_answered.v1");
    assert_eq!((&object["decision"], &object["here"]), (&json!("denied"), &json!(true)));
    assert_eq!(object["turn"]["answer"], "As you wish.");
    assert_eq!(object["turn"]["blocked"][0]["tool"], "write_file");
    assert_eq!(done.code(), i32::try_from(object["exit_code"].as_u64().unwrap()).unwrap());
    assert!(!home.work().join("notes.txt").exists());
}

#[test]
fn a_turn_that_asks_again_waits_again_and_nothing_is_done_twice() {
    let server = FakeModelServer::with([
        Reply::tool_calls([write("call_1", "one.txt")]),
        Reply::tool_calls([write("call_2", "two.txt")]),
        Reply::text("Both are there."),
    ]);
    let home = home_of(&server);
    waiting(&home).kill();
    let first = question(&home);

    let done = home.run(["approval", "allow", &first]).exits(4);
    assert!(done.err().contains("nanofolks approval allow"), "{}", done.err());
    std::fs::write(home.work().join("one.txt"), "changed since").unwrap();
    let second = question(&home);
    assert_ne!(first, second);
    let done = home.run(["approval", "allow", &second]).exits(0);

    assert_eq!(done.out(), "Both are there.\n");
    assert_eq!(std::fs::read_to_string(home.work().join("one.txt")).unwrap(), "changed since");
    assert_eq!(std::fs::read_to_string(home.work().join("two.txt")).unwrap(), "buy milk\n");
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn whoever_answers_too_late_is_told_the_answer_that_counted() {
    for _ in 0..3 {
        let (_server, home) = wanting_to_write("Done.");
        waiting(&home).kill();
        let id = question(&home);

        let wishes = ["allow", "deny"];
        let told = wishes
            .map(|wish| home.call(["approval", wish, &id, "--json"]).start())
            .map(nanofolks_testkit::Running::wait);

        let counted = questions(&home, &["--all"])[0]["state"].clone();
        let written = home.work().join("notes.txt").exists();
        assert_eq!(written, counted == "allowed");
        for done in told {
            let object = done.json();
            if object["schema"] == "nanofolks.approval_answered.v1" {
                assert_eq!(object["decision"], counted, "{object:#}");
            } else {
                assert_eq!(done.code(), 1, "{object:#}");
            }
        }
    }
}
