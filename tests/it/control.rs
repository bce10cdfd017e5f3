//! Who types while a turn runs keeps control: queue, steer, stop, undo, retry, through the
//! real program.

use nanofolks_testkit::{FakeModelServer, Gate, Key, Reply, Terminal, TestHome};
use serde_json::json;

use crate::journey::{home_of, scene};

fn answered(terminal: &Terminal, text: &str) -> String {
    terminal.wait_for(&format!("{text:?} and a prompt"), |screen| {
        screen.contains(text) && screen.trim_end().ends_with('>')
    })
}

/// A terminal in front of a model that reads a file, answers slowly, and then once more.
fn busy(extra: [Reply; 2]) -> (FakeModelServer, TestHome, Gate) {
    let gate = Gate::new();
    let [one, two] = extra;
    let read = Reply::tool_call("call_1", "list_dir", &json!({ "path": "." })).hold(&gate);
    let server = FakeModelServer::with([read, one, two]);
    let home = home_of(&server);
    (server, home, gate)
}

fn leave(mut terminal: Terminal) {
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn enter_while_a_turn_runs_queues_and_what_waits_is_answered_next() {
    let (server, home, gate) = busy([Reply::text("First done."), Reply::text("Second done.")]);
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("look around").press(Key::Enter);
    gate.wait_reached();
    terminal.send("then the roof").press(Key::Enter);
    terminal.wait_text("it waits for its turn");
    terminal.send("/queue").press(Key::Enter);
    terminal.wait_text("N  FROM  TEXT");
    gate.release();
    let screen = answered(&terminal, "Second done.");
    assert!(screen.find("First done.") < screen.find("Second done."), "{screen}");
    assert_eq!(server.asked()[2].last_user_text(), "then the roof");
    leave(terminal);
}

#[test]
fn steer_joins_the_turn_that_runs() {
    let (server, home, gate) = busy([Reply::text("The roof it is."), Reply::text("unsaid")]);
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("look around").press(Key::Enter);
    gate.wait_reached();
    terminal.send("/steer only the roof").press(Key::Enter);
    terminal.wait_text("it joins the turn");
    gate.release();
    answered(&terminal, "The roof it is.");
    assert_eq!(server.asked().len(), 2);
    assert_eq!(server.asked()[1].last_user_text(), "only the roof");
    leave(terminal);
}

#[test]
fn tui_busy_decides_what_enter_does() {
    let (server, home, gate) = busy([Reply::text("The cellar it is."), Reply::text("unsaid")]);
    let mut terminal =
        Terminal::start(&home, (40, 100), ["chat", "--plain", "--config", "tui.busy=steer"]);
    answered(&terminal, "nanofolks");
    terminal.send("look around").press(Key::Enter);
    gate.wait_reached();
    terminal.send("only the cellar").press(Key::Enter);
    terminal.wait_text("it joins the turn");
    gate.release();
    answered(&terminal, "The cellar it is.");
    assert_eq!(server.asked()[1].last_user_text(), "only the cellar");
    leave(terminal);
}

#[test]
fn a_queued_message_that_is_deleted_is_never_asked_and_the_word_stop_stops() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("one two three").stall_after(2, &gate)]);
    server.otherwise(Reply::text("Fresh start."));
    let home = home_of(&server);
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("count").press(Key::Enter);
    gate.wait_reached();
    terminal.wait_text("one");
    terminal.send("and backwards").press(Key::Enter);
    terminal.wait_text("it waits for its turn");
    terminal.send("/queue delete 1").press(Key::Enter);
    terminal.wait_text("taken out of the queue");
    terminal.send("stop").press(Key::Enter);
    server.wait_hangups(1);
    answered(&terminal, "stopped");
    terminal.send("again").press(Key::Enter);
    answered(&terminal, "Fresh start.");
    assert_eq!(server.asked().len(), 2);
    assert_eq!(server.asked()[1].last_user_text(), "again");
    leave(terminal);
}

#[test]
fn ctrl_c_twice_while_a_turn_runs_leaves() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("one two three").stall_after(2, &gate)]);
    let home = home_of(&server);
    let mut terminal = Terminal::start(&home, (24, 80), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("count").press(Key::Enter);
    gate.wait_reached();
    terminal.press(Key::Ctrl('c'));
    answered(&terminal, "stopped");
    terminal.press(Key::Ctrl('c'));
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn undo_redo_and_retry_in_a_conversation() {
    let (server, home) = scene([Reply::text("Blue."), Reply::text("Sure?"), Reply::text("Green.")]);
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("a colour").press(Key::Enter);
    answered(&terminal, "Blue.");
    terminal.send("another").press(Key::Enter);
    answered(&terminal, "Sure?");
    terminal.send("/undo").press(Key::Enter);
    answered(&terminal, "/redo brings it back");
    terminal.send("/retry").press(Key::Enter);
    answered(&terminal, "Green.");
    assert_eq!(server.asked()[2].last_user_text(), "a colour");
    assert_eq!(server.asked()[2].seen.turns.len(), 1);
    leave(terminal);

    let sessions = home.run(["session", "list", "--json"]).json();
    let counts: Vec<u64> = sessions["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["messages"].as_u64().unwrap())
        .collect();
    assert_eq!(counts.len(), 3, "{sessions}");
    assert!(counts.contains(&4), "the whole conversation is still listed: {sessions}");
}
