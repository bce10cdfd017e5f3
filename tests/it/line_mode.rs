//! The conversation line by line, on a terminal.

use nanofolks_testkit::{FakeModelServer, Gate, Key, Reply, Terminal, TestHome};
use serde_json::json;

use crate::journey::{home_of, scene};

/// Waits until the screen shows a text and, below it, a prompt that waits for the next line.
fn answered(terminal: &Terminal, text: &str) -> String {
    terminal.wait_for(&format!("{text:?} and a prompt"), |screen| {
        screen.contains(text) && screen.trim_end().ends_with('>')
    })
}

#[test]
fn questions_and_answers_take_turns() {
    let (server, home) = scene([Reply::text("Hello, person."), Reply::text("It was teal.")]);
    let mut terminal = Terminal::start(&home, (30, 100), ["chat", "--plain"]);

    answered(&terminal, "nanofolks");
    terminal.send("my colour is teal").press(Key::Enter);
    answered(&terminal, "Hello, person.");
    terminal.send("which was it?").press(Key::Enter);
    answered(&terminal, "It was teal.");
    terminal.press(Key::Ctrl('d'));

    assert_eq!(terminal.wait_exit(), 0);
    let asked = server.asked();
    assert!(asked[1].seen.turns.iter().any(|turn| turn.text.contains("teal")));
}

#[test]
fn ctrl_c_stops_the_answer_and_not_the_conversation() {
    let gate = Gate::new();
    let server = FakeModelServer::with([
        Reply::text("one two three").stall_after(2, &gate),
        Reply::text("Still here."),
    ]);
    let home = home_of(&server);
    let mut terminal = Terminal::start(&home, (30, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("count").press(Key::Enter);
    gate.wait_reached();
    terminal.wait_text("one");

    terminal.press(Key::Ctrl('c'));
    server.wait_hangups(1);
    answered(&terminal, "one");
    terminal.send("are you there?").press(Key::Enter);

    answered(&terminal, "Still here.");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn what_a_killed_process_left_in_the_room_goes_on_before_the_first_prompt() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never shown").hold(&gate)]);
    server.otherwise(Reply::text("It is teal."));
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "my colour?", "--room", "general"]).start();
    gate.wait_reached();
    drop(running.kill());

    let mut terminal = Terminal::start(&home, (30, 100), ["chat", "--plain"]);

    let screen = answered(&terminal, "It is teal.");
    assert!(screen.contains("going on with: my colour?"), "{screen}");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn who_speaks_while_another_process_is_at_work_is_told_that_it_comes_later() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("first words").hold(&gate)]);
    server.otherwise(Reply::text("second words"));
    let home = home_of(&server);
    let mut terminal = Terminal::start(&home, (30, 100), ["chat", "--plain", "--room", "ops"]);
    answered(&terminal, "nanofolks");
    let other = home.call(["chat", "-q", "something long", "--room", "ops"]).start();
    gate.wait_reached();

    terminal.send("and I?").press(Key::Enter);
    terminal.wait_text("ops is busy with an earlier message");
    gate.release();

    answered(&terminal, "second words");
    assert_eq!(other.wait().exits(0).out(), "first words\n");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn control_sequences_of_a_model_never_reach_the_terminal() {
    let hostile = "before \u{1b}]0;owned\u{7} \u{1b}[2J\u{9b}31m \u{202e}after";
    let (_server, home) = scene([Reply::one_event(hostile)]);
    let mut terminal = Terminal::start(&home, (30, 100), ["chat", "--plain"]);

    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "after");
    terminal.press(Key::Ctrl('d'));

    let raw = terminal.raw();
    for sequence in ["\u{1b}]0;", "\u{1b}[2J", "\u{9b}31m", "\u{202e}"] {
        let found = raw.windows(sequence.len()).any(|window| window == sequence.as_bytes());
        assert!(!found, "{sequence:?} reached the terminal");
    }
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn the_same_holds_for_a_single_answer_on_a_terminal() {
    let (_server, home) = scene([Reply::one_event("a \u{1b}]0;owned\u{7} b")]);
    let terminal = Terminal::start(&home, (30, 100), ["chat", "-q", "hi"]);

    let screen = terminal.wait_text("b");

    assert!(screen.contains('a'));
    let raw = terminal.raw();
    assert!(!raw.windows(4).any(|window| window == b"\x1b]0;"));
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn a_dumb_terminal_gets_the_line_mode_too() {
    let (_server, home) = scene([Reply::text("Plain words.")]);
    let mut terminal = Terminal::start_with(&home, (24, 80), [], &[("TERM", "dumb")]);

    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "Plain words.");
    terminal.press(Key::Ctrl('d'));

    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains("\u{1b}[?1049h"), "the alternate screen was used");
    assert_eq!(terminal.wait_exit(), 0);
}

/// A terminal in front of a model that wants to write `notes.txt`.
fn asking_to_write(then: &str) -> (FakeModelServer, TestHome) {
    let arguments = json!({ "path": "notes.txt", "content": "buy milk\n" });
    scene([Reply::tool_call("call_1", "write_file", &arguments), Reply::text(then)])
}

#[test]
fn writing_waits_for_a_yes_and_shows_what_it_is_about() {
    let (_server, home) = asking_to_write("Written.");
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("note the milk").press(Key::Enter);

    let question = terminal.wait_text("Allow this?");
    assert!(question.contains("notes.txt") && question.contains("+buy milk"), "{question}");
    assert!(!home.work().join("notes.txt").exists(), "it wrote before it asked");
    terminal.send("y").press(Key::Enter);

    answered(&terminal, "Written.");
    assert_eq!(std::fs::read_to_string(home.work().join("notes.txt")).unwrap(), "buy milk\n");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn several_questions_of_a_round_are_answered_one_after_another_or_all_by_one() {
    let call = |id: &str, path: &str| {
        let arguments = json!({ "path": path, "content": "milk\n" });
        nanofolks_testkit::Call::new(id, "write_file", &arguments)
    };
    for (first, then, both) in [("y", Some("n"), false), ("s", None, true)] {
        let calls = [call("call_1", "one.txt"), call("call_2", "two.txt")];
        let (_server, home) = scene([Reply::tool_calls(calls), Reply::text("So be it.")]);
        let mut terminal = Terminal::start(&home, (60, 100), ["chat", "--plain"]);
        answered(&terminal, "nanofolks");
        terminal.send("note it").press(Key::Enter);
        let asked = terminal.wait_text("Allow this?");
        assert!(asked.contains("one.txt") && !asked.contains("two.txt"), "{asked}");
        terminal.send(first).press(Key::Enter);
        if let Some(then) = then {
            terminal.wait_for("the second question", |screen| {
                screen.contains("two.txt") && screen.matches("Allow this?").count() == 2
            });
            terminal.send(then).press(Key::Enter);
        }
        answered(&terminal, "So be it.");
        assert!(home.work().join("one.txt").exists());
        assert_eq!(home.work().join("two.txt").exists(), both);
    }
}

#[test]
fn what_a_bot_wants_to_know_is_answered_by_a_number_or_in_words() {
    for (typed, told) in [("2", "teal"), ("dark blue", "dark blue"), ("", "did not want")] {
        let asks = json!({ "question": "Which colour?", "choices": ["red", "teal"] });
        let (server, home) =
            scene([Reply::tool_call("call_1", "clarify", &asks), Reply::text("So it is.")]);
        let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
        answered(&terminal, "nanofolks");
        terminal.send("paint it").press(Key::Enter);
        let asked = terminal.wait_text("Your answer:");
        assert!(asked.contains("Which colour?") && asked.contains("2  teal"), "{asked}");
        terminal.send(typed).press(Key::Enter);
        answered(&terminal, "So it is.");
        let heard = server.asked()[1].results()[0].text.clone();
        assert!(heard.contains(told), "{heard}");
    }
}

#[test]
fn an_empty_line_is_a_no() {
    let (server, home) = asking_to_write("Then not.");
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("note the milk").press(Key::Enter);

    terminal.wait_text("Allow this?");
    terminal.press(Key::Enter);

    answered(&terminal, "Then not.");
    assert!(!home.work().join("notes.txt").exists());
    assert!(server.asked()[1].results()[0].text.contains("did not allow"));
}

#[test]
fn an_unclear_answer_is_asked_again_and_ctrl_c_is_a_no() {
    let (_server, home) = asking_to_write("unsaid");
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("note the milk").press(Key::Enter);

    terminal.wait_text("Allow this?");
    terminal.send("perhaps").press(Key::Enter);
    terminal.wait_for("the question again", |screen| screen.matches("Allow this?").count() == 2);
    terminal.press(Key::Ctrl('c'));

    answered(&terminal, "stopped");
    assert!(!home.work().join("notes.txt").exists());
}

#[test]
fn what_was_typed_before_a_question_is_no_answer_to_it() {
    let gate = Gate::new();
    let arguments = json!({ "path": "notes.txt", "content": "buy milk\n" });
    let server = FakeModelServer::with([
        Reply::tool_call("call_1", "write_file", &arguments).hold(&gate),
        Reply::text("Then not."),
        Reply::text("Yes to what?"),
    ]);
    let home = home_of(&server);
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("note the milk").press(Key::Enter);
    gate.wait_reached();

    terminal.send("y").press(Key::Enter);
    terminal.wait_text("it waits for its turn");
    gate.release();
    terminal.wait_text("Allow this?");
    terminal.press(Key::Enter);

    let screen = answered(&terminal, "Yes to what?");
    assert!(screen.contains("Then not."), "{screen}");
    assert!(!home.work().join("notes.txt").exists(), "a key typed too early allowed it");
}

#[test]
fn slash_commands_never_reach_the_model() {
    let (server, home) = scene([Reply::text("unsaid")]);
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");

    terminal.send("/hlep").press(Key::Enter);
    answered(&terminal, "did you mean /help?");
    terminal.send("/he").press(Key::Tab).press(Key::Enter);
    answered(&terminal, "/approve-mode");
    terminal.send("/status").press(Key::Enter);
    answered(&terminal, "approve-mode  ask");
    terminal.send("/exit").press(Key::Enter);

    assert_eq!(terminal.wait_exit(), 0);
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_backslash_goes_on_with_the_next_line_and_the_history_is_kept() {
    let (server, home) = scene([Reply::text("Noted."), Reply::text("Again.")]);
    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.send("one\\").press(Key::Enter).send("two").press(Key::Enter);
    answered(&terminal, "Noted.");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);

    let mut terminal = Terminal::start(&home, (40, 100), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");
    terminal.press(Key::Up).press(Key::Enter);
    answered(&terminal, "Again.");

    let asked = server.asked();
    assert_eq!(asked[0].last_user_text(), "one\ntwo");
    assert_eq!(asked[1].last_user_text(), "one\ntwo");
}

#[test]
fn ctrl_c_twice_at_the_prompt_leaves() {
    let (_server, home) = scene([]);
    let mut terminal = Terminal::start(&home, (24, 80), ["chat", "--plain"]);
    answered(&terminal, "nanofolks");

    terminal.press(Key::Ctrl('c'));
    answered(&terminal, "press Ctrl-C again to leave");
    terminal.press(Key::Ctrl('c'));

    assert_eq!(terminal.wait_exit(), 0);
}
