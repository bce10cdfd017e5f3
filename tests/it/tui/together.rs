//! Two programs in one room: what another one is asked and answers is seen here as it happens.

use nanofolks_testkit::{FakeModelServer, Gate, Key, Reply};

use super::{answered, leave, open};
use crate::journey::{home_of, scene};

#[test]
fn what_a_script_asks_in_the_room_is_seen_on_the_screen_with_its_answer() {
    let replies = ["To the script.", "To nobody.", "To the person."].map(Reply::text);
    let (_server, home) = scene(replies);
    let mut terminal = open(&home);

    home.run(["chat", "-q", "from a script", "--room", "general"]).exits(0);
    answered(&terminal, "To the script.");
    home.run(["chat", "-q", "where it belongs to nobody here"]).exits(0);
    terminal.send("and me?").press(Key::Enter);
    let screen = answered(&terminal, "To the person.");

    for line in ["› from a script", "To the script.", "› and me?"] {
        assert_eq!(screen.matches(line).count(), 1, "{line:?} in\n{screen}");
    }
    assert!(!screen.contains("belongs to nobody"), "another room's words are shown:\n{screen}");
    leave(terminal);
}

#[test]
fn a_turn_of_a_script_that_is_killed_goes_on_in_the_screen_that_is_open() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never said").hold(&gate)]);
    server.otherwise(Reply::text("Said here."));
    let home = home_of(&server);
    let terminal = open(&home);

    let script = home.call(["chat", "-q", "go on with this", "--room", "general"]).start();
    gate.wait_reached();
    terminal.wait_text("Esc stops");
    assert_eq!(script.kill().code(), 137);

    let screen = answered(&terminal, "Said here.");
    assert_eq!(screen.matches("› go on with this").count(), 1, "{screen}");
    leave(terminal);
}

#[test]
fn escape_stops_the_turn_of_a_script() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never said").hold(&gate)]);
    let home = home_of(&server);
    let mut terminal = open(&home);

    let script = home.call(["chat", "-q", "take long", "--room", "general"]).start();
    gate.wait_reached();
    terminal.wait_text("Esc stops");
    terminal.press(Key::Escape);

    answered(&terminal, "stopped");
    assert_eq!(script.wait().code(), 130);
    leave(terminal);
}

#[test]
fn an_answer_that_breaks_off_and_goes_on_stands_once_on_the_screen_and_in_what_is_written() {
    let (_server, home) = scene([
        Reply::text("partial before drop").unfinished(),
        Reply::text("Understood: all of it."),
    ]);
    let mut terminal = open(&home);

    terminal.send("go").press(Key::Enter);
    let screen = answered(&terminal, "Understood: all of it.");

    for words in ["partial before drop", "it is asked to go on", "Understood: all of it."] {
        assert_eq!(screen.matches(words).count(), 1, "{words:?} in\n{screen}");
    }
    leave(terminal);
    for line in [["export", "--room", "general"], ["session", "show", "last"]] {
        let shown = home.run(line).exits(0).out();
        assert!(shown.contains("partial before drop"), "{shown}");
        assert!(!shown.contains("The connection broke off here"), "{shown}");
    }
}

#[test]
fn the_room_that_is_open_is_offered_before_anything_was_said_in_it() {
    let (_server, home) = scene([]);
    let mut terminal = open(&home);

    terminal.send("see #gen");
    terminal.wait_text("leader, researcher");
    terminal.press(Key::Ctrl('u'));
    terminal.wait_for("the line to be empty", |screen| !screen.contains("see #gen"));
    leave(terminal);
}
