//! The menu of all settings, by the keys of a terminal.

use std::fs;

use nanofolks_testkit::{Key, Terminal, TestHome};
use pretty_assertions::assert_eq;

use crate::journey::{empty_home, says_clearly};

const SECRET: &str = "sk-ant-Zq8vN3xT7bLwR2mK9pYd-Zq8vN3xT7bLwR2mK9pYd";

/// A menu on a screen that holds all of it.
struct Menu {
    terminal: Terminal,
    /// The questions that were answered.
    asked: Vec<&'static str>,
}

impl Menu {
    fn open(home: &TestHome) -> Self {
        let bare = [("NANOFOLKS_KEYRING", "off"), ("NANOFOLKS_VAULT_PASSPHRASE", "correct horse")];
        let terminal = Terminal::start_with(home, (400, 120), ["config", "menu"], &bare);
        Self { terminal, asked: Vec::new() }
    }

    /// Waits for a question and answers it.
    #[track_caller]
    fn answer(&mut self, question: &'static str, text: &str) {
        self.asked.push(question);
        let times = self.asked.iter().filter(|asked| **asked == question).count();
        let asked = |screen: &str| screen.matches(question).count() == times;
        self.terminal.wait_for(question, asked);
        self.terminal.send(text).press(Key::Enter);
    }
}

const WHICH: &str = "number, Enter goes back:";

#[test]
fn a_setting_is_found_changed_kept_and_taken_back() {
    let home = empty_home();
    let mut menu = Menu::open(&home);
    menu.answer(WHICH, "engine");
    menu.terminal.wait_text("max_iterations = 20");
    menu.answer(WHICH, "max_iterations");
    menu.answer("the default):", "thirty");
    menu.terminal.wait_text("error:");
    menu.answer(WHICH, "max_iterations");
    menu.answer("the default):", "30");
    menu.terminal.wait_text("max_iterations = 30");
    menu.answer(WHICH, "");
    menu.answer(WHICH, "tui");
    menu.answer(WHICH, "busy");
    menu.answer(WHICH, "steer");
    menu.terminal.wait_text("busy = steer");
    menu.answer(WHICH, "busy");
    menu.answer(WHICH, "the default");
    menu.terminal.wait_text("tui.busy removed");
    menu.answer(WHICH, "");
    menu.answer(WHICH, "q");
    assert_eq!(menu.terminal.wait_exit(), 0);

    assert_eq!(home.run(["config", "get", "engine.max_iterations"]).exits(0).out().trim(), "30");
    assert_eq!(home.run(["config", "get", "tui.busy"]).exits(0).out().trim(), "queue");
}

#[test]
fn a_key_is_typed_unseen_and_kept_with_the_other_keys() {
    let home = empty_home();
    let mut menu = Menu::open(&home);
    menu.answer(WHICH, "providers");
    menu.answer(WHICH, "another one");
    menu.answer("its name:", "anthropic");
    menu.answer(WHICH, "api_key");
    menu.answer("key of anthropic:", SECRET);
    menu.answer(WHICH, "");
    menu.answer(WHICH, "");
    menu.answer(WHICH, "q");
    let (code, bytes) = menu.terminal.wait_end();
    assert_eq!(code, 0);

    let shown = String::from_utf8_lossy(&bytes);
    assert!(!shown.contains(&SECRET[7..19]), "the key was shown");
    let written = fs::read_to_string(home.root().join("config.toml")).unwrap_or_default();
    assert!(!written.contains(SECRET), "{written}");
    let keys = home.call(["auth", "list", "--json"]).env("NANOFOLKS_KEYRING", "off");
    let keys = keys.env("NANOFOLKS_VAULT_PASSPHRASE", "correct horse").run();
    assert!(keys.exits(0).out().contains("anthropic"));
}

#[test]
fn without_a_terminal_there_is_no_menu() {
    let done = empty_home().run(["config", "menu"]);
    says_clearly(&done.exits(2), &["terminal_needed", "config set"]);
}
