//! Who types while a turn runs keeps control: queue, steer, stop, undo, retry, through the
//! real program.

use nanofolks_testkit::{FakeModelServer, Gate, Key, Reply, Running, Terminal, TestHome};
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

#[test]
fn what_waits_in_other_processes_is_seen_changed_and_taken_out() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("One.").hold(&gate), Reply::text("Two.")]);
    let home = home_of(&server);
    let ask = |text: &str| home.call(["chat", "-q", text, "--room", "#General"]).start();
    let queue = |count: usize| {
        for _ in 0..500 {
            let queue = home.run(["room", "queue", "--json"]).json();
            if queue["messages"].as_array().unwrap().len() == count {
                return queue;
            }
        }
        panic!("the queue never had {count} messages");
    };
    let first = ask("first");
    gate.wait_reached();
    let second = ask("second");
    queue(1);
    let third = ask("third");
    assert_eq!(queue(2)["messages"][1]["text"], "third");

    home.run(["room", "queue", "edit", "1", "changed", "meanwhile"]).exits(0);
    home.run(["room", "queue", "delete", "2"]).exits(0);
    home.run(["room", "queue", "delete", "2"]).exits(2);
    assert_eq!(queue(1)["messages"][0]["text"], "changed meanwhile");
    gate.release();

    assert_eq!(first.wait().exits(0).out(), "One.\n");
    assert_eq!(second.wait().exits(0).out(), "Two.\n");
    assert!(third.wait().exits(1).err().contains("does not wait any more"));
    assert_eq!(server.asked()[1].last_user_text(), "changed meanwhile");
}

#[test]
fn scripts_go_back_forward_and_again() {
    let (server, home) = scene([Reply::text("Blue."), Reply::text("Red."), Reply::text("Green.")]);
    for text in ["a colour", "another"] {
        home.run(["chat", "-q", text, "--room", "general"]).exits(0);
    }
    let changed = |arguments: &[&str]| {
        let arguments = [&["session"], arguments, &["--json"]].concat();
        home.run(arguments).exits(0).json()["session"].clone()
    };
    let undone = changed(&["undo"]);
    assert_eq!(undone["messages"], 2);
    let whole = undone["parent"].as_str().unwrap().to_owned();
    assert_eq!(changed(&["redo"])["id"], whole.as_str());
    home.run(["session", "redo"]).exits(2);
    assert_eq!(changed(&["rewind", "--exchange", "0"])["messages"], 0);
    assert_eq!(changed(&["rewind", &whole, "--message", "3"])["messages"], 3);
    assert_eq!(changed(&["resume", &whole])["messages"], 4);

    let report = home.run(["session", "retry", "--json"]).exits(0).json();
    assert_eq!(
        (&report["answer"], &report["schema"]),
        (&"Green.".into(), &"nanofolks.chat.v1".into())
    );
    assert_eq!(server.asked()[2].last_user_text(), "another");
    assert_ne!(report["session"], whole.as_str());
    let listed = home.run(["session", "list", "--json"]).json();
    assert_eq!(listed["sessions"].as_array().unwrap().len(), 5);
    let before = home.run(["session", "show", &whole]).exits(0).out();
    assert!(before.contains("Red."), "{before}");
}

#[test]
fn lines_typed_one_after_another_are_one_turn_where_the_channel_says_so() {
    let (server, home, gate) = busy([Reply::text("First done."), Reply::text("Both.")]);
    let pace = "channels.cli.debounce_ms=200";
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain", "--config", pace]);
    answered(&terminal, "nanofolks");
    terminal.send("look around").press(Key::Enter);
    gate.wait_reached();
    for (count, text) in [(1, "one"), (2, "two")] {
        terminal.send(text).press(Key::Enter);
        terminal.wait_for("a note for each", |screen| {
            screen.matches("it waits for its turn").count() == count
        });
    }
    gate.release();
    answered(&terminal, "Both.");
    assert_eq!(server.asked().len(), 3);
    assert_eq!(server.asked()[2].last_user_text(), "one\n\ntwo");
    leave(terminal);
}

/// A process in `general` whose model stalls in the middle of its answer.
fn stalled() -> (FakeModelServer, TestHome, Running, Gate) {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("one two three").stall_after(2, &gate)]);
    server.otherwise(Reply::text("Fresh start."));
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "count", "--room", "general"]).start();
    gate.wait_reached();
    (server, home, running, gate)
}

#[test]
fn room_stop_ends_the_turn_of_another_process_within_a_second_and_then_there_is_nothing_to_stop() {
    let (_server, home, running, _gate) = stalled();
    let begun = std::time::Instant::now();
    let stopped = home.run(["room", "stop", "general", "--json"]).exits(0).json();
    assert_eq!((&stopped["state"], &stopped["room"]), (&"cancelled".into(), &"general".into()));
    let ended = running.wait().exits(130);
    assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(ended.err().contains("stopped by user"), "{}", ended.err());
    let nothing = home.run(["room", "stop"]).exits(1);
    assert!(nothing.err().contains("nothing is running"), "{}", nothing.err());
    home.run(["room", "stop", "nowhere"]).exits(1);
    let answer = home.run(["chat", "-q", "again", "--room", "general"]).exits(0);
    assert_eq!(answer.out(), "Fresh start.\n");
}

#[test]
fn slash_stop_in_one_terminal_ends_the_turn_of_another_process() {
    let (_server, home, running, _gate) = stalled();
    let mut terminal = Terminal::start(&home, (40, 120), ["chat", "--plain"]);
    answered(&terminal, "another process is at work");
    terminal.send("/stop").press(Key::Enter);
    answered(&terminal, "told to end");
    running.wait().exits(130);
    terminal.send("are you there?").press(Key::Enter);
    answered(&terminal, "Fresh start.");
    leave(terminal);
}

#[test]
fn a_question_that_is_the_word_stop_stops_what_runs_in_the_room_and_ends() {
    let (_server, home, running, _gate) = stalled();
    let said = home.run(["chat", "-q", "stop", "--room", "general"]).exits(0);
    assert!(said.err().contains("told to end"), "{}", said.err());
    running.wait().exits(130);
}

#[test]
fn room_stop_ends_what_a_killed_process_left_and_runs_nothing_again() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never shown").hold(&gate)]);
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "my colour?", "--room", "general"]).start();
    gate.wait_reached();
    drop(running.kill());
    let said = home.run(["room", "stop"]).exits(0);
    assert_eq!(said.out(), "the turn in general is stopped\n");
    assert_eq!(server.asked().len(), 1);
    home.run(["room", "stop"]).exits(1);
}

#[test]
fn undo_and_retry_work_right_after_a_process_was_killed() {
    let gate = Gate::new();
    let server = FakeModelServer::with([
        Reply::text("Blue."),
        Reply::text("never shown").hold(&gate),
        Reply::text("Teal."),
    ]);
    let home = home_of(&server);
    home.run(["chat", "-q", "a colour", "--room", "general"]).exits(0);
    let running = home.call(["chat", "-q", "another", "--room", "general"]).start();
    gate.wait_reached();
    drop(running.kill());
    let report = home.run(["session", "retry", "--json"]).exits(0).json();
    assert_eq!(report["answer"], "Teal.");
    assert_eq!(server.asked()[2].last_user_text(), "another");
    let undone = home.run(["session", "undo", "--json"]).exits(0).json();
    assert_eq!(undone["session"]["messages"], 2);
}

#[test]
fn a_turn_taken_up_from_a_killed_process_can_be_typed_over_and_stopped() {
    let (gate, second) = (Gate::new(), Gate::new());
    let server = FakeModelServer::with([
        Reply::text("never shown").hold(&gate),
        Reply::text("one two three").stall_after(2, &second),
    ]);
    server.otherwise(Reply::text("Queued and answered."));
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "count", "--room", "general"]).start();
    gate.wait_reached();
    drop(running.kill());
    let mut terminal = Terminal::start(&home, (40, 120), ["chat", "--plain"]);
    second.wait_reached();
    terminal.wait_text("going on with: count");
    terminal.send("and then this").press(Key::Enter);
    terminal.wait_text("it waits for its turn");
    terminal.send("/stop").press(Key::Enter);
    server.wait_hangups(1);
    answered(&terminal, "Queued and answered.");
    assert_eq!(server.asked()[2].last_user_text(), "and then this");
    leave(terminal);
}

#[test]
fn doctor_logs_and_export_in_a_conversation() {
    let (_server, home) = scene([Reply::text("Blue.")]);
    let mut terminal = Terminal::start(&home, (60, 120), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("a colour").press(Key::Enter);
    answered(&terminal, "Blue.");
    terminal.send("/doctor").press(Key::Enter);
    answered(&terminal, "database");
    terminal.send("/logs").press(Key::Enter);
    answered(&terminal, "/logs");
    terminal.send("/export").press(Key::Enter);
    terminal.wait_for("the conversation twice", |screen| {
        screen.matches("Blue.").count() >= 2 && screen.trim_end().ends_with('>')
    });
    let file = home.path().join("talk.jsonl");
    terminal.send(&format!("/export {}", file.display())).press(Key::Enter);
    terminal.wait_for("the file", |_| file.exists());
    answered(&terminal, "talk.jsonl");
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("Blue.") && written.lines().count() >= 2, "{written}");
    leave(terminal);
}
