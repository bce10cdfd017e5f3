//! The first run: what is found, what is chosen, what is there afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use nanofolks_testkit::{Dialect, FakeModelServer, Invocation, Key, Reply, Terminal, TestHome};
use pretty_assertions::assert_eq;

use crate::journey::{empty_home, says_clearly};

const KEY: &str = "sk-ant-Zq8vN3xT7bLwR2mK9pYd-Zq8vN3xT7bLwR2mK9pYd";

/// Nothing of the machine the tests run on: no keyring, and no Ollama.
const BARE: [(&str, &str); 3] = [
    ("NANOFOLKS_KEYRING", "off"),
    ("OLLAMA_HOST", "127.0.0.1:1"),
    ("NANOFOLKS_VAULT_PASSPHRASE", "correct horse"),
];

fn bare(home: &TestHome, arguments: &[&str]) -> Invocation {
    BARE.iter().fold(home.call(arguments), |call, (name, value)| call.env(name, value))
}

fn wizard(home: &TestHome, more: &[(&str, &str)]) -> Terminal {
    let variables = [&BARE[..], more].concat();
    let variables: BTreeMap<&str, &str> = variables.into_iter().collect();
    let variables: Vec<_> = variables.into_iter().collect();
    Terminal::start_with(home, (40, 100), ["onboard"], &variables)
}

/// Every file below a folder and what is in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => drop(found.insert(path.display().to_string(), fs::read(&path).unwrap())),
            }
        }
    }
    found
}

/// Nowhere on the disk and nowhere on the screen.
#[track_caller]
fn unseen(home: &TestHome, screen: &[u8]) {
    let key = KEY.as_bytes();
    for (file, bytes) in files(home.path()) {
        assert!(!bytes.windows(key.len()).any(|part| part == key), "the key is in {file}");
    }
    assert!(!screen.windows(12).any(|part| part == &key[7..19]), "the key was shown");
}

#[test]
fn without_anybody_to_ask_and_offline_an_empty_home_gets_its_defaults() {
    let home = empty_home();

    let done = bare(&home, &["onboard", "--non-interactive", "--offline", "--json"]).run().exits(0);

    let told = done.json();
    assert_eq!(told["schema"], "nanofolks.onboard.v1");
    assert_eq!(told["found"]["ollama"]["state"], "not_asked");
    assert_eq!(told["found"]["home_exists"], false);
    assert_eq!(told["chosen"]["choice"]["kind"], "later");
    assert_eq!(told["made"].as_array().unwrap().len(), 3, "{told}");
    assert!(home.root().join("config.toml").is_file() && home.root().join("workspace").is_dir());
    let rooms = home.run(["room", "list", "--json"]).exits(0).json();
    assert_eq!(rooms["rooms"][0]["id"], "general", "{rooms}");
    home.run(["config", "check"]).exits(0);
    home.run(["doctor", "--offline"]).exits(0);
}

#[test]
fn a_second_time_changes_nothing() {
    let home = empty_home();
    bare(&home, &["onboard", "--non-interactive"]).run().exits(0);
    fs::write(home.root().join("config.toml"), "# mine\nmodel = \"groq/x\" # and this\n").unwrap();
    let before = files(&home.root());

    let again = bare(&home, &["onboard", "--non-interactive", "--json"]).run().exits(0).json();
    let said =
        bare(&home, &["onboard"]).env("NANOFOLKS_ONBOARD_NONINTERACTIVE", "1").run().exits(0);

    assert_eq!(again["made"].as_array().unwrap().len(), 0, "{again}");
    assert_eq!(again["set"].as_array().unwrap().len(), 0, "{again}");
    assert!(said.out().contains("everything was there already"), "{}", said.out());
    let text = "config.toml";
    let config = |all: &BTreeMap<String, Vec<u8>>| {
        all.iter().find(|(name, _)| name.ends_with(text)).map(|(_, bytes)| bytes.clone())
    };
    assert_eq!(config(&files(&home.root())), config(&before));
}

#[test]
fn without_a_terminal_and_without_the_flag_nobody_is_asked() {
    let home = empty_home();
    says_clearly(
        &bare(&home, &["onboard"]).run().exits(2),
        &["terminal_needed", "--non-interactive"],
    );
    assert!(!home.root().exists());
}

#[test]
fn a_key_of_the_environment_is_found_and_never_told() {
    let home = empty_home();
    let call =
        bare(&home, &["onboard", "--non-interactive", "--json"]).env("ANTHROPIC_API_KEY", KEY);

    let done = call.run().exits(0);

    let told = done.json();
    assert_eq!(told["found"]["keys"][0]["place"], "ANTHROPIC_API_KEY");
    assert_eq!(told["chosen"]["choice"]["kind"], "keep");
    assert!(told["chosen"]["what"].as_str().unwrap().starts_with("anthropic/"), "{told}");
    // A key that is added later may still decide.
    assert_eq!(told["set"].as_array().unwrap().len(), 0);
    unseen(&home, &done.stdout);
}

#[test]
fn an_ollama_that_runs_here_answers_when_there_is_nobody_else() {
    let server = FakeModelServer::with([Reply::text("Hello from here.")]);
    let home = empty_home();
    let call =
        bare(&home, &["onboard", "--non-interactive", "--json"]).env("OLLAMA_HOST", server.root());

    let told = call.run().exits(0).json();

    assert_eq!(told["found"]["ollama"]["models"][0], "other-model", "{told}");
    assert_eq!(told["chosen"]["what"], "ollama/other-model");
    let answer = bare(&home, &["chat", "-q", "hi"]).run().exits(0);
    assert_eq!(answer.out(), "Hello from here.\n");
}

#[test]
fn an_ollama_on_another_machine_is_not_asked() {
    let home = empty_home();
    let call = bare(&home, &["onboard", "--non-interactive", "--json"]);
    let told = call.env("OLLAMA_HOST", "http://192.0.2.7:11434").run().exits(0).json();
    assert_eq!(told["found"]["ollama"]["state"], "not_asked", "{told}");
}

#[test]
fn a_person_chooses_by_number_and_talks() {
    let server = FakeModelServer::with([Reply::text("Hello from here.")]);
    server.models(["small", "large"]);
    let home = empty_home();
    let root = server.root();
    let mut terminal = wizard(&home, &[("OLLAMA_HOST", &root)]);

    terminal.wait_text("Who answers?");
    let screen = terminal.wait_text("number [1], q leaves:");
    assert!(screen.contains("ollama/large") && screen.contains("Ollama runs here"), "{screen}");
    assert!(!home.root().join("config.toml").exists(), "something was written too early");
    terminal.send("99").press(Key::Enter);
    terminal.wait_text("write a number from 1 to");
    terminal.press(Key::Enter);
    terminal.wait_text("Which model?");
    terminal.send("small").press(Key::Enter);
    terminal.wait_text("ollama/small answers. Type `nanofolks` and say hello.");
    assert_eq!(terminal.wait_exit(), 0);

    let mut terminal = Terminal::start_with(&home, (30, 100), ["--plain"], &BARE);
    terminal.send("hi").press(Key::Enter);
    terminal.wait_for("the answer and a prompt", |screen| {
        screen.contains("Hello from here.") && screen.trim_end().ends_with('>')
    });
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);
    assert_eq!(server.asked()[0].body["model"], "small");
}

#[test]
fn a_key_that_is_typed_is_stored_and_seen_by_nobody() {
    let home = empty_home();
    let variables: Vec<(&str, &str)> = BARE.into_iter().chain([("COLUMNS", "100")]).collect();
    let mut terminal = Terminal::start_with(&home, (40, 100), ["onboard", "--offline"], &variables);

    terminal.wait_text("number [1], q leaves:");
    terminal.send("type").press(Key::Enter);
    terminal.wait_text("Whose key?");
    terminal.send("anthropic").press(Key::Enter);
    terminal.wait_text("key of anthropic (it is not shown):");
    terminal.send(KEY).press(Key::Enter);
    terminal.wait_text("model [anthropic/");
    terminal.send("claude-opus-4-1").press(Key::Enter);
    terminal.wait_text("anthropic/claude-opus-4-1 answers.");
    let raw = terminal.raw();
    assert_eq!(terminal.wait_exit(), 0);

    unseen(&home, &raw);
    let status = bare(&home, &["status", "--json"]).run().exits(0).json();
    assert_eq!(status["model"]["name"], "anthropic/claude-opus-4-1");
    let stored = bare(&home, &["auth", "status", "anthropic", "--json"]).run().exits(0).json();
    assert_eq!(stored["source"], "stored", "{stored}");
    assert_eq!(stored["usable"], true);
}

#[test]
fn whoever_leaves_at_any_question_has_changed_nothing() {
    for leave in [Key::Escape, Key::Ctrl('c'), Key::Ctrl('d')] {
        let home = empty_home();
        let mut terminal = wizard(&home, &[]);
        terminal.wait_text("number [1], q leaves:");
        terminal.press(leave);
        terminal.wait_text("nothing was changed");
        assert_eq!(terminal.wait_exit(), 130, "{leave:?}");
        assert!(!home.root().exists(), "{leave:?} left a home behind");
    }
    for leave in [Key::Escape, Key::Ctrl('c')] {
        let home = empty_home();
        let mut terminal = wizard(&home, &[]);
        terminal.wait_text("number [1], q leaves:");
        terminal.send("type a key").press(Key::Enter);
        terminal.wait_text("Whose key?");
        terminal.press(Key::Enter);
        terminal.wait_text("(it is not shown):");
        terminal.send("sk-ant-half").press(leave);
        terminal.wait_text("nothing was changed");
        let raw = terminal.raw();
        assert_eq!(terminal.wait_exit(), 130, "{leave:?}");
        assert!(!home.root().exists(), "{leave:?} left a home behind");
        assert!(!String::from_utf8_lossy(&raw).contains("half"));
    }
    let home = empty_home();
    let mut terminal = wizard(&home, &[]);
    terminal.wait_text("number [1], q leaves:");
    terminal.send("q").press(Key::Enter);
    assert_eq!(terminal.wait_exit(), 0);
    assert!(!home.root().exists());
}

#[test]
fn a_chosen_model_is_written_into_the_file_that_is_there_and_its_comments_stay() {
    let server = FakeModelServer::with([]);
    let home = TestHome::with_server(crate::journey::NANOFOLKS, &server, Dialect::OpenAiChat);
    let config = fs::read_to_string(home.root().join("config.toml")).unwrap();
    fs::write(home.root().join("config.toml"), format!("# mine\n{config}")).unwrap();
    let root = server.root();
    let mut terminal = wizard(&home, &[("OLLAMA_HOST", &root)]);

    terminal.wait_text("number [1], q leaves:");
    terminal.send("ollama").press(Key::Enter);
    terminal.wait_text("Which model?");
    terminal.send("2").press(Key::Enter);
    terminal.wait_text("ollama/test-model answers.");
    assert_eq!(terminal.wait_exit(), 0);

    let after = fs::read_to_string(home.root().join("config.toml")).unwrap();
    assert!(after.starts_with("# mine\nmodel = \"ollama/test-model\""), "{after}");
    assert!(
        after.contains("[providers.fake]") && after.contains("api_key = \"test-key\""),
        "{after}"
    );
}

#[test]
fn a_home_that_cannot_be_made_is_told_and_nothing_is_left() {
    let home = empty_home();
    fs::write(home.root(), "in the way").unwrap();
    let done = bare(&home, &["onboard", "--non-interactive", "--offline"]).run();
    assert_ne!(done.code(), 0);
    says_clearly(&done, &["not a folder"]);
    assert_eq!(fs::read_to_string(home.root()).unwrap(), "in the way");
}
