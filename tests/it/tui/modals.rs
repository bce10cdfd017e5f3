//! What the person is asked: approvals, questions, secrets, lists, and what cannot be taken back.

use nanofolks_testkit::{Dialect, FakeModelServer, Key, Reply, Terminal, TestHome};
use serde_json::json;

use super::{SIZE, answered, leave, open};
use crate::journey::{home_of, scene};

fn writes(id: &str, path: &str) -> Reply {
    Reply::tool_call(id, "write_file", &json!({ "path": path, "content": "buy milk\n" }))
}

fn asks(choices: &[&str]) -> Reply {
    let question = json!({ "question": "Which colour?", "choices": choices });
    Reply::tool_call("call_1", "clarify", &question)
}

/// Waits until what is asked takes keys.
#[track_caller]
fn ready(terminal: &Terminal, asked: &str, keys: &str) -> String {
    terminal.wait_for(&format!("{asked:?} that takes keys"), |screen| {
        screen.contains(asked) && screen.contains(keys)
    })
}

#[test]
fn nobody_answers_and_the_question_goes_with_a_word() {
    let server = FakeModelServer::with([writes("call_1", "notes.txt"), Reply::text("Then not.")]);
    let home = TestHome::new(crate::journey::NANOFOLKS);
    let provider = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!("{provider}\n[engine]\napproval_timeout = 2\n"));
    let mut terminal = open(&home);
    terminal.send("note the milk").press(Key::Enter);
    terminal.wait_text("silence is no in");

    let screen = answered(&terminal, "Then not.");
    assert!(screen.contains("nobody answered in time"), "{screen}");
    assert!(!home.work().join("notes.txt").exists());
    assert!(server.asked()[1].results()[0].text.contains("nobody answered"));
    leave(terminal);
}

#[test]
fn two_in_a_row_are_read_one_after_the_other() {
    let call = |id: &str, path: &str| {
        let arguments = json!({ "path": path, "content": "milk\n" });
        nanofolks_testkit::Call::new(id, "write_file", &arguments)
    };
    let both = Reply::tool_calls([call("call_1", "one.txt"), call("call_2", "two.txt")]);
    let (_server, home) = scene([both, Reply::text("One of two.")]);
    let mut terminal = open(&home);
    terminal.send("note it").press(Key::Enter);
    ready(&terminal, "one.txt (5 bytes) (1 of 2)", "Enter confirms");
    terminal.press(Key::Down).press(Key::Down);
    terminal.wait_text("▸ yes, this once");
    terminal.press(Key::Enter);

    // A letter that is seen in the line was drawn with the second question: what is read from
    // then on is no half of the first.
    terminal.send("x");
    terminal.wait_text("› x");
    terminal.press(Key::Ctrl('u'));
    let screen = ready(&terminal, "two.txt (", "Enter confirms");
    assert!(screen.contains("▸ no"), "the yes to the first is marked for the second: {screen}");
    terminal.press(Key::Enter);

    answered(&terminal, "One of two.");
    assert!(home.work().join("one.txt").exists());
    assert!(!home.work().join("two.txt").exists());
    leave(terminal);
}

#[test]
fn two_alike_are_answered_at_once() {
    let call = |id: &str, path: &str| {
        let arguments = json!({ "path": path, "content": "milk\n" });
        nanofolks_testkit::Call::new(id, "write_file", &arguments)
    };
    let both = Reply::tool_calls([call("call_1", "one.txt"), call("call_2", "two.txt")]);
    let (_server, home) = scene([both, Reply::text("Both.")]);
    let mut terminal = open(&home);
    terminal.send("note it").press(Key::Enter);
    ready(&terminal, "one.txt (5 bytes) (1 of 2)", "Enter confirms");
    terminal.press(Key::Down).press(Key::Down).press(Key::Down);
    terminal.wait_text("▸ yes, this once, to all 2 alike");
    terminal.press(Key::Enter);
    answered(&terminal, "Both.");
    assert!(home.work().join("one.txt").exists() && home.work().join("two.txt").exists());
    leave(terminal);
}

#[test]
fn a_question_of_a_bot_is_answered_by_a_choice_and_enter_alone_answers_nothing() {
    let (server, home) = scene([asks(&["red", "teal"]), Reply::text("So it is.")]);
    let mut terminal = open(&home);
    terminal.send("paint it").press(Key::Enter);
    ready(&terminal, "Which colour?", "up and down choose");
    terminal.press(Key::Enter).press(Key::Down).press(Key::Down);
    terminal.wait_text("▸ teal");
    terminal.press(Key::Enter);

    let screen = answered(&terminal, "So it is.");
    assert!(screen.contains("Which colour? → teal"), "{screen}");
    assert_eq!(server.asked()[1].results()[0].text, "teal");
    leave(terminal);
}

#[test]
fn a_question_is_answered_in_ones_own_words_and_the_draft_stays() {
    let (server, home) = scene([asks(&["red"]), Reply::text("So it is.")]);
    let mut terminal = open(&home);
    terminal.send("paint it").press(Key::Enter);
    ready(&terminal, "Which colour?", "up and down choose");
    terminal.send("a draft");
    terminal.wait_text("› a draft");
    terminal.press(Key::Up);
    terminal.wait_text("▸ something else:");
    terminal.send("a quiet grey");
    terminal.wait_text("something else: a quiet grey");
    terminal.press(Key::Enter);

    terminal.wait_for("the answer above the draft", |screen| {
        screen.contains("So it is.") && screen.contains("› a draft")
    });
    assert_eq!(server.asked()[1].results()[0].text, "a quiet grey");
}

#[test]
fn a_question_is_declined_with_escape_and_the_bot_goes_on() {
    let (server, home) = scene([asks(&["red"]), Reply::text("I take white.")]);
    let mut terminal = open(&home);
    terminal.send("paint it").press(Key::Enter);
    ready(&terminal, "Which colour?", "up and down choose");
    terminal.press(Key::Escape);

    answered(&terminal, "I take white.");
    let told = server.asked()[1].results()[0].text.clone();
    assert!(told.contains("did not want to answer") && told.contains("sensible default"), "{told}");
    leave(terminal);
}

#[test]
fn a_question_is_there_again_after_a_kill_and_can_be_answered() {
    let (server, home) = scene([asks(&["red", "teal"]), Reply::text("So it is.")]);
    let mut terminal = open(&home);
    terminal.send("paint it").press(Key::Enter);
    ready(&terminal, "Which colour?", "up and down choose");
    terminal.kill();

    let mut terminal = open(&home);
    let screen = ready(&terminal, "Which colour?", "up and down choose");
    assert_eq!(screen.matches("asks: Which colour?").count(), 1, "{screen}");
    assert!(!screen.contains("(1 of"), "it is asked twice: {screen}");
    terminal.press(Key::Down);
    terminal.wait_text("▸ red");
    terminal.press(Key::Enter);
    answered(&terminal, "So it is.");
    assert_eq!(server.asked()[1].results()[0].text, "red");
    leave(terminal);
}

#[test]
fn an_approval_is_there_again_after_a_kill_and_can_be_given() {
    let (_server, home) = scene([writes("call_1", "notes.txt"), Reply::text("Written.")]);
    let mut terminal = open(&home);
    terminal.send("note the milk").press(Key::Enter);
    ready(&terminal, "notes.txt", "Enter confirms");
    terminal.kill();
    assert!(!home.work().join("notes.txt").exists());

    let mut terminal = open(&home);
    let screen = ready(&terminal, "notes.txt", "Enter confirms");
    assert!(!screen.contains("(1 of"), "it is asked twice: {screen}");
    terminal.press(Key::Down);
    terminal.wait_text("▸ yes, this once");
    terminal.press(Key::Enter);
    answered(&terminal, "Written.");
    assert!(home.work().join("notes.txt").exists());
    leave(terminal);
}

#[test]
fn a_question_is_answered_from_the_command_line_while_the_screen_waits() {
    let (server, home) = scene([asks(&["red"]), Reply::text("So it is.")]);
    let mut terminal = open(&home);
    terminal.send("paint it").press(Key::Enter);
    ready(&terminal, "Which colour?", "up and down choose");
    let listed = home.run(["approval", "list", "--json"]).exits(0).json();
    let id = listed["approvals"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(listed["approvals"][0]["question"]["text"], "Which colour?");

    let told = home.run(["approval", "allow", &id]).exits(2);
    assert!(told.err().contains("approval answer"), "{}", told.err());
    home.run(["approval", "answer", &id, "dark", "blue"]).exits(0);

    let screen = answered(&terminal, "So it is.");
    assert!(screen.contains("→ dark blue"), "{screen}");
    assert_eq!(server.asked()[1].results()[0].text, "dark blue");
    leave(terminal);
}

#[test]
fn where_nobody_sits_no_question_is_asked() {
    let (server, home) = scene([asks(&["red"]), Reply::text("I take white.")]);
    let finished = home.run(["chat", "-q", "paint it"]).exits(0);
    assert_eq!(finished.out(), "I take white.\n");
    let asked = server.asked();
    assert!(!asked[0].seen.tools.iter().any(|(name, _)| name == "clarify"), "it is on offer");
    let told = &asked[1].results()[0].text;
    assert!(told.contains("there is nobody to ask") && told.contains("sensible default"), "{told}");
}

#[test]
fn a_key_is_typed_unseen_and_works() {
    let server = FakeModelServer::with([Reply::text("Hello.")]);
    let home = TestHome::new(crate::journey::NANOFOLKS);
    let provider = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&provider);
    let mut terminal = Terminal::start_with(
        &home,
        SIZE,
        [],
        &[("NANOFOLKS_KEYRING", "off"), ("NANOFOLKS_VAULT_PASSPHRASE", "pass")],
    );
    terminal.wait_text("#general");
    terminal.send("/auth anthropic").press(Key::Enter);
    ready(&terminal, "the key of anthropic", "what you type goes here");
    terminal.send("sk-ant-tops").paste("ecret-0123456789\n");
    // All of it: a key that comes in one breath with a paste belongs to it.
    let screen = terminal.wait_text(&"•".repeat("sk-ant-topsecret-0123456789".len()));
    assert!(!screen.contains("tops"), "{screen}");
    terminal.press(Key::Enter);
    terminal.wait_text("the key of anthropic is in the vault");
    terminal.send("/status").press(Key::Enter);
    terminal.wait_text("approve-mode");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains("topsecret"), "the key was on the screen");
    leave(terminal);

    let listed = home.call(["auth", "list"]).env("NANOFOLKS_KEYRING", "off").run().exits(0);
    assert!(listed.out().contains("anthropic"), "{}", listed.out());
    for entry in walk(&home.root()) {
        let bytes = std::fs::read(&entry).unwrap();
        let found = bytes.windows(9).any(|window| window == b"topsecret");
        assert!(!found, "the key is in {}", entry.display());
    }
}

/// All files below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn a_model_is_chosen_from_a_list_that_is_searched() {
    let server = FakeModelServer::with([Reply::text("Hello.")]);
    let home = TestHome::new(crate::journey::NANOFOLKS);
    let provider = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!("{provider}\n[models.\"fake/other-model\"]\ncontext_window = 9000\n"));
    let mut terminal = open(&home);
    terminal.send("/model").press(Key::Enter);
    ready(&terminal, "fake/other-model", "what you type filters");
    terminal.send("othr");
    terminal.wait_text("▸   fake/other-model");
    terminal.press(Key::Enter);
    terminal.wait_text("#general · fake/other-model");
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "Hello.");
    assert_eq!(server.only_request().body["model"], "other-model");
    leave(terminal);
}

#[test]
fn names_of_models_complete_while_they_are_typed() {
    let server = FakeModelServer::with([]);
    let home = TestHome::new(crate::journey::NANOFOLKS);
    let provider = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!("{provider}\n[models.\"fake/other-model\"]\ncontext_window = 9000\n"));
    let mut terminal = open(&home);
    terminal.send("/model othr");
    terminal.wait_text("9000 context");
    terminal.press(Key::Tab);
    terminal.wait_text("› /model fake/other-model");
    leave_with(terminal);
}

fn leave_with(mut terminal: Terminal) {
    terminal.press(Key::Ctrl('u'));
    terminal.wait_for("an empty line", |screen| !screen.contains("› /"));
    leave(terminal);
}

#[test]
fn rooms_and_sessions_are_chosen_from_lists() {
    let (_server, home) = scene([Reply::text("Den here."), Reply::text("General here.")]);
    home.run(["chat", "--room", "den", "-q", "hi"]).exits(0);
    let mut terminal = open(&home);
    terminal.send("first words").press(Key::Enter);
    answered(&terminal, "General here.");
    terminal.send("/switch").press(Key::Enter);
    ready(&terminal, "den", "what you type filters");
    terminal.send("den");
    terminal.wait_text("▸   den");
    terminal.press(Key::Enter);
    terminal.wait_text("#den");
    terminal.wait_text("Den here.");

    terminal.send("/room general").press(Key::Enter);
    terminal.wait_text("#general");
    terminal.send("/new").press(Key::Enter);
    terminal.wait_text("a new session began");
    terminal.send("/resume").press(Key::Enter);
    ready(&terminal, "first words", "what you type filters");
    terminal.send("first");
    terminal.wait_for("the session, marked", |screen| {
        screen.lines().any(|line| line.starts_with('▸') && line.contains("first words"))
    });
    terminal.press(Key::Enter);
    terminal.wait_text("going on in \"first words\"");
    leave(terminal);
}

#[test]
fn what_cannot_be_taken_back_is_asked_about_and_a_lone_enter_is_a_no() {
    let (_server, home) = scene([Reply::text("Hello.")]);
    let mut terminal = open(&home);
    terminal.send("keep me").press(Key::Enter);
    answered(&terminal, "Hello.");
    let sessions = || home.run(["session", "list"]).exits(0).out();
    for (yes, said) in [(false, "nothing was changed"), (true, "trash")] {
        terminal.send("/trash").press(Key::Enter);
        ready(&terminal, "go on?", "Enter confirms");
        if yes {
            terminal.press(Key::Down);
            terminal.wait_text("▸ yes: /trash yes");
        }
        terminal.press(Key::Enter);
        terminal.wait_for("the end of the question", |screen| {
            screen.contains(said) && !screen.contains("Enter confirms")
        });
        if !yes {
            assert!(sessions().contains("keep me"));
        }
    }
    leave(terminal);
    assert!(!sessions().contains("keep me"));
}

#[test]
fn a_long_difference_is_read_in_a_small_window() {
    let content: String = (0..60).map(|at| format!("row {at}\n")).collect();
    let long = json!({ "path": "long.txt", "content": content });
    let server =
        FakeModelServer::with([Reply::tool_call("c1", "write_file", &long), Reply::text("Read.")]);
    let home = home_of(&server);
    let mut terminal = Terminal::start(&home, (20, 60), []);
    terminal.wait_text("#general");
    terminal.send("write it").press(Key::Enter);
    ready(&terminal, "long.txt", "PgDn");
    let mut pages = 0;
    while !terminal.screen().contains("+row 59") {
        let before = terminal.screen();
        terminal.send("\u{1b}[6~");
        let screen = terminal.wait_for("the next page", |screen| screen != before);
        assert!(screen.contains("write long.txt"), "what is asked is gone: {screen}");
        pages += 1;
        assert!(pages < 30, "{screen}");
    }
    terminal.resize(5, 20);
    let screen = terminal.wait_for("the question in the small window", |screen| {
        screen.starts_with("write long.txt") && screen.contains("▸ no")
    });
    assert!(screen.contains('/'), "where in the difference is not told: {screen}");
    terminal.press(Key::Escape);
    terminal.resize(20, 60);
    answered(&terminal, "Read.");
    assert!(!home.work().join("long.txt").exists());
}
