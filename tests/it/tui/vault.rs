//! Secrets that are missing: the passphrase of the vault, a key that is refused.

use nanofolks_testkit::{Dialect, FakeModelServer, Key, Reply, Terminal, TestHome};

use super::{SIZE, answered, leave};
use crate::journey::empty_home;

const KEY: &str = "sk-ant-Zq8vN3xT7bLwR2mK9pYd-Zq8vN3xT7bLwR2mK9pYd";
const OTHER: &str = "sk-ant-Hw5cJ1sF4gXeQ6uB0aVz-Hw5cJ1sF4gXeQ6uB0aVz";
const PASSPHRASE: &str = "correct horse battery";

/// A home whose model has its key in a vault with a passphrase.
fn locked(server: &FakeModelServer) -> TestHome {
    let home = empty_home();
    let url = server.base_url(Dialect::Anthropic);
    home.config(&format!(
        "model = \"anthropic/claude-sonnet-4-5\"\n\n[providers.anthropic]\nbase_url = \"{url}\"\n"
    ));
    let add = home.call(["auth", "add", "anthropic"]).env("NANOFOLKS_KEYRING", "off");
    add.env("NANOFOLKS_VAULT_PASSPHRASE", PASSPHRASE).input(KEY).run().exits(0);
    home
}

fn begin(home: &TestHome, more: &[(&str, &str)]) -> Terminal {
    let variables = [&[("NANOFOLKS_KEYRING", "off")], more].concat();
    Terminal::start_with(home, SIZE, [], &variables)
}

/// Waits until the passphrase is asked for and keys go there.
fn asks(terminal: &Terminal, why: &str) -> String {
    terminal.wait_for("the question for the passphrase", |screen| {
        screen.contains("the passphrase of the vault")
            && screen.contains(why)
            && screen.contains("what you type goes here")
    })
}

/// Types something unseen, once all of it is there.
fn give(terminal: &mut Terminal, text: &str) {
    terminal.send(text);
    terminal.wait_text(&format!(" {} ", "•".repeat(text.chars().count())));
    terminal.press(Key::Enter);
}

/// Whether these bytes are in a file below a folder.
fn is_written(folder: &std::path::Path, text: &str) -> bool {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.into_iter().any(|path| match path.is_dir() {
        true => is_written(&path, text),
        false => {
            let bytes = std::fs::read(&path).unwrap_or_default();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        }
    })
}

#[test]
fn a_locked_vault_is_opened_on_the_screen_and_a_wrong_passphrase_is_said() {
    let server = FakeModelServer::with([Reply::text("The vault is open."), Reply::text("Still.")]);
    let home = locked(&server);
    let mut terminal = begin(&home, &[]);

    let screen = asks(&terminal, "the key of anthropic lies in it");
    assert!(screen.contains("#general"), "the screen is not there yet: {screen}");
    give(&mut terminal, "wrong horse battery");
    asks(&terminal, "this passphrase does not open the vault");
    assert!(terminal.screen().contains("two more tries"), "{}", terminal.screen());
    give(&mut terminal, PASSPHRASE);
    terminal.wait_text("✓ the vault is open");

    terminal.send("hi").press(Key::Enter);
    answered(&terminal, "The vault is open.");
    terminal.send("and now?").press(Key::Enter);
    answered(&terminal, "Still.");
    let key = server.requests()[0].header("x-api-key").unwrap().to_owned();
    assert_eq!(key, KEY);

    // The history has what was said, and nothing of what was typed unseen.
    terminal.press(Key::Up).press(Key::Up);
    terminal.wait_text("› hi");
    terminal.press(Key::Up);
    terminal.wait_text("› hi");
    terminal.press(Key::Ctrl('u'));
    // A command of the house uses the open vault, and asks nobody behind the screen.
    terminal.send("/doctor").press(Key::Enter);
    terminal.wait_text("anthropic: its key is in the vault");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    leave(terminal);
    for typed in [PASSPHRASE, "wrong horse battery"] {
        assert!(!raw.contains(typed), "it was on the screen");
        assert!(!is_written(&home.root(), typed), "it is in a file");
    }
}

#[test]
fn what_was_said_before_the_vault_is_open_waits_for_it() {
    let server = FakeModelServer::with([Reply::text("Patience pays.")]);
    let home = locked(&server);
    let mut terminal = begin(&home, &[]);
    terminal.wait_text("›");
    terminal.send("early bird").press(Key::Enter);
    asks(&terminal, "");

    give(&mut terminal, PASSPHRASE);

    let screen = answered(&terminal, "Patience pays.");
    assert!(!screen.contains("is locked"), "{screen}");
    leave(terminal);
}

#[test]
fn who_goes_on_without_the_vault_is_told_what_is_missing_and_can_open_it_later() {
    let server = FakeModelServer::with([Reply::text("Open at last.")]);
    let home = locked(&server);
    let mut terminal = begin(&home, &[]);
    asks(&terminal, "");
    terminal.press(Key::Escape);
    terminal.wait_text("the vault stays locked");

    terminal.send("hi").press(Key::Enter);
    terminal.wait_for("what is missing", |screen| {
        screen.contains("is locked") && screen.contains("/unlock asks for the passphrase, unseen")
    });
    assert_eq!(server.connections(), 0);

    terminal.send("/unlock").press(Key::Enter);
    asks(&terminal, "");
    give(&mut terminal, PASSPHRASE);
    terminal.wait_text("✓ the vault is open");
    terminal.send("hi again").press(Key::Enter);
    answered(&terminal, "Open at last.");
    leave(terminal);
}

#[test]
fn a_passphrase_that_is_told_elsewhere_is_not_asked_for() {
    let server = FakeModelServer::with([Reply::text("Told.")]);
    let home = locked(&server);
    let mut terminal = begin(&home, &[("NANOFOLKS_VAULT_PASSPHRASE", PASSPHRASE)]);
    terminal.wait_text("#general");
    terminal.send("hi").press(Key::Enter);
    let screen = answered(&terminal, "Told.");
    assert!(!screen.contains("passphrase"), "{screen}");
    leave(terminal);
}

#[test]
fn a_vault_that_is_not_needed_is_not_asked_about_until_it_is() {
    let server = FakeModelServer::with([Reply::text("No key needed."), Reply::text("With it.")]);
    let home = locked(&server);
    let provider = TestHome::provider(&server, Dialect::OpenAiChat);
    let url = server.base_url(Dialect::Anthropic);
    home.config(&format!("{provider}\n[providers.anthropic]\nbase_url = \"{url}\"\n"));
    let mut terminal = begin(&home, &[]);
    terminal.wait_text("#general");
    terminal.send("hi").press(Key::Enter);
    let screen = answered(&terminal, "No key needed.");
    assert!(!screen.contains("passphrase"), "{screen}");

    // A turn that needs it asks for it, and is asked again once it is open.
    terminal.send("/model anthropic/claude-sonnet-4-5").press(Key::Enter);
    terminal.wait_for("the other model", |screen| {
        screen.lines().any(|line| line.starts_with("#general") && line.contains("claude"))
    });
    terminal.send("and with a key?").press(Key::Enter);
    asks(&terminal, "is locked");
    give(&mut terminal, PASSPHRASE);
    answered(&terminal, "With it.");
    leave(terminal);
}

#[test]
fn a_key_that_is_refused_is_typed_anew_and_the_message_is_said_again() {
    let server = FakeModelServer::with([Reply::error(401), Reply::text("That one fits.")]);
    let home = locked(&server);
    let mut terminal = begin(&home, &[]);
    asks(&terminal, "");
    give(&mut terminal, PASSPHRASE);
    terminal.wait_text("✓ the vault is open");
    terminal.send("let me in").press(Key::Enter);

    terminal.wait_for("the question for the key", |screen| {
        screen.contains("the key of anthropic") && screen.contains("what you type goes here")
    });
    give(&mut terminal, OTHER);

    answered(&terminal, "That one fits.");
    let keys: Vec<_> = server
        .requests()
        .iter()
        .filter_map(|one| one.header("x-api-key").map(str::to_owned))
        .collect();
    assert_eq!(keys, [KEY, OTHER]);
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains(OTHER), "the key was on the screen");
    leave(terminal);
    assert!(!is_written(&home.root(), OTHER), "the key is in a file");
    // What was asked for and given stands in the room by its name.
    for told in ["secret.requested", "secret.provided"] {
        assert!(is_written(&home.root(), told), "{told}");
    }
}
