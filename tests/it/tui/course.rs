//! The course of a conversation: what is typed while a bot works, going back, branches, other
//! rooms, the end of a process, text that means harm.

use nanofolks_testkit::{Dialect, FakeModelServer, Gate, Key, Reply, Terminal, TestHome};
use serde_json::json;

use super::{SIZE, answered, last_said, leave, open};
use crate::journey::{NANOFOLKS, home_of, scene};

/// A home whose `tui.busy` is this.
fn home_with(server: &FakeModelServer, busy: &str) -> TestHome {
    let home = TestHome::new(NANOFOLKS);
    let provider = TestHome::provider(server, Dialect::OpenAiChat);
    home.config(&format!("{provider}\n[tui]\nbusy = \"{busy}\"\n"));
    home
}

/// The line is empty again, and nothing runs.
fn done(terminal: &Terminal, what: &str) -> String {
    terminal.wait_for(what, |screen| {
        let last = screen.trim_end().lines().last().unwrap_or_default();
        screen.contains(what) && last.trim_end() == "›" && !screen.contains("Esc stops")
    })
}

fn says(terminal: &mut Terminal, text: &str) {
    terminal.send(text);
    terminal.wait_text(&format!("› {text}"));
    terminal.press(Key::Enter);
}

#[test]
fn a_tool_is_one_line_and_ctrl_o_shows_the_whole_of_it() {
    let call = Reply::tool_call("c1", "read_file", &json!({ "path": "note.txt" }));
    let (_server, home) = scene([call, Reply::text("Milk, it says.")]);
    home.write_work("note.txt", "buy milk\nand bread\n");
    let mut terminal = open(&home);
    says(&mut terminal, "what is in the note?");
    let screen = answered(&terminal, "Milk, it says.");
    assert!(screen.contains("✓ read_file note.txt"), "{screen}");
    assert!(!screen.contains("and bread"), "{screen}");

    terminal.press(Key::Ctrl('o'));

    let screen = terminal.wait_text("and bread");
    assert!(screen.contains("path: note.txt"), "{screen}");
    leave(terminal);
}

#[test]
fn a_thought_is_one_line_and_can_be_read_while_it_lasts_and_afterwards() {
    let gate = Gate::new();
    let thinking = Reply::text("Teal.").thinking("It may be teal, or it may be blue after all.");
    let server = FakeModelServer::with([thinking.stall_after(3, &gate)]);
    let home = home_of(&server);
    let mut terminal = open(&home);
    says(&mut terminal, "my colour?");
    gate.wait_reached();
    terminal.wait_text("thinking for");
    terminal.press(Key::Ctrl('o'));
    terminal.wait_text("It may");
    gate.release();

    let screen = answered(&terminal, "Teal.");
    assert!(screen.contains("thought for"), "{screen}");
    terminal.press(Key::Ctrl('u'));
    terminal.send("/expand").press(Key::Enter);
    terminal.wait_text("blue after all.");
    leave(terminal);
}

#[test]
fn with_details_what_was_decided_is_said_and_nobody_speaks_twice() {
    let (_server, home) = scene([Reply::text("Here.")]);
    let mut terminal = open(&home);
    says(&mut terminal, "/details on");
    terminal.wait_text("details are shown");
    says(&mut terminal, "hi");
    let screen = done(&terminal, "said as it is");
    assert_eq!(screen.matches("Leader").count(), 1, "{screen}");
    assert!(!screen.lines().any(|line| line.trim_end().ends_with(':')), "{screen}");
    leave(terminal);
}

#[test]
fn with_steer_what_is_typed_joins_the_turn_that_runs() {
    let gate = Gate::new();
    let call = Reply::tool_call("c1", "list_dir", &json!({}));
    let server = FakeModelServer::with([call.hold(&gate), Reply::text("In one go.")]);
    let home = home_with(&server, "steer");
    let mut terminal = open(&home);
    says(&mut terminal, "look around");
    gate.wait_reached();

    terminal.send("and be quick").press(Key::Enter);
    terminal.wait_text("⋯ and be quick");
    // The line is shown at once; it is the turn's when it is on the disk.
    let kept = || home.run(["room", "queue", "list"]).out().contains("and be quick");
    assert!((0..500).any(|_| kept()), "it did not reach the turn");
    gate.release();

    let screen = answered(&terminal, "In one go.");
    assert_eq!(screen.matches("› and be quick").count(), 1, "{screen}");
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked[1].seen.turns.iter().any(|turn| turn.text.contains("and be quick")));
    leave(terminal);
}

#[test]
fn with_interrupt_what_is_typed_ends_the_turn_that_runs() {
    let gate = Gate::new();
    let server = FakeModelServer::with([
        Reply::text("one two three four").stall_after(3, &gate),
        Reply::text("Something else."),
    ]);
    let home = home_with(&server, "interrupt");
    let mut terminal = open(&home);
    says(&mut terminal, "count");
    gate.wait_reached();
    terminal.wait_text("one");

    terminal.send("no, do something else").press(Key::Enter);

    let screen = answered(&terminal, "Something else.");
    assert!(screen.contains("stopped"), "{screen}");
    leave(terminal);
}

#[test]
fn steer_as_a_command_joins_the_turn_too() {
    let gate = Gate::new();
    let call = Reply::tool_call("c1", "list_dir", &json!({}));
    let server = FakeModelServer::with([call.hold(&gate), Reply::text("Both heard.")]);
    let home = home_of(&server);
    let mut terminal = open(&home);
    says(&mut terminal, "look around");
    gate.wait_reached();
    says(&mut terminal, "/steer only the names");
    terminal.wait_text("it joins the turn at its next step");
    gate.release();

    answered(&terminal, "Both heard.");
    let asked = server.asked();
    assert!(asked[1].seen.turns.iter().any(|turn| turn.text.contains("only the names")));
    leave(terminal);
}

#[test]
fn undo_takes_the_last_exchange_out_of_what_the_model_sees_and_redo_brings_it_back() {
    let (server, home) =
        scene(["First.", "Second.", "Third.", "Fourth."].map(Reply::text).to_vec());
    let mut terminal = open(&home);
    says(&mut terminal, "my colour is teal");
    answered(&terminal, "First.");
    says(&mut terminal, "my number is seven");
    answered(&terminal, "Second.");

    says(&mut terminal, "/undo");
    done(&terminal, "the last exchange is taken back");
    says(&mut terminal, "what do you know?");
    answered(&terminal, "Third.");

    let seen = &server.asked()[2].seen.turns;
    assert!(seen.iter().any(|turn| turn.text.contains("teal")));
    assert!(!seen.iter().any(|turn| turn.text.contains("seven")), "{seen:?}");
    leave(terminal);
}

#[test]
fn a_fork_leaves_the_session_it_comes_from_as_it_is() {
    let (server, home) =
        scene(["First.", "On the branch.", "Back again."].map(Reply::text).to_vec());
    let mut terminal = open(&home);
    says(&mut terminal, "the trunk");
    answered(&terminal, "First.");
    says(&mut terminal, "/fork the branch");
    done(&terminal, "the conversation goes on in a branch");
    says(&mut terminal, "only on the branch");
    answered(&terminal, "On the branch.");

    let listed = home.run(["session", "list", "--json"]).exits(0).json();
    let sessions = listed["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2, "{listed}");
    let branch = sessions.iter().find(|one| one["title"] == "the branch").unwrap();
    let trunk = sessions.iter().find(|one| one["title"] != "the branch").unwrap();
    assert!(branch["messages"].as_u64() > trunk["messages"].as_u64(), "{listed}");

    let id = trunk["id"].as_str().unwrap();
    says(&mut terminal, &format!("/resume {id}"));
    done(&terminal, "going on in");
    says(&mut terminal, "and here?");
    answered(&terminal, "Back again.");
    let seen = &server.asked()[2].seen.turns;
    assert!(!seen.iter().any(|turn| turn.text.contains("only on the branch")), "{seen:?}");
    leave(terminal);
}

#[test]
fn another_room_has_a_conversation_of_its_own_and_the_first_is_still_there() {
    let (server, home) =
        scene(["In general.", "In the den.", "Still here."].map(Reply::text).to_vec());
    let mut terminal = open(&home);
    says(&mut terminal, "a word for general");
    answered(&terminal, "In general.");
    says(&mut terminal, "/room den");
    terminal.wait_text("#den");
    says(&mut terminal, "a word for the den");
    answered(&terminal, "In the den.");
    assert!(!server.asked()[1].seen.turns.iter().any(|turn| turn.text.contains("for general")));

    says(&mut terminal, "/switch general");
    terminal.wait_text("#general");
    says(&mut terminal, "and now?");
    answered(&terminal, "Still here.");
    assert!(server.asked()[2].seen.turns.iter().any(|turn| turn.text.contains("for general")));
    leave(terminal);
}

#[test]
fn a_turn_of_a_killed_process_goes_on_and_the_screen_says_so_and_how_to_stop_it() {
    let gate = Gate::new();
    let server = FakeModelServer::with([
        Reply::text("never said").hold(&gate),
        Reply::text("Said after all.").hold(&gate),
    ]);
    let home = home_of(&server);
    let mut terminal = open(&home);
    says(&mut terminal, "are you there?");
    gate.wait_reached();
    terminal.kill();

    let terminal = Terminal::start(&home, SIZE, []);
    let screen = terminal.wait_for("what goes on, and how to stop it", |screen| {
        screen.contains("taken up where it stood") && screen.contains("Esc stops")
    });
    assert_eq!(screen.matches("› are you there?").count(), 1, "{screen}");
    gate.release();
    answered(&terminal, "Said after all.");
    leave(terminal);
}

#[test]
fn who_leaves_while_a_bot_works_stops_it() {
    let gate = Gate::new();
    let server =
        FakeModelServer::with([Reply::text("never said").hold(&gate), Reply::text("Asked anew.")]);
    let home = home_of(&server);
    let mut terminal = open(&home);
    says(&mut terminal, "take your time");
    gate.wait_reached();
    terminal.press(Key::Ctrl('d'));
    terminal.wait_text("■ stopped");
    assert_eq!(terminal.wait_exit(), 0);

    let mut terminal = open(&home);
    let screen = terminal.wait_text("■ stopped");
    assert_eq!(screen.matches("› take your time").count(), 1, "{screen}");
    assert_eq!(server.asked().len(), 1, "nobody asked for it again");
    says(&mut terminal, "now then");
    answered(&terminal, "Asked anew.");
    leave(terminal);
}

#[test]
fn a_program_that_is_ended_from_outside_keeps_the_line_and_the_turn_goes_on_later() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::HUP] {
        let gate = Gate::new();
        let server = FakeModelServer::with([
            Reply::text("never said").hold(&gate),
            Reply::text("Said later."),
        ]);
        let home = home_of(&server);
        let mut terminal = open(&home);
        says(&mut terminal, "take your time");
        gate.wait_reached();
        terminal.send("half a thought");
        terminal.wait_text("› half a thought");
        terminal.signal(signal);
        terminal.wait_exit();

        let mut terminal = open(&home);
        let screen = answered(&terminal, "Said later.");
        assert_eq!(screen.matches("› take your time").count(), 1, "{screen}");
        terminal.wait_text("› half a thought");
        terminal.press(Key::Ctrl('u'));
        done(&terminal, "Said later.");
        leave(terminal);
    }
}

#[test]
fn help_has_the_terminals_own_commands_and_the_nearest_name_is_offered() {
    let (server, home) = scene([]);
    let mut terminal = Terminal::start(&home, (100, 100), []);
    terminal.wait_text("#general");
    says(&mut terminal, "/help");
    let screen = done(&terminal, "@bot asks that bot.");
    for own in ["/theme", "/keys", "/expand", "/setup", "/redraw", "/details", "/steer", "/exit"] {
        assert!(screen.contains(own), "{own} in\n{screen}");
    }
    says(&mut terminal, "/help undo");
    done(&terminal, "it waits until no turn runs");
    says(&mut terminal, "/thme");
    done(&terminal, "did you mean /theme?");
    assert!(server.asked().is_empty());
    leave(terminal);
}

#[test]
fn one_line_of_a_megabyte_and_text_that_means_harm_break_nothing() {
    let long = "x".repeat(1_000_000);
    let hostile = "zero\u{200b}width \u{2066}bidi\u{2069} \u{1b}[3J\u{1b}c \u{85}done";
    let call =
        Reply::tool_call("c\u{1b}[2J", "read_file", &json!({ "path": "\u{1b}]52;c;eA==\u{7}" }));
    let (_server, home) = scene([Reply::one_event(long.as_str()), call, Reply::one_event(hostile)]);
    let mut terminal = open(&home);
    says(&mut terminal, "long");
    done(&terminal, "xxxxxxxx");
    says(&mut terminal, "harm");
    answered(&terminal, "done");
    terminal.press(Key::Ctrl('o'));
    terminal.wait_text("▸ read_file");

    let raw = terminal.raw();
    for sequence in ["\u{1b}[3J", "\u{1b}c", "\u{1b}]52", "\u{2066}", "\u{1b}[2J"] {
        let found = raw.windows(sequence.len()).any(|window| window == sequence.as_bytes());
        assert!(!found, "{sequence:?} reached the terminal");
    }
    terminal.press(Key::Ctrl('u'));
    says(&mut terminal, "/status");
    done(&terminal, "approve-mode");
    leave(terminal);
}

#[test]
fn a_message_of_several_lines_that_is_pasted_waits_for_enter() {
    let (server, home) = scene([Reply::text("All three.")]);
    let mut terminal = open(&home);
    terminal.paste("one\rtwo\rthree");
    terminal.wait_text("three");
    assert!(server.asked().is_empty());
    terminal.press(Key::Enter);
    answered(&terminal, "All three.");
    assert!(last_said(&server).contains("one\ntwo\nthree"));
    leave(terminal);
}

#[test]
fn bots_that_are_named_together_speak_side_by_side_and_are_kept_one_after_another() {
    let gate = Gate::new();
    let reply = || Reply::text("one two three four").stall_after(2, &gate);
    let (server, home) = scene([reply(), reply(), reply()]);
    let mut terminal = open(&home);
    says(&mut terminal, "@coder, @researcher: count");

    // All of them are in sight before one has said everything.
    let screen = terminal.wait_for("three who speak", |screen| {
        let names = ["Leader", "Coder", "Researcher"];
        names.iter().all(|name| screen.contains(name)) && screen.matches("one").count() == 3
    });
    assert!(screen.contains("3 at work"), "{screen}");
    assert_eq!(server.asked().len(), 3);
    gate.release();

    let screen = done(&terminal, "four");
    assert_eq!(screen.matches("one two three four").count(), 3, "{screen}");
    let order: Vec<_> = screen
        .lines()
        .map(str::trim)
        .filter(|line| {
            line.ends_with("Leader") || line.ends_with("Coder") || line.ends_with("Researcher")
        })
        .collect();
    assert_eq!(order.len(), 3, "{screen}");
    leave(terminal);
}

#[test]
fn a_bot_that_is_not_there_is_told_and_the_leader_answers() {
    let (_server, home) = scene([Reply::text("Yes?")]);
    let mut terminal = open(&home);
    says(&mut terminal, "@codr, are you there?");
    let screen = answered(&terminal, "Yes?");
    assert!(
        screen.contains("nobody called @codr is in this room; did you mean @coder?"),
        "{screen}"
    );
    leave(terminal);
}
