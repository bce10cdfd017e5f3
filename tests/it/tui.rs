//! The conversation on a terminal, driven by keys.

mod compose;
mod course;
mod first;
mod modals;
mod terminals;
mod tmux;
mod together;
mod vault;
mod work;

use nanofolks_testkit::{FakeModelServer, Gate, Key, Reply, Terminal, TestHome};
use serde_json::json;

use crate::journey::{home_of, scene};

const SIZE: (u16, u16) = (30, 100);

/// Opens the conversation and waits until it is ready.
fn open(home: &TestHome) -> Terminal {
    let terminal = Terminal::start(home, SIZE, []);
    terminal.wait_text("#general");
    terminal
}

/// Waits for an answer and the end of its turn.
#[track_caller]
fn answered(terminal: &Terminal, text: &str) -> String {
    terminal.wait_for(&format!("{text:?} and the end of the turn"), |screen| {
        screen.contains(text) && !screen.contains("Esc stops")
    })
}

/// What was said to the model last.
fn last_said(server: &FakeModelServer) -> String {
    let asked = server.asked();
    asked.last().unwrap().seen.turns.last().unwrap().text.clone()
}

fn leave(mut terminal: Terminal) {
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn questions_and_answers_take_turns_and_the_terminal_is_given_back() {
    let (server, home) = scene([Reply::text("Hello, **person**."), Reply::text("It was teal.")]);
    let mut terminal = open(&home);

    terminal.send("my colour is teal").press(Key::Enter);
    answered(&terminal, "Hello, person.");
    terminal.send("which was it?").press(Key::Enter);
    let screen = answered(&terminal, "It was teal.");

    for line in ["› my colour is teal", "Hello, person.", "› which was it?", "It was teal."] {
        assert_eq!(screen.matches(line).count(), 1, "{line:?} in\n{screen}");
    }
    assert!(server.asked()[1].seen.turns.iter().any(|turn| turn.text.contains("teal")));
    terminal.press(Key::Ctrl('d'));
    terminal.wait_for("the line to go", |screen| !screen.contains("#general"));
    let (code, raw) = terminal.wait_end();
    let raw = String::from_utf8_lossy(&raw).into_owned();
    assert!(!raw.contains("\u{1b}[?1049h"), "the alternate screen was used");
    assert!(raw.rfind("\u{1b}[?25h") > raw.rfind("\u{1b}[?25l"), "the cursor stays hidden");
    assert!(raw.rfind("\u{1b}[?2004l") > raw.rfind("\u{1b}[?2004h"), "pastes stay bracketed");
    assert_eq!(code, 0);
}

#[test]
fn the_command_of_its_own_name_does_the_same() {
    let (_server, home) = scene([Reply::text("Here.")]);
    let mut terminal = Terminal::start(&home, SIZE, ["tui", "--room", "den"]);
    terminal.wait_text("#den");
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "Here.");
    leave(terminal);
}

#[test]
fn what_is_typed_before_the_house_is_open_is_not_lost() {
    let (_server, home) = scene([Reply::text("Quick.")]);
    let mut terminal = Terminal::start(&home, SIZE, []);
    terminal.wait_text("›");
    terminal.send("early bird").press(Key::Enter);
    answered(&terminal, "Quick.");
    leave(terminal);
}

#[test]
fn several_lines_are_one_message() {
    let (server, home) = scene([Reply::text("Both seen.")]);
    let mut terminal = open(&home);
    terminal.send("one").press(Key::Ctrl('j')).send("two\\").press(Key::Enter).send("three");
    terminal.wait_text("three");
    terminal.press(Key::Enter);
    answered(&terminal, "Both seen.");
    assert!(last_said(&server).contains("one\ntwo\nthree"), "{}", last_said(&server));
    leave(terminal);
}

#[test]
fn a_paste_of_ten_thousand_lines_is_a_mark_and_is_sent_whole_when_asked() {
    let (server, home) = scene([Reply::text("Long.")]);
    let mut terminal = open(&home);
    let lines: Vec<_> = (0..10_000).map(|number| format!("line {number}")).collect();

    terminal.paste(&lines.join("\r"));
    terminal.wait_text("[pasted: 10000 lines]");
    assert!(server.asked().is_empty(), "the paste sent itself");
    terminal.press(Key::Enter);

    answered(&terminal, "Long.");
    assert!(last_said(&server).contains("line 4999\nline 5000\n"));
    assert!(last_said(&server).contains("line 9999"));
    leave(terminal);
}

/// A conversation in which the model wants to write `notes.txt`, at the question.
fn asked_to_write(then: &str) -> (FakeModelServer, TestHome, Terminal) {
    let arguments = json!({ "path": "notes.txt", "content": "buy milk\n" });
    let call = Reply::tool_call("call_1", "write_file", &arguments);
    let (server, home) = scene([call, Reply::text(then)]);
    let mut terminal = open(&home);
    terminal.send("note the milk").press(Key::Enter);
    let question = terminal.wait_text("Enter confirms");
    assert!(question.contains("notes.txt") && question.contains("+buy milk"), "{question}");
    assert!(question.contains("no network; costs nothing"), "{question}");
    assert!(!home.work().join("notes.txt").exists(), "it wrote before it asked");
    (server, home, terminal)
}

#[test]
fn a_yes_lets_the_tool_run() {
    let (_server, home, mut terminal) = asked_to_write("Written.");
    terminal.press(Key::Down);
    terminal.wait_text("▸ yes, this once");
    terminal.press(Key::Enter);

    let screen = answered(&terminal, "Written.");
    assert!(screen.contains("✓ "), "{screen}");
    assert_eq!(std::fs::read_to_string(home.work().join("notes.txt")).unwrap(), "buy milk\n");
    leave(terminal);
}

#[test]
fn a_lone_enter_is_a_no() {
    let (server, home, mut terminal) = asked_to_write("Then not.");
    terminal.press(Key::Enter);

    answered(&terminal, "Then not.");
    assert!(!home.work().join("notes.txt").exists());
    assert!(server.asked()[1].results()[0].text.contains("did not allow"));
    leave(terminal);
}

#[test]
fn a_question_takes_no_letter_from_the_line() {
    let (_server, home, mut terminal) = asked_to_write("Then not.");
    terminal.send("yes y 1 draft");
    terminal.wait_for("the draft and the question", |screen| {
        screen.contains("› yes y 1 draft") && screen.contains("Enter sends the line")
    });

    terminal.press(Key::Escape);

    terminal.wait_for("the answer above the draft", |screen| {
        screen.contains("Then not.") && screen.contains("› yes y 1 draft")
    });
    assert!(!home.work().join("notes.txt").exists());
}

#[test]
fn escape_stops_the_answer_and_what_was_said_stays() {
    let gate = Gate::new();
    let server = FakeModelServer::with([
        Reply::text("one two three four").stall_after(3, &gate),
        Reply::text("Still here."),
    ]);
    let home = home_of(&server);
    let mut terminal = open(&home);
    terminal.send("count").press(Key::Enter);
    gate.wait_reached();
    terminal.wait_text("one");

    terminal.press(Key::Escape);

    server.wait_hangups(1);
    let screen = answered(&terminal, "stopped");
    assert!(screen.contains("one"), "{screen}");
    terminal.send("are you there?").press(Key::Enter);
    answered(&terminal, "Still here.");
    leave(terminal);
}

#[test]
fn what_is_sent_while_a_turn_runs_waits_where_it_is_seen() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("First.").hold(&gate), Reply::text("Second.")]);
    let home = home_of(&server);
    let mut terminal = open(&home);
    terminal.send("one").press(Key::Enter);
    gate.wait_reached();

    terminal.send("two").press(Key::Enter);
    terminal.wait_text("⋯ two");
    gate.release();

    let screen = answered(&terminal, "Second.");
    let place = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text} in\n{screen}"));
    assert!(place("› one") < place("First.") && place("First.") < place("› two"));
    leave(terminal);
}

#[test]
fn ctrl_c_clears_and_twice_leaves() {
    let (_server, home) = scene([]);
    let mut terminal = open(&home);
    terminal.send("unsaid");
    terminal.wait_text("unsaid");
    terminal.press(Key::Ctrl('c'));
    terminal.wait_for("an empty line", |screen| !screen.contains("unsaid"));
    terminal.wait_text("Ctrl+C again leaves");
    terminal.press(Key::Ctrl('c'));
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn commands_complete_and_unknown_ones_reach_no_model() {
    let (server, home) = scene([]);
    let mut terminal = open(&home);
    terminal.send("/sta");
    terminal.wait_text("/status");
    terminal.press(Key::Tab);
    terminal.wait_text("› /status");
    terminal.press(Key::Enter);
    terminal.wait_text("approve-mode");

    terminal.send("/modle").press(Key::Enter);
    terminal.wait_text("there is no command /modle");
    assert!(server.asked().is_empty());
    leave(terminal);
}

#[test]
fn every_command_can_be_typed_and_the_conversation_goes_on() {
    let (server, home) = scene([Reply::text("Here.")]);
    let mut terminal = Terminal::start(&home, (200, 110), []);
    terminal.wait_text("#general");
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "Here.");
    terminal.send("/help").press(Key::Enter);
    let help = terminal.wait_text("@bot asks that bot.");
    let listed = help.lines().filter_map(|line| line.strip_prefix("  /")?.split(' ').next());
    let mut names: Vec<_> = listed.chain(["auth", "keys", "theme", "redraw"]).collect();
    for needed in ["export", "doctor", "logs", "status", "exit"] {
        assert!(names.contains(&needed), "{needed} in\n{help}");
    }
    // A retry asks the model again.
    names.retain(|name| !matches!(*name, "exit" | "retry"));

    for (number, name) in names.into_iter().enumerate() {
        let probe = format!("probe{number}.");
        terminal.send(&format!("/{name}")).press(Key::Enter);
        let shown = match name {
            // These have the terminal for themselves for a while.
            "export" => "- Room: general",
            "doctor" => "the clock says",
            "logs" => "nothing is recorded in",
            _ => "",
        };
        let asks = match name {
            "auth" | "bot" | "model" | "resume" | "room" | "rooms" | "sessions" | "theme" => {
                "what you type filters"
            }
            "trash" => "Esc is no",
            _ => "",
        };
        if !asks.is_empty() {
            terminal.wait_text(asks);
            terminal.press(Key::Escape);
            terminal.wait_for("the list to go", |screen| !screen.contains(asks));
        }
        terminal.wait_for(&format!("the line after /{name}"), |screen| {
            let last = screen.trim_end().lines().last().unwrap_or_default();
            screen.contains(shown) && last.starts_with('›') && !last.ends_with(name)
        });
        terminal.press(Key::Ctrl('u')).send(&probe);
        terminal.wait_text(&format!("› {probe}"));
        terminal.press(Key::Ctrl('u'));
    }

    assert_eq!(server.asked().len(), 1, "a command reached the model");
    terminal.send("/exit").press(Key::Enter);
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn a_killed_conversation_is_there_again() {
    let (_server, home) = scene([Reply::text("Remember teal."), Reply::text("Going on.")]);
    let mut terminal = open(&home);
    terminal.send("my colour?").press(Key::Enter);
    answered(&terminal, "Remember teal.");
    terminal.kill();

    let mut terminal = open(&home);
    let screen = terminal.wait_text("Remember teal.");
    assert_eq!(screen.matches("› my colour?").count(), 1, "{screen}");
    terminal.send("and now?").press(Key::Enter);
    answered(&terminal, "Going on.");
    leave(terminal);
}

#[test]
fn control_sequences_of_a_model_never_reach_the_terminal() {
    let hostile = "before \u{1b}]0;owned\u{7} \u{1b}[2J\u{9b}31m \u{202e}after";
    let (_server, home) = scene([Reply::one_event(hostile)]);
    let mut terminal = open(&home);
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "after");

    let raw = terminal.raw();
    for sequence in ["\u{1b}]0;", "\u{1b}[2J", "\u{9b}31m", "\u{202e}"] {
        let found = raw.windows(sequence.len()).any(|window| window == sequence.as_bytes());
        assert!(!found, "{sequence:?} reached the terminal");
    }
    leave(terminal);
}

#[test]
fn without_colours_there_are_none() {
    let (_server, home) = scene([Reply::text("# Title\n\n`code`")]);
    let mut terminal = Terminal::start_with(&home, SIZE, [], &[("NO_COLOR", "1")]);
    terminal.wait_text("#general");
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "code");

    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    for code in ["[38;", "[48;", "[31m", "[35m", "[36m"] {
        assert!(!raw.contains(code), "{code:?} was written");
    }
    leave(terminal);
}

#[test]
fn an_idle_conversation_writes_nothing() {
    let (_server, home) = scene([Reply::text("Done.")]);
    let mut terminal = open(&home);
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "Done.");

    // The end of the turn is on the screen; a key shows that all before it was written.
    terminal.send("x");
    terminal.wait_text("› x");
    let before = terminal.raw().len();
    terminal.send("y");
    terminal.wait_text("› xy");
    let echo = terminal.raw().len() - before;

    assert!(echo < 80, "a key cost {echo} bytes");
}
