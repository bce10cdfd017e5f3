//! The first run: what is here is shown, chosen by keys, and talked with.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use nanofolks_testkit::{Dialect, FakeModelServer, Key, Reply, Terminal, TestHome};

use super::{SIZE, answered, leave};
use crate::journey::{empty_home, is_kept_somewhere};

const KEY: &str = "sk-ant-Zq8vN3xT7bLwR2mK9pYd-Zq8vN3xT7bLwR2mK9pYd";

/// A terminal on a machine where nothing is: no keyring, no Ollama, no pip, no network.
fn begin(home: &TestHome, more: &[(&str, &str)]) -> Terminal {
    let bare = [
        ("NANOFOLKS_KEYRING", "off"),
        ("OLLAMA_HOST", "127.0.0.1:1"),
        ("HF_ENDPOINT", "http://127.0.0.1:1"),
        ("PATH", "/nowhere"),
    ];
    let variables = [&bare[..], more].concat();
    Terminal::start_with(home, SIZE, [], &variables)
}

/// The list, once it takes keys.
fn choices(terminal: &Terminal) -> String {
    terminal.wait_for("the choices", |screen| {
        screen.contains("Who answers: ") && screen.contains("Enter takes it")
    })
}

/// Goes to the row that says this, and takes it.
fn take(terminal: &mut Terminal, row: &str) {
    choices(terminal);
    take_of(terminal, row);
}

/// The same of the list that is shown.
fn take_of(terminal: &mut Terminal, row: &str) {
    terminal.wait_text("Enter takes it");
    let marked = |screen: &str| {
        screen.lines().find(|line| line.contains('▸')).unwrap_or_default().to_owned()
    };
    for _ in 0..20 {
        let at = marked(&terminal.screen());
        if at.contains(row) {
            terminal.press(Key::Enter);
            return;
        }
        terminal.press(Key::Down);
        terminal.wait_for("the next row", |screen| {
            let now = marked(screen);
            !now.is_empty() && now != at
        });
    }
    panic!("{row} is not among the choices");
}

#[test]
fn an_ollama_that_runs_here_is_chosen_with_one_key_and_talked_with() {
    let server = FakeModelServer::with([Reply::text("Hello from this machine.")]);
    server.models(["other-model"]);
    let home = empty_home();
    let root = server.root();
    let mut terminal = begin(&home, &[("OLLAMA_HOST", &root)]);

    let screen = choices(&terminal);
    assert!(screen.contains("ollama") && screen.contains("other-model"), "{screen}");
    assert!(server.asked().is_empty());
    terminal.press(Key::Enter);

    let screen = terminal.wait_text("ollama/other-model answers. Things to try:");
    assert!(screen.contains("Tab puts one of them into the line"), "{screen}");
    terminal.press(Key::Tab);
    terminal.wait_text("› What can you and the others help me with?");
    terminal.press(Key::Enter);
    answered(&terminal, "Hello from this machine.");
    leave(terminal);
    let config = fs::read_to_string(home.root().join("config.toml")).unwrap();
    assert!(config.contains("model = \"ollama/other-model\""), "{config}");

    // The second time there is nothing to choose.
    let terminal = begin(&home, &[("OLLAMA_HOST", &root)]);
    let screen = terminal.wait_text("#general");
    assert!(screen.contains("Hello from this machine."), "{screen}");
    assert!(!screen.contains("Who answers: "), "{screen}");
    leave(terminal);
}

#[test]
fn a_key_of_the_environment_is_told_by_its_name_only() {
    let server = FakeModelServer::with([Reply::text("By that key.")]);
    let home = empty_home();
    let url = server.base_url(Dialect::Anthropic);
    let variables =
        [("ANTHROPIC_API_KEY", KEY), ("NANOFOLKS_PROVIDERS__ANTHROPIC__BASE_URL", url.as_str())];
    let mut terminal = begin(&home, &variables);

    let screen = choices(&terminal);
    assert!(screen.contains("Anthropic: ANTHROPIC_API_KEY"), "{screen}");
    assert!(!home.root().join("config.toml").exists(), "something was made before it was chosen");
    terminal.press(Key::Enter);
    terminal.wait_text("answers. Things to try:");
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "By that key.");
    assert!(!String::from_utf8_lossy(&terminal.raw()).contains(&KEY[7..19]), "the key was shown");
    leave(terminal);
}

#[test]
fn a_key_is_pasted_unseen_and_kept_in_no_file_as_it_is() {
    let server = FakeModelServer::with([Reply::text("The key fits.")]);
    let home = empty_home();
    let url = server.base_url(Dialect::Anthropic);
    let mut terminal = begin(&home, &[("NANOFOLKS_PROVIDERS__ANTHROPIC__BASE_URL", &url)]);
    take(&mut terminal, "type a key");
    terminal.wait_text("Whose key");
    take_of(&mut terminal, "Anthropic");
    terminal.wait_text("the key of anthropic");
    terminal.wait_text("Enter stores it");

    terminal.paste(KEY);
    terminal.wait_text("••••");
    terminal.press(Key::Enter);

    terminal.wait_text("answers. Things to try:");
    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "The key fits.");
    let said = format!("{:?}", server.requests().last().unwrap().headers);
    assert!(said.contains(KEY), "{said}");
    assert!(!String::from_utf8_lossy(&terminal.raw()).contains(&KEY[7..19]), "the key was shown");
    leave(terminal);
    assert!(!is_kept_somewhere(home.path(), KEY.as_bytes()), "the key is in a file");
}

#[test]
fn without_a_network_one_line_says_so_and_the_choices_come_again() {
    let home = empty_home();
    let mut terminal = begin(&home, &[]);
    take(&mut terminal, "fetch local/");

    let screen = terminal.wait_for("the reason and the choices", |screen| {
        screen.contains("cannot be fetched") && screen.contains("Enter takes it")
    });
    assert_eq!(screen.matches('✗').count(), 1, "{screen}");
    assert!(screen.contains("type a key of a provider"), "{screen}");
    take(&mut terminal, "no model for now");
    terminal.wait_text("#general");
    leave(terminal);
}

#[test]
fn a_download_says_how_far_it_is_and_escape_stops_it() {
    // A server that has the file, and sends the beginning of it.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let sending = std::thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let mut seen = Vec::new();
        let mut chunk = [0; 1024];
        while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = stream.read(&mut chunk).unwrap();
            seen.extend_from_slice(&chunk[..count]);
        }
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 98444832\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&vec![7; 30_000_000]).unwrap();
        // Until the other side has had enough.
        while let Ok(1..) = stream.read(&mut chunk) {}
    });
    let home = empty_home();
    let mut terminal = begin(&home, &[("HF_ENDPOINT", &url)]);
    take(&mut terminal, "fetch local/");

    let screen = terminal.wait_for("how far it is, how fast and how long", |screen| {
        screen.contains(" MB of 98") && screen.contains("/s") && screen.contains("left")
    });
    assert!(screen.contains("Esc stops it"), "{screen}");
    terminal.send("typed meanwhile");
    terminal.wait_text("› typed meanwhile");
    terminal.press(Key::Escape);

    terminal.wait_for("the choices, and the draft", |screen| {
        screen.contains("Who answers: ")
            && screen.contains("stopped; what has come is kept")
            && screen.contains("› typed meanwhile")
    });
    sending.join().unwrap();
}

#[test]
fn who_chooses_nothing_can_look_around_and_is_told_what_is_missing_when_it_is_needed() {
    let server = FakeModelServer::with([Reply::text("Now somebody answers.")]);
    let home = empty_home();
    let root = server.root();
    let mut terminal = begin(&home, &[]);
    choices(&terminal);
    terminal.press(Key::Escape);
    terminal.wait_text("#general");
    terminal.send("/status").press(Key::Enter);
    terminal.wait_text("approve-mode");
    terminal.send("is anybody there?").press(Key::Enter);
    let missing = |screen: &str| {
        screen.matches("there is no model to ask").count() == 3
            && screen.matches("/setup chooses who answers").count() == 2
            && !screen.contains("nanofolks auth")
    };
    terminal.wait_for("what is missing", missing);
    leave(terminal);

    // Somebody comes later.
    let mut terminal = begin(&home, &[("OLLAMA_HOST", &root)]);
    choices(&terminal);
    terminal.press(Key::Escape);
    terminal.wait_text("#general");
    terminal.send("/setup").press(Key::Enter);
    take(&mut terminal, "ollama/");
    terminal.wait_text("Which model");
    take_of(&mut terminal, "test-model");
    terminal.wait_text("✓ ollama/test-model answers");
    terminal.send("hello").press(Key::Enter);
    answered(&terminal, "Now somebody answers.");
    leave(terminal);
}
