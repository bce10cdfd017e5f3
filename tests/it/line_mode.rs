//! The conversation line by line, on a terminal.

use nanofolks_testkit::{FakeModelServer, Gate, Key, Reply, Terminal};

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

    terminal.press(Key::Ctrl('c'));
    server.wait_hangups(1);
    answered(&terminal, "one");
    terminal.send("are you there?").press(Key::Enter);

    answered(&terminal, "Still here.");
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
